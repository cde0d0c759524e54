-- The log in the running product: rows sealed into the tree beside their commitments, what the inspector may compare row by
-- row, and how to find what is old enough to be withheld.

SET ROLE parley_access_gate;

-- Every column of an entry as one hash. A commitment opens only with the customer's key; this one needs none, so that an
-- operator or auditor finds a changed row. It never leaves the house: outsiders get a salted digest of many.
CREATE FUNCTION gate.row_hash(e audit.entry) RETURNS bytea
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT sha256('\x52'::bytea || int8send(e.seq) || xid8send(e.xid) || uuid_send(e.id) || timestamptz_send(e.at)
    || uuid_send(e.grant_id) || uuid_send(e.customer) || e.commitment
    -- Words without a bar in them, by the checks of their columns and tables.
    || textsend(e.event || '|' || e.login::text || '|' || e.institution || '|' || e.channel || '|' || e.data_class || '|'
      || e.purpose || '|' || coalesce(e.opened::text, '-') || '|' || coalesce(e.level, '-') || '|' || coalesce(e.place, '-') || '|')
    || e.salt_sealed);
END;

-- What the sequencer merges next: after the last entry, in the order in which transactions began, and only where every
-- transaction has ended, so that none can still slip in before another.
CREATE FUNCTION gate.entries_to_merge(p_xid xid8, p_seq bigint, p_limit integer)
RETURNS TABLE (xid xid8, seq bigint, commitment bytea, row_hash bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT e.xid, e.seq, e.commitment, gate.row_hash(e)
  FROM audit.entry e
  WHERE (e.xid, e.seq) > (p_xid, p_seq) AND e.xid < pg_snapshot_xmin(pg_current_snapshot())
  ORDER BY e.xid, e.seq LIMIT p_limit
$$;

-- Rows as they are now, for comparing them with what was merged.
CREATE FUNCTION gate.entry_hashes(p_entries bigint[]) RETURNS TABLE (seq bigint, commitment bytea, row_hash bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT e.seq, e.commitment, gate.row_hash(e) FROM audit.entry e WHERE e.seq = ANY (p_entries)
$$;

GRANT USAGE ON SCHEMA gate TO parley_sequencer, parley_inspector;
GRANT EXECUTE ON FUNCTION gate.entries_to_merge(xid8, bigint, integer) TO parley_sequencer;
GRANT EXECUTE ON FUNCTION gate.entry_hashes(bigint[]) TO parley_sequencer, parley_inspector;

RESET ROLE;

SET ROLE parley_log_owner;

-- The row as it was when it was merged. None for dummies.
ALTER TABLE log.leaf ADD COLUMN row_hash bytea CHECK (length(row_hash) = 32);
ALTER TABLE log.leaf ADD CONSTRAINT entries_have_rows CHECK (entry IS NOT NULL OR row_hash IS NULL);

-- At each beat one of the dummies is a digest of the rows since the beat before: SHA-256(0x51 || nonce || SHA-256(rows)).
-- Outsiders cannot tell it from the others; whoever changes a row, or what is noted of it here, no longer fits the tree.
CREATE TABLE log.digest (
  size bigint PRIMARY KEY,                        -- of the checkpoint it was made for
  index bigint NOT NULL UNIQUE CHECK (index >= 0),
  nonce bytea NOT NULL CHECK (length(nonce) = 32)
);
REVOKE UPDATE, DELETE, TRUNCATE ON log.digest FROM parley_log_owner;
ALTER TABLE log.digest ENABLE ROW LEVEL SECURITY;
ALTER TABLE log.digest FORCE ROW LEVEL SECURITY;
CREATE POLICY sequencer_reads ON log.digest FOR SELECT TO parley_sequencer USING (true);
CREATE POLICY sequencer_adds ON log.digest FOR INSERT TO parley_sequencer WITH CHECK (true);
GRANT SELECT, INSERT ON log.digest TO parley_sequencer;

-- Which checkpoint was the last one some years ago: everything before its size may be withheld (c2sp.org/tlog-tiles, "Pruning").
CREATE INDEX checkpoint_at ON log.checkpoint (at);

-- For `parley verify --database`: everything of the log, beside the audit rows that the inspector sees already.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['leaf', 'merge', 'tile', 'checkpoint', 'cosignature', 'digest'] LOOP
    EXECUTE pg_catalog.format('CREATE POLICY inspector_reads ON log.%I FOR SELECT TO parley_inspector USING (true)', name);
    EXECUTE pg_catalog.format('GRANT SELECT ON log.%I TO parley_inspector', name);
  END LOOP;
END
$$;
GRANT USAGE ON SCHEMA log TO parley_inspector;

RESET ROLE;
