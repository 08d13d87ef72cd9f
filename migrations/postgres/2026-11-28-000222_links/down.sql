drop index alerts_by_family;
drop table alert_links;
