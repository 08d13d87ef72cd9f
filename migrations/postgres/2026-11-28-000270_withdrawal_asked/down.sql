alter table lexicon_versions drop column withdrawal_asked_at;
alter table lexicon_versions drop column withdrawal_asked_by;
