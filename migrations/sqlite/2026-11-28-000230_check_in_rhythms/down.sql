delete from follow_ups where check_in_id is null;
create table follow_ups_old (
  id blob primary key not null check (length(id) = 16),
  authority_id blob not null references authorities (id),
  family_member_id blob not null references accounts (id),
  check_in_id blob not null check (length(check_in_id) = 16),
  wants_contact boolean not null,
  is_low boolean not null,
  has_fallen boolean not null,
  opened_at bigint not null,
  tries int not null,
  last_outcome text check (last_outcome in ('reached', 'left_message', 'no_answer', 'other')),
  last_by blob references accounts (id),
  last_at bigint,
  done_at bigint,
  hand_up_at bigint,
  unique (family_member_id, check_in_id)
);
insert into follow_ups_old
  select id, authority_id, family_member_id, check_in_id, wants_contact, is_low, has_fallen,
    opened_at, tries, last_outcome, last_by, last_at, done_at, hand_up_at
  from follow_ups;
drop table follow_ups;
alter table follow_ups_old rename to follow_ups;
create index follow_ups_open on follow_ups (family_member_id, opened_at) where done_at is null;
create index follow_ups_hand_up on follow_ups (hand_up_at) where hand_up_at is not null;
drop table check_in_asks;
drop table check_in_rhythms;
