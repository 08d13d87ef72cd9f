-- Who supervised a pod, and from when until when; until_at is empty for whoever does now. While somebody is
-- suspended they do not, though the pod keeps their name. Who does now is said by the pod itself.
create table pod_supervisors (
  pod_id blob not null references pods (id),
  from_at bigint not null,
  account_id blob not null references accounts (id),
  until_at bigint,
  primary key (pod_id, from_at),
  check (until_at is null or from_at <= until_at)
) without rowid;
create index pod_supervisors_by_account on pod_supervisors (account_id) where until_at is null;

-- What the audit knows of it. Of suspensions that were lifted before this, it is not told here.
insert into pod_supervisors (pod_id, from_at, account_id, until_at)
select pod_id, at, account_id, lead(at) over (partition by pod_id order by at)
from (
  select subject_id as pod_id, at, unhex(replace(json_extract(detail, '$.supervising_social_worker_id'), '-', '')) as account_id,
    row_number() over (partition by subject_id, at order by id desc) as latest
  from audit_lines
  where deed = 'pod.supervisor_put'
) as puts
where latest = 1;
insert into pod_supervisors (pod_id, from_at, account_id)
select id, created_at, supervising_social_worker_id
from pods
where supervising_social_worker_id is not null
  and not exists (select 1 from pod_supervisors where pod_id = pods.id);
update pod_supervisors
set until_at = (
  select max(at) from audit_lines
  where deed = 'account.suspended' and subject_id = pod_supervisors.account_id
    and at >= pod_supervisors.from_at)
where until_at is null and account_id in (select id from accounts where status <> 'active');
