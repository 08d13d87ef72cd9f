delete from follow_ups where is_plan_due;
drop index follow_ups_plan_due;
drop index follow_ups_silence;
alter table follow_ups drop column is_plan_due;
create unique index follow_ups_silence on follow_ups (family_member_id)
  where done_at is null and check_in_id is null and date_id is null;
drop index contact_plans_due;
alter table contact_plans drop column confirm_due_at;
