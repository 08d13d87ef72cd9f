-- Types: ids are 16 bytes (UUID), moments are microseconds since 1970 UTC, enums are text with a
-- check, sealed words are bytes. Every row belongs to one authority, directly or by its parent.

create table service_settings (
  name text primary key not null,
  value text not null
);

create table authorities (
  id bytea primary key not null check (length(id) = 16),
  name text not null unique,
  created_at bigint not null
);

create table pods (
  id bytea primary key not null check (length(id) = 16),
  authority_id bytea not null references authorities (id),
  name text not null,
  area text not null,
  supervising_social_worker_id bytea,
  created_at bigint not null,
  unique (authority_id, name)
);

create table families (
  id bytea primary key not null check (length(id) = 16),
  authority_id bytea not null references authorities (id),
  pod_id bytea not null references pods (id),
  reference text not null,
  family_practitioner_id bytea,
  state text not null check (state in ('open', 'closed')),
  created_at bigint not null,
  unique (authority_id, reference)
);
create index families_by_pod on families (pod_id);
create index families_by_practitioner on families (family_practitioner_id);

create table accounts (
  id bytea primary key not null check (length(id) = 16),
  authority_id bytea not null references authorities (id),
  role text not null check (role in ('family_member', 'peer_mentor', 'family_practitioner', 'supervising_social_worker', 'service_manager')),
  kind text check (kind in ('young_person', 'parent', 'carer')),
  display_name text not null,
  email text unique,
  password_hash text,
  status text not null check (status in ('active', 'suspended', 'departed')),
  language text not null,
  pod_id bytea references pods (id),
  family_id bytea references families (id),
  qualified boolean not null,
  second_factor_secret bytea,
  second_factor_confirmed_at bigint,
  second_factor_last_step bigint,
  notice_version text,
  notice_language text,
  notice_shown_at bigint,
  created_at bigint not null,
  check ((role = 'family_member') = (kind is not null))
);
create index accounts_by_authority on accounts (authority_id, role);
create index accounts_by_pod on accounts (pod_id);
create index accounts_by_family on accounts (family_id);

create table pod_deputies (
  pod_id bytea not null references pods (id),
  account_id bytea not null references accounts (id),
  position int not null,
  primary key (pod_id, position),
  unique (pod_id, account_id)
);

create table invitations (
  id bytea primary key not null check (length(id) = 16),
  authority_id bytea not null references authorities (id),
  code_hash bytea not null unique,
  role text not null,
  kind text,
  display_name text not null,
  email text,
  pod_id bytea references pods (id),
  family_id bytea references families (id),
  account_id bytea references accounts (id),
  invited_by bytea,
  created_at bigint not null,
  expires_at bigint not null,
  accepted_at bigint,
  withdrawn_at bigint
);
create index invitations_by_authority on invitations (authority_id, created_at);

create table devices (
  id bytea primary key not null check (length(id) = 16),
  account_id bytea not null references accounts (id),
  label text not null,
  salt bytea not null,
  generation bigint not null,
  wrong_pins int not null,
  pin_blocked_until bigint not null,
  created_at bigint not null,
  last_seen_at bigint not null,
  ended_at bigint,
  ended_why text
);
create index devices_by_account on devices (account_id);

create table recovery_codes (
  account_id bytea not null references accounts (id),
  code_hash bytea not null,
  used_at bigint,
  primary key (account_id, code_hash)
);

create table wrong_tries (
  key bytea primary key not null,
  tries int not null,
  last_at bigint not null,
  blocked_until bigint not null
);
create index wrong_tries_by_age on wrong_tries (last_at);

create table conversations (
  id bytea primary key not null check (length(id) = 16),
  authority_id bytea not null references authorities (id),
  family_id bytea not null references families (id),
  family_member_id bytea not null references accounts (id),
  last_seq bigint not null,
  last_received_at bigint not null,
  created_at bigint not null,
  ended_at bigint
);
create unique index conversations_open on conversations (family_member_id) where ended_at is null;
create index conversations_by_member on conversations (family_member_id, created_at);
create index conversations_by_family on conversations (family_id);

create table matches (
  id bytea primary key not null check (length(id) = 16),
  authority_id bytea not null references authorities (id),
  family_member_id bytea not null references accounts (id),
  peer_mentor_id bytea not null references accounts (id),
  conversation_id bytea not null unique references conversations (id),
  matched_by bytea not null,
  started_at bigint not null,
  ended_at bigint
);
create unique index matches_open on matches (family_member_id) where ended_at is null;
create index matches_by_mentor on matches (peer_mentor_id);

create table conversation_members (
  conversation_id bytea not null references conversations (id),
  account_id bytea not null references accounts (id),
  part text not null check (part in ('family_member', 'peer_mentor', 'cover_mentor')),
  from_at bigint not null,
  until_at bigint,
  read_seq bigint not null,
  delivered_seq bigint not null,
  primary key (conversation_id, account_id)
);
create index conversation_members_by_account on conversation_members (account_id);

create table messages (
  conversation_id bytea not null references conversations (id),
  seq bigint not null,
  author_id bytea not null references accounts (id),
  id bytea not null check (length(id) = 16),
  body bytea not null,
  written_at bigint,
  received_at bigint not null,
  verdict text not null check (verdict in ('clear', 'worrying', 'not_screened')),
  unread boolean not null,
  lexicon_version text not null,
  primary key (conversation_id, seq)
);
create unique index messages_by_author on messages (author_id, id);
create index messages_not_screened on messages (received_at) where verdict = 'not_screened';

create table held_messages (
  author_id bytea not null references accounts (id),
  id bytea not null check (length(id) = 16),
  conversation_id bytea not null references conversations (id),
  body bytea not null,
  written_at bigint,
  received_at bigint not null,
  verdict text not null check (verdict in ('clear', 'worrying', 'not_screened')),
  unread boolean not null,
  lexicon_version text not null,
  primary key (author_id, id)
);

create table check_ins (
  family_member_id bytea not null references accounts (id),
  id bytea not null check (length(id) = 16),
  scale int not null check (scale between 0 and 10),
  better bytea,
  wants_contact boolean not null,
  someone_makes_me_unsafe text check (someone_makes_me_unsafe in ('yes', 'no', 'not_sure', 'rather_not_say')),
  received_at bigint not null,
  verdict text not null check (verdict in ('clear', 'worrying', 'not_screened')),
  unread boolean not null,
  lexicon_version text not null,
  primary key (family_member_id, id)
);
create index check_ins_by_time on check_ins (family_member_id, received_at);

create table reports (
  reporter_id bytea not null references accounts (id),
  id bytea not null check (length(id) = 16),
  family_member_id bytea not null references accounts (id),
  severity text not null check (severity in ('watch', 'urgent', 'immediate')),
  category text not null,
  note bytea not null,
  message_author_id bytea,
  message_id bytea,
  about_mentor boolean not null,
  received_at bigint not null,
  verdict text not null check (verdict in ('clear', 'worrying', 'not_screened')),
  lexicon_version text not null,
  alert_id bytea,
  primary key (reporter_id, id)
);

create table help_calls (
  family_member_id bytea not null references accounts (id),
  id bytea not null check (length(id) = 16),
  received_at bigint not null,
  alert_id bytea not null,
  primary key (family_member_id, id)
);

create table help_lines (
  id bytea primary key not null check (length(id) = 16),
  authority_id bytea references authorities (id),
  locality text not null,
  name text not null,
  number text not null,
  text_number text,
  hours text not null,
  position int not null,
  verified_on text not null
);
create index help_lines_by_authority on help_lines (authority_id, position);

create table alerts (
  id bytea primary key not null check (length(id) = 16),
  authority_id bytea not null references authorities (id),
  pod_id bytea not null references pods (id),
  family_id bytea not null references families (id),
  family_member_id bytea not null references accounts (id),
  kind text not null check (kind in ('concern', 'allegation', 'unread')),
  possible_allegation boolean not null,
  severity text not null check (severity in ('watch', 'urgent', 'immediate')),
  category text not null,
  categories text not null,
  state text not null check (state in ('open', 'acknowledged', 'closed')),
  fold_key bytea not null,
  policy_version int not null,
  raised_at bigint not null,
  acknowledge_by bigint not null,
  decide_by bigint,
  holder_id bytea,
  acknowledged_at bigint,
  next_due_at bigint,
  step int not null,
  rung int not null,
  unreachable boolean not null,
  occurrence_count int not null,
  unseen_since bigint,
  handed_to_id bytea,
  closed_at bigint
);
create unique index alerts_one_open on alerts (fold_key) where state <> 'closed';
create index alerts_due on alerts (next_due_at) where next_due_at is not null;
create index alerts_by_pod on alerts (pod_id, state, raised_at);
create index alerts_by_authority on alerts (authority_id, state, raised_at);
create index alerts_by_family_member on alerts (family_member_id, raised_at);

create table alert_occurrences (
  alert_id bytea not null references alerts (id),
  seq int not null,
  source text not null check (source in ('message', 'held_message', 'check_in', 'report', 'help')),
  source_author_id bytea not null,
  source_id bytea not null,
  severity text not null check (severity in ('watch', 'urgent', 'immediate')),
  category text not null,
  findings text not null,
  at bigint not null,
  primary key (alert_id, seq)
);
create index alert_occurrences_by_source on alert_occurrences (source_author_id, source_id);

create table alert_exclusions (
  alert_id bytea not null references alerts (id),
  account_id bytea not null references accounts (id),
  primary key (alert_id, account_id)
);

create table alert_tellings (
  alert_id bytea not null references alerts (id),
  seq int not null,
  account_id bytea not null references accounts (id),
  step int not null,
  why text not null,
  at bigint not null,
  primary key (alert_id, seq)
);
create index alert_tellings_by_account on alert_tellings (account_id, at);

create table alert_deeds (
  alert_id bytea not null references alerts (id),
  seq int not null,
  deed text not null,
  actor_id bytea,
  at bigint not null,
  detail text not null,
  words bytea,
  primary key (alert_id, seq)
);

create table inbox_heads (
  account_id bytea primary key not null references accounts (id),
  seq bigint not null,
  seen_seq bigint not null
);

create table inbox (
  account_id bytea not null,
  seq bigint not null,
  event text not null,
  subject_id bytea not null,
  subject_seq bigint not null,
  detail text,
  at bigint not null,
  primary key (account_id, seq)
);
create index inbox_by_age on inbox (at);

create table audit_lines (
  id bytea primary key not null check (length(id) = 16),
  authority_id bytea not null,
  at bigint not null,
  actor_id bytea,
  actor_role text not null,
  deed text not null,
  subject text not null,
  subject_id bytea,
  about_account_id bytea,
  detail text not null,
  reason text
);
create index audit_lines_by_authority on audit_lines (authority_id, id);
create index audit_lines_by_subject on audit_lines (subject_id, id);
create index audit_lines_by_about on audit_lines (about_account_id, id);
