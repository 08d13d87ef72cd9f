drop index follow_ups_silence;
delete from follow_ups where check_in_id is null;
alter table follow_ups drop column is_unreached;
alter table follow_ups drop column missed;
alter table follow_ups drop column date_id;
alter table follow_ups alter column check_in_id set not null;
drop table check_in_asks;
drop table check_in_rhythms;
