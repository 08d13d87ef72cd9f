-- What was said of one occurrence of a date alone, by the civil time it has in the schedule: from which
-- version on, and when it is and how long it takes; empty if it will not be. Nothing is changed or taken
-- away: what was said last holds.
create table date_exceptions (
  date_id bytea not null references dates (id),
  occurrence text not null check (length(occurrence) = 16),
  version int not null,
  starts text check (length(starts) = 16),
  minutes int check (minutes between 1 and 1440),
  primary key (date_id, occurrence, version),
  check ((starts is null) = (minutes is null))
);
