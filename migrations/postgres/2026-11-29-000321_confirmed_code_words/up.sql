-- The code word that was confirmed is kept beside the one told last. Which word was confirmed until now is
-- not known: a plan that has one is to be talked over again.
alter table contact_plans add column confirmed_code_word bytea;
update contact_plans set confirmed_version = 0 where confirmed_version is not null and code_word is not null;
