-- Whether somebody's e-mail reaches them: nobody is called at an address that has not answered.
alter table accounts add column email_verified_at bigint;

-- A way back in that was mailed; its code proves a mailbox, so the second factor is asked for too.
alter table invitations add column mailed boolean not null default false;

-- What a sending says: that there is something new, or a code.
alter table sendings add column what text not null default 'notice'
  check (what in ('notice', 'way_back', 'verification'));
