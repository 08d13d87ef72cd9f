-- Nobody is rung any more, so nothing waits for it.
update sendings set state = 'cancelled', due_at = null where channel = 'phone' and state = 'due';
alter table accounts drop column phone_asked;
alter table accounts drop column phone;
