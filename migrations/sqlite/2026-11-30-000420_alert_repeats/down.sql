drop index alert_tellings_by_account;
create index alert_tellings_by_account on alert_tellings (account_id, at);
drop table alert_repeats;
