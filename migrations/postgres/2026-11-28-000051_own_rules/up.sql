-- The rules of screening an authority has added to those that ship with the service. A draft has no
-- number; a published version is never changed, only withdrawn. The checksum tells rules that were
-- damaged from rules that nobody wants.
create table lexicon_versions (
  id bytea primary key not null check (length(id) = 16),
  authority_id bytea not null references authorities (id),
  number int check (number > 0),
  rules text not null,
  checksum text not null,
  drafted_by bytea not null references accounts (id),
  drafted_at bigint not null,
  published_by bytea references accounts (id),
  published_at bigint,
  withdrawn_by bytea references accounts (id),
  withdrawn_at bigint,
  unique (authority_id, number),
  check ((number is null) = (published_at is null)),
  check ((published_by is null) = (published_at is null)),
  check ((withdrawn_by is null) = (withdrawn_at is null))
);
create index lexicon_versions_by_authority on lexicon_versions (authority_id, drafted_at);

-- The version that is live; 0 where nobody has added rules. Every unit that screens reads it with its
-- caller.
alter table authorities add column live_lexicon int not null default 0;
