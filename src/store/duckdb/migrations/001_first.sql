-- The tables of a workspace. Every table and column is explained in docs/data.md.
CREATE TYPE level_name AS ENUM ('inactive', 'none', 'engaged', 'low', 'medium', 'high');

CREATE TABLE account (number UINTEGER NOT NULL, id VARCHAR NOT NULL);
CREATE TABLE event_name (number USMALLINT NOT NULL, name VARCHAR NOT NULL);

CREATE TABLE event (
  account UINTEGER NOT NULL,
  happened_at TIMESTAMP NOT NULL,
  name USMALLINT NOT NULL,
  user_id VARCHAR,
  properties VARCHAR,
  received_at TIMESTAMP,
  message HUGEINT,
  import UINTEGER NOT NULL
);

CREATE TABLE import (
  number UINTEGER NOT NULL,
  name VARCHAR NOT NULL,
  content VARCHAR NOT NULL,
  settings VARCHAR NOT NULL,
  started TIMESTAMP NOT NULL,
  records UBIGINT NOT NULL,
  taken UBIGINT NOT NULL,
  duplicates UBIGINT NOT NULL,
  rejected UBIGINT NOT NULL,
  is_complete BOOLEAN NOT NULL
);

CREATE TABLE reject (
  import UINTEGER NOT NULL,
  line UBIGINT NOT NULL,
  field VARCHAR,
  value VARCHAR,
  reason UTINYINT NOT NULL,
  record VARCHAR
);

CREATE TABLE definition (hash VARCHAR NOT NULL, canonical VARCHAR NOT NULL);

CREATE TABLE calibration (
  day DATE NOT NULL,
  churn_episodes BIGINT NOT NULL,
  snapshots_left BIGINT NOT NULL,
  snapshots_stayed BIGINT NOT NULL,
  engaged_accounts BIGINT NOT NULL,
  basis UTINYINT NOT NULL,
  high_guard UTINYINT NOT NULL,
  reference BIGINT NOT NULL,
  low_cut BIGINT NOT NULL,
  high_cut BIGINT NOT NULL
);

CREATE TABLE published_day (
  day DATE NOT NULL,
  definition VARCHAR NOT NULL,
  calibration DATE,
  inactive BIGINT NOT NULL,
  "none" BIGINT NOT NULL,
  engaged BIGINT NOT NULL,
  low BIGINT NOT NULL,
  medium BIGINT NOT NULL,
  high BIGINT NOT NULL
);

CREATE TABLE level (
  day DATE NOT NULL,
  account UINTEGER NOT NULL,
  milli_points BIGINT NOT NULL,
  level level_name NOT NULL,
  published level_name NOT NULL,
  target level_name NOT NULL,
  waited UTINYINT NOT NULL
);

CREATE TABLE change (
  day DATE NOT NULL,
  account UINTEGER NOT NULL,
  from_level level_name NOT NULL,
  to_level level_name NOT NULL,
  milli_points_before BIGINT NOT NULL,
  milli_points_after BIGINT NOT NULL
);

CREATE TABLE correction (
  day DATE NOT NULL,
  account UINTEGER NOT NULL,
  milli_points_published BIGINT NOT NULL,
  milli_points_now BIGINT NOT NULL
);

-- For people with SQL: what was published, spelled out.
CREATE VIEW published_change AS
  SELECT day, id AS account_id, from_level, to_level,
         milli_points_before / 1000 AS points_before, milli_points_after / 1000 AS points_after
  FROM change JOIN account ON account.number = change.account;
