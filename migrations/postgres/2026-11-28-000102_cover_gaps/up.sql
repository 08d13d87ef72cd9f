-- When the cover of an authority's pods is looked over next, and when everything found is told again
-- though nothing of it is new: once a day.
create table cover_watches (
  authority_id bytea primary key not null references authorities (id),
  due_at bigint not null,
  daily_at bigint not null
);
create index cover_watches_due on cover_watches (due_at);

-- The gaps that were found at the last look: what shares no moment with one of these is new.
create table cover_gaps (
  pod_id bytea not null references pods (id),
  from_at bigint not null,
  until_at bigint not null,
  why text not null check (why in ('nobody_on', 'nobody_reachable')),
  primary key (pod_id, from_at),
  check (from_at < until_at)
);
