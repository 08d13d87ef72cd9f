-- Types: ids are 16 bytes (UUID), moments are microseconds since 1970 UTC, enums are text with a
-- check, sealed words are bytes. Every row belongs to one authority, directly or by its parent.

create table service_settings (
  name text primary key not null,
  value text not null
) without rowid;

create table authorities (
  id blob primary key not null check (length(id) = 16),
  name text not null unique,
  created_at bigint not null
);

create table pods (
  id blob primary key not null check (length(id) = 16),
  authority_id blob not null references authorities (id),
  name text not null,
  area text not null,
  supervising_social_worker_id blob,
  created_at bigint not null,
  unique (authority_id, name)
);

create table families (
  id blob primary key not null check (length(id) = 16),
  authority_id blob not null references authorities (id),
  pod_id blob not null references pods (id),
  reference text not null,
  family_practitioner_id blob,
  state text not null check (state in ('open', 'closed')),
  created_at bigint not null,
  unique (authority_id, reference)
);
create index families_by_pod on families (pod_id);
create index families_by_practitioner on families (family_practitioner_id);

create table accounts (
  id blob primary key not null check (length(id) = 16),
  authority_id blob not null references authorities (id),
  role text not null check (role in ('family_member', 'peer_mentor', 'family_practitioner', 'supervising_social_worker', 'service_manager')),
  kind text check (kind in ('young_person', 'parent', 'carer')),
  display_name text not null,
  email text unique,
  password_hash text,
  status text not null check (status in ('active', 'suspended', 'departed')),
  language text not null,
  pod_id blob references pods (id),
  family_id blob references families (id),
  qualified boolean not null,
  second_factor_secret blob,
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
  pod_id blob not null references pods (id),
  account_id blob not null references accounts (id),
  position int not null,
  primary key (pod_id, position),
  unique (pod_id, account_id)
) without rowid;

create table invitations (
  id blob primary key not null check (length(id) = 16),
  authority_id blob not null references authorities (id),
  code_hash blob not null unique,
  role text not null,
  kind text,
  display_name text not null,
  email text,
  pod_id blob references pods (id),
  family_id blob references families (id),
  account_id blob references accounts (id),
  invited_by blob,
  created_at bigint not null,
  expires_at bigint not null,
  accepted_at bigint,
  withdrawn_at bigint
);
create index invitations_by_authority on invitations (authority_id, created_at);

create table devices (
  id blob primary key not null check (length(id) = 16),
  account_id blob not null references accounts (id),
  label text not null,
  salt blob not null,
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
  account_id blob not null references accounts (id),
  code_hash blob not null,
  used_at bigint,
  primary key (account_id, code_hash)
) without rowid;

create table wrong_tries (
  key blob primary key not null,
  tries int not null,
  last_at bigint not null,
  blocked_until bigint not null
) without rowid;
create index wrong_tries_by_age on wrong_tries (last_at);

create table conversations (
  id blob primary key not null check (length(id) = 16),
  authority_id blob not null references authorities (id),
  family_id blob not null references families (id),
  family_member_id blob not null references accounts (id),
  last_seq bigint not null,
  last_received_at bigint not null,
  created_at bigint not null,
  ended_at bigint
);
create unique index conversations_open on conversations (family_member_id) where ended_at is null;
create index conversations_by_member on conversations (family_member_id, created_at);
create index conversations_by_family on conversations (family_id);

create table matches (
  id blob primary key not null check (length(id) = 16),
  authority_id blob not null references authorities (id),
  family_member_id blob not null references accounts (id),
  peer_mentor_id blob not null references accounts (id),
  conversation_id blob not null unique references conversations (id),
  matched_by blob not null,
  started_at bigint not null,
  ended_at bigint
);
create unique index matches_open on matches (family_member_id) where ended_at is null;
create index matches_by_mentor on matches (peer_mentor_id);

create table conversation_members (
  conversation_id blob not null references conversations (id),
  account_id blob not null references accounts (id),
  part text not null check (part in ('family_member', 'peer_mentor', 'cover_mentor')),
  from_at bigint not null,
  until_at bigint,
  read_seq bigint not null,
  delivered_seq bigint not null,
  primary key (conversation_id, account_id)
) without rowid;
create index conversation_members_by_account on conversation_members (account_id);

create table messages (
  conversation_id blob not null references conversations (id),
  seq bigint not null,
  author_id blob not null references accounts (id),
  id blob not null check (length(id) = 16),
  body blob not null,
  written_at bigint,
  received_at bigint not null,
  verdict text not null check (verdict in ('clear', 'worrying', 'not_screened')),
  unread boolean not null,
  lexicon_version text not null,
  primary key (conversation_id, seq)
) without rowid;
create unique index messages_by_author on messages (author_id, id);
create index messages_not_screened on messages (received_at) where verdict = 'not_screened';

create table held_messages (
  author_id blob not null references accounts (id),
  id blob not null check (length(id) = 16),
  conversation_id blob not null references conversations (id),
  body blob not null,
  written_at bigint,
  received_at bigint not null,
  verdict text not null check (verdict in ('clear', 'worrying', 'not_screened')),
  unread boolean not null,
  lexicon_version text not null,
  primary key (author_id, id)
) without rowid;

create table check_ins (
  family_member_id blob not null references accounts (id),
  id blob not null check (length(id) = 16),
  scale int not null check (scale between 0 and 10),
  better blob,
  wants_contact boolean not null,
  someone_makes_me_unsafe text check (someone_makes_me_unsafe in ('yes', 'no', 'not_sure', 'rather_not_say')),
  received_at bigint not null,
  verdict text not null check (verdict in ('clear', 'worrying', 'not_screened')),
  unread boolean not null,
  lexicon_version text not null,
  primary key (family_member_id, id)
) without rowid;
create index check_ins_by_time on check_ins (family_member_id, received_at);

create table reports (
  reporter_id blob not null references accounts (id),
  id blob not null check (length(id) = 16),
  family_member_id blob not null references accounts (id),
  severity text not null check (severity in ('watch', 'urgent', 'immediate')),
  category text not null,
  note blob not null,
  message_author_id blob,
  message_id blob,
  about_mentor boolean not null,
  received_at bigint not null,
  verdict text not null check (verdict in ('clear', 'worrying', 'not_screened')),
  lexicon_version text not null,
  alert_id blob,
  primary key (reporter_id, id)
) without rowid;

create table help_calls (
  family_member_id blob not null references accounts (id),
  id blob not null check (length(id) = 16),
  received_at bigint not null,
  alert_id blob not null,
  primary key (family_member_id, id)
) without rowid;

create table help_lines (
  id blob primary key not null check (length(id) = 16),
  authority_id blob references authorities (id),
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
  id blob primary key not null check (length(id) = 16),
  authority_id blob not null references authorities (id),
  pod_id blob not null references pods (id),
  family_id blob not null references families (id),
  family_member_id blob not null references accounts (id),
  kind text not null check (kind in ('concern', 'allegation', 'unread')),
  possible_allegation boolean not null,
  severity text not null check (severity in ('watch', 'urgent', 'immediate')),
  category text not null,
  categories text not null,
  state text not null check (state in ('open', 'acknowledged', 'closed')),
  fold_key blob not null,
  policy_version int not null,
  raised_at bigint not null,
  acknowledge_by bigint not null,
  decide_by bigint,
  holder_id blob,
  acknowledged_at bigint,
  next_due_at bigint,
  step int not null,
  rung int not null,
  unreachable boolean not null,
  occurrence_count int not null,
  unseen_since bigint,
  handed_to_id blob,
  closed_at bigint
);
create unique index alerts_one_open on alerts (fold_key) where state <> 'closed';
create index alerts_due on alerts (next_due_at) where next_due_at is not null;
create index alerts_by_pod on alerts (pod_id, state, raised_at);
create index alerts_by_authority on alerts (authority_id, state, raised_at);
create index alerts_by_family_member on alerts (family_member_id, raised_at);

create table alert_occurrences (
  alert_id blob not null references alerts (id),
  seq int not null,
  source text not null check (source in ('message', 'held_message', 'check_in', 'report', 'help')),
  source_author_id blob not null,
  source_id blob not null,
  severity text not null check (severity in ('watch', 'urgent', 'immediate')),
  category text not null,
  findings text not null,
  at bigint not null,
  primary key (alert_id, seq)
) without rowid;
create index alert_occurrences_by_source on alert_occurrences (source_author_id, source_id);

create table alert_exclusions (
  alert_id blob not null references alerts (id),
  account_id blob not null references accounts (id),
  primary key (alert_id, account_id)
) without rowid;

create table alert_tellings (
  alert_id blob not null references alerts (id),
  seq int not null,
  account_id blob not null references accounts (id),
  step int not null,
  why text not null,
  at bigint not null,
  primary key (alert_id, seq)
) without rowid;
create index alert_tellings_by_account on alert_tellings (account_id, at);

create table alert_deeds (
  alert_id blob not null references alerts (id),
  seq int not null,
  deed text not null,
  actor_id blob,
  at bigint not null,
  detail text not null,
  words blob,
  primary key (alert_id, seq)
) without rowid;

create table inbox_heads (
  account_id blob primary key not null references accounts (id),
  seq bigint not null,
  seen_seq bigint not null
) without rowid;

create table inbox (
  account_id blob not null,
  seq bigint not null,
  event text not null,
  subject_id blob not null,
  subject_seq bigint not null,
  detail text,
  at bigint not null,
  primary key (account_id, seq)
) without rowid;
create index inbox_by_age on inbox (at);

create table audit_lines (
  id blob primary key not null check (length(id) = 16),
  authority_id blob not null,
  at bigint not null,
  actor_id blob,
  actor_role text not null,
  deed text not null,
  subject text not null,
  subject_id blob,
  about_account_id blob,
  detail text not null,
  reason text
);
create index audit_lines_by_authority on audit_lines (authority_id, id);
create index audit_lines_by_subject on audit_lines (subject_id, id);
create index audit_lines_by_about on audit_lines (about_account_id, id);
