-- That all contact with a family member is stopped: since when, by whom and why, and how it ended.
create table contact_stops (
  id bytea primary key not null check (length(id) = 16),
  authority_id bytea not null references authorities (id),
  family_member_id bytea not null references accounts (id),
  by_id bytea not null references accounts (id),
  at bigint not null,
  why bytea not null,
  ended_by bytea references accounts (id),
  ended_at bigint,
  ended_why bytea,
  check ((ended_at is null) = (ended_by is null) and (ended_at is null) = (ended_why is null))
);
create unique index contact_stops_open on contact_stops (family_member_id) where ended_at is null;

-- What was to be sent meanwhile has come to that. Which states there are, the program says: a new one
-- needs no change of these two tables.
alter table reminders drop constraint reminders_state_check;
alter table reminders add constraint reminders_state_check check (length(state) between 1 and 40);
alter table check_in_asks drop constraint check_in_asks_state_check;
alter table check_in_asks add constraint check_in_asks_state_check check (length(state) between 1 and 40);
