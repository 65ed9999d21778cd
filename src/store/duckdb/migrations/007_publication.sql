-- Another name whenever days that were published are forgotten: what was copied of them under one is good while it stands.
CREATE TABLE publication (log VARCHAR NOT NULL);
INSERT INTO publication SELECT uuid()::VARCHAR;
