alter table alert_exclusions drop column by_id;
