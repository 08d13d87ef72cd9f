-- Dates: what is agreed with a family member, and when. What a date says is in its versions: the
-- newest is the one that holds, the others are what was said before. over_at is when its last
-- occurrence ends; empty if it goes on for ever.
create table dates (
  id blob primary key not null check (length(id) = 16),
  authority_id blob not null references authorities (id),
  family_member_id blob not null references accounts (id),
  made_by blob not null references accounts (id),
  made_at bigint not null,
  version int not null check (version >= 1),
  state text not null check (state in ('on', 'cancelled')),
  over_at bigint
) without rowid;
create index dates_by_member on dates (family_member_id, over_at);

-- Civil time is kept as it was said, with its zone; moments are reckoned from it.
create table date_versions (
  date_id blob not null references dates (id),
  version int not null,
  id blob not null check (length(id) = 16),
  by_id blob not null references accounts (id),
  received_at bigint not null,
  starts text not null check (length(starts) = 16),
  zone text not null,
  minutes int not null check (minutes between 1 and 1440),
  repeats text not null check (repeats in ('none', 'daily', 'weekly', 'fortnightly', 'monthly')),
  until_day text,
  remind_minutes_before int check (remind_minutes_before between 0 and 10080),
  words blob not null,
  verdict text not null check (verdict in ('clear', 'worrying', 'not_screened')),
  unread boolean not null,
  lexicon_version text not null,
  primary key (date_id, version)
) without rowid;
create unique index date_versions_by_author on date_versions (by_id, id);
create index date_versions_not_screened on date_versions (received_at) where verdict = 'not_screened';

create table date_replies (
  family_member_id blob not null references accounts (id),
  id blob not null check (length(id) = 16),
  date_id blob not null references dates (id),
  version int not null,
  starts text not null,
  reply text not null check (reply in ('can_come', 'change_it')),
  note blob,
  received_at bigint not null,
  verdict text not null check (verdict in ('clear', 'worrying', 'not_screened')),
  unread boolean not null,
  lexicon_version text not null,
  primary key (family_member_id, id)
) without rowid;
create index date_replies_by_date on date_replies (date_id, received_at);
create index date_replies_not_screened on date_replies (received_at) where verdict = 'not_screened';

-- One reminder for each occurrence, which its civil time names: however often it is reckoned, there
-- is one. due_at is empty once it has been sent or dropped, and the state says which.
create table reminders (
  date_id blob not null references dates (id),
  starts text not null,
  version int not null,
  starts_at bigint not null,
  due_at bigint,
  state text not null check (state in ('due', 'sent', 'late', 'not_safe', 'not_active', 'unattended', 'moved', 'cancelled')),
  settled_at bigint,
  primary key (date_id, starts),
  check ((state = 'due') = (due_at is not null))
) without rowid;
create index reminders_due on reminders (due_at) where due_at is not null;

-- When and how a family member may safely be reached, as they told it last, and what of it a person
-- has confirmed with them. Windows and what was confirmed are JSON.
create table contact_plans (
  family_member_id blob primary key not null references accounts (id),
  version int not null check (version >= 1),
  windows text not null,
  ok_message boolean not null,
  ok_call boolean not null,
  ok_voicemail boolean not null,
  shared_phone boolean not null,
  code_word blob,
  told_at bigint not null,
  confirmed text,
  confirmed_at bigint,
  confirmed_by blob
) without rowid;

-- Worries may come from dates and from replies to them.
create table alert_occurrences_new (
  alert_id blob not null references alerts (id),
  seq int not null,
  source text not null check (source in ('message', 'held_message', 'check_in', 'report', 'help', 'date', 'date_reply')),
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

-- And they are tried again if they could not be screened.
create table screening_tries_new (
  source text not null check (source in ('message', 'held_message', 'check_in', 'report', 'date', 'date_reply')),
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
