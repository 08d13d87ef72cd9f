drop table case_events;
drop table cases;
