drop table sending_attempts;
drop table sendings;
drop index inbox_heads_due;
alter table inbox_heads drop column call_urgency;
alter table inbox_heads drop column call_due_at;
alter table inbox_heads drop column has_channel;
drop table push_subscriptions;
