drop table screening_tries;
drop index reports_not_screened;
drop index check_ins_not_screened;
drop index held_messages_not_screened;
