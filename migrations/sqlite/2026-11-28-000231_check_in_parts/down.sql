drop table check_in_templates;
alter table check_ins drop column corrects;
alter table check_ins drop column template;
alter table check_ins drop column parts;
