-- Events that arrive live. Whom an event counts for is worked out when it is read: from the account it names,
-- else from whom its user or anonymous visitor belongs to.
ALTER TABLE event ALTER COLUMN account DROP NOT NULL;
ALTER TABLE event ADD COLUMN anonymous_id VARCHAR;
ALTER TABLE event ADD COLUMN source USMALLINT;
ALTER TABLE event ADD COLUMN batch UBIGINT DEFAULT 0;

CREATE TABLE alias (id VARCHAR NOT NULL, user_id VARCHAR NOT NULL, since TIMESTAMP NOT NULL);
CREATE TABLE account_merge (account UINTEGER NOT NULL, into_account UINTEGER NOT NULL, since TIMESTAMP NOT NULL);

CREATE TABLE refusal (
  number UBIGINT NOT NULL,
  source USMALLINT NOT NULL,
  dialect VARCHAR NOT NULL,
  received_at TIMESTAMP NOT NULL,
  reason UTINYINT NOT NULL,
  field VARCHAR,
  value VARCHAR,
  message VARCHAR NOT NULL
);

-- `log` names the events from which an index of message ids was made; `batch` counts transactions that added events.
ALTER TABLE event_log ADD COLUMN log VARCHAR DEFAULT '';
ALTER TABLE event_log ADD COLUMN batch UBIGINT DEFAULT 0;
UPDATE event_log SET log = uuid()::VARCHAR;
