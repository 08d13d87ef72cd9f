-- Who has said that somebody is left out; nobody where the words themselves say so.
alter table alert_exclusions add column by_id blob references accounts (id);
update alert_exclusions set by_id = (
  select r.reporter_id
  from reports r
  join report_implicated i on i.reporter_id = r.reporter_id and i.report_id = r.id
  where r.alert_id = alert_exclusions.alert_id and i.account_id = alert_exclusions.account_id and i.named
  order by r.reporter_id limit 1
)
where why = 'implicated';
