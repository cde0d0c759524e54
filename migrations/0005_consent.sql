-- Consent: the terms a customer signed with a passkey, and the grants that follow from them, row by row.

SET ROLE parley_consent_writer;

-- Advertising cannot be represented: not here, so not in a grant, so nowhere.
CREATE TABLE consent.purpose (
  name text PRIMARY KEY CHECK (name IN
    ('answer-customer', 'notify-customer', 'fraud-alerts', 'customer-service', 'service-statistics'))
);
INSERT INTO consent.purpose VALUES
  ('answer-customer'), ('notify-customer'), ('fraud-alerts'), ('customer-service'), ('service-statistics');

CREATE TABLE consent.purpose_login (
  login name PRIMARY KEY,
  purpose text NOT NULL REFERENCES consent.purpose (name)
);
INSERT INTO consent.purpose_login VALUES
  ('parley_answer', 'answer-customer'), ('parley_notify', 'notify-customer'), ('parley_fraud', 'fraud-alerts'),
  ('parley_service', 'customer-service'), ('parley_statistics', 'service-statistics');

CREATE TABLE consent.data_class (
  name text PRIMARY KEY CHECK (name IN
    ('account-list', 'balance', 'transactions', 'card-bills', 'card-status', 'card-events', 'statements'))
);
INSERT INTO consent.data_class VALUES
  ('account-list'), ('balance'), ('transactions'), ('card-bills'), ('card-status'), ('card-events'), ('statements');

-- What the customer saw and signed, byte for byte, with the assertion whose challenge is its hash.
CREATE TABLE consent.terms (
  id uuid PRIMARY KEY,
  customer uuid NOT NULL,
  institution text NOT NULL REFERENCES institutions.institution (id),
  document text NOT NULL CHECK (length(document) <= 8192),
  credential_id bytea NOT NULL,
  authenticator_data bytea NOT NULL CHECK (length(authenticator_data) <= 1024),
  client_data bytea NOT NULL CHECK (length(client_data) <= 2048),
  signature bytea NOT NULL CHECK (length(signature) <= 512),
  signed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX terms_customer ON consent.terms (customer);

CREATE TABLE consent.grant_ (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  terms uuid NOT NULL REFERENCES consent.terms (id),
  customer uuid NOT NULL,
  institution text NOT NULL REFERENCES institutions.institution (id),
  channel text NOT NULL CHECK (channel IN ('link-page', 'messenger', 'whatsapp', 'web-chat', 'assistant')),
  -- The one conversation the customer meant; the link page has none.
  conversation uuid CHECK ((conversation IS NULL) = (channel = 'link-page')),
  data_class text NOT NULL REFERENCES consent.data_class (name),
  purpose text NOT NULL REFERENCES consent.purpose (name),
  -- May only ever be lowered here; fuller needs new terms, signed.
  disclosure text NOT NULL CHECK (disclosure IN ('sealed', 'rounded', 'full')),
  starts_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL,
  -- Signed, but waiting for the one-time code in the chat; null once both sides agreed.
  unconfirmed boolean NOT NULL DEFAULT false,
  revoked_at timestamptz,
  revoked_because text CHECK (revoked_because IN
    ('customer-in-chat', 'customer-on-page', 'replaced', 'bank', 'platform', 'recovery', 'never-confirmed')),
  CONSTRAINT ends_within_a_year CHECK (expires_at > starts_at AND expires_at <= starts_at + interval '365 days')
);
CREATE INDEX grant_lookup ON consent.grant_ (customer, institution, data_class, purpose)
  INCLUDE (conversation, expires_at, revoked_at, unconfirmed);
CREATE INDEX grant_terms ON consent.grant_ (terms);
CREATE INDEX grant_conversation ON consent.grant_ (conversation);

ALTER TABLE consent.terms ENABLE ROW LEVEL SECURITY;
ALTER TABLE consent.terms FORCE ROW LEVEL SECURITY;
ALTER TABLE consent.grant_ ENABLE ROW LEVEL SECURITY;
ALTER TABLE consent.grant_ FORCE ROW LEVEL SECURITY;
-- What was signed stays as it was signed, and a grant ends by being revoked: no policy lets even the owner do otherwise.
CREATE POLICY writer_reads ON consent.terms FOR SELECT TO parley_consent_writer USING (true);
CREATE POLICY writer_adds ON consent.terms FOR INSERT TO parley_consent_writer WITH CHECK (true);
CREATE POLICY gate_reads ON consent.terms FOR SELECT TO parley_access_gate USING (true);
CREATE POLICY pages_read ON consent.terms FOR SELECT TO parley_consent USING (true);
CREATE POLICY own_institution ON consent.terms FOR SELECT TO parley_institution
  USING (institution = (SELECT institutions.of_login()));
CREATE POLICY writer_reads ON consent.grant_ FOR SELECT TO parley_consent_writer USING (true);
CREATE POLICY writer_adds ON consent.grant_ FOR INSERT TO parley_consent_writer WITH CHECK (true);
CREATE POLICY writer_changes ON consent.grant_ FOR UPDATE TO parley_consent_writer USING (true) WITH CHECK (true);
REVOKE DELETE, TRUNCATE ON consent.grant_ FROM parley_consent_writer;
REVOKE TRUNCATE ON consent.terms FROM parley_consent_writer;
CREATE POLICY gate_reads ON consent.grant_ FOR SELECT TO parley_access_gate, parley_vault_owner USING (true);
CREATE POLICY purposes_read ON consent.grant_ FOR SELECT
  TO parley_answer, parley_notify, parley_fraud, parley_service, parley_consent, parley_inspector USING (true);
CREATE POLICY own_institution ON consent.grant_ FOR SELECT TO parley_institution
  USING (institution = (SELECT institutions.of_login()));

GRANT USAGE ON SCHEMA consent TO parley_access_gate, parley_vault_owner, parley_answer, parley_notify, parley_fraud,
  parley_service, parley_consent, parley_channel, parley_institution, parley_inspector;
GRANT SELECT ON consent.grant_, consent.purpose_login TO parley_access_gate, parley_vault_owner;
GRANT SELECT ON consent.terms TO parley_access_gate, parley_consent;
GRANT SELECT ON consent.grant_ TO parley_answer, parley_notify, parley_fraud, parley_service, parley_consent,
  parley_institution, parley_inspector;
GRANT SELECT (id, customer, institution, signed_at) ON consent.terms TO parley_institution;

-- Whether a grant holds at this moment: the one definition, used by the gate, the vault's policies and the sender.
-- Its names were bound when it was made, so it needs no search_path; and so the planner can put it in place of the call.
CREATE FUNCTION consent.holds_now(g consent.grant_) RETURNS boolean
LANGUAGE sql VOLATILE
RETURN g.revoked_at IS NULL AND NOT g.unconfirmed AND g.expires_at > pg_catalog.clock_timestamp();
GRANT EXECUTE ON FUNCTION consent.holds_now(consent.grant_) TO parley_access_gate, parley_vault_owner,
  parley_answer, parley_notify, parley_fraud, parley_service, parley_consent, parley_institution, parley_inspector;

-- Whether a grant lets its channel carry this much now. 'nothing' and 'sealed' are always allowed.
CREATE FUNCTION consent.allows_level(g consent.grant_, p_level text) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN coalesce(pg_catalog.array_position(ARRAY['nothing', 'sealed', 'rounded', 'full'], p_level)
  <= pg_catalog.array_position(ARRAY['nothing', 'sealed', 'rounded', 'full'], g.disclosure), false);
GRANT EXECUTE ON FUNCTION consent.allows_level(consent.grant_, text) TO parley_access_gate;

-- Whether every one of these grants holds now and still lets its channel carry the level named beside it. The sender
-- asks it before a message with an answer leaves.
CREATE FUNCTION consent.all_hold(p_grants uuid[], p_levels text[]) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN p_grants IS NOT NULL AND NOT EXISTS (
    SELECT FROM unnest(p_grants, p_levels) AS wanted (id, level)
    WHERE NOT EXISTS (
      SELECT FROM consent.grant_ g
      WHERE g.id = wanted.id AND consent.holds_now(g) AND consent.allows_level(g, wanted.level)));
END
$$;
GRANT EXECUTE ON FUNCTION consent.all_hold(uuid[], text[]) TO parley_channel, parley_answer, parley_consent, parley_notify,
  parley_fraud, parley_service;

-- Stores signed terms and the grants that they spell out. The rows come from the signed document and from
-- nothing else; the keystore checks the same document again, against the passkey it pinned itself.
CREATE FUNCTION consent.record_terms(
  p_document text, p_credential_id bytea, p_authenticator_data bytea, p_client_data bytea, p_signature bytea,
  p_unconfirmed boolean
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  d jsonb := p_document::jsonb;
  terms_id uuid := (d ->> 'id')::uuid;
BEGIN
  INSERT INTO consent.terms (id, customer, institution, document, credential_id, authenticator_data, client_data, signature)
  VALUES (terms_id, (d ->> 'customer')::uuid, d ->> 'institution', p_document, p_credential_id, p_authenticator_data,
    p_client_data, p_signature);
  INSERT INTO consent.grant_
    (terms, customer, institution, channel, conversation, data_class, purpose, disclosure, expires_at, unconfirmed)
  SELECT terms_id, (d ->> 'customer')::uuid, d ->> 'institution', d ->> 'channel', (d ->> 'conversation')::uuid,
    class.name, purpose.key, d ->> 'disclosure', (d ->> 'expiresAt')::timestamptz, true
  FROM jsonb_each(d -> 'purposes') AS purpose, jsonb_array_elements_text(purpose.value) AS class (name);
  IF NOT p_unconfirmed THEN
    PERFORM consent.confirm_terms(terms_id);
  END IF;
  RETURN terms_id;
END
$$;
GRANT EXECUTE ON FUNCTION consent.record_terms(text, bytea, bytea, bytea, bytea, boolean) TO parley_consent;

-- Both sides agreed: the new terms hold from now on, and take the place of earlier ones for the same conversation and bank.
-- Not for the pages' login: it is linking.confirm, with the code from the chat, that says so.
CREATE FUNCTION consent.confirm_terms(p_terms uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  confirmed integer;
BEGIN
  UPDATE consent.grant_ old SET revoked_at = clock_timestamp(), revoked_because = 'replaced'
  FROM consent.grant_ new
  WHERE new.terms = p_terms AND new.unconfirmed AND new.revoked_at IS NULL
    AND old.terms <> p_terms AND old.customer = new.customer AND old.institution = new.institution
    AND old.conversation = new.conversation AND old.revoked_at IS NULL;
  UPDATE consent.grant_ SET unconfirmed = false WHERE terms = p_terms AND unconfirmed AND revoked_at IS NULL;
  GET DIAGNOSTICS confirmed = ROW_COUNT;
  RETURN confirmed;
END
$$;

-- Words in a chat can only make things safer: these two need no passkey.
CREATE FUNCTION consent.stop_answers(p_conversation uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  stopped integer;
BEGIN
  UPDATE consent.grant_ SET revoked_at = clock_timestamp(), revoked_because = 'customer-in-chat'
  WHERE conversation = p_conversation AND purpose <> 'fraud-alerts' AND revoked_at IS NULL;
  GET DIAGNOSTICS stopped = ROW_COUNT;
  RETURN stopped;
END
$$;
CREATE FUNCTION consent.lower_disclosure(p_conversation uuid, p_level text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  lowered integer;
BEGIN
  IF p_level NOT IN ('sealed', 'rounded') THEN
    RAISE EXCEPTION 'disclosure is raised only by signed terms' USING ERRCODE = '42501';
  END IF;
  UPDATE consent.grant_ SET disclosure = p_level
  WHERE conversation = p_conversation AND revoked_at IS NULL
    AND (disclosure = 'full' OR (disclosure = 'rounded' AND p_level = 'sealed'));
  GET DIAGNOSTICS lowered = ROW_COUNT;
  RETURN lowered;
END
$$;
GRANT EXECUTE ON FUNCTION consent.stop_answers(uuid) TO parley_answer, parley_consent;
GRANT EXECUTE ON FUNCTION consent.lower_disclosure(uuid, text) TO parley_answer, parley_consent;

-- On the page, with a passkey: the customer ends everything with a bank, or all of it; a recovery makes everything sealed.
CREATE FUNCTION consent.revoke_terms(p_terms uuid, p_because text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  revoked integer;
BEGIN
  UPDATE consent.grant_ SET revoked_at = clock_timestamp(), revoked_because = p_because
  WHERE terms = p_terms AND revoked_at IS NULL;
  GET DIAGNOSTICS revoked = ROW_COUNT;
  RETURN revoked;
END
$$;
CREATE FUNCTION consent.seal_customer(p_customer uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  sealed integer;
BEGIN
  UPDATE consent.grant_ SET disclosure = 'sealed'
  WHERE customer = p_customer AND revoked_at IS NULL AND disclosure <> 'sealed';
  GET DIAGNOSTICS sealed = ROW_COUNT;
  RETURN sealed;
END
$$;
GRANT EXECUTE ON FUNCTION consent.revoke_terms(uuid, text) TO parley_consent, parley_answer;  -- the bank may end it first
GRANT EXECUTE ON FUNCTION consent.seal_customer(uuid) TO parley_consent;

RESET ROLE;
