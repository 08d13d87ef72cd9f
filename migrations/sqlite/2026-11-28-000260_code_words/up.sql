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

-- Worries may come from any words that people write. Which kinds of text there are, the program says.
create table alert_occurrences_new (
  alert_id blob not null references alerts (id),
  seq int not null,
  source text not null check (length(source) between 1 and 40),
  source_author_id blob not null,
  source_id blob not null,
  severity text not null check (severity in ('watch', 'urgent', 'immediate')),
  category text not null,
  findings text not null,
  at bigint not null,
  primary key (alert_id, seq)
) without rowid;
insert into alert_occurrences_new
  select alert_id, seq, source, source_author_id, source_id, severity, category, findings, at
  from alert_occurrences;
drop table alert_occurrences;
alter table alert_occurrences_new rename to alert_occurrences;
create index alert_occurrences_by_source on alert_occurrences (source_author_id, source_id);
create table screening_tries_new (
  source text not null check (length(source) between 1 and 40),
  author_id blob not null references accounts (id),
  source_id blob not null check (length(source_id) = 16),
  tries int not null,
  due_at bigint not null,
  primary key (author_id, source_id, source)
) without rowid;
insert into screening_tries_new select source, author_id, source_id, tries, due_at from screening_tries;
drop table screening_tries;
alter table screening_tries_new rename to screening_tries;
create index screening_tries_due on screening_tries (due_at);
