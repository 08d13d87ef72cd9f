drop table rule_false_alarms;
drop index date_replies_by_time;
drop index date_versions_by_time;
drop index reports_by_time;
drop index check_ins_by_receipt;
drop index held_messages_by_time;
drop index messages_by_time;
drop table lexicon_jobs;
