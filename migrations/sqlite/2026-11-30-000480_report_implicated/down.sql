drop table report_implicated;
