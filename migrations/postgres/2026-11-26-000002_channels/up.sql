-- Where a device takes pushes: one place for each device. Two devices may name the same place (a
-- phone that is shared); each is told for itself.
create table push_subscriptions (
  id bytea primary key not null check (length(id) = 16),
  account_id bytea not null references accounts (id),
  device_id bytea not null unique references devices (id),
  endpoint text not null,
  p256dh bytea not null check (length(p256dh) = 65),
  auth bytea not null check (length(auth) = 16),
  created_at bigint not null
);
create index push_subscriptions_by_account on push_subscriptions (account_id);

-- Who must be called outside the open app: at most one pending call for each person, in the row that
-- every telling moves anyway. call_urgency is 0 for none. Whoever has no channel is never called.
alter table inbox_heads add column has_channel boolean not null default false;
alter table inbox_heads add column call_due_at bigint;
alter table inbox_heads add column call_urgency int not null default 0;
create index inbox_heads_due on inbox_heads (call_due_at) where call_due_at is not null;

-- One sending for each channel of a call; due_at is empty once it has ended. place_id is the
-- subscription of a push, and the account itself where a person has one such channel.
create table sendings (
  id bytea primary key not null check (length(id) = 16),
  account_id bytea not null references accounts (id),
  channel text not null check (channel in ('push', 'email', 'phone')),
  place_id bytea not null check (length(place_id) = 16),
  urgency int not null check (urgency between 1 and 3),
  state text not null check (state in ('due', 'accepted', 'failed', 'gone', 'expired', 'cancelled')),
  tries int not null,
  made_at bigint not null,
  due_at bigint,
  give_up_at bigint not null,
  check ((state = 'due') = (due_at is not null))
);
create index sendings_due on sendings (due_at) where due_at is not null;
create unique index sendings_one_due on sendings (channel, place_id) where state = 'due';
create index sendings_by_account on sendings (account_id, made_at);

-- Every try, written before it begins: an outcome that stays 'begun' is a try that a crash cut off.
create table sending_attempts (
  sending_id bytea not null references sendings (id),
  number int not null,
  channel text not null check (channel in ('push', 'email', 'phone')),
  begun_at bigint not null,
  ended_at bigint,
  outcome text not null check (outcome in ('begun', 'accepted', 'refused', 'gone', 'busy', 'timed_out', 'unreachable', 'fault')),
  status int,
  primary key (sending_id, number)
);
