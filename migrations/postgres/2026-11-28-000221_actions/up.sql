-- What is to be done about an alert, by whom and by when: what people have agreed; the answer of an agency
-- it was referred to; the word to the allegations officer. Open until somebody has recorded how it ended;
-- when its moment has passed, people are told again each working day.
create table alert_actions (
  id bytea primary key not null check (octet_length(id) = 16),
  alert_id bytea not null references alerts (id),
  kind text not null check (kind in ('agreed', 'await_decision', 'inform_lado')),
  agency text check (agency in ('edt', 'front_door', 'lado', 'police')),
  owner_id bytea references accounts (id),
  what bytea,
  made_by bytea references accounts (id),
  made_at bigint not null,
  due_at bigint not null,
  next_due_at bigint,
  times_told int not null,
  done_at bigint,
  done_by bytea references accounts (id),
  ending bytea
);
create index alert_actions_by_alert on alert_actions (alert_id, made_at);
create index alert_actions_by_owner on alert_actions (owner_id) where done_at is null;
create index alert_actions_due on alert_actions (next_due_at) where next_due_at is not null;

-- Allegations from before this: the allegations officer is to be informed of them too, within a day.
insert into alert_actions
  (id, alert_id, kind, agency, made_at, due_at, next_due_at, times_told)
select uuid_send(gen_random_uuid()), id, 'inform_lado', 'lado', raised_at, raised_at + 86400000000,
  raised_at + 86400000000, 0
from alerts where kind = 'allegation' and state <> 'closed';
