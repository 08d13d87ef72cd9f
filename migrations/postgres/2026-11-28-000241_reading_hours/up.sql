-- When a mentor reads, in civil time with its zone, and how many working hours whoever writes to them
-- waits before somebody else is told. Windows are JSON.
create table reading_hours (
  peer_mentor_id bytea primary key not null references accounts (id),
  windows text not null,
  zone text not null,
  answer_within int not null check (answer_within between 1 and 24),
  said_by bytea not null references accounts (id),
  said_at bigint not null
);

-- The last automatic receipt of a conversation: after which message, when, and until when nobody reads.
alter table conversations add column receipt_at bigint;
alter table conversations add column receipt_after_seq bigint;
alter table conversations add column receipt_reads_from bigint;
