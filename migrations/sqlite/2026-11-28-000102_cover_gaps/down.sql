drop table cover_gaps;
drop table cover_watches;
