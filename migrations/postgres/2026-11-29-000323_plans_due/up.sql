-- When somebody is to ask a family member whether their contact plan is still right: a month after it was
-- confirmed, or told if it never was. Empty while a follow-up asks for it.
alter table contact_plans add column confirm_due_at bigint;
update contact_plans set confirm_due_at = coalesce(confirmed_at, told_at) + 2592000000000;
create index contact_plans_due on contact_plans (confirm_due_at) where confirm_due_at is not null;

-- Such a follow-up is no silence, and there is one of each person.
alter table follow_ups add column is_plan_due boolean not null default false;
drop index follow_ups_silence;
create unique index follow_ups_silence on follow_ups (family_member_id)
  where done_at is null and check_in_id is null and date_id is null and not is_plan_due;
create unique index follow_ups_plan_due on follow_ups (family_member_id) where done_at is null and is_plan_due;
