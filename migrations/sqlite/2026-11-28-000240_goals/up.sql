-- Goals: what somebody works towards, in the words of whoever wrote it down. Nothing here is ever
-- changed but how it ended.
create table goals (
  id blob primary key not null check (length(id) = 16),
  authority_id blob not null references authorities (id),
  family_member_id blob not null references accounts (id),
  by_id blob not null references accounts (id),
  received_at bigint not null,
  start int not null check (start between 0 and 10),
  good_enough int not null check (good_enough between 0 and 10),
  words blob not null,
  verdict text not null check (verdict in ('clear', 'worrying', 'not_screened')),
  unread boolean not null,
  lexicon_version text not null,
  ending text check (ending in ('reached', 'let_go')),
  ended_by blob references accounts (id),
  ended_at bigint,
  check ((ending is null) = (ended_at is null))
) without rowid;
create index goals_by_member on goals (family_member_id, received_at);
create index goals_not_screened on goals (received_at) where verdict = 'not_screened';

-- What is added to a goal: where somebody says it stands now, or words. said_at is when it was
-- written, as far as that can be true.
create table goal_entries (
  by_id blob not null references accounts (id),
  id blob not null check (length(id) = 16),
  goal_id blob not null references goals (id),
  kind text not null check (kind in ('now', 'helped', 'next_step')),
  scale int check (scale between 0 and 10),
  words blob,
  said_at bigint not null,
  received_at bigint not null,
  verdict text not null check (verdict in ('clear', 'worrying', 'not_screened')),
  unread boolean not null,
  lexicon_version text not null,
  primary key (by_id, id),
  check ((kind = 'now') = (scale is not null)),
  check ((kind = 'now') = (words is null))
) without rowid;
create index goal_entries_by_goal on goal_entries (goal_id, said_at);
create index goal_entries_not_screened on goal_entries (received_at) where verdict = 'not_screened';

-- Worries may come from any words that people write. Which kinds of text there are, the program says:
-- a new one needs no rebuilding of these two tables.
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
