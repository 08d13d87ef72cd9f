-- One reason more why somebody is left out: somebody who is has let them in, or given them their account back.
create table alert_exclusions_anew (
  alert_id blob not null references alerts (id),
  account_id blob not null references accounts (id),
  why text not null default 'implicated' check (why in ('implicated', 'connected', 'elsewhere', 'by_hand', 'let_in')),
  primary key (alert_id, account_id)
) without rowid;
insert into alert_exclusions_anew (alert_id, account_id, why)
select alert_id, account_id, why from alert_exclusions;
drop table alert_exclusions;
alter table alert_exclusions_anew rename to alert_exclusions;
