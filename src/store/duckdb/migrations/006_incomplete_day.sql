-- Days of which events are missing: levels are held on them until the mark is lifted.
CREATE TABLE incomplete_day (day DATE NOT NULL, why VARCHAR NOT NULL, is_by_hand BOOLEAN NOT NULL, is_lifted BOOLEAN NOT NULL);
