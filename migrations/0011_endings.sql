-- Endings: every way a grant ends goes through one place, leaves one row, and is followed to its end: open things closed,
-- the bank's tokens taken back, the key destroyed, a signed receipt. The stop itself never waits for any of that.

DO $$
BEGIN
  -- Follows endings. Reads a bank's tokens only to give them back, and only once nothing is shared any more.
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'parley_revoker') THEN
    CREATE ROLE parley_revoker LOGIN NOINHERIT;
  END IF;
  ALTER ROLE parley_revoker SET statement_timeout = '5s';
  ALTER ROLE parley_revoker SET lock_timeout = '2s';
  ALTER ROLE parley_revoker SET idle_in_transaction_session_timeout = '5s';
  EXECUTE pg_catalog.format('GRANT CONNECT ON DATABASE %I TO parley_revoker', pg_catalog.current_database());
END
$$;

CREATE SCHEMA receipts AUTHORIZATION parley_app_owner;

SET ROLE parley_platform_owner;
GRANT USAGE ON SCHEMA platform TO parley_revoker, parley_consent_writer;
GRANT EXECUTE ON FUNCTION platform.add_job(text, text, jsonb, bigint, smallint) TO parley_revoker, parley_consent_writer;
GRANT EXECUTE ON FUNCTION platform.finish_job(bigint, text, bigint) TO parley_revoker;
GRANT SELECT, DELETE ON platform.job TO parley_revoker;
GRANT INSERT (kind, key, payload, priority, head, due_at) ON platform.job TO parley_revoker, parley_consent_writer;
GRANT UPDATE (head, due_at, attempt, failures) ON platform.job TO parley_revoker;
-- Adding a job locks the one ahead of it.
GRANT SELECT (id, key), UPDATE (head) ON platform.job TO parley_consent_writer;
GRANT SELECT, INSERT, DELETE ON platform.job_claim TO parley_revoker;
GRANT SELECT (id, died_at), INSERT, DELETE ON platform.job_dead TO parley_revoker;
GRANT USAGE ON SEQUENCE platform.worker TO parley_revoker;
RESET ROLE;

SET ROLE parley_app_owner;

-- What was handed to a customer, signed: it stays as it was signed. The customer goes when the customer is erased.
CREATE TABLE receipts.receipt (
  id uuid PRIMARY KEY,
  customer uuid,
  kind text NOT NULL CHECK (kind ~ '^[a-z]+(-[a-z]+)*$' AND length(kind) <= 64),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  note text NOT NULL CHECK (length(note) <= 65536)
);
CREATE INDEX receipt_customer ON receipts.receipt (customer, at) WHERE customer IS NOT NULL;
GRANT USAGE ON SCHEMA receipts TO parley_consent, parley_revoker;
GRANT SELECT, INSERT ON receipts.receipt TO parley_consent, parley_revoker;

GRANT USAGE ON SCHEMA institutions TO parley_revoker;
GRANT SELECT ON institutions.institution TO parley_revoker;
CREATE POLICY revoker_reads ON institutions.institution FOR SELECT TO parley_revoker USING (true);

-- What was open when the sharing ended: a question that waited, links to answers.
ALTER TABLE answers.link ADD COLUMN stopped_at timestamptz;
GRANT USAGE ON SCHEMA answers, chat TO parley_revoker;
GRANT SELECT (id, customer, conversation, institutions, used_at, expires_at, stopped_at), UPDATE (stopped_at) ON answers.link
  TO parley_revoker;
GRANT SELECT (conversation, pending_until), UPDATE (pending_sealed, pending_until) ON chat.state TO parley_revoker;

RESET ROLE;

SET ROLE parley_consent_writer;

CREATE TABLE consent.reason (
  name text PRIMARY KEY CHECK (name ~ '^[a-z]+(-[a-z]+)*$' AND length(name) <= 64)
);
INSERT INTO consent.reason VALUES
  ('customer-in-chat'), ('a-day-after-stop'), ('customer-on-page'), ('customer-by-data-deletion'), ('narrowed'), ('replaced'),
  ('never-confirmed'), ('expired'), ('bank'), ('platform'), ('platform-deauthorized'), ('recovery'), ('erased');

-- Which login may end grants for which reason, where it may choose them itself. The words of a chat reach no further than
-- parley_answer, and its own reason never touches fraud alerts.
CREATE TABLE consent.ending_right (
  login name NOT NULL,
  because text NOT NULL REFERENCES consent.reason (name),
  PRIMARY KEY (login, because)
);
INSERT INTO consent.ending_right
  SELECT 'parley_consent', r.name FROM consent.reason r
  UNION ALL VALUES ('parley_answer', 'customer-in-chat'), ('parley_answer', 'bank'), ('parley_answer', 'never-confirmed'),
    ('parley_channel', 'platform-deauthorized'), ('parley_channel', 'customer-by-data-deletion'),
    ('parley_revoker', 'expired'), ('parley_revoker', 'never-confirmed'), ('parley_revoker', 'a-day-after-stop');

-- One row for what ended together of one customer at one bank, and how far it was followed.
CREATE TABLE consent.ending (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  customer uuid NOT NULL,
  institution text NOT NULL REFERENCES institutions.institution (id),
  conversation uuid,                            -- where, if it was one conversation
  because text NOT NULL REFERENCES consent.reason (name),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  grants integer NOT NULL CHECK (grants > 0),
  closed_at timestamptz,                        -- open questions and answers are closed
  -- What became of the bank's tokens: still shared elsewhere; none there; taken back by the bank; unknown to the bank; the
  -- bank unreachable until we gave up; not readable any more, so only destroyed here.
  bank text CHECK (bank IN ('kept', 'nothing', 'revoked', 'unknown', 'unreachable', 'untold')),
  bank_told_at timestamptz,
  told_version integer,                         -- which version of the stored tokens that was
  key_destroyed_at timestamptz,
  key_last_copy_at timestamptz,                 -- until when a copy of it can exist in an old file or a backup of the keystore
  receipt uuid,                                 -- the latest one
  done_at timestamptz
);
CREATE INDEX ending_customer ON consent.ending (customer, at);
CREATE INDEX ending_open ON consent.ending (customer, institution) WHERE done_at IS NULL;

ALTER TABLE consent.grant_ DROP CONSTRAINT grant__revoked_because_check;
ALTER TABLE consent.grant_ ADD CONSTRAINT grant_revoked_because FOREIGN KEY (revoked_because) REFERENCES consent.reason (name);
-- (A foreign key would need a right to lock rows that nobody may change.)
ALTER TABLE consent.grant_ ADD COLUMN ending uuid;
CREATE INDEX grant_ending ON consent.grant_ (ending) WHERE ending IS NOT NULL;
CREATE INDEX grant_expiry ON consent.grant_ (expires_at) WHERE revoked_at IS NULL;
CREATE INDEX grant_unconfirmed ON consent.grant_ (starts_at) WHERE revoked_at IS NULL AND unconfirmed;

ALTER TABLE consent.ending ENABLE ROW LEVEL SECURITY;
ALTER TABLE consent.ending FORCE ROW LEVEL SECURITY;
CREATE POLICY writer_reads ON consent.ending FOR SELECT TO parley_consent_writer USING (true);
CREATE POLICY writer_adds ON consent.ending FOR INSERT TO parley_consent_writer WITH CHECK (true);
CREATE POLICY gate_reads ON consent.ending FOR SELECT TO parley_access_gate, parley_vault_owner USING (true);
CREATE POLICY pages_read ON consent.ending FOR SELECT TO parley_consent, parley_inspector USING (true);
CREATE POLICY revoker_reads ON consent.ending FOR SELECT TO parley_revoker USING (true);
CREATE POLICY revoker_notes ON consent.ending FOR UPDATE TO parley_revoker USING (done_at IS NULL) WITH CHECK (true);
CREATE POLICY own_institution ON consent.ending FOR SELECT TO parley_institution
  USING (institution = (SELECT institutions.of_login()));
CREATE POLICY revoker_reads ON consent.grant_ FOR SELECT TO parley_revoker USING (true);
-- Nobody rewrites or forgets why something ended.
REVOKE UPDATE, DELETE, TRUNCATE ON consent.ending FROM parley_consent_writer;
GRANT SELECT ON consent.ending TO parley_access_gate, parley_vault_owner, parley_consent, parley_inspector, parley_institution,
  parley_revoker;
GRANT UPDATE (closed_at, bank, bank_told_at, told_version, key_destroyed_at, key_last_copy_at, receipt, done_at) ON consent.ending TO parley_revoker;
GRANT USAGE ON SCHEMA consent TO parley_revoker;
GRANT SELECT ON consent.grant_ TO parley_revoker;
GRANT EXECUTE ON FUNCTION consent.holds_now(consent.grant_) TO parley_revoker;

-- Whether nothing of this customer's is shared with this bank any more: no grant lives, and none waits for its code. A grant
-- that is only suspended (a cut-off platform) still lives.
CREATE FUNCTION consent.is_over(p_customer uuid, p_institution text) RETURNS boolean
LANGUAGE sql VOLATILE
BEGIN ATOMIC
  SELECT NOT EXISTS (
    SELECT FROM consent.grant_ g
    WHERE g.customer = p_customer AND g.institution = p_institution
      AND g.revoked_at IS NULL AND g.expires_at > pg_catalog.clock_timestamp());
END;
GRANT EXECUTE ON FUNCTION consent.is_over(uuid, text) TO parley_access_gate, parley_vault_owner, parley_revoker;

-- The same for one conversation: with any of these banks (null: with any at all).
CREATE FUNCTION consent.is_over_here(p_conversation uuid, p_institutions text[]) RETURNS boolean
LANGUAGE sql VOLATILE
BEGIN ATOMIC
  SELECT NOT EXISTS (
    SELECT FROM consent.grant_ g
    WHERE g.conversation = p_conversation AND (p_institutions IS NULL OR g.institution = ANY (p_institutions))
      AND g.revoked_at IS NULL AND g.expires_at > pg_catalog.clock_timestamp());
END;
GRANT EXECUTE ON FUNCTION consent.is_over_here(uuid, text[]) TO parley_revoker;

-- Whether the bank's tokens may be read to give them back: an ending waits for it, and nothing is shared any more.
CREATE FUNCTION consent.may_take_back(p_customer uuid, p_institution text) RETURNS boolean
LANGUAGE sql VOLATILE
BEGIN ATOMIC
  SELECT consent.is_over(p_customer, p_institution) AND EXISTS (
    SELECT FROM consent.ending n
    WHERE n.customer = p_customer AND n.institution = p_institution AND n.done_at IS NULL);
END;
GRANT EXECUTE ON FUNCTION consent.may_take_back(uuid, text) TO parley_access_gate, parley_vault_owner, parley_revoker;

-- The one place where grants end. What ended together of one customer at one bank gets one row, and the job that follows it is
-- queued in the same transaction. Not for any login: those below say which grants and by what right.
CREATE FUNCTION consent.end_grants(p_grants uuid[], p_because text)
RETURNS TABLE (ending uuid, customer uuid, institution text, conversation uuid, grants uuid[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  ended record;
  added uuid;
BEGIN
  FOR ended IN
    WITH locked AS MATERIALIZED (
      SELECT g.id, g.customer, g.institution, g.conversation FROM consent.grant_ g
      WHERE g.id = ANY (p_grants) AND g.revoked_at IS NULL ORDER BY g.id FOR NO KEY UPDATE
    )
    SELECT l.customer, l.institution, array_agg(l.id) AS ids,
      CASE WHEN count(DISTINCT l.conversation) = 1 AND bool_and(l.conversation IS NOT NULL)
        THEN min(l.conversation::text)::uuid END AS conversation
    FROM locked l GROUP BY l.customer, l.institution ORDER BY l.customer, l.institution
  LOOP
    INSERT INTO consent.ending (customer, institution, conversation, because, grants, bank, done_at)
    -- Terms that take the place of earlier ones: the sharing goes on, so there is nothing to follow.
    VALUES (ended.customer, ended.institution, ended.conversation, p_because, cardinality(ended.ids),
      CASE WHEN p_because = 'replaced' THEN 'kept' END, CASE WHEN p_because = 'replaced' THEN clock_timestamp() END)
    RETURNING id INTO added;
    UPDATE consent.grant_ SET revoked_at = clock_timestamp(), revoked_because = p_because, ending = added
    WHERE id = ANY (ended.ids);
    IF p_because <> 'replaced' THEN
      PERFORM platform.add_job('revocation.follow', 'revoke:' || ended.customer || ':' || ended.institution,
        jsonb_build_object('ending', added), 0, 1::smallint);
    END IF;
    RETURN QUERY SELECT added, ended.customer, ended.institution, ended.conversation, ended.ids;
  END LOOP;
END
$$;

-- Ends the grants that match everything given (null: whatever it is), at most so many; call again until it gives no row.
CREATE FUNCTION consent.end_where(
  p_because text, p_customer uuid, p_institution text, p_conversation uuid, p_channel text, p_terms uuid, p_grants uuid[],
  p_purpose text, p_limit integer)
RETURNS TABLE (ending uuid, customer uuid, institution text, conversation uuid, grants uuid[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
  PERFORM consent.check_ending_right(p_because);
  IF num_nonnulls(p_customer, p_institution, p_conversation, p_channel, p_terms, p_grants) = 0 THEN
    RAISE EXCEPTION 'which grants?' USING ERRCODE = '22023';
  END IF;
  RETURN QUERY SELECT e.* FROM consent.end_grants(ARRAY(
    SELECT g.id FROM consent.grant_ g
    WHERE g.revoked_at IS NULL
      AND (p_customer IS NULL OR g.customer = p_customer)
      AND (p_institution IS NULL OR g.institution = p_institution)
      AND (p_conversation IS NULL OR g.conversation = p_conversation)
      AND (p_channel IS NULL OR g.channel = p_channel)
      AND (p_terms IS NULL OR g.terms = p_terms)
      AND (p_grants IS NULL OR g.id = ANY (p_grants))
      AND (p_purpose IS NULL OR g.purpose = p_purpose)
      AND (p_because <> 'customer-in-chat' OR g.purpose <> 'fraud-alerts')
      -- Reasons that are facts must be true.
      AND (p_because <> 'expired' OR g.expires_at <= clock_timestamp())
      AND (p_because <> 'never-confirmed' OR g.unconfirmed)
    LIMIT p_limit), p_because) e;
END
$$;
GRANT EXECUTE ON FUNCTION consent.end_where(text, uuid, text, uuid, text, uuid, uuid[], text, integer)
  TO parley_consent, parley_answer, parley_channel, parley_revoker;

CREATE FUNCTION consent.check_ending_right(p_because text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM consent.ending_right r WHERE r.login = session_user AND r.because = p_because) THEN
    RAISE EXCEPTION 'this login ends nothing for this reason' USING ERRCODE = '42501';
  END IF;
END
$$;

-- What time ended: grants past their date, and terms that no code ever confirmed. A link that is being made is left in peace.
CREATE FUNCTION consent.end_overdue(p_limit integer)
RETURNS TABLE (ending uuid, customer uuid, institution text, conversation uuid, grants uuid[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM consent.check_ending_right('expired');
  RETURN QUERY SELECT e.* FROM consent.end_grants(ARRAY(
    SELECT g.id FROM consent.grant_ g
    WHERE g.revoked_at IS NULL AND NOT g.unconfirmed AND g.expires_at <= clock_timestamp()
      AND (g.channel <> 'link-page' OR g.expires_at <= clock_timestamp() - interval '1 day')
    ORDER BY g.expires_at LIMIT p_limit), 'expired') e;
  RETURN QUERY SELECT e.* FROM consent.end_grants(ARRAY(
    SELECT g.id FROM consent.grant_ g
    WHERE g.revoked_at IS NULL AND g.unconfirmed AND g.starts_at <= clock_timestamp() - interval '1 day'
    ORDER BY g.starts_at LIMIT p_limit), 'never-confirmed') e;
END
$$;
GRANT EXECUTE ON FUNCTION consent.end_overdue(integer) TO parley_revoker;

-- The ways that were there before, through the one place.
CREATE OR REPLACE FUNCTION consent.confirm_terms(p_terms uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  confirmed integer;
BEGIN
  PERFORM FROM consent.end_grants(ARRAY(
    SELECT old.id FROM consent.grant_ new
    JOIN consent.grant_ old ON old.terms <> p_terms AND old.customer = new.customer AND old.institution = new.institution
      AND old.conversation = new.conversation
    WHERE new.terms = p_terms AND new.unconfirmed AND new.revoked_at IS NULL AND old.revoked_at IS NULL), 'replaced');
  UPDATE consent.grant_ SET unconfirmed = false WHERE terms = p_terms AND unconfirmed AND revoked_at IS NULL;
  GET DIAGNOSTICS confirmed = ROW_COUNT;
  RETURN confirmed;
END
$$;

CREATE OR REPLACE FUNCTION consent.stop_answers(p_conversation uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  stopped integer;
BEGIN
  SELECT coalesce(sum(cardinality(e.grants)), 0) INTO stopped FROM consent.end_grants(ARRAY(
    SELECT g.id FROM consent.grant_ g
    WHERE g.conversation = p_conversation AND g.purpose <> 'fraud-alerts' AND g.revoked_at IS NULL), 'customer-in-chat') e;
  RETURN stopped;
END
$$;

CREATE OR REPLACE FUNCTION consent.revoke_terms(p_terms uuid, p_because text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  revoked integer;
BEGIN
  PERFORM consent.check_ending_right(p_because);
  SELECT coalesce(sum(cardinality(e.grants)), 0) INTO revoked FROM consent.end_grants(ARRAY(
    SELECT g.id FROM consent.grant_ g WHERE g.terms = p_terms AND g.revoked_at IS NULL), p_because) e;
  RETURN revoked;
END
$$;

RESET ROLE;

SET ROLE parley_audit_owner;
-- A bank's tokens read to give them back are an entry of their own; nothing of the bank's data is read under it.
ALTER TABLE audit.entry DROP CONSTRAINT entry_event_check;
ALTER TABLE audit.entry ADD CONSTRAINT entry_event_check CHECK (event IN ('opened', 'disclosed', 'revoking'));
ALTER TABLE audit.entry DROP CONSTRAINT disclosed_says_what;
ALTER TABLE audit.entry ADD CONSTRAINT disclosed_says_what CHECK
  ((event = 'disclosed') = (opened IS NOT NULL) AND (event = 'disclosed') = (level IS NOT NULL AND place IS NOT NULL));
RESET ROLE;

SET ROLE parley_vault_owner;

-- The revoking ticket named by the setting, if this login may use it now: committed by an earlier transaction, fresh, and
-- nothing of this customer's shared with this bank at this moment (the conditions of vault.live_ticket, turned around).
CREATE FUNCTION vault.live_revoking() RETURNS TABLE (customer uuid, institution text)
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT e.customer, e.institution
  FROM audit.entry e
  WHERE e.seq = nullif(pg_catalog.current_setting('gate.ticket', true), '')::bigint
    AND e.event = 'revoking'
    AND e.login = session_user
    AND e.xid < pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())
    AND e.xid <> coalesce(pg_catalog.pg_current_xact_id_if_assigned(), '0'::xid8)
    AND e.at > pg_catalog.clock_timestamp() - interval '30 seconds'
    AND pg_catalog.current_setting('transaction_isolation') = 'read committed'
    AND consent.may_take_back(e.customer, e.institution);
END;
GRANT EXECUTE ON FUNCTION vault.live_revoking() TO parley_access_gate;

CREATE POLICY revoking_read ON vault.bank_token FOR SELECT TO parley_access_gate USING (EXISTS (
  SELECT 1 FROM vault.live_revoking() t WHERE t.customer = bank_token.customer AND t.institution = bank_token.institution));
CREATE POLICY revoking_delete ON vault.bank_token FOR DELETE TO parley_access_gate USING (EXISTS (
  SELECT 1 FROM vault.live_revoking() t WHERE t.customer = bank_token.customer AND t.institution = bank_token.institution));
GRANT DELETE ON vault.bank_token TO parley_access_gate;

-- Answers that nobody may open any more need not wait for their minutes to be over.
CREATE FUNCTION vault.is_ended(a vault.sealed_answer) RETURNS boolean
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT NOT EXISTS (
    SELECT FROM consent.grant_ g
    WHERE g.customer = a.customer AND g.institution = a.institution AND g.data_class = a.data_class
      AND g.conversation IS NOT DISTINCT FROM a.conversation AND consent.holds_now(g));
END;
CREATE POLICY ended ON vault.sealed_answer FOR DELETE TO parley_vault_owner USING (vault.is_ended(sealed_answer));
CREATE POLICY ended_sees ON vault.sealed_answer FOR SELECT TO parley_vault_owner USING (vault.is_ended(sealed_answer));

CREATE FUNCTION vault.forget_ended(p_customer uuid, p_institution text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  forgotten integer;
BEGIN
  DELETE FROM vault.sealed_answer a WHERE a.customer = p_customer AND a.institution = p_institution AND vault.is_ended(a);
  GET DIAGNOSTICS forgotten = ROW_COUNT;
  RETURN forgotten;
END
$$;
GRANT USAGE ON SCHEMA vault TO parley_revoker;
GRANT EXECUTE ON FUNCTION vault.forget_ended(uuid, text) TO parley_revoker;

RESET ROLE;

SET ROLE parley_access_gate;

-- The ticket to take a bank's tokens back. It needs an ending that waits for it and that nothing is shared any more; its entry
-- names a grant that ended, whose signed terms the keystore checks. It opens no data: not the gate's other functions, not the
-- sealed answers, and at the keystore no data key.
CREATE FUNCTION gate.open_revoking(p_customer uuid, p_institution text, p_salt bytea, p_salt_sealed bytea)
RETURNS TABLE (ticket bigint, id uuid, at timestamptz, grant_id uuid, commitment bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  g consent.grant_;
  e audit.entry;
BEGIN
  IF length(p_salt) <> 32 THEN
    RAISE EXCEPTION 'a salt has 32 bytes' USING ERRCODE = '22023';
  END IF;
  SELECT x.* INTO g FROM consent.grant_ x
  JOIN consent.ending n ON n.id = x.ending
  JOIN consent.terms t ON t.id = x.terms
  WHERE x.customer = p_customer AND x.institution = p_institution AND n.done_at IS NULL
    AND consent.may_take_back(p_customer, p_institution)
  ORDER BY t.signed_at DESC, x.id LIMIT 1;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  PERFORM set_config('synchronous_commit', 'on', true);
  e := gate.new_entry('revoking', g, NULL, NULL, NULL, p_salt, p_salt_sealed);
  RETURN QUERY SELECT e.seq, e.id, e.at, g.id, e.commitment;
END
$$;

-- Deletes the tokens that were given back, if they are still the ones (no new link has stored others meanwhile).
CREATE FUNCTION gate.forget_bank_token(p_ticket bigint, p_version integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM set_config('gate.ticket', p_ticket::text, true);
  DELETE FROM vault.bank_token t USING audit.entry e
  WHERE e.seq = p_ticket AND t.customer = e.customer AND t.institution = e.institution AND t.version = p_version;
  RETURN FOUND;
END
$$;

-- For the keystore alone: what it must check before it gives the key of a bank's tokens to take them back, or destroys it.
CREATE FUNCTION gate.revoking_facts(p_ticket bigint) RETURNS TABLE (
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
  WHERE e.seq = p_ticket AND e.event = 'revoking'
    AND e.xid < pg_snapshot_xmax(pg_current_snapshot())
    AND e.xid <> coalesce(pg_current_xact_id_if_assigned(), '0'::xid8)
    AND e.at > clock_timestamp() - interval '30 seconds'
    AND current_setting('transaction_isolation') = 'read committed'
    AND consent.may_take_back(e.customer, e.institution);
END
$$;

GRANT USAGE ON SCHEMA gate TO parley_revoker;
GRANT EXECUTE ON FUNCTION gate.open_revoking(uuid, text, bytea, bytea) TO parley_revoker;
GRANT EXECUTE ON FUNCTION gate.bank_token(bigint) TO parley_revoker;
GRANT EXECUTE ON FUNCTION gate.forget_bank_token(bigint, integer) TO parley_revoker;
GRANT EXECUTE ON FUNCTION gate.revoking_facts(bigint) TO parley_keystore;

RESET ROLE;

-- Revocation promises that its own entries will stand in the log, like every login that opens looks.
SET ROLE parley_log_owner;
GRANT USAGE ON SCHEMA log TO parley_revoker;
CREATE POLICY revoker_promises ON log.promise FOR INSERT TO parley_revoker WITH CHECK (true);
GRANT INSERT ON log.promise TO parley_revoker;
RESET ROLE;
