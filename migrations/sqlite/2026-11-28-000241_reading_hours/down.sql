alter table conversations drop column receipt_reads_from;
alter table conversations drop column receipt_after_seq;
alter table conversations drop column receipt_at;
drop table reading_hours;
