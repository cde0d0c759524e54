-- A messenger's operator is one of the staff too: they see noisy totals of their own platform and nothing else. And a page proves who
-- asks by its session: functions below take the hash of the cookie, never a name.

SET ROLE parley_staff_owner;

ALTER TABLE staff.member DROP CONSTRAINT member_role_check;
ALTER TABLE staff.member ADD CONSTRAINT member_role_check CHECK (role IN ('operator', 'analyst', 'agent', 'auditor', 'platform'));
ALTER TABLE staff.member ADD COLUMN platform text CHECK (platform IN ('meta', 'assistants'));
ALTER TABLE staff.member ADD CONSTRAINT member_platform CHECK ((role = 'platform') = (platform IS NOT NULL));
-- Whose business is a platform is no bank's person.
ALTER TABLE staff.member ADD CONSTRAINT member_platform_only CHECK (platform IS NULL OR institutions IS NULL);

-- Whose live session this is; no row for none, an ended one, or that of somebody who left. Other modules' functions call it with
-- the hash that a page found in its cookie, and so decide themselves who asks.
CREATE FUNCTION staff.session_member(p_session bytea)
RETURNS TABLE (id uuid, login text, role text, institutions text[], platform text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT m.id, m.login, m.role, m.institutions, m.platform
  FROM staff.session s JOIN staff.member m ON m.id = s.member
  WHERE s.id_hash = p_session AND s.ended_at IS NULL AND s.expires_at > clock_timestamp() AND m.removed_at IS NULL
$$;

RESET ROLE;

-- Work accounts: whom the staff's own OpenID provider says somebody is.
SET ROLE parley_staff_owner;

-- A sign-in at the provider that was begun: what its answer must fit (OpenID Connect Core 3.1.2, RFC 7636). Known by a cookie's hash.
CREATE TABLE staff.entry (
  id_hash bytea PRIMARY KEY CHECK (length(id_hash) = 32),
  state text NOT NULL CHECK (length(state) BETWEEN 32 AND 128),
  nonce text NOT NULL CHECK (length(nonce) BETWEEN 32 AND 128),
  verifier text NOT NULL CHECK (length(verifier) BETWEEN 43 AND 128),
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX entry_expiry ON staff.entry (expires_at);

-- Which account at which provider is whose: bound at the first sign-in, never by a name that changes hands later.
CREATE TABLE staff.identity (
  issuer text NOT NULL CHECK (length(issuer) BETWEEN 8 AND 500),
  subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
  member uuid NOT NULL REFERENCES staff.member (id),
  bound_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (issuer, subject),
  UNIQUE (member, issuer)
);

-- What the staff did, for whoever watches over them: written once, in the order of (xid, seq), and never changed. Names nothing of customers'.
CREATE TABLE staff.event (
  xid bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  kind text NOT NULL CHECK (kind IN ('signed-in', 'signed-out', 'sign-in-refused', 'session-ended', 'passkey-made', 'passkey-ended',
    'member-added', 'member-removed', 'identity-bound', 'not-allowed', 'act-signed', 'looked')),
  member uuid,
  -- A code, an action's or an act's name: one word of ours.
  about text CHECK (about ~ '^[a-z][a-z0-9/.-]{0,79}$'),
  PRIMARY KEY (xid, seq)
);
CREATE INDEX event_member ON staff.event (member, xid, seq);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['entry', 'identity', 'event'] LOOP
    EXECUTE pg_catalog.format('ALTER TABLE staff.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE pg_catalog.format('ALTER TABLE staff.%I FORCE ROW LEVEL SECURITY', name);
    EXECUTE pg_catalog.format('CREATE POLICY owner_reads ON staff.%I FOR SELECT TO parley_staff_owner USING (true)', name);
    EXECUTE pg_catalog.format('REVOKE UPDATE, DELETE, TRUNCATE ON staff.%I FROM parley_staff_owner', name);
  END LOOP;
END
$$;
CREATE POLICY pages_keep ON staff.entry FOR ALL TO parley_console USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON staff.entry TO parley_console;
GRANT UPDATE (used_at) ON staff.entry TO parley_console;
CREATE POLICY owner_binds ON staff.identity FOR INSERT TO parley_staff_owner WITH CHECK (true);
-- The account of somebody who left may become that of the person who was added in their place.
CREATE POLICY owner_frees ON staff.identity FOR DELETE TO parley_staff_owner
  USING (EXISTS (SELECT FROM staff.member m WHERE m.id = member AND m.removed_at IS NOT NULL));
GRANT DELETE ON staff.identity TO parley_staff_owner;
CREATE POLICY owner_adds ON staff.event FOR INSERT TO parley_staff_owner WITH CHECK (true);
CREATE POLICY owner_forgets ON staff.event FOR DELETE TO parley_staff_owner USING (at < clock_timestamp() - interval '3 years');
GRANT DELETE ON staff.event TO parley_staff_owner;

-- Whose this account is. One that nobody has yet becomes that of the member whose login the provider's claim names, once, if they have none
-- at this provider, and only as long after an administrator added them as their one-time code lives. Null: nobody's.
CREATE FUNCTION staff.member_of_identity(p_issuer text, p_subject text, p_login text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  who uuid;
BEGIN
  SELECT m.id INTO who FROM staff.identity i JOIN staff.member m ON m.id = i.member
  WHERE i.issuer = p_issuer AND i.subject = p_subject AND m.removed_at IS NULL;
  IF who IS NOT NULL THEN
    RETURN who;
  END IF;
  DELETE FROM staff.identity i USING staff.member m
  WHERE i.issuer = p_issuer AND i.subject = p_subject AND m.id = i.member AND m.removed_at IS NOT NULL;
  INSERT INTO staff.identity (issuer, subject, member)
  SELECT p_issuer, p_subject, m.id FROM staff.member m
  WHERE m.login = p_login AND m.removed_at IS NULL
    AND EXISTS (SELECT FROM staff.enrolment e WHERE e.member = m.id AND e.expires_at > clock_timestamp())
  ON CONFLICT DO NOTHING
  RETURNING member INTO who;
  IF who IS NOT NULL THEN
    INSERT INTO staff.event (kind, member) VALUES ('identity-bound', who);
  END IF;
  RETURN who;
END
$$;

-- Writes down what a page saw; what the tables below see they write down themselves.
CREATE FUNCTION staff.note_event(p_kind text, p_member uuid, p_about text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF p_kind NOT IN ('sign-in-refused', 'not-allowed', 'act-signed', 'looked') THEN
    RAISE EXCEPTION 'this is written down by whoever keeps it' USING ERRCODE = '22023';
  END IF;
  INSERT INTO staff.event (kind, member, about) VALUES (p_kind, p_member, p_about);
END
$$;

CREATE FUNCTION staff.note_session() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO staff.event (kind, member) VALUES ('signed-in', NEW.member);
  ELSIF NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL THEN
    INSERT INTO staff.event (kind, member) VALUES ('session-ended', NEW.member);
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER note_session AFTER INSERT OR UPDATE OF ended_at ON staff.session FOR EACH ROW EXECUTE FUNCTION staff.note_session();

CREATE FUNCTION staff.note_member() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO staff.event (kind, member, about) VALUES ('member-added', NEW.id, NEW.role);
  ELSIF NEW.removed_at IS NOT NULL AND OLD.removed_at IS NULL THEN
    INSERT INTO staff.event (kind, member, about) VALUES ('member-removed', NEW.id, NEW.role);
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER note_member AFTER INSERT OR UPDATE OF removed_at ON staff.member FOR EACH ROW EXECUTE FUNCTION staff.note_member();

CREATE FUNCTION staff.note_passkey() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO staff.event (kind, member) VALUES ('passkey-made', NEW.member);
  ELSIF NEW.revoked_at IS NOT NULL AND OLD.revoked_at IS NULL THEN
    INSERT INTO staff.event (kind, member) VALUES ('passkey-ended', NEW.member);
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER note_passkey AFTER INSERT OR UPDATE OF revoked_at ON staff.passkey FOR EACH ROW EXECUTE FUNCTION staff.note_passkey();

-- Events after a place, in the order of (xid, seq), below the snapshot's horizon: whatever commits later stands after all that was given.
CREATE FUNCTION staff.list_events(p_after_xid bigint, p_after_seq bigint, p_limit integer)
RETURNS TABLE (xid bigint, seq bigint, at timestamptz, kind text, member uuid, login text, role text, about text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT e.xid, e.seq, e.at, e.kind, e.member, m.login, m.role, e.about
  FROM staff.event e LEFT JOIN staff.member m ON m.id = e.member
  WHERE (e.xid, e.seq) > (p_after_xid, p_after_seq) AND e.xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
  ORDER BY e.xid, e.seq LIMIT least(p_limit, 1000)
$$;

-- Forgets events of more than three years; gives how many. For a sweeper.
CREATE FUNCTION staff.forget_events() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  gone integer;
BEGIN
  DELETE FROM staff.event WHERE at < clock_timestamp() - interval '3 years';
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END
$$;

-- Sessions that live: one's own; and, for an operator of every bank, everybody's. `handle` names one without being worth anything at its cookie.
CREATE FUNCTION staff.list_sessions(p_session bytea)
RETURNS TABLE (handle text, login text, role text, since timestamptz, until timestamptz, is_own boolean, is_this boolean)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT encode(sha256(s.id_hash), 'hex'), m.login, m.role, s.created_at, s.expires_at, m.id = me.id, s.id_hash = p_session
  FROM staff.session_member(p_session) me
  JOIN staff.session s ON s.ended_at IS NULL AND s.expires_at > clock_timestamp()
  JOIN staff.member m ON m.id = s.member AND m.removed_at IS NULL
  WHERE m.id = me.id OR (me.role = 'operator' AND (me.institutions IS NULL OR m.institutions <@ me.institutions))
  ORDER BY m.id = me.id DESC, m.login, s.created_at DESC LIMIT 500
$$;
-- Ends one of those; null handle: all of one's own but this. Gives how many ended.
CREATE FUNCTION staff.end_sessions(p_session bytea, p_handle text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  ended integer;
BEGIN
  UPDATE staff.session s SET ended_at = clock_timestamp()
  WHERE s.ended_at IS NULL AND encode(sha256(s.id_hash), 'hex') IN (
    SELECT l.handle FROM staff.list_sessions(p_session) l
    WHERE CASE WHEN p_handle IS NULL THEN l.is_own AND NOT l.is_this ELSE l.handle = p_handle END);
  GET DIAGNOSTICS ended = ROW_COUNT;
  RETURN ended;
END
$$;

GRANT EXECUTE ON FUNCTION staff.member_of_identity(text, text, text), staff.note_event(text, uuid, text),
  staff.list_sessions(bytea), staff.end_sessions(bytea, text), staff.forget_events() TO parley_console;
GRANT EXECUTE ON FUNCTION staff.list_events(bigint, bigint, integer) TO parley_staff, parley_console;

-- With the messenger whose totals somebody sees; in the place of the function without.
DROP FUNCTION staff.add_member(text, text, text[], bytea, integer);
CREATE FUNCTION staff.add_member(
  p_login text, p_role text, p_institutions text[], p_platform text, p_code_hash bytea, p_hours integer
) RETURNS uuid
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
    INSERT INTO staff.member (login, role, institutions, platform) VALUES (p_login, p_role, p_institutions, p_platform)
    RETURNING * INTO known;
  ELSIF known.role <> p_role OR known.institutions IS DISTINCT FROM p_institutions OR known.platform IS DISTINCT FROM p_platform
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
GRANT EXECUTE ON FUNCTION staff.add_member(text, text, text[], text, bytea, integer) TO parley_staff;

RESET ROLE;
