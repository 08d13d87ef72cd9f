-- Whether a family member agrees to a text message that says nothing, to a number of theirs.
alter table contact_plans add column ok_text boolean not null default false;
