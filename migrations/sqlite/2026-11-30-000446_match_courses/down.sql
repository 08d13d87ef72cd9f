drop index conversations_to_look;
alter table conversations drop column look_at;
alter table conversations drop column ends_on;
alter table conversations drop column tapers_from;
alter table conversations drop column introduced_on;
