delete from follow_ups where is_plan_due
  and not exists (select 1 from contact_plans p where p.family_member_id = follow_ups.family_member_id);
drop table contact_plans_untold;
