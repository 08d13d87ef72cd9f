drop index dates_by_maker;
delete from follow_ups where asks_change or is_unattended;
drop index follow_ups_unattended;
drop index follow_ups_change_asked;
drop index follow_ups_unreached;
create unique index follow_ups_unreached on follow_ups (family_member_id, date_id)
  where done_at is null and date_id is not null;
alter table follow_ups drop column date_starts;
alter table follow_ups drop column is_unattended;
alter table follow_ups drop column asks_change;
