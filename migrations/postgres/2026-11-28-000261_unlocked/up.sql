-- Until when a family member's device gives access without their PIN. Whoever is signed in just now gives
-- it once more.
alter table devices add column unlocked_until bigint not null default 0;
