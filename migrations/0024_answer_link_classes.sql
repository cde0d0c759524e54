-- An answer may be made from several classes of data. Its page opens a look for each of them: whoever took back the leave for one has
-- closed the answer. The first class is the one that the answer is sealed under; rows from before are balances.
SET ROLE parley_app_owner;

ALTER TABLE answers.link ADD COLUMN data_classes text[] NOT NULL DEFAULT '{}'
  CHECK (cardinality(data_classes) IN (0, cardinality(answers)));
COMMENT ON COLUMN answers.link.data_classes IS 'One for each answer: classes joined by +, the one it is sealed under first.';

RESET ROLE;
