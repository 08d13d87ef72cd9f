-- What was told once is told once more.
select 1;
