delete from screening_tries where source = 'handover_note';
delete from alert_occurrences where source = 'handover_note';
drop table handover_notes;
