drop index conversation_members_to_look;
alter table conversation_members drop column look_at;
