drop index wrong_tries_by_age;
drop table known_places;
