-- A date that a family member asked to be changed, and one that nobody keeps any more, are somebody's work:
-- a follow-up each, the first for the occurrence that date_starts names.
alter table follow_ups add column asks_change boolean not null default false;
alter table follow_ups add column is_unattended boolean not null default false;
alter table follow_ups add column date_starts text;
drop index follow_ups_unreached;
create unique index follow_ups_unreached on follow_ups (family_member_id, date_id)
  where done_at is null and is_unreached and date_id is not null;
-- What is held has one of its own: no mentor sees it.
create unique index follow_ups_change_asked on follow_ups (date_id, date_starts, is_held)
  where done_at is null and asks_change;
create unique index follow_ups_unattended on follow_ups (date_id) where done_at is null and is_unattended;

-- Whoever goes leaves the dates behind that they have made.
create index dates_by_maker on dates (made_by) where state = 'on';
