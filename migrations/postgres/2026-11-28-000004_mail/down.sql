alter table sendings drop column what;
alter table invitations drop column mailed;
alter table accounts drop column email_verified_at;
