drop index conversations_hand_up;
drop index conversations_waiting;
alter table conversations drop column hand_up_at;
alter table conversations drop column handed_up;
alter table conversations drop column waiting_messages;
alter table conversations drop column waiting_since;
