-- When a family member is asked how things are: an RFC 5545 rule in civil time with its zone, and how
-- long they have to answer.
create table check_in_rhythms (
  family_member_id bytea primary key not null references accounts (id),
  authority_id bytea not null references authorities (id),
  version int not null check (version >= 1),
  is_on boolean not null,
  starts text not null check (length(starts) = 16),
  zone text not null,
  rule text not null,
  window_hours int not null check (window_hours between 1 and 168),
  set_by bytea not null references accounts (id),
  set_at bigint not null
);

-- Each time they are asked, named by its civil time: however often it is reckoned, there is one. due_at
-- is when they are to be asked, then when it is too late to answer; empty once it is settled.
create table check_in_asks (
  family_member_id bytea not null references accounts (id),
  starts text not null,
  version int not null,
  due_at bigint,
  state text not null check (state in ('due', 'open', 'answered', 'missed', 'late', 'not_safe', 'not_active', 'changed')),
  asked_at bigint,
  check_in_id bytea,
  settled_at bigint,
  primary key (family_member_id, starts),
  check ((state in ('due', 'open')) = (due_at is not null))
);
create index check_in_asks_due on check_in_asks (due_at) where due_at is not null;
create index check_in_asks_open on check_in_asks (family_member_id, due_at) where due_at is not null;

-- Silence asks for a person too: check-ins that were missed in a row, and what reached no device. Of
-- those one at most is open for each family member.
alter table follow_ups alter column check_in_id drop not null;
alter table follow_ups add column date_id bytea check (length(date_id) = 16);
alter table follow_ups add column missed int not null default 0;
alter table follow_ups alter column missed drop default;
alter table follow_ups add column is_unreached boolean not null default false;
alter table follow_ups alter column is_unreached drop default;
create unique index follow_ups_silence on follow_ups (family_member_id)
  where done_at is null and check_in_id is null and date_id is null;
