alter table alert_exclusions drop column why;
drop table connections;
