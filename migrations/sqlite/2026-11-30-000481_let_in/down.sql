create table alert_exclusions_anew (
  alert_id blob not null references alerts (id),
  account_id blob not null references accounts (id),
  why text not null default 'implicated' check (why in ('implicated', 'connected', 'elsewhere', 'by_hand')),
  primary key (alert_id, account_id)
) without rowid;
insert into alert_exclusions_anew (alert_id, account_id, why)
select alert_id, account_id, why from alert_exclusions where why <> 'let_in';
drop table alert_exclusions;
alter table alert_exclusions_anew rename to alert_exclusions;
