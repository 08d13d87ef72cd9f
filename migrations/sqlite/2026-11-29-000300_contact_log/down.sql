delete from screening_tries where source = 'contact_log';
delete from alert_occurrences where source = 'contact_log';
drop table contact_log;
