drop index follow_ups_unreached;
drop index reminders_look;
alter table reminders drop column look_at;
