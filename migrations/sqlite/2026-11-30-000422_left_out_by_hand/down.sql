create table alert_exclusions_new (
  alert_id blob not null references alerts (id),
  account_id blob not null references accounts (id),
  why text not null default 'implicated' check (why in ('implicated', 'connected', 'elsewhere')),
  primary key (alert_id, account_id)
) without rowid;
insert into alert_exclusions_new (alert_id, account_id, why)
  select alert_id, account_id, case why when 'by_hand' then 'implicated' else why end from alert_exclusions;
drop table alert_exclusions;
alter table alert_exclusions_new rename to alert_exclusions;
