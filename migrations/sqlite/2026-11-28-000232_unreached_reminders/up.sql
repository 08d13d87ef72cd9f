-- When to look whether a reminder that was sent has reached anything of theirs; empty once looked.
alter table reminders add column look_at bigint;
create index reminders_look on reminders (look_at) where look_at is not null;
-- One open follow-up for each date nobody could be reminded of.
create unique index follow_ups_unreached on follow_ups (family_member_id, date_id)
  where done_at is null and date_id is not null;
