-- What a check-in asks of a person, written in its unit: a call, or a look because things are hard or
-- have become much harder. Open until somebody has reached them. The answer about safety is no part of
-- it.
create table follow_ups (
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
create index follow_ups_open on follow_ups (family_member_id, opened_at) where done_at is null;
create index follow_ups_hand_up on follow_ups (hand_up_at) where hand_up_at is not null;
