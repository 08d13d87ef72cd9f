-- Dated cover of a pod. Somebody covers from from_at until over_at, which is until_at as it was made,
-- or earlier once the shift was ended early; no later than from_at: it never began. What has been
-- never changes, so who was on at any instant can be asked. next_due_at is when the shift next
-- begins or is over, empty once it is over.
create table shifts (
  id blob primary key not null check (length(id) = 16),
  authority_id blob not null references authorities (id),
  pod_id blob not null references pods (id),
  account_id blob not null references accounts (id),
  from_at bigint not null,
  until_at bigint not null,
  over_at bigint not null,
  made_by blob not null references accounts (id),
  made_at bigint not null,
  ended_by blob references accounts (id),
  ended_at bigint,
  next_due_at bigint,
  check (from_at < until_at),
  check (over_at <= until_at),
  check ((ended_by is null) = (ended_at is null))
);
create index shifts_by_pod on shifts (pod_id, over_at);
create index shifts_by_account on shifts (account_id, over_at);
create index shifts_due on shifts (next_due_at) where next_due_at is not null;
