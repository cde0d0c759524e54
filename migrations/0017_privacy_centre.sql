-- The privacy centre: what a customer sees of themselves. Reading it takes two things that no one login has: a session,
-- which only the pages' login (parley_consent) can begin, and the functions below, which only parley_centre may call.
-- Each of them takes the session's hash and gives rows of that session's customer, while the session lives and the passkey
-- that began it still counts. So neither login, stolen alone, reads anybody's looks.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'parley_centre') THEN
    CREATE ROLE parley_centre LOGIN NOINHERIT;
  END IF;
  ALTER ROLE parley_centre SET statement_timeout = '5s';
  ALTER ROLE parley_centre SET lock_timeout = '2s';
  ALTER ROLE parley_centre SET idle_in_transaction_session_timeout = '5s';
  EXECUTE pg_catalog.format('GRANT CONNECT ON DATABASE %I TO parley_centre', pg_catalog.current_database());
END
$$;

SET ROLE parley_app_owner;

-- Which passkey began a session, so that removing it ends the session; what kind of browser; where its reader is, for times.
ALTER TABLE customers.session
  ADD COLUMN credential_id bytea,
  ADD COLUMN browser text CHECK (browser ~ '^[a-z]{1,16}-[a-z]{1,16}$'),
  ADD COLUMN time_zone text CHECK (length(time_zone) <= 64),
  -- A fresh assertion for the export lets its files be fetched for a few minutes.
  ADD COLUMN export_until timestamptz;

ALTER TABLE customers.passkey ADD COLUMN used_at timestamptz;

-- Each sensitive act has a use of its own, so that an assertion given for one is worth nothing for another.
ALTER TABLE customers.challenge DROP CONSTRAINT challenge_use_check;
ALTER TABLE customers.challenge ADD CONSTRAINT challenge_use_check CHECK (use IN ('enrol', 'sign-in', 'sign-terms', 'redeem',
  'recover', 'add-passkey', 'approve-passkey', 'remove-passkey', 'phrase', 'export', 'erase'));

-- The words by which a customer recognises Parley's own pages: sealed under a key that follows from K_c.
CREATE TABLE customers.phrase (
  customer uuid PRIMARY KEY REFERENCES customers.customer (id) ON DELETE CASCADE,
  sealed bytea NOT NULL CHECK (length(sealed) <= 512),
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
GRANT USAGE ON SCHEMA customers TO parley_centre, parley_access_gate, parley_vault_owner, parley_consent_writer;
GRANT SELECT, INSERT, UPDATE, DELETE ON customers.phrase TO parley_centre;

-- Whose live session of the privacy centre this is; null for any other, for one that ended, and for one whose passkey was
-- removed.
CREATE FUNCTION customers.of_session(p_session bytea) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT s.customer FROM customers.session s
  WHERE s.id_hash = p_session AND s.kind = 'me' AND s.ended_at IS NULL AND s.expires_at > clock_timestamp()
    AND EXISTS (SELECT FROM customers.passkey p WHERE p.credential_id = s.credential_id AND p.customer = s.customer
      AND p.revoked_at IS NULL AND p.effective_at <= clock_timestamp())
$$;
GRANT EXECUTE ON FUNCTION customers.of_session(bytea) TO parley_access_gate, parley_vault_owner, parley_consent_writer;

RESET ROLE;

-- The gate tells a customer, of each entry of theirs, where its leaf stands and what was promised about it.
SET ROLE parley_log_owner;
CREATE POLICY gate_reads ON log.leaf FOR SELECT TO parley_access_gate USING (true);
CREATE POLICY gate_reads ON log.checkpoint FOR SELECT TO parley_access_gate USING (true);
CREATE POLICY gate_reads ON log.promise FOR SELECT TO parley_access_gate USING (true);
GRANT USAGE ON SCHEMA log TO parley_access_gate;
GRANT SELECT ON log.leaf, log.promise TO parley_access_gate;
GRANT SELECT (size) ON log.checkpoint TO parley_access_gate;
RESET ROLE;

SET ROLE parley_access_gate;

-- The looks at a session's customer, newest first: so many `opened` entries before a number, and with each the entries that
-- say what of it went where. A look may be asked for by its id. Salts come sealed; their key is the keystore's.
CREATE FUNCTION gate.own_entries(
  p_session bytea, p_before bigint, p_institution text, p_from timestamptz, p_to timestamptz, p_look uuid, p_limit integer
) RETURNS TABLE (
  seq bigint, opened bigint, id uuid, at timestamptz, event text, institution text, channel text, conversation uuid,
  data_class text, purpose text, login name, level text, place text, fields text, salt_sealed bytea,
  leaf bigint, published boolean, promise text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  who uuid := customers.of_session(p_session);
  size bigint;
BEGIN
  IF who IS NULL THEN
    RETURN;
  END IF;
  SELECT max(c.size) INTO size FROM log.checkpoint c;
  RETURN QUERY
  WITH looks AS (
    SELECT e.seq FROM audit.entry e
    WHERE e.customer = who AND e.opened IS NULL
      AND (p_before IS NULL OR e.seq < p_before)
      AND (p_institution IS NULL OR e.institution = p_institution)
      AND (p_from IS NULL OR e.at >= p_from) AND (p_to IS NULL OR e.at < p_to)
      AND (p_look IS NULL OR e.id = p_look)
    ORDER BY e.seq DESC LIMIT least(p_limit, 500)
  ), entries AS (
    SELECT e.* FROM audit.entry e JOIN looks ON e.seq = looks.seq
    UNION ALL
    SELECT e.* FROM audit.entry e JOIN looks ON e.opened = looks.seq WHERE e.customer = who
  )
  SELECT e.seq, e.opened, e.id, e.at, e.event, e.institution, e.channel, g.conversation, e.data_class, e.purpose, e.login,
    e.level, e.place, audit.fields(x), e.salt_sealed, l.index, coalesce(l.index < size, false),
    (SELECT p.note FROM log.promise p WHERE p.entry = e.seq AND p.commitment = e.commitment)
  FROM entries e
  JOIN audit.entry x ON x.seq = e.seq
  LEFT JOIN consent.grant_ g ON g.id = e.grant_id
  LEFT JOIN log.leaf l ON l.entry = e.seq
  ORDER BY coalesce(e.opened, e.seq) DESC, e.seq;
END
$$;

-- How many entries there are about the session's customer, and since when.
CREATE FUNCTION gate.own_entry_count(p_session bytea) RETURNS TABLE (entries bigint, promises bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT count(*), count(p.entry) FROM audit.entry e LEFT JOIN log.promise p ON p.entry = e.seq AND p.commitment = e.commitment
  WHERE e.customer = (SELECT customers.of_session(p_session))
$$;

GRANT USAGE ON SCHEMA gate TO parley_centre;
GRANT EXECUTE ON FUNCTION gate.own_entries(bytea, bigint, text, timestamptz, timestamptz, uuid, integer),
  gate.own_entry_count(bytea) TO parley_centre;

RESET ROLE;

-- How many sealed rows the vault holds about a session's customer. The owner of the vault sees them only while that session
-- is named, and only to count.
SET ROLE parley_vault_owner;
CREATE FUNCTION vault.own_count(p_session bytea) RETURNS TABLE (bank_tokens bigint, sealed_answers bigint, until timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  who uuid := customers.of_session(p_session);
BEGIN
  PERFORM set_config('vault.session', encode(p_session, 'hex'), true);
  RETURN QUERY SELECT (SELECT count(*) FROM vault.bank_token t WHERE t.customer = who),
    (SELECT count(*) FROM vault.sealed_answer a WHERE a.customer = who AND a.expires_at > clock_timestamp()),
    (SELECT max(a.expires_at) FROM vault.sealed_answer a WHERE a.customer = who AND a.expires_at > clock_timestamp());
END
$$;
CREATE POLICY counted ON vault.bank_token FOR SELECT TO parley_vault_owner
  USING (customer = (SELECT customers.of_session(decode(nullif(current_setting('vault.session', true), ''), 'hex'))));
CREATE POLICY counted ON vault.sealed_answer FOR SELECT TO parley_vault_owner
  USING (customer = (SELECT customers.of_session(decode(nullif(current_setting('vault.session', true), ''), 'hex'))));
GRANT USAGE ON SCHEMA vault TO parley_centre;
GRANT EXECUTE ON FUNCTION vault.own_count(bytea) TO parley_centre;
RESET ROLE;

-- Less is always allowed: what these terms let their channel show becomes more careful, never less.
SET ROLE parley_consent_writer;
CREATE FUNCTION consent.lower_terms(p_customer uuid, p_terms uuid, p_level text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  lowered integer;
BEGIN
  IF p_level NOT IN ('sealed', 'rounded') THEN
    RAISE EXCEPTION 'disclosure is raised only by signed terms' USING ERRCODE = '42501';
  END IF;
  UPDATE consent.grant_ SET disclosure = p_level
  WHERE terms = p_terms AND customer = p_customer AND revoked_at IS NULL
    AND (disclosure = 'full' OR (disclosure = 'rounded' AND p_level = 'sealed'));
  GET DIAGNOSTICS lowered = ROW_COUNT;
  RETURN lowered;
END
$$;
GRANT EXECUTE ON FUNCTION consent.lower_terms(uuid, uuid, text) TO parley_consent;
RESET ROLE;

-- Everything stored about the session's customer, table by table: how many rows, and until when the last of them is kept.
SET ROLE parley_app_owner;
GRANT USAGE ON SCHEMA consent TO parley_app_owner;
CREATE FUNCTION customers.own_counts(p_session bytea) RETURNS TABLE (name text, rows bigint, until timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  who uuid := customers.of_session(p_session);
  own uuid[];
BEGIN
  IF who IS NULL THEN
    RETURN;
  END IF;
  own := ARRAY(SELECT c.id FROM channels.conversation c WHERE c.customer = who);
  RETURN QUERY
    SELECT 'customers.customer', count(*), NULL::timestamptz FROM customers.customer c WHERE c.id = who
    UNION ALL SELECT 'customers.passkey', count(*), NULL FROM customers.passkey p WHERE p.customer = who
    UNION ALL SELECT 'customers.phrase', count(*), NULL FROM customers.phrase p WHERE p.customer = who
    UNION ALL SELECT 'customers.session', count(*), max(s.expires_at) FROM customers.session s WHERE s.customer = who
    UNION ALL SELECT 'customers.challenge', count(*), max(c.expires_at) FROM customers.challenge c
      WHERE c.details ->> 'customer' = who::text
    UNION ALL SELECT 'customers.recovery', count(*), NULL FROM customers.recovery r WHERE r.customer = who
    UNION ALL SELECT 'customers.bank_identity', count(*), NULL FROM customers.bank_identity b WHERE b.customer = who
    UNION ALL SELECT 'institutions.call_count', count(*), NULL FROM institutions.call_count n WHERE n.customer = who
    UNION ALL SELECT 'channels.conversation', cardinality(own)::bigint, NULL
    UNION ALL SELECT 'channels.app_scoped_id', count(*), NULL FROM channels.app_scoped_id a WHERE a.conversation = ANY (own)
    UNION ALL SELECT 'channels.inbound_message', count(*), max(m.received_at) + interval '2 days'
      FROM channels.inbound_message m WHERE m.conversation = ANY (own)
    UNION ALL SELECT 'channels.sent_message', count(*), max(m.sent_at) + interval '90 days'
      FROM channels.sent_message m WHERE m.conversation = ANY (own)
    UNION ALL SELECT 'channels.platform_request', count(*), NULL FROM channels.platform_request q WHERE q.conversation = ANY (own)
    UNION ALL SELECT 'platform.outbox', count(*), NULL FROM platform.outbox o WHERE o.conversation = ANY (own::text[])
    UNION ALL SELECT 'chat.state', count(*), NULL FROM chat.state s WHERE s.conversation = ANY (own)
    UNION ALL SELECT 'linking.link', count(*), max(l.expires_at) + interval '1 day' FROM linking.link l
      WHERE l.conversation = ANY (own) OR l.customer = who
    UNION ALL SELECT 'answers.link', count(*), max(l.expires_at) + interval '1 day' FROM answers.link l WHERE l.customer = who
    UNION ALL SELECT 'receipts.receipt', count(*), NULL FROM receipts.receipt r WHERE r.customer = who;
END
$$;
GRANT EXECUTE ON FUNCTION customers.own_counts(bytea) TO parley_centre;
RESET ROLE;

SET ROLE parley_consent_writer;
CREATE FUNCTION consent.own_counts(p_session bytea) RETURNS TABLE (name text, rows bigint, until timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  who uuid := customers.of_session(p_session);
BEGIN
  IF who IS NULL THEN
    RETURN;
  END IF;
  RETURN QUERY
    SELECT 'consent.terms', count(*), max(t.signed_at) + interval '3 years' FROM consent.terms t WHERE t.customer = who
    UNION ALL SELECT 'consent.grant_', count(*), max(g.starts_at) + interval '3 years' FROM consent.grant_ g WHERE g.customer = who
    UNION ALL SELECT 'consent.ending', count(*), max(n.at) + interval '3 years' FROM consent.ending n WHERE n.customer = who
    UNION ALL SELECT 'consent.alerts_ending', count(*), NULL FROM consent.alerts_ending a WHERE a.customer = who;
END
$$;
GRANT USAGE ON SCHEMA consent TO parley_centre;
GRANT EXECUTE ON FUNCTION consent.own_counts(bytea) TO parley_centre;
RESET ROLE;
