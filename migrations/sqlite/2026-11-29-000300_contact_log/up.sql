-- The contact log: visits, calls and other contacts with a family member outside of Daybook. An entry
-- stays as it was logged; one that was wrong is marked as withdrawn. words: with whom on the first line,
-- the note below it.
create table contact_log (
  id blob primary key not null check (length(id) = 16),
  authority_id blob not null references authorities (id),
  family_member_id blob not null references accounts (id),
  by_id blob not null references accounts (id),
  kind text not null check (kind in ('visit', 'call', 'other')),
  outcome text not null check (outcome in ('seen_in_person', 'spoken_with', 'no_reply')),
  happened_at bigint not null,
  words blob,
  received_at bigint not null,
  verdict text not null check (verdict in ('clear', 'worrying', 'not_screened')),
  unread boolean not null,
  lexicon_version text not null,
  withdrawn_for text check (withdrawn_for in ('wrong_person', 'did_not_happen', 'logged_twice', 'wrongly_written')),
  withdrawn_by blob references accounts (id),
  withdrawn_at bigint,
  check (kind <> 'call' or outcome <> 'seen_in_person'),
  check ((withdrawn_for is null) = (withdrawn_by is null)),
  check ((withdrawn_for is null) = (withdrawn_at is null))
) without rowid;
create index contact_log_by_member on contact_log (family_member_id, happened_at);
create index contact_log_not_screened on contact_log (received_at) where verdict = 'not_screened';
