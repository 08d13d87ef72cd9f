-- What finds less wants two people, also when it is a version that is withdrawn: who asked for it first.
alter table lexicon_versions add column withdrawal_asked_by bytea references accounts (id);
alter table lexicon_versions add column withdrawal_asked_at bigint;
