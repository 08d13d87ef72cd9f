-- Family members who have told no contact plan yet, and when somebody is to ask them for one: after their first
-- days. Empty while a follow-up asks for it.
create table contact_plans_untold (
  family_member_id blob primary key not null references accounts (id),
  ask_at bigint
) without rowid;
create index contact_plans_untold_due on contact_plans_untold (ask_at) where ask_at is not null;

insert into contact_plans_untold (family_member_id, ask_at)
select a.id, a.created_at + 604800000000 from accounts a
where a.role = 'family_member' and a.status <> 'departed'
  and not exists (select 1 from contact_plans p where p.family_member_id = a.id);
