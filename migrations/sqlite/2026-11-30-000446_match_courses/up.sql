-- How a mentor's work with a family member begins and ends: the day of the first meeting, the day from which they
-- see each other less, the last day; and when it is looked at whether it has ended.
alter table conversations add column introduced_on text;
alter table conversations add column tapers_from text;
alter table conversations add column ends_on text;
alter table conversations add column look_at bigint;
create index conversations_to_look on conversations (look_at) where look_at is not null;
