-- What family members say while they may not act is held, like their messages: whoever oversees reads it,
-- and no mentor does. Of those who may not act now, it is held from when they were suspended or left; of
-- the others nobody knows any more.
alter table check_ins add column is_held boolean not null default false;
alter table goals add column is_held boolean not null default false;
alter table goal_entries add column is_held boolean not null default false;
alter table date_replies add column is_held boolean not null default false;
alter table follow_ups add column is_held boolean not null default false;

create table held_from as
  select a.id, max(l.at) as at from accounts a join audit_lines l on l.subject_id = a.id
  where a.role = 'family_member' and a.status <> 'active'
    and l.deed in ('account.suspended', 'account.departed')
  group by a.id;
update check_ins set is_held = true where exists (
  select 1 from held_from h where h.id = family_member_id and h.at <= received_at);
update goals set is_held = true where exists (
  select 1 from held_from h where h.id = by_id and h.at <= received_at);
update goal_entries set is_held = true where exists (
  select 1 from held_from h where h.id = by_id and h.at <= received_at);
update date_replies set is_held = true where exists (
  select 1 from held_from h where h.id = family_member_id and h.at <= received_at);
update follow_ups set is_held = true where check_in_id is not null and exists (
  select 1 from held_from h where h.id = family_member_id and h.at <= opened_at);
drop table held_from;
