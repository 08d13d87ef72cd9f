alter table follow_ups drop column with_managers;
update conversations set handed_up = 2 where handed_up = 3;
