delete from screening_tries where source in ('goal', 'goal_entry');
create table screening_tries_old (
  source text not null check (source in ('message', 'held_message', 'check_in', 'report', 'date', 'date_reply')),
  author_id blob not null references accounts (id),
  source_id blob not null check (length(source_id) = 16),
  tries int not null,
  due_at bigint not null,
  primary key (author_id, source_id, source)
) without rowid;
insert into screening_tries_old select source, author_id, source_id, tries, due_at from screening_tries;
drop table screening_tries;
alter table screening_tries_old rename to screening_tries;
create index screening_tries_due on screening_tries (due_at);
delete from alert_occurrences where source in ('goal', 'goal_entry');
create table alert_occurrences_old (
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
insert into alert_occurrences_old
  select alert_id, seq, source, source_author_id, source_id, severity, category, findings, at
  from alert_occurrences;
drop table alert_occurrences;
alter table alert_occurrences_old rename to alert_occurrences;
create index alert_occurrences_by_source on alert_occurrences (source_author_id, source_id);
drop table goal_entries;
drop table goals;
