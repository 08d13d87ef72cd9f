-- The reasons people give in the audit, sealed as all words are. What was written before this stays where it
-- is: it is read as it was written.
alter table audit_lines add column sealed_reason bytea;
