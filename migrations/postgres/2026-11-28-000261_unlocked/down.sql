alter table devices drop column unlocked_until;
