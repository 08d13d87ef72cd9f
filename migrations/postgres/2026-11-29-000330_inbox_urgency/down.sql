alter table inbox drop column urgency;
