-- Who else may be near when a family member's phone rings: as it was told last, and as it was confirmed. Like
-- code words, each text told is kept with its verdict among code_words.
alter table contact_plans add column others_near bytea;
alter table contact_plans add column confirmed_others_near bytea;
