-- Work on what was said before, newest first: to count what a draft would match, or to screen again
-- what was screened by a version that was withdrawn. before_at says how far it has come; due_at is
-- empty once it has ended.
create table lexicon_jobs (
  version_id blob not null references lexicon_versions (id),
  kind text not null check (kind in ('count', 'reread')),
  authority_id blob not null references authorities (id),
  from_at bigint not null,
  before_at bigint not null,
  total bigint,
  looked bigint not null,
  one_in int not null check (one_in > 0),
  found text not null,
  due_at bigint,
  primary key (version_id, kind)
) without rowid;
create index lexicon_jobs_due on lexicon_jobs (due_at) where due_at is not null;
create index messages_by_time on messages (received_at);
create index held_messages_by_time on held_messages (received_at);
create index check_ins_by_receipt on check_ins (received_at);
create index reports_by_time on reports (received_at);
create index date_versions_by_time on date_versions (received_at);
create index date_replies_by_time on date_replies (received_at);

-- Alerts that were closed as no cause for concern, for each rule that had found something in them.
-- Counting only: it switches nothing off.
create table rule_false_alarms (
  authority_id blob not null references authorities (id),
  rule text not null,
  alert_id blob not null references alerts (id),
  at bigint not null,
  primary key (authority_id, rule, alert_id)
) without rowid;
create index rule_false_alarms_by_alert on rule_false_alarms (alert_id);
