-- Somebody may be left out of an alert by hand too: whoever answers for it knows that they must not know.
alter table alert_exclusions drop constraint alert_exclusions_why_check;
alter table alert_exclusions add constraint alert_exclusions_why_check
  check (why in ('implicated', 'connected', 'elsewhere', 'by_hand'));
