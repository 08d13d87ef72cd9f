alter table shifts drop column made_for;
drop table swaps;
