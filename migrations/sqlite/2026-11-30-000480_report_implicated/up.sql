-- Whom a concern itself implicates, and whether its reporter named them or they are the mentors it points at:
-- the alert it folds into may leave out others as well.
create table report_implicated (
  reporter_id blob not null,
  report_id blob not null,
  account_id blob not null references accounts (id),
  named boolean not null,
  primary key (reporter_id, report_id, account_id),
  foreign key (reporter_id, report_id) references reports (reporter_id, id)
) without rowid;

-- Of the concerns there are, as near as can be said: those implicated in their alert.
insert into report_implicated (reporter_id, report_id, account_id, named)
select r.reporter_id, r.id, e.account_id,
  a.role <> 'peer_mentor' or not (r.about_mentor or r.category = 'mentor_boundary')
from reports r
join alert_exclusions e on e.alert_id = r.alert_id and e.why = 'implicated'
join accounts a on a.id = e.account_id;
