-- The waits of an authority's alerts, in versions with a day from which each runs. Version 1 ships with
-- the service and is no row. What is looser than that one runs only once a second person has agreed.
create table escalation_policies (
  id blob primary key not null check (length(id) = 16),
  authority_id blob not null references authorities (id),
  version int not null check (version > 1),
  waits text not null,
  looser boolean not null,
  reason text not null,
  effective_from bigint not null,
  made_by blob not null references accounts (id),
  made_at bigint not null,
  agreed_by blob references accounts (id),
  agreed_at bigint,
  unique (authority_id, version)
);

-- The waits an alert was raised under, where they are not the shipped ones: it runs under them to its end.
alter table alerts add column waits text;
