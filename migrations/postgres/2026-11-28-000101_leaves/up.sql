-- When a supervising social worker is away. From from_at until over_at, which is until_at as it was made,
-- or earlier once it was ended early, they are not on for any pod: neither as its supervisor nor by a
-- shift. No two of one person share a moment.
create table leaves (
  id bytea primary key not null check (length(id) = 16),
  authority_id bytea not null references authorities (id),
  account_id bytea not null references accounts (id),
  from_at bigint not null,
  until_at bigint not null,
  over_at bigint not null,
  made_by bytea not null references accounts (id),
  made_at bigint not null,
  ended_by bytea references accounts (id),
  ended_at bigint,
  check (from_at < until_at),
  check (over_at <= until_at),
  check ((ended_by is null) = (ended_at is null))
);
create index leaves_by_account on leaves (account_id, over_at);
