-- Which kinds of data a bank's consent covers. A link that was made before a kind was offered goes on as it is; what it does not
-- cover can only be added by going to the bank again, and the pages say so instead of promising it.

SET ROLE parley_app_owner;

-- Our own words for what the bank granted, not the bank's. NULL: the bank did not say.
ALTER TABLE institutions.bank_consent ADD COLUMN classes text[]
  CHECK (cardinality(classes) <= 16 AND array_position(classes, NULL) IS NULL);
-- Every link so far asked for these two, and no page could ask for more.
UPDATE institutions.bank_consent SET classes = ARRAY['account-list', 'balance'];

RESET ROLE;
