-- What holds is never more than what was told, so that it is what is reckoned again.
alter table contact_plans add column confirmed text;
update contact_plans set confirmed = in_force where confirmed_at is not null;
alter table contact_plans drop column in_force;
alter table contact_plans drop column confirmed_version;
