alter table authorities drop column live_lexicon;
drop table lexicon_versions;
