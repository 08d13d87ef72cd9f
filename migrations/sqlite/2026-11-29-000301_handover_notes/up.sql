-- Handover notes: each version as it was saved, of what mentors hand over and of what workers do. words:
-- what is said to the three prompts, each on lines of its own; going_on and promised: how many characters
-- the first two have.
create table handover_notes (
  id blob primary key not null check (length(id) = 16),
  authority_id blob not null references authorities (id),
  family_member_id blob not null references accounts (id),
  side text not null check (side in ('mentors', 'workers')),
  version int not null check (version >= 1),
  by_id blob not null references accounts (id),
  words blob not null,
  going_on int not null check (going_on >= 0),
  promised int not null check (promised >= 0),
  received_at bigint not null,
  verdict text not null check (verdict in ('clear', 'worrying', 'not_screened')),
  unread boolean not null,
  lexicon_version text not null
) without rowid;
create unique index handover_notes_by_version on handover_notes (family_member_id, side, version);
create index handover_notes_not_screened on handover_notes (received_at) where verdict = 'not_screened';
