alter table alert_exclusions drop constraint alert_exclusions_why_check;
update alert_exclusions set why = 'implicated' where why = 'by_hand';
alter table alert_exclusions add constraint alert_exclusions_why_check
  check (why in ('implicated', 'connected', 'elsewhere'));
