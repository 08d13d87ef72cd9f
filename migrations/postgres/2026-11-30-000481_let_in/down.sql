delete from alert_exclusions where why = 'let_in';
alter table alert_exclusions drop constraint if exists alert_exclusions_why_check;
alter table alert_exclusions add constraint alert_exclusions_why_check
  check (why in ('implicated', 'connected', 'elsewhere', 'by_hand'));
