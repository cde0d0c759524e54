-- The gate. What a bank gave us is visible only to a ticket: an `opened` audit entry that an EARLIER transaction
-- committed, for this very login, younger than 30 seconds, whose grant holds at the moment of the read.

SET ROLE parley_audit_owner;

CREATE TABLE audit.entry (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  event text NOT NULL CHECK (event IN ('opened', 'disclosed')),
  login name NOT NULL,
  grant_id uuid NOT NULL,
  customer uuid NOT NULL,
  institution text NOT NULL,
  channel text NOT NULL,
  data_class text NOT NULL,
  purpose text NOT NULL,
  opened bigint,                                  -- of a disclosed entry: the look it belongs to
  level text CHECK (level IN ('sealed', 'rounded', 'full', 'nothing')),
  place text CHECK (place ~ '^[a-z][a-z-]{0,31}$'),
  -- SHA-256(0x50 || salt || fields): all that will ever be public. The salt exists only under the customer's key.
  commitment bytea NOT NULL CHECK (length(commitment) = 32),
  salt_sealed bytea NOT NULL CHECK (length(salt_sealed) <= 128),
  CONSTRAINT disclosed_says_what CHECK
    ((event = 'opened') = (opened IS NULL) AND (event = 'disclosed') = (level IS NOT NULL AND place IS NOT NULL))
);
CREATE INDEX entry_id ON audit.entry (id);
CREATE INDEX entry_customer ON audit.entry (customer, seq);
CREATE INDEX entry_opened ON audit.entry (opened) WHERE opened IS NOT NULL;

-- Not even the owner rewrites what happened.
REVOKE UPDATE, DELETE, TRUNCATE ON audit.entry FROM parley_audit_owner;

ALTER TABLE audit.entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit.entry FORCE ROW LEVEL SECURITY;
CREATE POLICY gate_writes ON audit.entry FOR INSERT TO parley_access_gate WITH CHECK (true);
CREATE POLICY gate_reads ON audit.entry FOR SELECT TO parley_access_gate, parley_vault_owner USING (true);
CREATE POLICY inspector_reads ON audit.entry FOR SELECT TO parley_inspector USING (true);
CREATE POLICY own_institution ON audit.entry FOR SELECT TO parley_institution
  USING (institution = (SELECT institutions.of_login()));

GRANT USAGE ON SCHEMA audit TO parley_access_gate, parley_vault_owner, parley_institution, parley_inspector;
GRANT INSERT, SELECT ON audit.entry TO parley_access_gate;
GRANT SELECT ON audit.entry TO parley_vault_owner;
GRANT SELECT (seq, xid, id, at, event, login, grant_id, customer, institution, channel, data_class, purpose, opened, level,
  place, commitment) ON audit.entry TO parley_institution, parley_inspector;

-- The fields a commitment covers, in the canonical form of kernel/canonical.ts (keys sorted, no white space). Every
-- value comes from a column with a narrow check, so none needs escaping. Time is cut to the minute.
CREATE FUNCTION audit.fields(e audit.entry) RETURNS text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN '{"bank":"' || e.institution || '","channel":"' || e.channel || '","class":"' || e.data_class
    || '","customer":"' || e.customer || '","event":"' || e.event || '","grant":"' || e.grant_id || '","id":"' || e.id || '"'
    || CASE WHEN e.level IS NULL THEN '' ELSE ',"level":"' || e.level || '"' END
    || ',"login":"' || e.login || '","minute":"' || to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"') || '"'
    || CASE WHEN e.opened IS NULL THEN '' ELSE ',"opened":"' || e.opened || '"' END
    || CASE WHEN e.place IS NULL THEN '' ELSE ',"place":"' || e.place || '"' END
    || ',"purpose":"' || e.purpose || '","v":1}';
END
$$;
GRANT EXECUTE ON FUNCTION audit.fields(audit.entry) TO parley_access_gate, parley_inspector;

RESET ROLE;

SET ROLE parley_vault_owner;

CREATE TABLE vault.bank_token (
  customer uuid NOT NULL,
  institution text NOT NULL,
  version integer NOT NULL DEFAULT 1,           -- raised by each refresh, so that two refreshes cannot overwrite each other
  sealed bytea NOT NULL CHECK (length(sealed) <= 16384),
  refresh_lease_until timestamptz,              -- one refresh at a time: rotation makes the loser's token worthless
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (customer, institution)
);

CREATE TABLE vault.sealed_answer (
  id uuid PRIMARY KEY,
  customer uuid NOT NULL,
  institution text NOT NULL,
  channel text NOT NULL,
  conversation uuid,
  data_class text NOT NULL,
  sealed bytea NOT NULL CHECK (length(sealed) <= 262144),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL
);
CREATE INDEX sealed_answer_expiry ON vault.sealed_answer (expires_at);

ALTER TABLE vault.bank_token ENABLE ROW LEVEL SECURITY;
ALTER TABLE vault.bank_token FORCE ROW LEVEL SECURITY;
ALTER TABLE vault.sealed_answer ENABLE ROW LEVEL SECURITY;
ALTER TABLE vault.sealed_answer FORCE ROW LEVEL SECURITY;

-- The ticket named by a transaction-local setting, if it may be used by this login at this moment. The setting is
-- a pointer and never an authority: whoever sets it gains nothing that a committed entry and a live grant do not give.
-- Only under read committed, where every look has a snapshot of its own: in an older one a revoked grant seems to live.
-- Its names were bound when it was made; without a search_path of its own it becomes part of the query it guards.
CREATE FUNCTION vault.live_ticket() RETURNS TABLE
  (customer uuid, institution text, channel text, conversation uuid, data_class text)
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT e.customer, e.institution, e.channel, g.conversation, e.data_class
  FROM audit.entry e
  JOIN consent.grant_ g ON g.id = e.grant_id
  WHERE e.seq = nullif(pg_catalog.current_setting('gate.ticket', true), '')::bigint
    AND e.event = 'opened'
    AND e.login = session_user
    AND e.xid < pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())
    AND e.xid <> coalesce(pg_catalog.pg_current_xact_id_if_assigned(), '0'::xid8)   -- not of this transaction
    AND e.at > pg_catalog.clock_timestamp() - interval '30 seconds'
    AND pg_catalog.current_setting('transaction_isolation') = 'read committed'
    AND consent.holds_now(g);
END;
GRANT EXECUTE ON FUNCTION vault.live_ticket() TO parley_access_gate;

CREATE POLICY ticketed_read ON vault.bank_token FOR SELECT TO parley_access_gate USING (EXISTS (
  SELECT 1 FROM vault.live_ticket() t WHERE t.customer = bank_token.customer AND t.institution = bank_token.institution));
CREATE POLICY ticketed_insert ON vault.bank_token FOR INSERT TO parley_access_gate WITH CHECK (EXISTS (
  SELECT 1 FROM vault.live_ticket() t WHERE t.customer = bank_token.customer AND t.institution = bank_token.institution));
CREATE POLICY ticketed_update ON vault.bank_token FOR UPDATE TO parley_access_gate USING (EXISTS (
  SELECT 1 FROM vault.live_ticket() t WHERE t.customer = bank_token.customer AND t.institution = bank_token.institution));

CREATE POLICY ticketed_read ON vault.sealed_answer FOR SELECT TO parley_access_gate USING (
  expires_at > clock_timestamp() AND EXISTS (
    SELECT 1 FROM vault.live_ticket() t WHERE t.customer = sealed_answer.customer AND t.institution = sealed_answer.institution
      AND t.conversation IS NOT DISTINCT FROM sealed_answer.conversation AND t.data_class = sealed_answer.data_class));
CREATE POLICY ticketed_insert ON vault.sealed_answer FOR INSERT TO parley_access_gate WITH CHECK (EXISTS (
  SELECT 1 FROM vault.live_ticket() t WHERE t.customer = sealed_answer.customer AND t.institution = sealed_answer.institution
    AND t.conversation IS NOT DISTINCT FROM sealed_answer.conversation AND t.data_class = sealed_answer.data_class));
-- Throwing away is always allowed to the sweeper; it returns nothing.
CREATE POLICY swept ON vault.sealed_answer FOR DELETE TO parley_vault_owner USING (expires_at <= clock_timestamp());
CREATE POLICY swept_sees ON vault.sealed_answer FOR SELECT TO parley_vault_owner USING (expires_at <= clock_timestamp());

GRANT USAGE ON SCHEMA vault TO parley_access_gate;
GRANT SELECT, INSERT, UPDATE ON vault.bank_token TO parley_access_gate;
GRANT SELECT, INSERT ON vault.sealed_answer TO parley_access_gate;

CREATE FUNCTION vault.sweep() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  swept integer;
BEGIN
  DELETE FROM vault.sealed_answer WHERE expires_at <= clock_timestamp();
  GET DIAGNOSTICS swept = ROW_COUNT;
  RETURN swept;
END
$$;
GRANT USAGE ON SCHEMA vault TO parley_answer;
GRANT EXECUTE ON FUNCTION vault.sweep() TO parley_answer;

RESET ROLE;

SET ROLE parley_access_gate;

-- Writes the `opened` entry and hands out its number. The caller commits before it can read anything.
-- No row: no grant of this customer covers such a look by this login now.
CREATE FUNCTION gate.open(
  p_customer uuid, p_institution text, p_conversation uuid, p_class text, p_salt bytea, p_salt_sealed bytea
) RETURNS TABLE (
  ticket bigint, id uuid, at timestamptz, grant_id uuid, channel text, disclosure text, purpose text, commitment bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  g consent.grant_;
  login_purpose text;
  e audit.entry;
BEGIN
  SELECT l.purpose INTO STRICT login_purpose FROM consent.purpose_login l WHERE l.login = session_user;
  IF length(p_salt) <> 32 THEN
    RAISE EXCEPTION 'a salt has 32 bytes' USING ERRCODE = '22023';
  END IF;
  SELECT x.* INTO g FROM consent.grant_ x
  WHERE x.customer = p_customer AND x.institution = p_institution AND x.conversation IS NOT DISTINCT FROM p_conversation
    AND x.data_class = p_class AND x.purpose = login_purpose AND consent.holds_now(x)
  ORDER BY x.expires_at DESC LIMIT 1;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  -- Whatever the session says, an entry is on disk when its commit returns.
  PERFORM set_config('synchronous_commit', 'on', true);
  e := gate.new_entry('opened', g, NULL, NULL, NULL, p_salt, p_salt_sealed);
  RETURN QUERY SELECT e.seq, e.id, e.at, g.id, g.channel, g.disclosure, g.purpose, e.commitment;
END
$$;

CREATE FUNCTION gate.new_entry(
  p_event text, g consent.grant_, p_opened bigint, p_level text, p_place text, p_salt bytea, p_salt_sealed bytea
) RETURNS audit.entry
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  e audit.entry;
BEGIN
  e.seq := nextval('audit.entry_seq_seq');
  e.xid := pg_current_xact_id();
  e.id := gen_random_uuid();
  e.at := clock_timestamp();
  e.event := p_event;
  e.login := session_user;
  e.grant_id := g.id;
  e.customer := g.customer;
  e.institution := g.institution;
  e.channel := g.channel;
  e.data_class := g.data_class;
  e.purpose := g.purpose;
  e.opened := p_opened;
  e.level := p_level;
  e.place := p_place;
  e.salt_sealed := p_salt_sealed;
  e.commitment := sha256('\x50'::bytea || p_salt || convert_to(audit.fields(e), 'UTF8'));
  INSERT INTO audit.entry OVERRIDING SYSTEM VALUE SELECT e.*;
  RETURN e;
END
$$;

-- The grant behind a ticket, if this login may use the ticket now (the same conditions as the vault's policies).
CREATE FUNCTION gate.usable_grant(p_ticket bigint) RETURNS SETOF consent.grant_
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY
  SELECT g.*
  FROM audit.entry e
  JOIN consent.grant_ g ON g.id = e.grant_id
  WHERE e.seq = p_ticket AND e.event = 'opened' AND e.login = session_user
    AND e.xid < pg_snapshot_xmax(pg_current_snapshot())
    AND e.xid <> coalesce(pg_current_xact_id_if_assigned(), '0'::xid8)
    AND e.at > clock_timestamp() - interval '30 seconds'
    AND current_setting('transaction_isolation') = 'read committed'
    AND consent.holds_now(g);
END
$$;

-- Writes the `disclosed` entry: what of the look went where. No row: stopped, expired or too late, so nothing may go.
CREATE FUNCTION gate.disclose(p_ticket bigint, p_level text, p_place text, p_salt bytea, p_salt_sealed bytea)
RETURNS TABLE (seq bigint, id uuid, at timestamptz, commitment bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  g consent.grant_;
  e audit.entry;
BEGIN
  SELECT x.* INTO g FROM gate.usable_grant(p_ticket) x;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  -- A channel never carries more than the grant allows at this moment; Parley's own pages are no channel of anybody's.
  IF p_place = g.channel AND NOT consent.allows_level(g, p_level) THEN
    RETURN;
  END IF;
  IF length(p_salt) <> 32 THEN
    RAISE EXCEPTION 'a salt has 32 bytes' USING ERRCODE = '22023';
  END IF;
  PERFORM set_config('synchronous_commit', 'on', true);
  e := gate.new_entry('disclosed', g, p_ticket, p_level, p_place, p_salt, p_salt_sealed);
  RETURN QUERY SELECT e.seq, e.id, e.at, e.commitment;
END
$$;

CREATE FUNCTION gate.bank_token(p_ticket bigint) RETURNS TABLE (version integer, sealed bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM set_config('gate.ticket', p_ticket::text, true);
  RETURN QUERY SELECT t.version, t.sealed FROM vault.bank_token t
    JOIN audit.entry e ON e.seq = p_ticket AND t.customer = e.customer AND t.institution = e.institution;
END
$$;

-- Takes the right to refresh for a few seconds. False: somebody else is at it; read the token again soon.
CREATE FUNCTION gate.lease_refresh(p_ticket bigint, p_version integer, p_seconds integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM set_config('gate.ticket', p_ticket::text, true);
  UPDATE vault.bank_token t SET refresh_lease_until = clock_timestamp() + make_interval(secs => least(p_seconds, 30))
  FROM audit.entry e
  WHERE e.seq = p_ticket AND t.customer = e.customer AND t.institution = e.institution AND t.version = p_version
    AND (t.refresh_lease_until IS NULL OR t.refresh_lease_until <= clock_timestamp());
  RETURN FOUND;
END
$$;

-- Stores a bank's tokens: the first time (version 0 expected), or in place of the version that was read.
CREATE FUNCTION gate.store_bank_token(p_ticket bigint, p_expected integer, p_sealed bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  g consent.grant_;
BEGIN
  PERFORM set_config('gate.ticket', p_ticket::text, true);
  SELECT x.* INTO g FROM gate.usable_grant(p_ticket) x;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  IF p_expected = 0 THEN
    INSERT INTO vault.bank_token (customer, institution, sealed) VALUES (g.customer, g.institution, p_sealed)
    ON CONFLICT (customer, institution) DO UPDATE
      SET sealed = excluded.sealed, version = vault.bank_token.version + 1, refresh_lease_until = NULL, updated_at = clock_timestamp();
    RETURN true;
  END IF;
  UPDATE vault.bank_token t
  SET sealed = p_sealed, version = t.version + 1, refresh_lease_until = NULL, updated_at = clock_timestamp()
  WHERE t.customer = g.customer AND t.institution = g.institution AND t.version = p_expected;
  RETURN FOUND;
END
$$;

CREATE FUNCTION gate.store_sealed_answer(p_ticket bigint, p_id uuid, p_sealed bytea, p_seconds integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  g consent.grant_;
BEGIN
  PERFORM set_config('gate.ticket', p_ticket::text, true);
  SELECT x.* INTO g FROM gate.usable_grant(p_ticket) x;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO vault.sealed_answer (id, customer, institution, channel, conversation, data_class, sealed, expires_at)
  VALUES (p_id, g.customer, g.institution, g.channel, g.conversation, g.data_class, p_sealed,
    clock_timestamp() + make_interval(secs => least(p_seconds, 3600)));
  RETURN true;
END
$$;

CREATE FUNCTION gate.sealed_answer(p_ticket bigint, p_id uuid) RETURNS TABLE (sealed bytea, created_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM set_config('gate.ticket', p_ticket::text, true);
  RETURN QUERY SELECT a.sealed, a.created_at FROM vault.sealed_answer a WHERE a.id = p_id;
END
$$;

-- For the keystore alone: what it must check before a key leaves it. The ticket's transaction has committed, the ticket is
-- fresh, the grant holds; the terms come as they were signed, for the keystore to verify against the passkey it pinned.
CREATE FUNCTION gate.release_facts(p_ticket bigint) RETURNS TABLE (
  customer uuid, institution text, channel text, conversation uuid, data_class text, purpose text, login name,
  opened_at timestamptz, now timestamptz, terms uuid, document text, credential_id bytea, authenticator_data bytea,
  client_data bytea, signature bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY
  SELECT e.customer, e.institution, e.channel, g.conversation, e.data_class, e.purpose, e.login, e.at, clock_timestamp(),
    t.id, t.document, t.credential_id, t.authenticator_data, t.client_data, t.signature
  FROM audit.entry e
  JOIN consent.grant_ g ON g.id = e.grant_id
  JOIN consent.terms t ON t.id = g.terms
  WHERE e.seq = p_ticket AND e.event = 'opened'
    AND e.xid < pg_snapshot_xmax(pg_current_snapshot())
    AND e.xid <> coalesce(pg_current_xact_id_if_assigned(), '0'::xid8)
    AND e.at > clock_timestamp() - interval '30 seconds'
    AND current_setting('transaction_isolation') = 'read committed'
    AND consent.holds_now(g);
END
$$;

GRANT USAGE ON SCHEMA gate TO parley_answer, parley_notify, parley_fraud, parley_service, parley_keystore;
GRANT EXECUTE ON FUNCTION gate.open(uuid, text, uuid, text, bytea, bytea) TO parley_answer, parley_notify, parley_fraud, parley_service;
GRANT EXECUTE ON FUNCTION gate.disclose(bigint, text, text, bytea, bytea) TO parley_answer, parley_notify, parley_fraud, parley_service;
GRANT EXECUTE ON FUNCTION gate.bank_token(bigint) TO parley_answer, parley_notify, parley_fraud, parley_service;
GRANT EXECUTE ON FUNCTION gate.lease_refresh(bigint, integer, integer) TO parley_answer, parley_notify, parley_fraud, parley_service;
GRANT EXECUTE ON FUNCTION gate.store_bank_token(bigint, integer, bytea) TO parley_answer, parley_notify, parley_fraud, parley_service;
GRANT EXECUTE ON FUNCTION gate.store_sealed_answer(bigint, uuid, bytea, integer) TO parley_answer, parley_notify;
GRANT EXECUTE ON FUNCTION gate.sealed_answer(bigint, uuid) TO parley_answer, parley_notify;
GRANT EXECUTE ON FUNCTION gate.release_facts(bigint) TO parley_keystore;

RESET ROLE;

-- The owner of the identity's sequence is the table's owner; the gate draws numbers from it.
GRANT USAGE ON SEQUENCE audit.entry_seq_seq TO parley_access_gate;
