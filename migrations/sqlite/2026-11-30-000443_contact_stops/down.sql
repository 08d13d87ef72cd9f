update reminders set state = 'not_active' where state = 'stopped';
update check_in_asks set state = 'not_active' where state = 'stopped';
drop table contact_stops;

create table reminders_new (
  date_id blob not null references dates (id),
  starts text not null,
  version int not null,
  starts_at bigint not null,
  due_at bigint,
  state text not null check (state in ('due', 'sent', 'late', 'not_safe', 'not_active', 'unattended', 'moved', 'cancelled')),
  settled_at bigint,
  look_at bigint,
  primary key (date_id, starts),
  check ((state = 'due') = (due_at is not null))
) without rowid;
insert into reminders_new
  select date_id, starts, version, starts_at, due_at, state, settled_at, look_at from reminders;
drop table reminders;
alter table reminders_new rename to reminders;
create index reminders_due on reminders (due_at) where due_at is not null;
create index reminders_look on reminders (look_at) where look_at is not null;

create table check_in_asks_new (
  family_member_id blob not null references accounts (id),
  starts text not null,
  version int not null,
  due_at bigint,
  state text not null check (state in ('due', 'open', 'answered', 'missed', 'late', 'not_safe', 'not_active', 'changed')),
  asked_at bigint,
  check_in_id blob,
  settled_at bigint,
  primary key (family_member_id, starts),
  check ((state in ('due', 'open')) = (due_at is not null))
) without rowid;
insert into check_in_asks_new
  select family_member_id, starts, version, due_at, state, asked_at, check_in_id, settled_at
  from check_in_asks;
drop table check_in_asks;
alter table check_in_asks_new rename to check_in_asks;
create index check_in_asks_due on check_in_asks (due_at) where due_at is not null;
create index check_in_asks_open on check_in_asks (family_member_id, due_at) where due_at is not null;
