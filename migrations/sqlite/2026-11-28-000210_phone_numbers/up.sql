-- The telephone of somebody who works here, as +447700900123; only there is it rung. phone_asked is a
-- number that a code was sent to and that has not been verified yet.
alter table accounts add column phone text check (phone like '+%');
alter table accounts add column phone_asked text check (phone_asked like '+%');
