-- What an imported archive says of whose ids are one person's goes when the import is taken back.
ALTER TABLE alias ADD COLUMN import UINTEGER DEFAULT 0;
-- While it has a row, users of whom nothing else is known count for the account of their e-mail's domain.
CREATE TABLE email_domain_rule (since TIMESTAMP NOT NULL);
-- Which merges stood behind what was published, from which day on (none: from the first), until which they did.
CREATE TABLE published_merge (account UINTEGER NOT NULL, into_account UINTEGER NOT NULL, first_day DATE, parted_day DATE);
ALTER TABLE change ADD COLUMN is_merge BOOLEAN DEFAULT false;
