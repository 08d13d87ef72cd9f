drop table pod_supervisors;
