alter table follow_ups drop column is_held;
alter table date_replies drop column is_held;
alter table goal_entries drop column is_held;
alter table goals drop column is_held;
alter table check_ins drop column is_held;
