-- The code words that family members have told in their contact plans, each with its verdict: a text
-- like any other. What a worry came from is kept, also when they tell another word.
create table code_words (
  family_member_id blob not null references accounts (id),
  id blob not null check (length(id) = 16),
  words blob not null,
  received_at bigint not null,
  verdict text not null check (verdict in ('clear', 'worrying', 'not_screened')),
  unread boolean not null,
  lexicon_version text not null,
  primary key (family_member_id, id)
) without rowid;
create index code_words_by_time on code_words (received_at);
create index code_words_not_screened on code_words (received_at) where verdict = 'not_screened';
