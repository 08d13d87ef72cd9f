-- One reason more why somebody is left out: somebody who is has let them in, or given them their account back.
alter table alert_exclusions drop constraint if exists alert_exclusions_why_check;
alter table alert_exclusions add constraint alert_exclusions_why_check
  check (why in ('implicated', 'connected', 'elsewhere', 'by_hand', 'let_in'));
