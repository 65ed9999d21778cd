-- Another name whenever events were added or taken back: what was counted under one is good while it stands.
CREATE TABLE event_log (state VARCHAR NOT NULL);
INSERT INTO event_log SELECT uuid()::VARCHAR;
