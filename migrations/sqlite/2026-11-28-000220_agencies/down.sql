drop table alert_calls;
drop table agency_lines;
