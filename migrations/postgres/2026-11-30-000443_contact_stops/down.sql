update reminders set state = 'not_active' where state = 'stopped';
update check_in_asks set state = 'not_active' where state = 'stopped';
drop table contact_stops;
alter table reminders drop constraint reminders_state_check;
alter table reminders add constraint reminders_state_check
  check (state in ('due', 'sent', 'late', 'not_safe', 'not_active', 'unattended', 'moved', 'cancelled'));
alter table check_in_asks drop constraint check_in_asks_state_check;
alter table check_in_asks add constraint check_in_asks_state_check
  check (state in ('due', 'open', 'answered', 'missed', 'late', 'not_safe', 'not_active', 'changed'));
