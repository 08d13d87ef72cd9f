-- How many occurrences of an alert its holder has been shown, counted from the first without a gap.
-- A decision waits until that is all of them.
alter table alerts add column seen_seq int not null default 0;
update alerts set seen_seq = occurrence_count where state = 'acknowledged' and unseen_since is null;
