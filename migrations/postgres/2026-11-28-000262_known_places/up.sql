-- From where somebody has signed in before: a MAC of the account and the network address. A stranger's
-- guesses do not make such an address wait.
create table known_places (
  account_id bytea not null references accounts (id),
  place bytea not null check (length(place) = 32),
  seen_at bigint not null,
  primary key (account_id, place)
);
create index known_places_by_age on known_places (seen_at);
