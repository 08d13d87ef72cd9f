alter table contact_plans drop column confirmed_code_word;
