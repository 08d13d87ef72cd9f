-- A case: one period of service for a family. What is known of it lies in its events; this row says
-- whose it is and holds that a family has one open case at most. Families from before have none:
-- nobody has said when their case was opened, or why.
create table cases (
  id blob primary key not null check (length(id) = 16),
  authority_id blob not null references authorities (id),
  family_id blob not null references families (id),
  is_open boolean not null
) without rowid;
create index cases_by_authority on cases (authority_id);
create index cases_by_family on cases (family_id);
create unique index cases_one_open on cases (family_id) where is_open;

-- What happened to a case, as it was recorded and never changed: an event that was recorded wrongly is
-- put right by another that names it, or withdrawn by one. happened_on is a day by the clocks of London.
create table case_events (
  id blob primary key not null check (length(id) = 16),
  case_id blob not null references cases (id),
  seq int not null,
  event text not null check (event in ('opened', 'step_change', 'closed', 'corrected')),
  corrects blob references case_events (id),
  is_withdrawn boolean not null,
  happened_on text check (length(happened_on) = 10),
  tier text check (tier in ('early_help', 'cin', 'cp')),
  referred_by text check (referred_by in ('family', 'school', 'health', 'police', 'housing', 'council', 'other')),
  outcome text check (outcome in ('closure', 'nfa', 'step_down_early_help', 'step_up_cp', 'transfer')),
  rationale blob,
  by_id blob not null references accounts (id),
  at bigint not null,
  unique (case_id, seq),
  check ((event = 'corrected') = (corrects is not null)),
  check (event = 'corrected' or happened_on is not null)
) without rowid;
