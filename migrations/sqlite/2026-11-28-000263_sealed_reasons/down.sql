alter table audit_lines drop column sealed_reason;
