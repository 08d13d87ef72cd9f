-- Dates: what is agreed with a family member, and when. What a date says is in its versions: the
-- newest is the one that holds, the others are what was said before. over_at is when its last
-- occurrence ends; empty if it goes on for ever.
create table dates (
  id bytea primary key not null check (length(id) = 16),
  authority_id bytea not null references authorities (id),
  family_member_id bytea not null references accounts (id),
  made_by bytea not null references accounts (id),
  made_at bigint not null,
  version int not null check (version >= 1),
  state text not null check (state in ('on', 'cancelled')),
  over_at bigint
);
create index dates_by_member on dates (family_member_id, over_at);

-- Civil time is kept as it was said, with its zone; moments are reckoned from it.
create table date_versions (
  date_id bytea not null references dates (id),
  version int not null,
  id bytea not null check (length(id) = 16),
  by_id bytea not null references accounts (id),
  received_at bigint not null,
  starts text not null check (length(starts) = 16),
  zone text not null,
  minutes int not null check (minutes between 1 and 1440),
  repeats text not null check (repeats in ('none', 'daily', 'weekly', 'fortnightly', 'monthly')),
  until_day text,
  remind_minutes_before int check (remind_minutes_before between 0 and 10080),
  words bytea not null,
  verdict text not null check (verdict in ('clear', 'worrying', 'not_screened')),
  unread boolean not null,
  lexicon_version text not null,
  primary key (date_id, version)
);
create unique index date_versions_by_author on date_versions (by_id, id);
create index date_versions_not_screened on date_versions (received_at) where verdict = 'not_screened';

create table date_replies (
  family_member_id bytea not null references accounts (id),
  id bytea not null check (length(id) = 16),
  date_id bytea not null references dates (id),
  version int not null,
  starts text not null,
  reply text not null check (reply in ('can_come', 'change_it')),
  note bytea,
  received_at bigint not null,
  verdict text not null check (verdict in ('clear', 'worrying', 'not_screened')),
  unread boolean not null,
  lexicon_version text not null,
  primary key (family_member_id, id)
);
create index date_replies_by_date on date_replies (date_id, received_at);
create index date_replies_not_screened on date_replies (received_at) where verdict = 'not_screened';

-- One reminder for each occurrence, which its civil time names: however often it is reckoned, there
-- is one. due_at is empty once it has been sent or dropped, and the state says which.
create table reminders (
  date_id bytea not null references dates (id),
  starts text not null,
  version int not null,
  starts_at bigint not null,
  due_at bigint,
  state text not null check (state in ('due', 'sent', 'late', 'not_safe', 'not_active', 'unattended', 'moved', 'cancelled')),
  settled_at bigint,
  primary key (date_id, starts),
  check ((state = 'due') = (due_at is not null))
);
create index reminders_due on reminders (due_at) where due_at is not null;

-- When and how a family member may safely be reached, as they told it last, and what of it a person
-- has confirmed with them. Windows and what was confirmed are JSON.
create table contact_plans (
  family_member_id bytea primary key not null references accounts (id),
  version int not null check (version >= 1),
  windows text not null,
  ok_message boolean not null,
  ok_call boolean not null,
  ok_voicemail boolean not null,
  shared_phone boolean not null,
  code_word bytea,
  told_at bigint not null,
  confirmed text,
  confirmed_at bigint,
  confirmed_by bytea
);

-- Worries may come from dates and from replies to them.
alter table alert_occurrences drop constraint alert_occurrences_source_check;
alter table alert_occurrences add constraint alert_occurrences_source_check
  check (source in ('message', 'held_message', 'check_in', 'report', 'help', 'date', 'date_reply'));

-- And they are tried again if they could not be screened.
alter table screening_tries drop constraint screening_tries_source_check;
alter table screening_tries add constraint screening_tries_source_check
  check (source in ('message', 'held_message', 'check_in', 'report', 'date', 'date_reply'));
