-- How much each telling presses: whoever is called for several things is called on for what is left of them,
-- as urgently as that is. What was told before this counts as usual.
alter table inbox add column urgency int not null default 1;
