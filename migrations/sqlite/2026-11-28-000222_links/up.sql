-- Alerts of one family that belong together. Each pair once, the smaller id first.
create table alert_links (
  one_id blob not null references alerts (id),
  other_id blob not null references alerts (id),
  by_id blob not null references accounts (id),
  at bigint not null,
  primary key (one_id, other_id),
  check (one_id < other_id)
) without rowid;
create index alert_links_by_other on alert_links (other_id);
create index alerts_by_family on alerts (family_id);
