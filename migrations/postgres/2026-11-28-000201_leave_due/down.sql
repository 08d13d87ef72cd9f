drop index leaves_due;
alter table leaves drop column next_due_at;
