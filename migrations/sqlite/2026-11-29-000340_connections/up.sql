-- Who is so close to whom that what implicates one keeps the other out of it too.
create table connections (
  id blob primary key not null check (length(id) = 16),
  authority_id blob not null references authorities (id),
  one_id blob not null references accounts (id),
  other_id blob not null references accounts (id),
  marked_by blob not null references accounts (id),
  marked_at bigint not null,
  ended_by blob references accounts (id),
  ended_at bigint,
  check (one_id < other_id),
  check ((ended_by is null) = (ended_at is null))
) without rowid;
create unique index connections_open on connections (one_id, other_id) where ended_at is null;
create index connections_of_other on connections (other_id) where ended_at is null;

-- Why somebody is left out: they are implicated in it, connected with somebody who is, or either of the two
-- in another alert about the same person that was not closed when this one was raised.
alter table alert_exclusions add column why text not null default 'implicated'
  check (why in ('implicated', 'connected', 'elsewhere'));
