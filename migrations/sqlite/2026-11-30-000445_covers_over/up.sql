-- When somebody looks after what whoever covers leaves behind: once their cover is over.
alter table conversation_members add column look_at bigint;
update conversation_members set look_at = until_at where part = 'cover_mentor';
create index conversation_members_to_look on conversation_members (look_at) where look_at is not null;
