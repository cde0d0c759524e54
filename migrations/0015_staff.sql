-- The people who run Parley: operators, analysts, agents, auditors. They are not customers: passkeys, sessions and database
-- logins of their own. `parley_console` serves their pages; it signs people in and cannot make anybody one of them.
-- `parley_staff` is for the command line of an administrator: it adds and removes, and no process that serves pages has it.

DO $$
DECLARE
  login_name text;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'parley_staff_owner') THEN
    CREATE ROLE parley_staff_owner NOLOGIN;
  END IF;
  FOREACH login_name IN ARRAY ARRAY['parley_console', 'parley_staff'] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = login_name) THEN
      EXECUTE pg_catalog.format('CREATE ROLE %I LOGIN NOINHERIT', login_name);
    END IF;
    EXECUTE pg_catalog.format('ALTER ROLE %I SET statement_timeout = %L', login_name, '5s');
    EXECUTE pg_catalog.format('ALTER ROLE %I SET lock_timeout = %L', login_name, '2s');
    EXECUTE pg_catalog.format('ALTER ROLE %I SET idle_in_transaction_session_timeout = %L', login_name, '5s');
    EXECUTE pg_catalog.format('GRANT CONNECT ON DATABASE %I TO %I', pg_catalog.current_database(), login_name);
  END LOOP;
END
$$;

ALTER DEFAULT PRIVILEGES FOR ROLE parley_staff_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
CREATE SCHEMA staff AUTHORIZATION parley_staff_owner;

-- Which banks there are: to scope people to them, and to name them on the console.
SET ROLE parley_app_owner;
CREATE POLICY staff_reads ON institutions.institution FOR SELECT TO parley_staff_owner, parley_console, parley_staff USING (true);
GRANT USAGE ON SCHEMA institutions TO parley_staff_owner, parley_console, parley_staff;
GRANT SELECT ON institutions.institution TO parley_staff_owner, parley_console, parley_staff;
RESET ROLE;

SET ROLE parley_staff_owner;

-- A row stays when its person goes: what they did refers to it.
CREATE TABLE staff.member (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  login text NOT NULL CHECK (login ~ '^[a-z][a-z0-9]*([.-][a-z0-9]+)*$' AND length(login) <= 40),
  role text NOT NULL CHECK (role IN ('operator', 'analyst', 'agent', 'auditor')),
  -- The banks whose matters this person may see and touch; null for all of them.
  institutions text[] CHECK (cardinality(institutions) BETWEEN 1 AND 64),
  added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  removed_at timestamptz
);
CREATE UNIQUE INDEX member_login ON staff.member (login) WHERE removed_at IS NULL;

-- The one-time code that an administrator hands over; only its hash is here.
CREATE TABLE staff.enrolment (
  code_hash bytea PRIMARY KEY CHECK (length(code_hash) = 32),
  member uuid NOT NULL REFERENCES staff.member (id),
  made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX enrolment_member ON staff.enrolment (member);

CREATE TABLE staff.passkey (
  credential_id bytea PRIMARY KEY CHECK (length(credential_id) BETWEEN 1 AND 1023),
  member uuid NOT NULL REFERENCES staff.member (id),
  public_key bytea NOT NULL CHECK (length(public_key) <= 2048),
  sign_count bigint NOT NULL DEFAULT 0,
  transports text[] NOT NULL DEFAULT '{}' CHECK (cardinality(transports) <= 8),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  revoked_at timestamptz
);
CREATE INDEX passkey_member ON staff.passkey (member);

-- A browser session of somebody of the staff; only a hash of its cookie.
CREATE TABLE staff.session (
  id_hash bytea PRIMARY KEY CHECK (length(id_hash) = 32),
  member uuid NOT NULL REFERENCES staff.member (id),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE INDEX session_expiry ON staff.session (expires_at);

-- What a passkey is asked for: used once, for one use and one subject. `document`: the act that is being signed, whose hash
-- the challenge then is.
CREATE TABLE staff.challenge (
  id uuid PRIMARY KEY,
  challenge bytea NOT NULL UNIQUE CHECK (length(challenge) = 32),
  use text NOT NULL CHECK (use IN ('enrol', 'sign-in', 'act')),
  member uuid REFERENCES staff.member (id),
  document text CHECK (length(document) <= 2048),
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  CHECK ((use = 'act') = (document IS NOT NULL)),
  CHECK ((use = 'sign-in') = (member IS NULL))
);
CREATE INDEX challenge_expiry ON staff.challenge (expires_at);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['member', 'enrolment', 'passkey', 'session', 'challenge'] LOOP
    EXECUTE pg_catalog.format('ALTER TABLE staff.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE pg_catalog.format('ALTER TABLE staff.%I FORCE ROW LEVEL SECURITY', name);
    EXECUTE pg_catalog.format('CREATE POLICY owner_reads ON staff.%I FOR SELECT TO parley_staff_owner USING (true)', name);
    EXECUTE pg_catalog.format('REVOKE TRUNCATE ON staff.%I FROM parley_staff_owner', name);
  END LOOP;
END
$$;
-- Nobody is deleted, nobody's role or banks change after the fact, no key is exchanged: not even by the owner.
CREATE POLICY owner_adds ON staff.member FOR INSERT TO parley_staff_owner WITH CHECK (true);
CREATE POLICY owner_removes ON staff.member FOR UPDATE TO parley_staff_owner USING (removed_at IS NULL) WITH CHECK (true);
CREATE POLICY owner_adds ON staff.enrolment FOR INSERT TO parley_staff_owner WITH CHECK (true);
CREATE POLICY owner_spends ON staff.enrolment FOR UPDATE TO parley_staff_owner USING (used_at IS NULL) WITH CHECK (used_at IS NOT NULL);
CREATE POLICY owner_adds ON staff.passkey FOR INSERT TO parley_staff_owner WITH CHECK (true);
CREATE POLICY owner_revokes ON staff.passkey FOR UPDATE TO parley_staff_owner USING (revoked_at IS NULL) WITH CHECK (true);
CREATE POLICY owner_ends ON staff.session FOR UPDATE TO parley_staff_owner USING (true) WITH CHECK (ended_at IS NOT NULL);
REVOKE UPDATE, DELETE ON staff.member, staff.enrolment, staff.passkey FROM parley_staff_owner;
GRANT UPDATE (removed_at) ON staff.member TO parley_staff_owner;
GRANT UPDATE (used_at) ON staff.enrolment TO parley_staff_owner;
GRANT UPDATE (revoked_at) ON staff.passkey TO parley_staff_owner;

CREATE POLICY pages_read ON staff.member FOR SELECT TO parley_console, parley_staff USING (true);
CREATE POLICY pages_read ON staff.passkey FOR SELECT TO parley_console, parley_staff USING (true);
CREATE POLICY pages_count ON staff.passkey FOR UPDATE TO parley_console USING (revoked_at IS NULL) WITH CHECK (true);
CREATE POLICY pages_keep ON staff.session FOR ALL TO parley_console USING (true) WITH CHECK (true);
CREATE POLICY pages_keep ON staff.challenge FOR ALL TO parley_console USING (true) WITH CHECK (true);

GRANT USAGE ON SCHEMA staff TO parley_console, parley_staff;
GRANT SELECT ON staff.member TO parley_console, parley_staff;
GRANT SELECT ON staff.passkey TO parley_console;
GRANT SELECT (member, created_at, revoked_at) ON staff.passkey TO parley_staff;
GRANT UPDATE (sign_count) ON staff.passkey TO parley_console;
GRANT SELECT, INSERT, DELETE ON staff.session, staff.challenge TO parley_console;
GRANT UPDATE (ended_at) ON staff.session TO parley_console;
GRANT UPDATE (used_at) ON staff.challenge TO parley_console;

-- Adds somebody with a one-time code; for somebody who has no passkey yet, the new code takes the place of older ones.
-- Null: a person of that login is there already, with a passkey, or with another role or other banks.
CREATE FUNCTION staff.add_member(p_login text, p_role text, p_institutions text[], p_code_hash bytea, p_hours integer)
RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  known staff.member;
BEGIN
  IF p_hours NOT BETWEEN 1 AND 8784 THEN
    RAISE EXCEPTION 'a code lives between an hour and a year' USING ERRCODE = '22023';
  END IF;
  IF EXISTS (SELECT FROM unnest(p_institutions) AS wanted (id)
             WHERE NOT EXISTS (SELECT FROM institutions.institution i WHERE i.id = wanted.id)) THEN
    RAISE EXCEPTION 'no such institution' USING ERRCODE = '23503';
  END IF;
  SELECT m.* INTO known FROM staff.member m WHERE m.login = p_login AND m.removed_at IS NULL FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO staff.member (login, role, institutions) VALUES (p_login, p_role, p_institutions) RETURNING * INTO known;
  ELSIF known.role <> p_role OR known.institutions IS DISTINCT FROM p_institutions
    OR EXISTS (SELECT FROM staff.passkey p WHERE p.member = known.id AND p.revoked_at IS NULL) THEN
    RETURN NULL;
  END IF;
  UPDATE staff.enrolment SET used_at = clock_timestamp()
  WHERE member = known.id AND used_at IS NULL AND code_hash <> p_code_hash;
  INSERT INTO staff.enrolment (code_hash, member, expires_at)
  VALUES (p_code_hash, known.id, clock_timestamp() + make_interval(hours => p_hours)) ON CONFLICT (code_hash) DO NOTHING;
  RETURN known.id;
END
$$;

-- Ends somebody: passkeys, sessions and open codes with them. False: nobody of that login.
CREATE FUNCTION staff.remove_member(p_login text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  gone uuid;
BEGIN
  UPDATE staff.member SET removed_at = clock_timestamp() WHERE login = p_login AND removed_at IS NULL RETURNING id INTO gone;
  IF gone IS NULL THEN
    RETURN false;
  END IF;
  UPDATE staff.passkey SET revoked_at = clock_timestamp() WHERE member = gone AND revoked_at IS NULL;
  UPDATE staff.session SET ended_at = clock_timestamp() WHERE member = gone AND ended_at IS NULL;
  UPDATE staff.enrolment SET used_at = clock_timestamp() WHERE member = gone AND used_at IS NULL;
  RETURN true;
END
$$;
GRANT EXECUTE ON FUNCTION staff.add_member(text, text, text[], bytea, integer), staff.remove_member(text) TO parley_staff;

-- Whose open code this is, for this login.
CREATE FUNCTION staff.waiting_member(p_login text, p_code_hash bytea) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT m.id FROM staff.enrolment e JOIN staff.member m ON m.id = e.member
  WHERE e.code_hash = p_code_hash AND m.login = p_login AND m.removed_at IS NULL
    AND e.used_at IS NULL AND e.expires_at > clock_timestamp()
$$;

-- The only way a passkey becomes one of the staff's: with the one-time code, which is spent by it. Null: no such open code.
CREATE FUNCTION staff.enrol_passkey(
  p_login text, p_code_hash bytea, p_credential_id bytea, p_public_key bytea, p_sign_count bigint, p_transports text[]
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  who uuid;
BEGIN
  who := staff.waiting_member(p_login, p_code_hash);
  UPDATE staff.enrolment SET used_at = clock_timestamp()
  WHERE code_hash = p_code_hash AND member = who AND used_at IS NULL AND expires_at > clock_timestamp();
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  INSERT INTO staff.passkey (credential_id, member, public_key, sign_count, transports)
  VALUES (p_credential_id, who, p_public_key, p_sign_count, p_transports);
  RETURN who;
END
$$;
GRANT EXECUTE ON FUNCTION staff.waiting_member(text, bytea),
  staff.enrol_passkey(text, bytea, bytea, bytea, bigint, text[]) TO parley_console;

-- The public key by which this person may act at this moment as an operator for a bank (null: for all banks); null for
-- anybody who may not. Consent asks it before it writes down what a person signed.
CREATE FUNCTION staff.operator_key(p_member uuid, p_credential_id bytea, p_institution text) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT p.public_key FROM staff.passkey p JOIN staff.member m ON m.id = p.member
  WHERE p.credential_id = p_credential_id AND p.member = p_member AND p.revoked_at IS NULL
    AND m.removed_at IS NULL AND m.role = 'operator'
    AND (m.institutions IS NULL OR p_institution = ANY (m.institutions))
$$;
GRANT USAGE ON SCHEMA staff TO parley_consent_writer;
GRANT EXECUTE ON FUNCTION staff.operator_key(uuid, bytea, text) TO parley_consent_writer;

RESET ROLE;
