-- Whom a worker telephones outside the service, and what to say: the emergency duty team, the front door,
-- the allegations officer, the police. Kept by managers; without an area, for the whole authority.
create table agency_lines (
  id bytea primary key not null check (octet_length(id) = 16),
  authority_id bytea not null references authorities (id),
  agency text not null check (agency in ('edt', 'front_door', 'lado', 'police')),
  area text,
  name text not null,
  number text not null,
  hours text not null,
  script text not null,
  verified_on text not null
);
create index agency_lines_by_authority on agency_lines (authority_id, agency);

-- A telephone call about an alert: who called whom, when, and, sealed, with whom they spoke, under which
-- reference, and what was said. Nothing else counts as handed over.
create table alert_calls (
  alert_id bytea not null references alerts (id),
  seq int not null,
  id bytea not null check (octet_length(id) = 16),
  by_id bytea not null references accounts (id),
  agency text not null check (agency in ('edt', 'front_door', 'lado', 'police')),
  called_at bigint not null,
  recorded_at bigint not null,
  words bytea not null,
  primary key (alert_id, seq),
  unique (by_id, id)
);
