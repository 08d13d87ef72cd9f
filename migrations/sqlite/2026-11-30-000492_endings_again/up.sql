-- Whoever answers for a family is told each week of an ending that is overdue: also of those they were told of
-- once, before.
update conversations set look_at = 0 where ended_at is null and ends_on is not null and look_at is null;
