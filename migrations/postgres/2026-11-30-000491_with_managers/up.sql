-- Whether managers were told of a follow-up because nobody nearer was there: then they see it and may do it.
-- Of a wait in a conversation `handed_up` 3 says the same.
alter table follow_ups add column with_managers boolean not null default false;
