-- Since when a family member waits for a person's answer: the moment of their first message that
-- nobody has answered, and how many there are by now. Kept by the statement that gives a message its
-- place. `handed_up` counts who was told that it takes too long: 1 the practitioner, 2 the
-- supervising social worker; `hand_up_at` is when the next one is.
alter table conversations add column waiting_since bigint;
alter table conversations add column waiting_messages bigint not null default 0;
alter table conversations add column handed_up int not null default 0;
alter table conversations add column hand_up_at bigint;
create index conversations_waiting on conversations (family_id, waiting_since) where waiting_since is not null;
create index conversations_hand_up on conversations (hand_up_at) where hand_up_at is not null;

-- Who waits already: in an open conversation since the last word of anybody else, in one that has
-- ended since its end, as before it nobody kept count. Working days are not known here: whoever has
-- waited a day is handed up.
update conversations set
  waiting_since = (
    select min(m.received_at) from messages m
    where m.conversation_id = conversations.id
      and m.author_id = conversations.family_member_id
      and m.seq > (
        select coalesce(max(o.seq), 0) from messages o
        where o.conversation_id = conversations.id and o.author_id <> conversations.family_member_id
      )
      and (conversations.ended_at is null or m.received_at >= conversations.ended_at)
  ),
  waiting_messages = (
    select count(*) from messages m
    where m.conversation_id = conversations.id
      and m.author_id = conversations.family_member_id
      and m.seq > (
        select coalesce(max(o.seq), 0) from messages o
        where o.conversation_id = conversations.id and o.author_id <> conversations.family_member_id
      )
      and (conversations.ended_at is null or m.received_at >= conversations.ended_at)
  );
update conversations set hand_up_at = waiting_since + 86400000000 where waiting_since is not null;
