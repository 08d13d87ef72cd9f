-- When the next thing about a leave happens by itself: it begins, or it is over. Then whoever answers in
-- their place, or they again, are called to the alerts that nobody has.
alter table leaves add column next_due_at bigint;
update leaves set next_due_at = from_at where ended_at is null;
create index leaves_due on leaves (next_due_at) where next_due_at is not null;
