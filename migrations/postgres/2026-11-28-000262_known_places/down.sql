drop table known_places;
