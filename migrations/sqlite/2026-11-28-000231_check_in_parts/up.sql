-- The words of a check-in are one text; parts says where each ends, and is empty where there is only
-- what has been better. template is the language and version it answers to; corrects the check-in it
-- stands in place of, which stays.
alter table check_ins add column parts text;
alter table check_ins add column template text;
alter table check_ins add column corrects blob;

-- In which words an authority asks, in place of those the service ships with, which are version 1. No
-- version is ever changed.
create table check_in_templates (
  authority_id blob not null references authorities (id),
  language text not null,
  version int not null check (version >= 2),
  questions text not null,
  made_by blob not null references accounts (id),
  made_at bigint not null,
  primary key (authority_id, language, version)
) without rowid;
