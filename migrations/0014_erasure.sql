-- Erase means gone. The keystore destroys a customer's keys and says so under its own login; only then, and for that customer
-- alone, may rows go. What the law makes us keep is sealed under a hold key first. Audit entries stay: they name nobody.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'parley_erasure_owner') THEN
    CREATE ROLE parley_erasure_owner NOLOGIN;
  END IF;
  -- Follows an erasure to its end.
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'parley_eraser') THEN
    CREATE ROLE parley_eraser LOGIN NOINHERIT;
  END IF;
  ALTER ROLE parley_eraser SET statement_timeout = '5s';
  ALTER ROLE parley_eraser SET lock_timeout = '2s';
  ALTER ROLE parley_eraser SET idle_in_transaction_session_timeout = '5s';
  EXECUTE pg_catalog.format('GRANT CONNECT ON DATABASE %I TO parley_eraser', pg_catalog.current_database());
END
$$;

ALTER DEFAULT PRIVILEGES FOR ROLE parley_erasure_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE SCHEMA erasure AUTHORIZATION parley_erasure_owner;

SET ROLE parley_erasure_owner;

-- One row an erasure. Whose it is stands here only until it is through; then nothing says so any more.
CREATE TABLE erasure.erasure (
  id uuid PRIMARY KEY,
  customer uuid,
  -- Their conversations; or the one of somebody who never linked a bank.
  conversations uuid[] NOT NULL CHECK (cardinality(conversations) <= 1000),
  -- The passkey's assertion over the erase challenge, for the keystore to check; gone once it has.
  approval jsonb CHECK (pg_column_size(approval) <= 16384),
  begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Only the keystore's login writes these two.
  keys_destroyed_at timestamptz,
  last_copy_at timestamptz,
  -- What became of each bank's tokens, `{"bank": "revoked"}`, read before the rows that say it went.
  banks jsonb NOT NULL DEFAULT '{}' CHECK (pg_column_size(banks) <= 16384),
  refused_at timestamptz,                       -- the keystore did not accept the passkey's word
  finished_at timestamptz,
  receipt uuid,
  CHECK (finished_at IS NULL OR (customer IS NULL AND approval IS NULL AND conversations = '{}'))
);
CREATE UNIQUE INDEX erasure_customer ON erasure.erasure (customer) WHERE customer IS NOT NULL AND refused_at IS NULL;
CREATE INDEX erasure_open ON erasure.erasure (begun_at) WHERE finished_at IS NULL AND refused_at IS NULL;
CREATE INDEX erasure_finished ON erasure.erasure (finished_at) WHERE finished_at IS NOT NULL;

-- What the law makes us keep, sealed under a key that no caller of the keystore can have. The id says nothing by itself.
CREATE TABLE erasure.held_record (
  id uuid PRIMARY KEY,
  item text NOT NULL CHECK (item IN ('signed-authorization')),
  basis text NOT NULL CHECK (length(basis) <= 80),
  kept_until timestamptz NOT NULL,
  sealed bytea NOT NULL CHECK (length(sealed) <= 131072),
  held_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX held_record_until ON erasure.held_record (kept_until);

-- Who looks at a held record writes down why, before.
CREATE TABLE erasure.hold_opening (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  record uuid NOT NULL,
  reason text NOT NULL CHECK (length(reason) BETWEEN 10 AND 500),
  login name NOT NULL DEFAULT session_user,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
REVOKE UPDATE, TRUNCATE ON erasure.hold_opening, erasure.held_record FROM parley_erasure_owner;
REVOKE TRUNCATE ON erasure.erasure FROM parley_erasure_owner;

ALTER TABLE erasure.erasure ENABLE ROW LEVEL SECURITY;
ALTER TABLE erasure.erasure FORCE ROW LEVEL SECURITY;
ALTER TABLE erasure.held_record ENABLE ROW LEVEL SECURITY;
ALTER TABLE erasure.held_record FORCE ROW LEVEL SECURITY;
ALTER TABLE erasure.hold_opening ENABLE ROW LEVEL SECURITY;
ALTER TABLE erasure.hold_opening FORCE ROW LEVEL SECURITY;
CREATE POLICY functions_keep ON erasure.erasure FOR ALL TO parley_erasure_owner USING (true) WITH CHECK (true);
CREATE POLICY functions_read ON erasure.held_record FOR SELECT TO parley_erasure_owner USING (true);
CREATE POLICY functions_add ON erasure.held_record FOR INSERT TO parley_erasure_owner WITH CHECK (kept_until > clock_timestamp());
-- Kept as long as it must be, and no longer.
CREATE POLICY overdue ON erasure.held_record FOR DELETE TO parley_erasure_owner USING (kept_until <= clock_timestamp());
CREATE POLICY functions_read ON erasure.hold_opening FOR SELECT TO parley_erasure_owner USING (true);
CREATE POLICY functions_add ON erasure.hold_opening FOR INSERT TO parley_erasure_owner WITH CHECK (true);
CREATE POLICY overdue ON erasure.hold_opening FOR DELETE TO parley_erasure_owner
  USING (at <= clock_timestamp() - interval '3 years');

-- Whether the keystore itself has said that this customer's keys are gone. Every policy that lets rows go asks this.
CREATE FUNCTION erasure.is_destroyed(p_customer uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (SELECT FROM erasure.erasure e WHERE e.customer = p_customer AND e.keys_destroyed_at IS NOT NULL)
$$;

-- Whether this customer's erasure has begun: what must be held may then be read, to be sealed.
CREATE FUNCTION erasure.has_begun(p_customer uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (SELECT FROM erasure.erasure e WHERE e.customer = p_customer AND e.refused_at IS NULL)
$$;

GRANT USAGE ON SCHEMA erasure TO parley_consent_writer, parley_vault_owner, parley_consent, parley_answer, parley_eraser,
  parley_keystore, parley_inspector;
GRANT SELECT (id, begun_at, keys_destroyed_at, last_copy_at, refused_at, finished_at, receipt) ON erasure.erasure
  TO parley_inspector;
GRANT SELECT (id, item, basis, kept_until, held_at) ON erasure.held_record TO parley_inspector;
GRANT SELECT ON erasure.hold_opening TO parley_inspector;
CREATE POLICY inspector_reads ON erasure.erasure FOR SELECT TO parley_inspector USING (true);
CREATE POLICY inspector_reads ON erasure.held_record FOR SELECT TO parley_inspector USING (true);
CREATE POLICY inspector_reads ON erasure.hold_opening FOR SELECT TO parley_inspector USING (true);

RESET ROLE;

-- Consent and vault: two more pairs of policies on each table, for the erasure's functions and nobody else.
SET ROLE parley_consent_writer;
GRANT USAGE ON SCHEMA consent TO parley_erasure_owner, parley_eraser;
GRANT SELECT, DELETE ON consent.terms, consent.grant_, consent.ending TO parley_erasure_owner;
GRANT SELECT (customer), DELETE ON consent.alerts_ending TO parley_erasure_owner;
CREATE POLICY erasing_reads ON consent.terms FOR SELECT TO parley_erasure_owner USING (erasure.has_begun(customer));
CREATE POLICY erased ON consent.terms FOR DELETE TO parley_erasure_owner USING (erasure.is_destroyed(customer));
CREATE POLICY erasing_reads ON consent.grant_ FOR SELECT TO parley_erasure_owner USING (erasure.has_begun(customer));
CREATE POLICY erased ON consent.grant_ FOR DELETE TO parley_erasure_owner USING (erasure.is_destroyed(customer));
CREATE POLICY erasing_reads ON consent.ending FOR SELECT TO parley_erasure_owner USING (erasure.has_begun(customer));
CREATE POLICY erased ON consent.ending FOR DELETE TO parley_erasure_owner USING (erasure.is_destroyed(customer));
-- An erasure ends what may have been granted since it began.
INSERT INTO consent.ending_right VALUES ('parley_eraser', 'erased');
GRANT EXECUTE ON FUNCTION consent.end_where(text, uuid, text, uuid, text, uuid, uuid[], text, integer) TO parley_eraser;
-- Whether anything that still lives, or still may, was agreed to in this conversation.
CREATE FUNCTION consent.is_unshared(p_conversation uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT NOT EXISTS (SELECT FROM consent.grant_ g
    WHERE g.conversation = p_conversation AND g.revoked_at IS NULL AND g.expires_at > clock_timestamp())
$$;
GRANT EXECUTE ON FUNCTION consent.is_unshared(uuid) TO parley_erasure_owner;
RESET ROLE;

SET ROLE parley_vault_owner;
GRANT USAGE ON SCHEMA vault TO parley_erasure_owner;
GRANT SELECT (customer), DELETE ON vault.bank_token, vault.sealed_answer TO parley_erasure_owner;
CREATE POLICY erased ON vault.bank_token FOR DELETE TO parley_erasure_owner USING (erasure.is_destroyed(customer));
CREATE POLICY erased_sees ON vault.bank_token FOR SELECT TO parley_erasure_owner USING (erasure.is_destroyed(customer));
CREATE POLICY erased ON vault.sealed_answer FOR DELETE TO parley_erasure_owner USING (erasure.is_destroyed(customer));
CREATE POLICY erased_sees ON vault.sealed_answer FOR SELECT TO parley_erasure_owner USING (erasure.is_destroyed(customer));
RESET ROLE;

SET ROLE parley_app_owner;
GRANT USAGE ON SCHEMA customers, channels, institutions, receipts TO parley_erasure_owner;
GRANT SELECT (id), DELETE ON customers.customer TO parley_erasure_owner;
GRANT SELECT (id, customer), DELETE ON channels.conversation TO parley_erasure_owner;
GRANT SELECT (customer), DELETE ON institutions.call_count, institutions.bank_consent TO parley_erasure_owner;
GRANT SELECT (id, customer, note), DELETE ON receipts.receipt TO parley_erasure_owner;
GRANT USAGE ON SCHEMA receipts TO parley_eraser;
GRANT SELECT (id), INSERT ON receipts.receipt TO parley_eraser;
RESET ROLE;

SET ROLE parley_platform_owner;
GRANT USAGE ON SCHEMA platform TO parley_erasure_owner, parley_eraser;
GRANT SELECT (id, conversation, sealed, expires_at), DELETE ON platform.outbox TO parley_erasure_owner;
GRANT SELECT (id, kind, key, payload) ON platform.job TO parley_erasure_owner;
GRANT SELECT (id, key), DELETE ON platform.job_dead TO parley_erasure_owner;
GRANT EXECUTE ON FUNCTION platform.add_job(text, text, jsonb, bigint, smallint), platform.finish_job(bigint, text, bigint)
  TO parley_eraser;
GRANT SELECT, DELETE ON platform.job TO parley_eraser;
GRANT INSERT (kind, key, payload, priority, head, due_at) ON platform.job TO parley_eraser;
GRANT UPDATE (head, due_at, attempt, failures) ON platform.job TO parley_eraser;
GRANT SELECT, INSERT, DELETE ON platform.job_claim TO parley_eraser;
GRANT SELECT (id, died_at), INSERT, DELETE ON platform.job_dead TO parley_eraser;
GRANT USAGE ON SEQUENCE platform.worker TO parley_eraser;
RESET ROLE;

SET ROLE parley_erasure_owner;

-- A customer's wish, with the passkey's assertion. Safe to call again: there is one erasure a customer.
CREATE FUNCTION erasure.begin_customer(p_id uuid, p_customer uuid, p_approval jsonb) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  begun uuid;
BEGIN
  INSERT INTO erasure.erasure (id, customer, conversations, approval)
  SELECT p_id, c.id, '{}', p_approval FROM customers.customer c WHERE c.id = p_customer
  ON CONFLICT (customer) WHERE customer IS NOT NULL AND refused_at IS NULL DO NOTHING;
  SELECT e.id INTO begun FROM erasure.erasure e WHERE e.customer = p_customer AND e.refused_at IS NULL;
  RETURN begun;
END
$$;
GRANT EXECUTE ON FUNCTION erasure.begin_customer(uuid, uuid, jsonb) TO parley_consent;

-- The wish of somebody who never linked a bank, by words and a confirmation in the chat: it holds nothing but that chat.
-- Null: the conversation is a customer's, or something is shared in it; that takes the passkey.
CREATE FUNCTION erasure.begin_conversation(p_id uuid, p_conversation uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  begun uuid;
BEGIN
  IF NOT consent.is_unshared(p_conversation)
    OR NOT EXISTS (SELECT FROM channels.conversation c WHERE c.id = p_conversation AND c.customer IS NULL) THEN
    RETURN NULL;
  END IF;
  SELECT e.id INTO begun FROM erasure.erasure e
  WHERE e.conversations = ARRAY[p_conversation] AND e.finished_at IS NULL AND e.refused_at IS NULL AND e.customer IS NULL;
  IF begun IS NULL THEN
    INSERT INTO erasure.erasure (id, conversations) VALUES (p_id, ARRAY[p_conversation]) RETURNING id INTO begun;
  END IF;
  RETURN begun;
END
$$;
GRANT EXECUTE ON FUNCTION erasure.begin_conversation(uuid, uuid) TO parley_answer;

-- The conversations an erasure is about at this moment: a customer's own; of somebody without a customer, the one that was
-- named, unless it became a customer's meanwhile. What a customer agreed to in a conversation that is nobody's now counts too.
CREATE FUNCTION erasure.conversations_of(e erasure.erasure) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF e.customer IS NULL THEN
    RETURN ARRAY(SELECT c.id FROM channels.conversation c
      WHERE c.id = ANY (e.conversations) AND c.customer IS NULL AND consent.is_unshared(c.id)
      UNION SELECT n.id FROM unnest(e.conversations) AS n (id)
      WHERE NOT EXISTS (SELECT FROM channels.conversation c WHERE c.id = n.id));
  END IF;
  RETURN ARRAY(
    SELECT c.id FROM channels.conversation c WHERE c.customer = e.customer
    UNION
    SELECT g.conversation FROM consent.grant_ g WHERE g.customer = e.customer AND g.conversation IS NOT NULL
      AND NOT EXISTS (SELECT FROM channels.conversation c WHERE c.id = g.conversation AND c.customer <> e.customer)
    ORDER BY 1);
END
$$;

-- For the keystore alone: an erasure that is not through. It checks the customer's passkey itself.
CREATE FUNCTION erasure.facts(p_erasure uuid) RETURNS TABLE (customer uuid, approval jsonb, conversations uuid[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT e.customer, e.approval, erasure.conversations_of(e) FROM erasure.erasure e
  WHERE e.id = p_erasure AND e.finished_at IS NULL AND e.refused_at IS NULL
$$;

-- For the keystore alone: the keys are gone, the customer's and those of these conversations, and until when a copy can exist.
-- The first date stands.
CREATE FUNCTION erasure.report_destroyed(p_erasure uuid, p_conversations uuid[], p_last_copy timestamptz) RETURNS TABLE (last_copy_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  PERFORM set_config('synchronous_commit', 'on', true);
  UPDATE erasure.erasure e
  SET keys_destroyed_at = coalesce(e.keys_destroyed_at, clock_timestamp()), last_copy_at = coalesce(e.last_copy_at, p_last_copy),
    conversations = ARRAY(SELECT DISTINCT unnest(e.conversations || p_conversations)), approval = NULL
  WHERE e.id = p_erasure AND e.finished_at IS NULL AND e.refused_at IS NULL;
  RETURN QUERY SELECT e.last_copy_at FROM erasure.erasure e WHERE e.id = p_erasure;
END
$$;
GRANT EXECUTE ON FUNCTION erasure.facts(uuid), erasure.report_destroyed(uuid, uuid[], timestamptz) TO parley_keystore;

-- How far an erasure is, and what still waits: endings that are being followed at banks, messages that were not sent yet.
CREATE FUNCTION erasure.progress(p_erasure uuid) RETURNS TABLE (
  customer uuid, begun_ms bigint, keys_destroyed boolean, refused boolean, finished boolean, endings bigint, messages bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT e.customer, (extract(epoch FROM clock_timestamp() - e.begun_at) * 1000)::bigint, e.keys_destroyed_at IS NOT NULL,
    e.refused_at IS NOT NULL, e.finished_at IS NOT NULL,
    (SELECT count(*) FROM consent.ending n WHERE n.customer = e.customer AND n.done_at IS NULL),
    (SELECT count(*) FROM platform.job j WHERE j.key = 'notice:' || e.customer)
      + (SELECT count(*) FROM platform.outbox o
         WHERE o.conversation = ANY (erasure.conversations_of(e)::text[]) AND o.sealed IS NOT NULL
           AND (o.expires_at IS NULL OR o.expires_at > clock_timestamp()))
  FROM erasure.erasure e WHERE e.id = p_erasure
$$;

-- What must be held of an erasure and is not yet, as one text each: what was signed, with what it granted and how that ended.
CREATE FUNCTION erasure.to_hold(p_erasure uuid) RETURNS TABLE (
  record uuid, item text, basis text, kept_until timestamptz, plain text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT t.id, 'signed-authorization', '12 CFR 1033.441',
    (SELECT max(l.signed_at) FROM consent.terms l WHERE l.customer = e.customer) + interval '3 years',
    jsonb_build_object('v', 1, 'terms', t.id, 'customer', t.customer, 'institution', t.institution, 'document', t.document,
      'credentialId', encode(t.credential_id, 'base64'), 'authenticatorData', encode(t.authenticator_data, 'base64'),
      'clientData', encode(t.client_data, 'base64'), 'signature', encode(t.signature, 'base64'), 'signedAt', t.signed_at,
      'grants', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'channel', g.channel, 'conversation', g.conversation,
          'class', g.data_class, 'purpose', g.purpose, 'disclosure', g.disclosure, 'startsAt', g.starts_at,
          'expiresAt', g.expires_at, 'endedAt', g.revoked_at, 'because', g.revoked_because) ORDER BY g.id), '[]')
        FROM consent.grant_ g WHERE g.terms = t.id),
      'endings', (SELECT coalesce(jsonb_agg(jsonb_build_object('at', n.at, 'because', n.because, 'bank', n.bank,
          'bankToldAt', n.bank_told_at) ORDER BY n.at), '[]')
        FROM consent.ending n WHERE n.id IN (SELECT g.ending FROM consent.grant_ g WHERE g.terms = t.id)))::text
  FROM erasure.erasure e JOIN consent.terms t ON t.customer = e.customer
  WHERE e.id = p_erasure AND e.finished_at IS NULL
    AND (SELECT max(l.signed_at) FROM consent.terms l WHERE l.customer = e.customer) + interval '3 years' > clock_timestamp()
    AND NOT EXISTS (SELECT FROM erasure.held_record h WHERE h.id = t.id)
  ORDER BY t.id LIMIT 20
$$;

-- Keeps one held record: only of terms of the customer who is being erased. Kept once.
CREATE FUNCTION erasure.hold(p_erasure uuid, p_record uuid, p_item text, p_basis text, p_until timestamptz, p_sealed bytea)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO erasure.held_record (id, item, basis, kept_until, sealed)
  SELECT t.id, p_item, p_basis, p_until, p_sealed FROM erasure.erasure e JOIN consent.terms t ON t.customer = e.customer
  WHERE e.id = p_erasure AND e.finished_at IS NULL AND t.id = p_record
  ON CONFLICT (id) DO NOTHING;
  RETURN FOUND;
END
$$;

-- Removes the rows of an erasure whose keys the keystore destroyed, and says how many of what. The only way terms or grants
-- are ever deleted; it refuses while anything the law makes us keep is not held.
CREATE FUNCTION erasure.remove(p_erasure uuid) RETURNS TABLE (name text, removed bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  e erasure.erasure;
  theirs uuid[];
BEGIN
  SELECT x.* INTO e FROM erasure.erasure x WHERE x.id = p_erasure FOR UPDATE;
  IF NOT FOUND OR e.finished_at IS NOT NULL OR e.keys_destroyed_at IS NULL THEN
    RAISE EXCEPTION 'the keystore has not destroyed these keys' USING ERRCODE = 'PE001';
  END IF;
  IF EXISTS (SELECT FROM erasure.to_hold(p_erasure)) THEN
    RAISE EXCEPTION 'something must be held first' USING ERRCODE = 'PE002';
  END IF;
  -- A conversation that came to be theirs since: its key must go first, so the keystore is asked again.
  IF NOT erasure.conversations_of(e) <@ e.conversations THEN
    RAISE EXCEPTION 'a conversation came in between' USING ERRCODE = 'PE003';
  END IF;
  theirs := e.conversations;
  UPDATE erasure.erasure x SET banks = coalesce((
      SELECT jsonb_object_agg(n.institution, n.bank) FROM (
        SELECT DISTINCT ON (b.institution) b.institution, coalesce(b.bank, 'untold') AS bank FROM consent.ending b
        WHERE b.customer = e.customer ORDER BY b.institution, (b.because = 'replaced'), b.at DESC) n), '{}')
  WHERE x.id = p_erasure;

  name := 'vault.bank_token';
  DELETE FROM vault.bank_token t WHERE t.customer = e.customer;
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN NEXT;
  name := 'vault.sealed_answer';
  DELETE FROM vault.sealed_answer a WHERE a.customer = e.customer;
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN NEXT;
  name := 'consent.grant_';
  DELETE FROM consent.grant_ g WHERE g.customer = e.customer;
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN NEXT;
  name := 'consent.ending';
  DELETE FROM consent.ending n WHERE n.customer = e.customer;
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN NEXT;
  name := 'consent.alerts_ending';
  DELETE FROM consent.alerts_ending a WHERE a.customer = e.customer;
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN NEXT;
  name := 'consent.terms';
  DELETE FROM consent.terms t WHERE t.customer = e.customer;
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN NEXT;
  name := 'institutions.call_count';
  DELETE FROM institutions.call_count n WHERE n.customer = e.customer;
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN NEXT;
  name := 'institutions.bank_consent';
  DELETE FROM institutions.bank_consent b WHERE b.customer = e.customer;
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN NEXT;
  name := 'receipts.receipt';
  DELETE FROM receipts.receipt r WHERE r.customer = e.customer;
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN NEXT;
  name := 'platform.outbox';
  DELETE FROM platform.outbox o WHERE o.conversation = ANY (theirs::text[]);
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN NEXT;
  -- Work that died names the conversation or customer it was about.
  name := 'platform.job_dead';
  DELETE FROM platform.job_dead d
  WHERE EXISTS (SELECT FROM unnest(theirs || e.customer) AS n (id) WHERE strpos(d.key, n.id::text) > 0);
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN NEXT;
  -- With everything that hangs on them: messages, what the chat remembers, links; passkeys, sessions, bank identities.
  name := 'channels.conversation';
  DELETE FROM channels.conversation c WHERE c.id = ANY (theirs);
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN NEXT;
  name := 'customers.customer';
  DELETE FROM customers.customer c WHERE c.id = e.customer;
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN NEXT;
END
$$;

-- What the receipt says besides: what is held, what the banks said, when the last copy of a key can exist.
CREATE FUNCTION erasure.summary(p_erasure uuid) RETURNS TABLE (
  begun_at timestamptz, keys_destroyed_at timestamptz, last_copy_at timestamptz, banks jsonb, was_customer boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT e.begun_at, e.keys_destroyed_at, e.last_copy_at, e.banks, e.customer IS NOT NULL FROM erasure.erasure e
  WHERE e.id = p_erasure
$$;
-- What is held of the customer who is being erased, by date. Asked before the rows go; afterwards nothing links the two.
CREATE FUNCTION erasure.held_of(p_erasure uuid) RETURNS TABLE (record uuid, item text, basis text, kept_until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT h.id, h.item, h.basis, h.kept_until FROM erasure.erasure e
  JOIN consent.terms t ON t.customer = e.customer JOIN erasure.held_record h ON h.id = t.id
  WHERE e.id = p_erasure AND e.finished_at IS NULL ORDER BY h.id
$$;

-- The end: from here on the row says that an erasure happened and when, and not whose.
CREATE FUNCTION erasure.finish(p_erasure uuid, p_receipt uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  UPDATE erasure.erasure SET customer = NULL, conversations = '{}', approval = NULL, banks = '{}',
    finished_at = clock_timestamp(), receipt = p_receipt
  WHERE id = p_erasure AND finished_at IS NULL AND keys_destroyed_at IS NOT NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the keystore has not destroyed these keys' USING ERRCODE = 'PE001';
  END IF;
END
$$;

CREATE FUNCTION erasure.refuse(p_erasure uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  UPDATE erasure.erasure SET refused_at = clock_timestamp(), approval = NULL
  WHERE id = p_erasure AND keys_destroyed_at IS NULL AND finished_at IS NULL
$$;

-- Erasures that are not through and have no job: after a crash between two steps there always is one; this finds what should
-- not be.
CREATE FUNCTION erasure.stranded() RETURNS TABLE (id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT e.id FROM erasure.erasure e
  WHERE e.finished_at IS NULL AND e.refused_at IS NULL AND e.begun_at < clock_timestamp() - interval '10 seconds'
    AND NOT EXISTS (SELECT FROM platform.job j WHERE j.key = 'erase:' || e.id)
  ORDER BY e.begun_at LIMIT 100
$$;

-- What ran out: held records past their date, and finished erasures with their receipts three years on.
CREATE FUNCTION erasure.sweep() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  swept bigint;
  more bigint;
BEGIN
  DELETE FROM erasure.held_record h WHERE h.kept_until <= clock_timestamp();
  GET DIAGNOSTICS swept = ROW_COUNT;
  DELETE FROM erasure.hold_opening o WHERE o.at <= clock_timestamp() - interval '3 years';
  GET DIAGNOSTICS more = ROW_COUNT;
  swept := swept + more;
  WITH old AS (
    DELETE FROM erasure.erasure e WHERE e.finished_at <= clock_timestamp() - interval '3 years' RETURNING e.receipt
  )
  DELETE FROM receipts.receipt r USING old WHERE r.id = old.receipt;
  GET DIAGNOSTICS more = ROW_COUNT;
  DELETE FROM erasure.erasure e WHERE e.refused_at <= clock_timestamp() - interval '30 days';
  RETURN swept + more;
END
$$;
GRANT EXECUTE ON FUNCTION erasure.progress(uuid), erasure.to_hold(uuid), erasure.hold(uuid, uuid, text, text, timestamptz, bytea),
  erasure.remove(uuid), erasure.summary(uuid), erasure.held_of(uuid), erasure.finish(uuid, uuid), erasure.refuse(uuid),
  erasure.stranded(), erasure.sweep() TO parley_eraser;

-- How an erasure is going and, at the end, its receipt, for whoever knows its random id: the customer has no session any more.
CREATE FUNCTION erasure.status(p_erasure uuid) RETURNS TABLE (
  begun_at timestamptz, keys_destroyed_at timestamptz, last_copy_at timestamptz, refused_at timestamptz,
  finished_at timestamptz, receipt uuid, note text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT e.begun_at, e.keys_destroyed_at, e.last_copy_at, e.refused_at, e.finished_at, e.receipt, r.note
  FROM erasure.erasure e LEFT JOIN receipts.receipt r ON r.id = e.receipt WHERE e.id = p_erasure
$$;
GRANT EXECUTE ON FUNCTION erasure.status(uuid) TO parley_consent, parley_eraser;

-- After a restore of the database, for `parley keys erase-again` on the keystore's host alone: everybody's random ids, page by
-- page, and the erasure begun again of those whose keys that keystore had destroyed. It destroys no key that lives: for that the
-- keystore wants a passkey's word, and here is none.
CREATE FUNCTION erasure.list_people(p_after uuid) RETURNS TABLE (id uuid, customer boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT p.id, p.customer FROM (
    SELECT c.id, true AS customer FROM customers.customer c
    UNION ALL SELECT v.id, false FROM channels.conversation v WHERE v.customer IS NULL
  ) p WHERE p_after IS NULL OR p.id > p_after ORDER BY p.id LIMIT 1000
$$;
CREATE FUNCTION erasure.begin_again(p_id uuid, p_customer boolean) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  INSERT INTO erasure.erasure (id, customer, conversations)
  VALUES (gen_random_uuid(), CASE WHEN p_customer THEN p_id END, CASE WHEN p_customer THEN '{}'::uuid[] ELSE ARRAY[p_id] END)
  ON CONFLICT (customer) WHERE customer IS NOT NULL AND refused_at IS NULL DO NOTHING
$$;
GRANT EXECUTE ON FUNCTION erasure.list_people(uuid), erasure.begin_again(uuid, boolean) TO parley_keystore;

-- Held records, for `parley keys open-hold` on the keystore's host alone. What is read was written down, and committed, first.
CREATE FUNCTION erasure.note_opening(p_record uuid, p_reason text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM erasure.held_record h WHERE h.id = p_record) THEN
    RETURN false;
  END IF;
  PERFORM set_config('synchronous_commit', 'on', true);
  INSERT INTO erasure.hold_opening (record, reason, login) VALUES (p_record, p_reason, session_user);
  RETURN true;
END
$$;
CREATE FUNCTION erasure.held(p_record uuid) RETURNS TABLE (item text, basis text, kept_until timestamptz, sealed bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT h.item, h.basis, h.kept_until, h.sealed FROM erasure.held_record h
  WHERE h.id = p_record AND EXISTS (SELECT FROM erasure.hold_opening o
    WHERE o.record = h.id AND o.at > clock_timestamp() - interval '1 minute')
$$;
CREATE FUNCTION erasure.list_held() RETURNS TABLE (id uuid, item text, kept_until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT h.id, h.item, h.kept_until FROM erasure.held_record h ORDER BY h.held_at, h.id LIMIT 10000
$$;
GRANT EXECUTE ON FUNCTION erasure.note_opening(uuid, text), erasure.held(uuid), erasure.list_held() TO parley_keystore;

RESET ROLE;
