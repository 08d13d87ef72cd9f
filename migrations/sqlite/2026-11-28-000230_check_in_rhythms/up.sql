-- When a family member is asked how things are: an RFC 5545 rule in civil time with its zone, and how
-- long they have to answer.
create table check_in_rhythms (
  family_member_id blob primary key not null references accounts (id),
  authority_id blob not null references authorities (id),
  version int not null check (version >= 1),
  is_on boolean not null,
  starts text not null check (length(starts) = 16),
  zone text not null,
  rule text not null,
  window_hours int not null check (window_hours between 1 and 168),
  set_by blob not null references accounts (id),
  set_at bigint not null
) without rowid;

-- Each time they are asked, named by its civil time: however often it is reckoned, there is one. due_at
-- is when they are to be asked, then when it is too late to answer; empty once it is settled.
create table check_in_asks (
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
create index check_in_asks_due on check_in_asks (due_at) where due_at is not null;
create index check_in_asks_open on check_in_asks (family_member_id, due_at) where due_at is not null;

-- Silence asks for a person too: check-ins that were missed in a row, and what reached no device. Of
-- those one at most is open for each family member.
create table follow_ups_new (
  id blob primary key not null check (length(id) = 16),
  authority_id blob not null references authorities (id),
  family_member_id blob not null references accounts (id),
  check_in_id blob check (length(check_in_id) = 16),
  date_id blob check (length(date_id) = 16),
  wants_contact boolean not null,
  is_low boolean not null,
  has_fallen boolean not null,
  missed int not null,
  is_unreached boolean not null,
  opened_at bigint not null,
  tries int not null,
  last_outcome text check (last_outcome in ('reached', 'left_message', 'no_answer', 'other')),
  last_by blob references accounts (id),
  last_at bigint,
  done_at bigint,
  hand_up_at bigint,
  unique (family_member_id, check_in_id)
);
insert into follow_ups_new
  select id, authority_id, family_member_id, check_in_id, null, wants_contact, is_low, has_fallen, 0, 0,
    opened_at, tries, last_outcome, last_by, last_at, done_at, hand_up_at
  from follow_ups;
drop table follow_ups;
alter table follow_ups_new rename to follow_ups;
create index follow_ups_open on follow_ups (family_member_id, opened_at) where done_at is null;
create index follow_ups_hand_up on follow_ups (hand_up_at) where hand_up_at is not null;
create unique index follow_ups_silence on follow_ups (family_member_id)
  where done_at is null and check_in_id is null and date_id is null;
