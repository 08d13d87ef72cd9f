-- Somebody may be left out of an alert by hand too: whoever answers for it knows that they must not know.
create table alert_exclusions_new (
  alert_id blob not null references alerts (id),
  account_id blob not null references accounts (id),
  why text not null default 'implicated' check (why in ('implicated', 'connected', 'elsewhere', 'by_hand')),
  primary key (alert_id, account_id)
) without rowid;
insert into alert_exclusions_new (alert_id, account_id, why)
  select alert_id, account_id, why from alert_exclusions;
drop table alert_exclusions;
alter table alert_exclusions_new rename to alert_exclusions;
