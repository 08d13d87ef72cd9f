alter table contact_plans drop column others_near;
alter table contact_plans drop column confirmed_others_near;
