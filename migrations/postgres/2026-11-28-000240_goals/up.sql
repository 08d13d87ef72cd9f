-- Goals: what somebody works towards, in the words of whoever wrote it down. Nothing here is ever
-- changed but how it ended.
create table goals (
  id bytea primary key not null check (length(id) = 16),
  authority_id bytea not null references authorities (id),
  family_member_id bytea not null references accounts (id),
  by_id bytea not null references accounts (id),
  received_at bigint not null,
  start int not null check (start between 0 and 10),
  good_enough int not null check (good_enough between 0 and 10),
  words bytea not null,
  verdict text not null check (verdict in ('clear', 'worrying', 'not_screened')),
  unread boolean not null,
  lexicon_version text not null,
  ending text check (ending in ('reached', 'let_go')),
  ended_by bytea references accounts (id),
  ended_at bigint,
  check ((ending is null) = (ended_at is null))
);
create index goals_by_member on goals (family_member_id, received_at);
create index goals_not_screened on goals (received_at) where verdict = 'not_screened';

-- What is added to a goal: where somebody says it stands now, or words. said_at is when it was
-- written, as far as that can be true.
create table goal_entries (
  by_id bytea not null references accounts (id),
  id bytea not null check (length(id) = 16),
  goal_id bytea not null references goals (id),
  kind text not null check (kind in ('now', 'helped', 'next_step')),
  scale int check (scale between 0 and 10),
  words bytea,
  said_at bigint not null,
  received_at bigint not null,
  verdict text not null check (verdict in ('clear', 'worrying', 'not_screened')),
  unread boolean not null,
  lexicon_version text not null,
  primary key (by_id, id),
  check ((kind = 'now') = (scale is not null)),
  check ((kind = 'now') = (words is null))
);
create index goal_entries_by_goal on goal_entries (goal_id, said_at);
create index goal_entries_not_screened on goal_entries (received_at) where verdict = 'not_screened';

-- Worries may come from any words that people write. Which kinds of text there are, the program says:
-- a new one needs no rebuilding of these two tables.
alter table alert_occurrences drop constraint alert_occurrences_source_check;
alter table alert_occurrences add constraint alert_occurrences_source_check
  check (length(source) between 1 and 40);
alter table screening_tries drop constraint screening_tries_source_check;
alter table screening_tries add constraint screening_tries_source_check
  check (length(source) between 1 and 40);
