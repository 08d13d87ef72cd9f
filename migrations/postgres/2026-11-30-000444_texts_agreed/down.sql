alter table contact_plans drop column ok_text;
