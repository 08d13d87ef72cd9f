delete from screening_tries where source in ('goal', 'goal_entry');
alter table screening_tries drop constraint screening_tries_source_check;
alter table screening_tries add constraint screening_tries_source_check
  check (source in ('message', 'held_message', 'check_in', 'report', 'date', 'date_reply'));
delete from alert_occurrences where source in ('goal', 'goal_entry');
alter table alert_occurrences drop constraint alert_occurrences_source_check;
alter table alert_occurrences add constraint alert_occurrences_source_check
  check (source in ('message', 'held_message', 'check_in', 'report', 'help', 'date', 'date_reply'));
drop table goal_entries;
drop table goals;
