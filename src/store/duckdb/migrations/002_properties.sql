-- What is stated of accounts and users, in time.
CREATE TABLE account_property (
  account UINTEGER NOT NULL,
  property VARCHAR NOT NULL,
  value VARCHAR NOT NULL,
  since TIMESTAMP,
  import UINTEGER NOT NULL,
  line UBIGINT NOT NULL
);

CREATE TABLE user_property (
  user_id VARCHAR NOT NULL,
  property VARCHAR NOT NULL,
  value VARCHAR NOT NULL,
  since TIMESTAMP,
  import UINTEGER NOT NULL,
  line UBIGINT NOT NULL
);

-- What the calibration in force rests on, worked out once: intervals, rates, the curve.
CREATE TABLE calibration_evidence (day DATE NOT NULL, evidence VARCHAR NOT NULL);
