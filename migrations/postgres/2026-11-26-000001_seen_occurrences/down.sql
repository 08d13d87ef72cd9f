alter table alerts drop column seen_seq;
