-- The kill switch. One committed row of consent.cutoff suspends every grant it covers: consent.holds_now asks for it, and so
-- do, in the snapshot of their own read, the gate, the vault's policies, the sender, the redemption and the keystore.
-- One person cuts off. Two people lift, and no one login can do it: the console writes down what each of them signed, and the
-- keystore, a process with a login of its own, verifies both signatures before it lifts.

SET ROLE parley_consent_writer;

-- Whose channel it is: a platform has several, and all of them stop together.
CREATE FUNCTION consent.platform_of(p_channel text) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN CASE p_channel WHEN 'messenger' THEN 'meta' WHEN 'whatsapp' THEN 'meta' WHEN 'assistant' THEN 'assistants' END;

CREATE TABLE consent.cutoff (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('platform', 'channel', 'institution')),
  target text NOT NULL,
  reason text NOT NULL CHECK (length(reason) BETWEEN 10 AND 280),
  cut_by uuid NOT NULL,
  cut_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- What the person signed: the act in canonical form, and the assertion whose challenge is its hash.
  document text NOT NULL CHECK (length(document) <= 2048),
  credential_id bytea NOT NULL,
  authenticator_data bytea NOT NULL CHECK (length(authenticator_data) <= 1024),
  client_data bytea NOT NULL CHECK (length(client_data) <= 2048),
  signature bytea NOT NULL CHECK (length(signature) <= 512),
  lifted_at timestamptz,
  lifted_with uuid[],                               -- the two signed lifts
  CONSTRAINT known_target CHECK (CASE kind
    WHEN 'platform' THEN target IN ('meta', 'assistants')
    WHEN 'channel' THEN target IN ('link-page', 'messenger', 'whatsapp', 'web-chat', 'assistant')
    ELSE target ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' AND length(target) <= 63 END),
  CONSTRAINT lifted_by_two CHECK ((lifted_at IS NULL) = (lifted_with IS NULL) AND (lifted_with IS NULL OR cardinality(lifted_with) >= 2))
);
-- Only open ones are ever looked up by the gate, so the index it reads stays as small as they are few.
CREATE UNIQUE INDEX cutoff_open ON consent.cutoff (kind, target) WHERE lifted_at IS NULL;

CREATE TABLE consent.cutoff_lift (
  id uuid PRIMARY KEY,
  cutoff uuid NOT NULL REFERENCES consent.cutoff (id),
  staff uuid NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  document text NOT NULL CHECK (length(document) <= 2048),
  credential_id bytea NOT NULL,
  authenticator_data bytea NOT NULL CHECK (length(authenticator_data) <= 1024),
  client_data bytea NOT NULL CHECK (length(client_data) <= 2048),
  signature bytea NOT NULL CHECK (length(signature) <= 512)
);
CREATE INDEX cutoff_lift_cutoff ON consent.cutoff_lift (cutoff);

-- How many people a cut-off reaches, and how far telling them has come. Found out afterwards; nothing waits for it.
CREATE TABLE consent.cutoff_reach (
  cutoff uuid PRIMARY KEY REFERENCES consent.cutoff (id),
  people bigint NOT NULL DEFAULT 0,
  counted_to uuid,                                  -- customers up to here are counted
  counted_at timestamptz,                           -- all of them
  last_look_at timestamptz,                         -- the last look that was let through after it, if any
  told bigint NOT NULL DEFAULT 0,
  told_to uuid,                                     -- customers up to here were told of it
  told_at timestamptz,
  retold_to uuid,                                   -- of those, up to here were told that it is over
  retold_at timestamptz
);

ALTER TABLE consent.cutoff ENABLE ROW LEVEL SECURITY;
ALTER TABLE consent.cutoff FORCE ROW LEVEL SECURITY;
ALTER TABLE consent.cutoff_lift ENABLE ROW LEVEL SECURITY;
ALTER TABLE consent.cutoff_lift FORCE ROW LEVEL SECURITY;
ALTER TABLE consent.cutoff_reach ENABLE ROW LEVEL SECURITY;
ALTER TABLE consent.cutoff_reach FORCE ROW LEVEL SECURITY;
-- What was cut off, by whom and why stays as it was written; of a row only its end can be added, once.
CREATE POLICY writer_reads ON consent.cutoff FOR SELECT TO parley_consent_writer USING (true);
CREATE POLICY writer_adds ON consent.cutoff FOR INSERT TO parley_consent_writer WITH CHECK (lifted_at IS NULL);
CREATE POLICY writer_lifts ON consent.cutoff FOR UPDATE TO parley_consent_writer
  USING (lifted_at IS NULL) WITH CHECK (lifted_at IS NOT NULL);
CREATE POLICY writer_reads ON consent.cutoff_lift FOR SELECT TO parley_consent_writer USING (true);
CREATE POLICY writer_adds ON consent.cutoff_lift FOR INSERT TO parley_consent_writer WITH CHECK (true);
CREATE POLICY writer_keeps ON consent.cutoff_reach FOR ALL TO parley_consent_writer USING (true) WITH CHECK (true);
REVOKE UPDATE, DELETE, TRUNCATE ON consent.cutoff, consent.cutoff_lift FROM parley_consent_writer;
GRANT UPDATE (lifted_at, lifted_with) ON consent.cutoff TO parley_consent_writer;
REVOKE DELETE, TRUNCATE ON consent.cutoff_reach FROM parley_consent_writer;

CREATE POLICY gate_reads ON consent.cutoff FOR SELECT TO parley_access_gate USING (true);
CREATE POLICY console_reads ON consent.cutoff FOR SELECT TO parley_console, parley_inspector, parley_consent USING (true);
CREATE POLICY console_reads ON consent.cutoff_lift FOR SELECT TO parley_console USING (true);
CREATE POLICY console_reads ON consent.cutoff_reach FOR SELECT TO parley_console, parley_consent USING (true);
CREATE POLICY worker_keeps ON consent.cutoff_reach FOR UPDATE TO parley_consent USING (true) WITH CHECK (true);
GRANT USAGE ON SCHEMA consent TO parley_console, parley_keystore;
GRANT SELECT (id, kind, target, cut_at, lifted_at) ON consent.cutoff TO parley_access_gate, parley_inspector, parley_consent;
GRANT SELECT (id, kind, target, reason, cut_by, cut_at, lifted_at, lifted_with) ON consent.cutoff TO parley_console;
GRANT SELECT (id, cutoff, staff, at) ON consent.cutoff_lift TO parley_console;
GRANT SELECT ON consent.cutoff_reach TO parley_console, parley_consent;
GRANT UPDATE (people, counted_to, counted_at, last_look_at, told, told_to, told_at, retold_to, retold_at)
  ON consent.cutoff_reach TO parley_consent;

-- Whether an open cut-off covers this channel or this bank, in the snapshot of whoever asks. Never cached: a plan is, an
-- answer is not. Not in SQL: a function with a subquery in it is not put in place of its call, and as a call of its own
-- plpgsql's prepared plan costs a fraction of it.
CREATE FUNCTION consent.is_cut_off(p_channel text, p_institution text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp COST 50
AS $$
BEGIN
  RETURN EXISTS (SELECT FROM consent.cutoff c WHERE c.lifted_at IS NULL
    AND (c.kind, c.target) IN (('platform', consent.platform_of(p_channel)), ('channel', p_channel), ('institution', p_institution)));
END
$$;
GRANT EXECUTE ON FUNCTION consent.is_cut_off(text, text) TO parley_access_gate, parley_vault_owner,
  parley_answer, parley_notify, parley_fraud, parley_service, parley_consent, parley_institution, parley_inspector, parley_app_owner,
  parley_revoker;

-- Whether a grant lives: confirmed, not ended, not run out. A cut-off suspends a grant and does not end it, so whoever asks
-- whether anything is left of a customer's leave (before tokens go back and keys are destroyed) asks this.
CREATE FUNCTION consent.is_live(g consent.grant_) RETURNS boolean
LANGUAGE sql VOLATILE
RETURN g.revoked_at IS NULL AND NOT g.unconfirmed AND g.expires_at > pg_catalog.clock_timestamp();
GRANT EXECUTE ON FUNCTION consent.is_live(consent.grant_) TO parley_access_gate, parley_vault_owner,
  parley_answer, parley_notify, parley_fraud, parley_service, parley_consent, parley_institution, parley_inspector, parley_app_owner,
  parley_revoker;

-- Still the one definition of "may be used at this moment": it lives, and nothing it needs is cut off.
CREATE OR REPLACE FUNCTION consent.holds_now(g consent.grant_) RETURNS boolean
LANGUAGE sql VOLATILE
RETURN g.revoked_at IS NULL AND NOT g.unconfirmed AND g.expires_at > pg_catalog.clock_timestamp()
  AND NOT consent.is_cut_off(g.channel, g.institution);

-- A conversation does not become free for somebody else because its channel is cut off for an hour.
CREATE OR REPLACE FUNCTION consent.is_free_for(p_conversation uuid, p_customer uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT NOT EXISTS (SELECT FROM consent.grant_ g
    WHERE g.conversation = p_conversation AND g.customer <> p_customer AND consent.is_live(g))
$$;

-- For the sentence a person gets who asks meanwhile: what kind of cut-off it is, and since when.
CREATE FUNCTION consent.cut_off_since(p_channel text, p_institution text) RETURNS TABLE (kind text, since timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT c.kind, c.cut_at FROM consent.cutoff c
  WHERE c.lifted_at IS NULL
    AND (c.kind, c.target) IN (('platform', consent.platform_of(p_channel)), ('channel', p_channel), ('institution', p_institution))
  ORDER BY c.kind = 'institution', c.cut_at LIMIT 1
$$;
GRANT EXECUTE ON FUNCTION consent.cut_off_since(text, text) TO parley_answer, parley_notify, parley_fraud, parley_service,
  parley_consent, parley_revoker, parley_inspector;

-- Whether a customer's grants fall under a cut-off: the same three ways, for one that is named.
CREATE FUNCTION consent.is_covered(p_kind text, p_target text, p_channel text, p_institution text) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN p_target = CASE p_kind WHEN 'platform' THEN consent.platform_of(p_channel) WHEN 'channel' THEN p_channel
  WHEN 'institution' THEN p_institution END;
GRANT EXECUTE ON FUNCTION consent.platform_of(text), consent.is_covered(text, text, text, text)
  TO parley_consent, parley_access_gate;

-- Whether the signed parts fit the document: the challenge is its hash. The signature itself is checked outside the database.
CREATE FUNCTION consent.signs(p_document text, p_client_data bytea) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN coalesce(convert_from(p_client_data, 'UTF8')::jsonb ->> 'challenge'
    = rtrim(translate(encode(sha256(convert_to(E'parley/staff-act/v1\n' || p_document, 'UTF8')), 'base64'), '+/', '-_'), '='), false);
END
$$;

-- Cuts off what the document names. Null: it is cut off already. 42501: not by this person.
CREATE FUNCTION consent.cut_off(
  p_document text, p_credential_id bytea, p_authenticator_data bytea, p_client_data bytea, p_signature bytea
) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  d jsonb := p_document::jsonb;
  bank text := CASE WHEN d ->> 'kind' = 'institution' THEN d ->> 'target' END;
  at timestamptz;
BEGIN
  IF d ->> 'act' IS DISTINCT FROM 'cut-off' OR NOT consent.signs(p_document, p_client_data)
    OR staff.operator_key((d ->> 'staff')::uuid, p_credential_id, bank) IS NULL THEN
    RAISE EXCEPTION 'this person may not cut this off' USING ERRCODE = '42501';
  END IF;
  PERFORM set_config('synchronous_commit', 'on', true);
  INSERT INTO consent.cutoff
    (id, kind, target, reason, cut_by, document, credential_id, authenticator_data, client_data, signature)
  VALUES ((d ->> 'id')::uuid, d ->> 'kind', d ->> 'target', d ->> 'reason', (d ->> 'staff')::uuid, p_document, p_credential_id,
    p_authenticator_data, p_client_data, p_signature)
  ON CONFLICT (kind, target) WHERE lifted_at IS NULL DO NOTHING
  RETURNING cut_at INTO at;
  IF at IS NOT NULL THEN
    INSERT INTO consent.cutoff_reach (cutoff) VALUES ((d ->> 'id')::uuid);
    -- What follows (count, tell the customers) is work like any other, and nothing waits for it.
    PERFORM platform.add_job('follow-cutoff', 'cutoff:' || (d ->> 'id'), jsonb_build_object('cutoff', d ->> 'id'), 0, 2::smallint);
  END IF;
  RETURN at;
END
$$;
GRANT EXECUTE ON FUNCTION consent.cut_off(text, bytea, bytea, bytea, bytea) TO parley_console;

-- Writes down that somebody signed a lift. It lifts nothing. 'first' or 'second': how many people by now; 'same-person':
-- they have signed it already; 'over': nothing open of that name. 42501: not by this person.
CREATE FUNCTION consent.sign_lift(
  p_document text, p_credential_id bytea, p_authenticator_data bytea, p_client_data bytea, p_signature bytea
) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  d jsonb := p_document::jsonb;
  c consent.cutoff;
  others integer;
BEGIN
  SELECT x.* INTO c FROM consent.cutoff x WHERE x.id = (d ->> 'cutoff')::uuid AND x.lifted_at IS NULL FOR UPDATE;
  IF NOT FOUND THEN
    RETURN 'over';
  END IF;
  IF d ->> 'act' IS DISTINCT FROM 'lift' OR NOT consent.signs(p_document, p_client_data)
    OR staff.operator_key((d ->> 'staff')::uuid, p_credential_id, CASE WHEN c.kind = 'institution' THEN c.target END) IS NULL THEN
    RAISE EXCEPTION 'this person may not lift this' USING ERRCODE = '42501';
  END IF;
  IF EXISTS (SELECT FROM consent.cutoff_lift l
             WHERE l.cutoff = c.id AND l.staff = (d ->> 'staff')::uuid AND l.at > clock_timestamp() - interval '24 hours') THEN
    RETURN 'same-person';
  END IF;
  INSERT INTO consent.cutoff_lift (id, cutoff, staff, document, credential_id, authenticator_data, client_data, signature)
  VALUES ((d ->> 'id')::uuid, c.id, (d ->> 'staff')::uuid, p_document, p_credential_id, p_authenticator_data, p_client_data, p_signature);
  SELECT count(DISTINCT l.staff) INTO others FROM consent.cutoff_lift l
  WHERE l.cutoff = c.id AND l.at > clock_timestamp() - interval '24 hours';
  RETURN CASE WHEN others >= 2 THEN 'second' ELSE 'first' END;
END
$$;
GRANT EXECUTE ON FUNCTION consent.sign_lift(text, bytea, bytea, bytea, bytea) TO parley_console;

-- For the keystore alone: what was signed to lift a cut-off in the last day, and the key each signature must be by. Only
-- of people who may still do it now.
CREATE FUNCTION consent.lift_facts(p_cutoff uuid) RETURNS TABLE (
  id uuid, staff uuid, document text, credential_id bytea, authenticator_data bytea, client_data bytea, signature bytea,
  public_key bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY
  SELECT l.id, l.staff, l.document, l.credential_id, l.authenticator_data, l.client_data, l.signature, k.public_key
  FROM consent.cutoff_lift l
  JOIN consent.cutoff c ON c.id = l.cutoff AND c.lifted_at IS NULL
  CROSS JOIN LATERAL (SELECT staff.operator_key(l.staff, l.credential_id, CASE WHEN c.kind = 'institution' THEN c.target END)) AS k (public_key)
  WHERE l.cutoff = p_cutoff AND l.at > clock_timestamp() - interval '24 hours' AND k.public_key IS NOT NULL
  ORDER BY l.at LIMIT 16;
END
$$;
GRANT EXECUTE ON FUNCTION consent.lift_facts(uuid) TO parley_keystore;

-- For the keystore alone, once it has verified these signed lifts: two different people's, or nothing happens.
CREATE FUNCTION consent.lift_cutoff(p_cutoff uuid, p_lifts uuid[]) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  at timestamptz;
BEGIN
  IF (SELECT count(DISTINCT l.staff) FROM consent.cutoff_lift l WHERE l.cutoff = p_cutoff AND l.id = ANY (p_lifts)
      AND l.at > clock_timestamp() - interval '24 hours') < 2 THEN
    RETURN NULL;
  END IF;
  PERFORM set_config('synchronous_commit', 'on', true);
  UPDATE consent.cutoff SET lifted_at = clock_timestamp(), lifted_with = p_lifts
  WHERE id = p_cutoff AND lifted_at IS NULL RETURNING lifted_at INTO at;
  IF at IS NOT NULL THEN
    PERFORM platform.add_job('follow-cutoff', 'cutoff:' || p_cutoff, jsonb_build_object('cutoff', p_cutoff), 0, 2::smallint);
  END IF;
  RETURN at;
END
$$;
GRANT EXECUTE ON FUNCTION consent.lift_cutoff(uuid, uuid[]) TO parley_keystore;

RESET ROLE;

SET ROLE parley_access_gate;
-- The last look under a cut-off that was still let through after it was written; null when there was none. Looks at the
-- newest entries only, as it is asked within seconds.
CREATE FUNCTION gate.last_look_after(p_cutoff uuid) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT max(e.at) FROM (SELECT x.at, x.channel, x.institution FROM audit.entry x ORDER BY x.seq DESC LIMIT 20000) e
  JOIN consent.cutoff c ON c.id = p_cutoff AND e.at >= c.cut_at
    AND consent.is_covered(c.kind, c.target, e.channel, e.institution)
$$;
GRANT USAGE ON SCHEMA gate TO parley_consent;
GRANT EXECUTE ON FUNCTION gate.last_look_after(uuid) TO parley_consent;
RESET ROLE;

SET ROLE parley_vault_owner;
-- An answer whose grant is suspended has not ended; its minutes go on.
CREATE OR REPLACE FUNCTION vault.is_ended(a vault.sealed_answer) RETURNS boolean
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT NOT EXISTS (
    SELECT FROM consent.grant_ g
    WHERE g.customer = a.customer AND g.institution = a.institution AND g.data_class = a.data_class
      AND g.conversation IS NOT DISTINCT FROM a.conversation AND consent.is_live(g));
END;
RESET ROLE;
