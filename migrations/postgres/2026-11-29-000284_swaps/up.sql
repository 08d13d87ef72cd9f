-- Swaps: whoever holds a shift asks a colleague to take it, or to exchange it for one of theirs
-- (in_return_for_id). Open until it has ended, in one of these ways; who answered follows from how.
create table swaps (
  id bytea primary key not null check (octet_length(id) = 16),
  authority_id bytea not null references authorities (id),
  shift_id bytea not null references shifts (id),
  in_return_for_id bytea references shifts (id),
  asked_by bytea not null references accounts (id),
  asked_of bytea not null references accounts (id),
  asked_at bigint not null,
  ending text check (ending in ('agreed', 'refused', 'withdrawn', 'begun', 'taken_off', 'holder_changed', 'person_gone')),
  ended_at bigint,
  check (asked_by <> asked_of),
  check (in_return_for_id <> shift_id),
  check ((ending is null) = (ended_at is null))
);
create unique index swaps_open on swaps (shift_id, asked_of) where ending is null;
create index swaps_in_return on swaps (in_return_for_id) where ending is null;
create index swaps_by_authority on swaps (authority_id, asked_at);
create index swaps_by_asker on swaps (asked_by) where ending is null;
create index swaps_by_asked on swaps (asked_of) where ending is null;

-- For whom a shift was made, where it has changed hands since.
alter table shifts add column made_for bytea references accounts (id);
