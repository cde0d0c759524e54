-- What merchants' windows hold, so that a gateway that starts again knows what it knew: one snapshot, in pieces, sealed under a key of the
-- gateway's that is not here. It names no customer and no merchant. The newest takes the place of the one before.

SET ROLE parley_app_owner;

CREATE TABLE alerts.merchant_window (
  -- Which piece it is. With the length of one, this is the limit of the whole.
  piece integer PRIMARY KEY CHECK (piece BETWEEN 0 AND 16),
  written_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  sealed bytea NOT NULL CHECK (length(sealed) BETWEEN 1 AND 1048576)
);

ALTER TABLE alerts.merchant_window ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts.merchant_window FORCE ROW LEVEL SECURITY;
CREATE POLICY keeps ON alerts.merchant_window FOR ALL TO parley_fraud USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (written_at, sealed), DELETE ON alerts.merchant_window TO parley_fraud;

RESET ROLE;
