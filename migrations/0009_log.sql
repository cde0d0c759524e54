-- The log that anyone can verify: leaves in the order of the tree, its full tiles, signed checkpoints, and the promises
-- given out with answers. Everything is only ever added; what was published cannot be changed by any login or owner.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'parley_log_owner') THEN
    CREATE ROLE parley_log_owner NOLOGIN;
  END IF;
  -- Puts committed entries into the tree and publishes it; sees of an entry its number and its commitment.
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'parley_sequencer') THEN
    CREATE ROLE parley_sequencer LOGIN NOINHERIT;
  END IF;
  ALTER ROLE parley_sequencer SET statement_timeout = '5s';
  ALTER ROLE parley_sequencer SET lock_timeout = '2s';
  ALTER ROLE parley_sequencer SET idle_in_transaction_session_timeout = '5s';
  EXECUTE pg_catalog.format('GRANT CONNECT ON DATABASE %I TO parley_sequencer', pg_catalog.current_database());
END
$$;

ALTER DEFAULT PRIVILEGES FOR ROLE parley_log_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE SCHEMA log AUTHORIZATION parley_log_owner;

-- How the sequencer reads on: after the last entry it merged, in the order in which transactions began.
SET ROLE parley_audit_owner;
CREATE INDEX entry_order ON audit.entry (xid, seq);
CREATE POLICY sequencer_reads ON audit.entry FOR SELECT TO parley_sequencer USING (true);
GRANT USAGE ON SCHEMA audit TO parley_sequencer;
GRANT SELECT (xid, seq, commitment) ON audit.entry TO parley_sequencer;
RESET ROLE;

SET ROLE parley_log_owner;

-- One row a leaf. Without an entry it is a dummy: the commitment is random and looks like any other.
CREATE TABLE log.leaf (
  index bigint PRIMARY KEY CHECK (index >= 0),
  entry bigint UNIQUE,
  commitment bytea NOT NULL CHECK (length(commitment) = 32)
);

-- One row a batch: up to which entry everything that will ever be before it has been merged.
CREATE TABLE log.merge (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  xid xid8 NOT NULL,
  seq bigint NOT NULL,
  leaves integer NOT NULL CHECK (leaves > 0),
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Full tiles (c2sp.org/tlog-tiles) and the root of each, which is one hash of the tile above. Partial ones are computed.
CREATE TABLE log.tile (
  level smallint NOT NULL CHECK (level BETWEEN 0 AND 7),
  index bigint NOT NULL CHECK (index >= 0),
  hashes bytea NOT NULL CHECK (length(hashes) = 8192),
  root bytea NOT NULL CHECK (length(root) = 32),
  PRIMARY KEY (level, index)
);
-- Hashes do not compress.
ALTER TABLE log.tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

-- What was published: the signed note, as it was served.
CREATE TABLE log.checkpoint (
  size bigint PRIMARY KEY CHECK (size > 0 AND size % 64 = 0),
  note text NOT NULL CHECK (length(note) <= 65536),
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- What witnesses added to a checkpoint: signature lines. (A foreign key would need a right to lock published rows.)
CREATE TABLE log.cosignature (
  size bigint NOT NULL,
  line text NOT NULL CHECK (length(line) <= 8192),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (size, line)
);

-- What was promised with an answer: that this entry will stand in the tree in time.
CREATE TABLE log.promise (
  entry bigint NOT NULL,
  commitment bytea NOT NULL CHECK (length(commitment) = 32),
  note text NOT NULL CHECK (length(note) <= 2048),
  merged_by timestamptz NOT NULL,
  published_by timestamptz NOT NULL,
  PRIMARY KEY (entry, commitment)
);
CREATE INDEX promise_merged_by ON log.promise (merged_by);
CREATE INDEX promise_published_by ON log.promise (published_by);

-- Not even the owner rewrites what was published.
REVOKE UPDATE, DELETE, TRUNCATE ON log.leaf, log.merge, log.tile, log.checkpoint, log.cosignature, log.promise
  FROM parley_log_owner;

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['leaf', 'merge', 'tile', 'checkpoint', 'cosignature', 'promise'] LOOP
    EXECUTE pg_catalog.format('ALTER TABLE log.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE pg_catalog.format('ALTER TABLE log.%I FORCE ROW LEVEL SECURITY', name);
    EXECUTE pg_catalog.format('CREATE POLICY sequencer_reads ON log.%I FOR SELECT TO parley_sequencer USING (true)', name);
    EXECUTE pg_catalog.format('GRANT SELECT ON log.%I TO parley_sequencer', name);
    IF name <> 'promise' THEN
      EXECUTE pg_catalog.format('CREATE POLICY sequencer_adds ON log.%I FOR INSERT TO parley_sequencer WITH CHECK (true)', name);
      EXECUTE pg_catalog.format('GRANT INSERT ON log.%I TO parley_sequencer', name);
    END IF;
  END LOOP;
END
$$;

-- Whoever opens looks gives promises, and notes them; nobody but the monitor reads them.
CREATE POLICY purposes_promise ON log.promise FOR INSERT
  TO parley_answer, parley_notify, parley_fraud, parley_service WITH CHECK (true);
GRANT INSERT ON log.promise TO parley_answer, parley_notify, parley_fraud, parley_service;

GRANT USAGE ON SCHEMA log TO parley_sequencer, parley_answer, parley_notify, parley_fraud, parley_service;

RESET ROLE;
