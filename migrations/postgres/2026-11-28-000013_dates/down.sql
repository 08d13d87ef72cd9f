delete from screening_tries where source in ('date', 'date_reply');
alter table screening_tries drop constraint screening_tries_source_check;
alter table screening_tries add constraint screening_tries_source_check
  check (source in ('message', 'held_message', 'check_in', 'report'));
delete from alert_occurrences where source in ('date', 'date_reply');
alter table alert_occurrences drop constraint alert_occurrences_source_check;
alter table alert_occurrences add constraint alert_occurrences_source_check
  check (source in ('message', 'held_message', 'check_in', 'report', 'help'));
drop table contact_plans;
drop table reminders;
drop table date_replies;
drop table date_versions;
drop table dates;
