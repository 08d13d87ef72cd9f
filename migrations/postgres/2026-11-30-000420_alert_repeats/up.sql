-- Who is to be told again how many alerts wait for them, and when they last were: each person once for all
-- that wait, however many alerts step.
create table alert_repeats (
  account_id bytea primary key not null references accounts (id),
  due_at bigint,
  told_at bigint not null
);
create index alert_repeats_due on alert_repeats (due_at) where due_at is not null;

-- Whether somebody was told of an alert is asked for each that is open, whatever else they were ever told.
drop index alert_tellings_by_account;
create index alert_tellings_by_account on alert_tellings (account_id, alert_id);
