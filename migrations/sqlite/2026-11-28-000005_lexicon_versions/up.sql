-- Texts that could not be screened are found by what their own row says.
create index held_messages_not_screened on held_messages (received_at) where verdict = 'not_screened';
create index check_ins_not_screened on check_ins (received_at) where verdict = 'not_screened';
create index reports_not_screened on reports (received_at) where verdict = 'not_screened';

-- How often a text was tried again in vain, and when it is tried next. Gone once it was screened.
create table screening_tries (
  source text not null check (source in ('message', 'held_message', 'check_in', 'report')),
  author_id blob not null references accounts (id),
  source_id blob not null check (length(source_id) = 16),
  tries int not null,
  due_at bigint not null,
  primary key (author_id, source_id, source)
) without rowid;
create index screening_tries_due on screening_tries (due_at);
