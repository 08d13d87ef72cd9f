alter table alerts drop column waits;
drop table escalation_policies;
