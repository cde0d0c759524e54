-- The desk gets pages. Who asks is proved by the session of the staff's page and named by nothing else; what a bank knows is shown to an agent
-- only while the customer's own passkey allows it for this very conversation, and for as long as that agent has it in hand.

SET ROLE parley_staff_owner;
GRANT EXECUTE ON FUNCTION staff.session_member(bytea) TO parley_desk_owner, parley_agent_owner;
-- Who answers at the desk at all, for the page that shows who is there.
CREATE FUNCTION staff.list_agents() RETURNS TABLE (id uuid, login text, institutions text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT m.id, m.login, m.institutions FROM staff.member m WHERE m.role = 'agent' AND m.removed_at IS NULL
$$;
GRANT EXECUTE ON FUNCTION staff.list_agents() TO parley_agent_owner;
RESET ROLE;

SET ROLE parley_desk_owner;

-- An agent's question to look at what the bank knows, for one conversation: asked, then allowed with the customer's passkey (`terms`) or
-- refused, and over when the conversation leaves this agent's hand, whichever way.
CREATE TABLE desk.leave (
  id uuid PRIMARY KEY,
  handover uuid NOT NULL REFERENCES desk.handover (id) ON DELETE CASCADE,
  conversation uuid NOT NULL,
  customer uuid NOT NULL REFERENCES customers.customer (id) ON DELETE CASCADE,
  institution text NOT NULL CHECK (length(institution) <= 63),
  agent uuid NOT NULL,
  asked_as text NOT NULL CHECK (length(asked_as) BETWEEN 1 AND 30),
  classes text[] NOT NULL CHECK (cardinality(classes) BETWEEN 1 AND 4
    AND classes <@ ARRAY['balance', 'transactions', 'card-bills', 'card-status']),
  asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL,
  answer text CHECK (answer IN ('allowed', 'refused')),
  answered_at timestamptz,
  terms uuid UNIQUE,
  ended_at timestamptz,
  CHECK ((answer IS NULL) = (answered_at IS NULL)),
  CHECK ((answer IS NOT NULL AND answer = 'allowed') = (terms IS NOT NULL))
);
-- One question at a time.
CREATE UNIQUE INDEX leave_asked ON desk.leave (handover) WHERE answer IS NULL AND ended_at IS NULL;
CREATE INDEX leave_handover ON desk.leave (handover);
CREATE INDEX leave_customer ON desk.leave (customer, asked_at);

-- What agents write for each other about a conversation. Never said to the customer; theirs all the same when they erase or ask what is stored.
CREATE TABLE desk.note (
  id uuid PRIMARY KEY,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  handover uuid NOT NULL REFERENCES desk.handover (id) ON DELETE CASCADE,
  conversation uuid NOT NULL,
  agent uuid NOT NULL,
  written_as text NOT NULL CHECK (length(written_as) <= 40),
  sealed bytea NOT NULL CHECK (length(sealed) <= 16384),
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX note_conversation ON desk.note (conversation, seq);
CREATE INDEX note_handover ON desk.note (handover);

-- Who is at the desk: `here` while a page of theirs is open and they did not say that they are away; and whom they serve best (empty: everybody).
CREATE TABLE desk.agent (
  member uuid PRIMARY KEY,
  state text NOT NULL DEFAULT 'here' CHECK (state IN ('here', 'away')),
  seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  languages text[] NOT NULL DEFAULT '{}' CHECK (languages <@ ARRAY['en', 'es', 'fr', 'de', 'pt']),
  kinds text[] NOT NULL DEFAULT '{}' CHECK (cardinality(kinds) <= 20)
);

-- The bot could not answer here; whoever takes the conversation sees it, for a day.
CREATE TABLE desk.bot_failure (
  conversation uuid PRIMARY KEY REFERENCES channels.conversation (id) ON DELETE CASCADE,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  reference text NOT NULL CHECK (length(reference) <= 40)
);
CREATE INDEX bot_failure_at ON desk.bot_failure (at);

-- A look at what a bank knows is a look too: which class, and by which leave.
ALTER TABLE desk.look ADD COLUMN data_class text CHECK (data_class IN ('balance', 'transactions', 'card-bills', 'card-status'));
ALTER TABLE desk.look ADD COLUMN leave uuid;
ALTER TABLE desk.look ADD CONSTRAINT look_by_leave CHECK ((data_class IS NULL) = (leave IS NULL));
CREATE INDEX look_leave ON desk.look (leave, at) WHERE leave IS NOT NULL;

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['leave', 'note', 'agent', 'bot_failure'] LOOP
    EXECUTE pg_catalog.format('ALTER TABLE desk.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE pg_catalog.format('ALTER TABLE desk.%I FORCE ROW LEVEL SECURITY', name);
    EXECUTE pg_catalog.format('REVOKE TRUNCATE ON desk.%I FROM parley_desk_owner', name);
    EXECUTE pg_catalog.format('CREATE POLICY functions_keep ON desk.%I FOR ALL TO parley_desk_owner USING (true) WITH CHECK (true)', name);
  END LOOP;
END
$$;

-- Agents' functions see notes and questions of their own banks, and make them only for what they have in hand.
GRANT SELECT, INSERT ON desk.leave, desk.note TO parley_agent_owner;
GRANT SELECT, INSERT, UPDATE ON desk.agent TO parley_agent_owner;
GRANT SELECT ON desk.bot_failure, desk.look TO parley_agent_owner;
CREATE POLICY agents_see ON desk.leave FOR SELECT TO parley_agent_owner USING (desk.in_scope(institution));
CREATE POLICY agents_ask ON desk.leave FOR INSERT TO parley_agent_owner WITH CHECK (answer IS NULL AND ended_at IS NULL
  AND EXISTS (SELECT FROM desk.handover h WHERE h.id = handover AND h.state = 'taken' AND h.taken_by = agent));
CREATE POLICY agents_see ON desk.note FOR SELECT TO parley_agent_owner
  USING (EXISTS (SELECT FROM desk.handover h WHERE h.id = handover));
CREATE POLICY agents_write ON desk.note FOR INSERT TO parley_agent_owner
  WITH CHECK (EXISTS (SELECT FROM desk.handover h WHERE h.id = handover AND h.state = 'taken' AND h.taken_by = agent));
CREATE POLICY agents_keep ON desk.agent FOR ALL TO parley_agent_owner USING (true) WITH CHECK (true);
CREATE POLICY agents_see ON desk.bot_failure FOR SELECT TO parley_agent_owner USING (true);
CREATE POLICY agents_see ON desk.look FOR SELECT TO parley_agent_owner USING (desk.in_scope(institution));

-- Whether the agent who was allowed to look has the conversation in hand at this moment. Part of consent.holds_now: what it no longer says
-- yes to opens no ticket, no token and no key.
CREATE FUNCTION desk.leave_holds(p_terms uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (SELECT FROM desk.leave l JOIN desk.handover h ON h.id = l.handover
    WHERE l.terms = p_terms AND l.answer = 'allowed' AND l.ended_at IS NULL
      AND h.state = 'taken' AND h.taken_by = l.agent AND h.lease_until > clock_timestamp())
$$;
-- Whether such an agent has said, with a session of theirs, that they look at this class now. Asked by gate.open alone.
CREATE FUNCTION desk.may_look(p_terms uuid, p_class text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (SELECT FROM desk.leave l JOIN desk.look k ON k.leave = l.id AND k.agent = l.agent
    WHERE l.terms = p_terms AND k.data_class = p_class AND k.at > clock_timestamp() - interval '30 seconds')
$$;
GRANT USAGE ON SCHEMA desk TO parley_consent_writer, parley_access_gate;
GRANT EXECUTE ON FUNCTION desk.leave_holds(uuid) TO parley_consent_writer, parley_access_gate, parley_vault_owner, parley_answer,
  parley_notify, parley_fraud, parley_service, parley_consent, parley_institution, parley_inspector, parley_revoker;
GRANT EXECUTE ON FUNCTION desk.may_look(uuid, text) TO parley_access_gate;
RESET ROLE;

SET ROLE parley_consent_writer;

INSERT INTO consent.reason VALUES ('handed-back');

-- A grant for `customer-service` holds only while the conversation is in the hand of the agent whom the customer allowed.
CREATE OR REPLACE FUNCTION consent.holds_now(g consent.grant_) RETURNS boolean
LANGUAGE sql VOLATILE
RETURN g.revoked_at IS NULL AND NOT g.unconfirmed AND g.expires_at > pg_catalog.clock_timestamp()
  AND NOT consent.is_cut_off(g.channel, g.institution)
  AND (g.purpose <> 'customer-service' OR desk.leave_holds(g.terms));

-- Leave for an agent stands beside what is shared in the conversation: neither takes the place of the other. The rest is as it was.
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
    WHERE new.terms = p_terms AND new.unconfirmed AND new.revoked_at IS NULL AND old.revoked_at IS NULL
      AND (old.purpose = 'customer-service') = (new.purpose = 'customer-service')), 'replaced');
  UPDATE consent.grant_ SET unconfirmed = false WHERE terms = p_terms AND unconfirmed AND revoked_at IS NULL;
  GET DIAGNOSTICS confirmed = ROW_COUNT;
  PERFORM notify.begin(n.customer, n.institution) FROM (
    SELECT DISTINCT g.customer, g.institution FROM consent.grant_ g
    WHERE g.terms = p_terms AND g.purpose = 'notify-customer' AND consent.is_live(g)) n;
  RETURN confirmed;
END
$$;

-- Ends leave to look: the grants of these terms, if they are for `customer-service`.
CREATE FUNCTION consent.end_service(p_terms uuid[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  ended integer;
BEGIN
  SELECT coalesce(sum(cardinality(e.grants)), 0) INTO ended FROM consent.end_grants(ARRAY(
    SELECT g.id FROM consent.grant_ g
    WHERE g.terms = ANY (p_terms) AND g.purpose = 'customer-service' AND g.revoked_at IS NULL), 'handed-back') e;
  RETURN ended;
END
$$;
-- What signed terms let an agent see: only of terms that are for nothing else.
CREATE FUNCTION consent.service_terms(p_terms uuid) RETURNS TABLE (
  customer uuid, institution text, conversation uuid, classes text[], expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT g.customer, g.institution, g.conversation, array_agg(g.data_class), max(g.expires_at)
  FROM consent.grant_ g WHERE g.terms = p_terms
  GROUP BY g.customer, g.institution, g.conversation
  HAVING bool_and(g.purpose = 'customer-service' AND g.revoked_at IS NULL AND NOT g.unconfirmed)
$$;
-- Until when an agent may look by these terms; null once they do not hold.
CREATE FUNCTION consent.service_until(p_terms uuid) RETURNS timestamptz
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT max(g.expires_at) FROM consent.grant_ g
  WHERE g.terms = p_terms AND g.purpose = 'customer-service' AND consent.holds_now(g)
$$;
GRANT EXECUTE ON FUNCTION consent.end_service(uuid[]), consent.service_terms(uuid) TO parley_desk_owner;
GRANT EXECUTE ON FUNCTION consent.service_until(uuid) TO parley_desk_owner, parley_agent_owner;
GRANT USAGE ON SCHEMA consent TO parley_desk_owner, parley_agent_owner;
RESET ROLE;

-- The gate: for `customer-service`, a grant is not enough. An agent who has the conversation must have said, with a live session, which class
-- they look at, and that row names them to the customer.
SET ROLE parley_access_gate;
CREATE OR REPLACE FUNCTION gate.open(
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
    AND (login_purpose <> 'customer-service' OR desk.may_look(x.terms, p_class))
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
RESET ROLE;

SET ROLE parley_desk_owner;

-- However a conversation leaves an agent's hand, leave to look goes with it, and a question that waits is over.
CREATE FUNCTION desk.end_leaves(p_handover uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  signed uuid[];
BEGIN
  WITH over AS (
    UPDATE desk.leave l SET ended_at = clock_timestamp() WHERE l.handover = p_handover AND l.ended_at IS NULL RETURNING l.terms)
  SELECT array_agg(o.terms) INTO signed FROM over o WHERE o.terms IS NOT NULL;
  IF signed IS NOT NULL THEN
    PERFORM consent.end_service(signed);
  END IF;
END
$$;
GRANT EXECUTE ON FUNCTION desk.end_leaves(uuid) TO parley_agent_owner;

CREATE OR REPLACE FUNCTION desk.lapse(p_handover uuid, p_deadline_seconds integer) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  due timestamptz;
BEGIN
  UPDATE desk.handover h SET state = 'waiting', lease_until = NULL, taken_by = NULL, lapses = h.lapses + 1, late_told_at = NULL,
    deadline_at = greatest(h.deadline_at, clock_timestamp() + make_interval(secs => p_deadline_seconds))
  WHERE h.id = p_handover AND h.state = 'taken' AND h.lease_until <= clock_timestamp() RETURNING h.deadline_at INTO due;
  IF due IS NOT NULL THEN
    PERFORM desk.end_leaves(p_handover);
  END IF;
  RETURN due;
END
$$;

-- What the customer says to the question: on their own page, by their session, in the transaction that keeps what their passkey signed; or no,
-- there or in the chat. False: there is no such question any more, or what was signed is not what was asked.
CREATE FUNCTION desk.allow_leave(p_session bytea, p_leave uuid, p_terms uuid, p_hours integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  UPDATE desk.leave l SET answer = 'allowed', answered_at = clock_timestamp(), terms = p_terms
  FROM desk.handover h, consent.service_terms(p_terms) t
  WHERE l.id = p_leave AND l.customer = customers.of_session(p_session) AND l.answer IS NULL AND l.ended_at IS NULL
    AND l.expires_at > clock_timestamp()
    AND h.id = l.handover AND h.state = 'taken' AND h.taken_by = l.agent AND h.lease_until > clock_timestamp()
    AND t.customer = l.customer AND t.institution = l.institution AND t.conversation = l.conversation AND t.classes <@ l.classes
    AND t.expires_at <= clock_timestamp() + make_interval(hours => least(p_hours, 24));
  RETURN FOUND;
END
$$;
CREATE FUNCTION desk.refuse_leave(p_session bytea, p_leave uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  l desk.leave;
BEGIN
  SELECT x.* INTO l FROM desk.leave x
  WHERE x.id = p_leave AND x.customer = customers.of_session(p_session) AND x.ended_at IS NULL FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  UPDATE desk.leave x SET answer = coalesce(x.answer, 'refused'), answered_at = coalesce(x.answered_at, clock_timestamp()),
    ended_at = clock_timestamp() WHERE x.id = l.id;
  IF l.terms IS NOT NULL THEN
    PERFORM consent.end_service(ARRAY[l.terms]);
  END IF;
  RETURN true;
END
$$;
CREATE FUNCTION desk.refuse_leave_here(p_conversation uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  signed uuid[];
  said bigint;
BEGIN
  WITH over AS (
    UPDATE desk.leave x SET answer = coalesce(x.answer, 'refused'), answered_at = coalesce(x.answered_at, clock_timestamp()),
      ended_at = clock_timestamp()
    WHERE x.conversation = p_conversation AND x.ended_at IS NULL RETURNING x.terms)
  SELECT array_agg(o.terms) FILTER (WHERE o.terms IS NOT NULL), count(*) INTO signed, said FROM over o;
  IF signed IS NOT NULL THEN
    PERFORM consent.end_service(signed);
  END IF;
  RETURN said > 0;
END
$$;
GRANT USAGE ON SCHEMA desk TO parley_consent;
GRANT EXECUTE ON FUNCTION desk.allow_leave(bytea, uuid, uuid, integer), desk.refuse_leave(bytea, uuid) TO parley_consent;
GRANT EXECUTE ON FUNCTION desk.refuse_leave_here(uuid) TO parley_answer;

CREATE FUNCTION desk.note_bot_failed(p_conversation uuid, p_reference text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  INSERT INTO desk.bot_failure (conversation, reference) VALUES (p_conversation, p_reference)
  ON CONFLICT (conversation) DO UPDATE SET at = clock_timestamp(), reference = excluded.reference
$$;
GRANT EXECUTE ON FUNCTION desk.note_bot_failed(uuid, text) TO parley_answer;

-- What the customer sees: questions to look, and looks with what was looked at.
CREATE FUNCTION desk.own_leaves(p_session bytea) RETURNS TABLE (
  id uuid, conversation uuid, channel text, institution text, institution_name text, asked_as text, classes text[], asked_at timestamptz,
  expires_at timestamptz, answer text, over boolean, until timestamptz)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT l.id, l.conversation, c.channel, l.institution, (SELECT i.name FROM institutions.institution i WHERE i.id = l.institution),
    l.asked_as, l.classes, l.asked_at, l.expires_at, l.answer,
    l.ended_at IS NOT NULL OR (l.answer IS NULL AND l.expires_at <= clock_timestamp())
      OR NOT (h.state = 'taken' AND h.taken_by = l.agent AND h.lease_until > clock_timestamp())
      OR (l.terms IS NOT NULL AND consent.service_until(l.terms) IS NULL),
    consent.service_until(l.terms)
  FROM desk.leave l JOIN desk.handover h ON h.id = l.handover
  JOIN channels.conversation c ON c.id = l.conversation AND c.customer = l.customer
  WHERE l.customer = (SELECT customers.of_session(p_session)) ORDER BY l.asked_at DESC LIMIT 20
$$;
DROP FUNCTION desk.own_looks(bytea);
CREATE FUNCTION desk.own_looks(p_session bytea) RETURNS TABLE (
  at timestamptz, shown_as text, institution_name text, channel text, data_class text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT l.at, l.shown_as, (SELECT i.name FROM institutions.institution i WHERE i.id = l.institution),
    (SELECT c.channel FROM channels.conversation c WHERE c.id = l.conversation), l.data_class
  FROM desk.look l WHERE l.customer = (SELECT customers.of_session(p_session)) ORDER BY l.at DESC LIMIT 200
$$;
CREATE OR REPLACE FUNCTION desk.own_counts(p_session bytea) RETURNS TABLE (name text, rows bigint, until timestamptz)
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
    SELECT 'desk.handover', count(*), NULL::timestamptz FROM desk.handover h WHERE h.conversation = ANY (own)
    UNION ALL SELECT 'desk.message', count(*), NULL FROM desk.message m WHERE m.conversation = ANY (own)
    UNION ALL SELECT 'desk.note', count(*), NULL FROM desk.note n WHERE n.conversation = ANY (own)
    UNION ALL SELECT 'desk.leave', count(*), NULL FROM desk.leave v WHERE v.customer = who
    UNION ALL SELECT 'desk.bot_failure', count(*), max(b.at) + interval '1 day' FROM desk.bot_failure b WHERE b.conversation = ANY (own)
    UNION ALL SELECT 'desk.fraud_case', count(*), NULL FROM desk.fraud_case f WHERE f.customer = who
    UNION ALL SELECT 'desk.look', count(*), max(l.at) + interval '3 years' FROM desk.look l WHERE l.customer = who;
END
$$;
GRANT EXECUTE ON FUNCTION desk.own_leaves(bytea), desk.own_looks(bytea) TO parley_centre;

CREATE OR REPLACE FUNCTION desk.sweep() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  swept bigint;
  more bigint;
BEGIN
  UPDATE desk.handover h SET state = 'closed', ended_at = clock_timestamp()
  WHERE h.state = 'waiting' AND h.deadline_at <= clock_timestamp() - interval '7 days';
  GET DIAGNOSTICS swept = ROW_COUNT;
  DELETE FROM desk.handover h WHERE h.ended_at <= clock_timestamp() - interval '30 days';
  GET DIAGNOSTICS more = ROW_COUNT;
  swept := swept + more;
  DELETE FROM desk.look l WHERE l.at <= clock_timestamp() - interval '3 years';
  GET DIAGNOSTICS more = ROW_COUNT;
  swept := swept + more;
  DELETE FROM desk.bot_failure b WHERE b.at <= clock_timestamp() - interval '1 day';
  GET DIAGNOSTICS more = ROW_COUNT;
  swept := swept + more;
  DELETE FROM desk.agent a WHERE a.seen_at <= clock_timestamp() - interval '30 days';
  GET DIAGNOSTICS more = ROW_COUNT;
  swept := swept + more;
  DELETE FROM desk.fraud_case c WHERE c.closed_at <= clock_timestamp() - interval '2 years';
  GET DIAGNOSTICS more = ROW_COUNT;
  RETURN swept + more;
END
$$;

-- Which of these sessions of agents live, by their place in the list; being asked for is being at the desk. One statement for everybody who
-- has a page open in a process.
CREATE FUNCTION desk.live_sessions(p_sessions bytea[]) RETURNS TABLE (place bigint, member uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH live AS (
    SELECT w.place, s.id AS member FROM unnest(p_sessions) WITH ORDINALITY AS w (hash, place)
    CROSS JOIN LATERAL staff.session_member(w.hash) s WHERE s.role = 'agent'
  ), seen AS (
    INSERT INTO desk.agent (member) SELECT DISTINCT l.member FROM live l ORDER BY l.member
    ON CONFLICT (member) DO UPDATE SET seen_at = clock_timestamp()
  )
  SELECT l.place, l.member FROM live l;
END
$$;

-- What became of these places, or of those of these conversations, for each of these sessions that may know: one statement for everybody, and never another bank's.
CREATE FUNCTION desk.pulse(p_sessions bytea[], p_ids uuid[]) RETURNS TABLE (
  place bigint, handover uuid, state text, institution_name text, because text, priority text, language text, deadline_at timestamptz,
  asked_at timestamptz, lease_until timestamptz, lapses integer, unanswered bigint)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  WITH changed AS MATERIALIZED (
    SELECT h.*, c.language, (SELECT count(*) FROM desk.message m WHERE m.handover = h.id AND m.said_by = 'customer'
        AND m.seq > coalesce((SELECT max(a.seq) FROM desk.message a WHERE a.handover = h.id AND a.said_by = 'agent'), 0)) AS unanswered
    FROM desk.handover h JOIN channels.conversation c ON c.id = h.conversation
    WHERE h.id = ANY (p_ids) OR (h.conversation = ANY (p_ids)
      AND (h.state IN ('waiting', 'taken') OR h.ended_at > clock_timestamp() - interval '1 minute'))
  ), live AS MATERIALIZED (
    SELECT w.place, s.id, s.institutions FROM unnest(p_sessions) WITH ORDINALITY AS w (hash, place)
    CROSS JOIN LATERAL staff.session_member(w.hash) s WHERE s.role = 'agent'
  )
  SELECT l.place, h.id, CASE
      WHEN h.state = 'taken' AND h.lease_until > clock_timestamp() AND h.taken_by = l.id THEN 'mine'
      WHEN h.state = 'taken' AND h.lease_until > clock_timestamp() THEN 'taken'
      WHEN h.state IN ('taken', 'waiting') THEN 'waiting' ELSE 'over' END,
    (SELECT i.name FROM institutions.institution i WHERE i.id = h.institution), h.because, h.priority, h.language, h.deadline_at, h.asked_at,
    h.lease_until, h.lapses, h.unanswered
  FROM live l JOIN changed h ON l.institutions IS NULL OR h.institution = ANY (l.institutions)
$$;
GRANT EXECUTE ON FUNCTION desk.live_sessions(bytea[]), desk.pulse(bytea[], uuid[]) TO parley_service;
GRANT USAGE, CREATE ON SCHEMA desk TO parley_agent_owner;
RESET ROLE;

SET ROLE parley_agent_owner;

-- Who asks: `session:` and the hash of a live session of the staff's pages, which proves it; or a login, which proves nothing and is there for
-- the command line of whoever holds this database login's password anyway.
CREATE OR REPLACE FUNCTION desk.name_agent(p_agent text) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  who uuid;
  named text := p_agent;
BEGIN
  IF p_agent LIKE 'session:%' THEN
    named := (SELECT s.login FROM staff.session_member(decode(substr(p_agent, 9), 'hex')) s WHERE s.role = 'agent');
  END IF;
  SELECT s.id INTO who FROM staff.agent_scope(named) s;
  IF who IS NULL THEN
    RAISE EXCEPTION 'not an agent' USING ERRCODE = 'PD001';
  END IF;
  PERFORM set_config('desk.agent', named, true);
  RETURN who;
END
$$;
-- The same for what a login alone must never do: look at a bank, ask to, read or write notes.
CREATE FUNCTION desk.prove_agent(p_session bytea) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN desk.name_agent('session:' || encode(p_session, 'hex'));
END
$$;

-- As before; and whom this agent serves best comes first among what is as urgent, and leave to look ends with the hand it was given to.
CREATE OR REPLACE FUNCTION desk.take(p_agent text, p_handover uuid, p_name text, p_lease_seconds integer, p_held_max integer) RETURNS TABLE (
  handover uuid, conversation uuid, is_new boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  me uuid := desk.name_agent(p_agent);
  h desk.handover;
  mine boolean;
  serves desk.agent;
BEGIN
  -- One agent takes one after the other, so that two commands at once cannot hold more than one person can serve.
  PERFORM pg_advisory_xact_lock(hashtextextended('desk-agent|' || me, 0));
  SELECT a.* INTO serves FROM desk.agent a WHERE a.member = me;
  SELECT x.* INTO h FROM desk.handover x
  WHERE (x.state = 'waiting' OR (x.state = 'taken' AND (x.lease_until <= clock_timestamp() OR (x.taken_by = me AND p_handover IS NOT NULL))))
    AND (p_handover IS NULL OR x.id = p_handover) AND desk.in_scope(x.institution)
  ORDER BY (x.priority = 'urgent') DESC, (p_handover IS NULL AND (
      cardinality(serves.kinds) > 0 AND x.because <> ALL (serves.kinds) OR cardinality(serves.languages) > 0 AND
      (SELECT c.language FROM channels.conversation c WHERE c.id = x.conversation) <> ALL (serves.languages))) IS TRUE,
    x.deadline_at, x.asked_at, x.id LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  mine := h.state = 'taken' AND h.taken_by = me AND h.lease_until > clock_timestamp();
  IF NOT mine AND (SELECT count(*) FROM desk.handover x
                   WHERE x.state = 'taken' AND x.taken_by = me AND x.lease_until > clock_timestamp()) >= p_held_max THEN
    RAISE EXCEPTION 'this agent has as many as one person can serve' USING ERRCODE = 'PD003';
  END IF;
  IF NOT mine THEN
    PERFORM desk.end_leaves(h.id);
  END IF;
  UPDATE desk.handover x SET state = 'taken', taken_by = me, taken_as = CASE WHEN mine THEN x.taken_as ELSE p_name END,
    first_taken_at = coalesce(x.first_taken_at, clock_timestamp()), joined_told = mine AND x.joined_told,
    lapses = x.lapses + CASE WHEN x.state = 'taken' AND NOT mine THEN 1 ELSE 0 END,
    lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
  WHERE x.id = h.id;
  INSERT INTO desk.look (customer, conversation, institution, handover, agent, shown_as)
  SELECT h.customer, h.conversation, h.institution, h.id, me, CASE WHEN mine THEN h.taken_as ELSE p_name END
  WHERE h.customer IS NOT NULL;
  RETURN QUERY SELECT h.id, h.conversation, NOT mine;
END
$$;

CREATE OR REPLACE FUNCTION desk.give_back(p_agent text, p_handover uuid, p_note bytea, p_close_case boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  me uuid := desk.name_agent(p_agent);
  which uuid;
BEGIN
  SELECT h.fraud_case INTO which FROM desk.handover h
  WHERE h.id = p_handover AND h.state = 'taken' AND h.taken_by = me AND h.lease_until > clock_timestamp() FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM desk.end_leaves(p_handover);
  UPDATE desk.handover h SET state = 'returned', ended_at = clock_timestamp(), lease_until = NULL, note_sealed = p_note WHERE h.id = p_handover;
  IF p_close_case THEN
    UPDATE desk.fraud_case f SET closed_at = clock_timestamp(), closed_by = me WHERE f.id = which AND f.closed_at IS NULL;
  END IF;
  RETURN true;
END
$$;

-- The queue as the page shows it: mine, then urgent, then whom this agent serves best, then by deadline. No words.
CREATE FUNCTION desk.inbox(p_session bytea) RETURNS TABLE (
  handover uuid, institution text, institution_name text, because text, priority text, language text, asked_at timestamptz,
  deadline_at timestamptz, is_late boolean, is_mine boolean, lease_until timestamptz, lapses integer, case_number text, fits boolean,
  unanswered bigint, bot_failed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  me uuid := desk.prove_agent(p_session);
  serves desk.agent;
BEGIN
  SELECT a.* INTO serves FROM desk.agent a WHERE a.member = me;
  RETURN QUERY
  SELECT q.id, q.institution, (SELECT i.name FROM institutions.institution i WHERE i.id = q.institution), q.because, q.priority, q.language,
    q.asked_at, q.deadline_at, NOT q.mine AND q.deadline_at <= clock_timestamp(), q.mine, q.lease_until, q.lapses,
    (SELECT f.number FROM desk.fraud_case f WHERE f.id = q.fraud_case), q.fits,
    (SELECT count(*) FROM desk.message m WHERE q.mine AND m.handover = q.id AND m.said_by = 'customer'
      AND m.seq > coalesce((SELECT max(a.seq) FROM desk.message a WHERE a.handover = q.id AND a.said_by = 'agent'), 0)),
    EXISTS (SELECT FROM desk.bot_failure b WHERE b.conversation = q.conversation)
  FROM (
    SELECT h.*, c.language, h.state = 'taken' AND h.taken_by = me AND h.lease_until > clock_timestamp() AS mine,
      (cardinality(serves.kinds) > 0 AND h.because <> ALL (serves.kinds)
        OR cardinality(serves.languages) > 0 AND c.language <> ALL (serves.languages)) IS NOT TRUE AS fits
    FROM desk.handover h JOIN channels.conversation c ON c.id = h.conversation
    WHERE desk.in_scope(h.institution)
      AND (h.state = 'waiting' OR (h.state = 'taken' AND (h.taken_by = me OR h.lease_until <= clock_timestamp())))
    ORDER BY mine DESC, (h.priority = 'urgent') DESC, fits DESC, h.deadline_at, h.asked_at, h.id LIMIT 200) q
  ORDER BY q.mine DESC, (q.priority = 'urgent') DESC, q.fits DESC, q.deadline_at, q.asked_at, q.id;
END
$$;

-- Who is there. `here`: a page of theirs asked in the last minute, and they did not say that they are away.
CREATE FUNCTION desk.people(p_session bytea) RETURNS TABLE (
  member uuid, login text, is_me boolean, state text, held bigint, languages text[], kinds text[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  me uuid := desk.prove_agent(p_session);
BEGIN
  RETURN QUERY SELECT s.id, s.login, s.id = me,
    CASE WHEN a.member IS NULL OR a.seen_at <= clock_timestamp() - interval '1 minute' THEN 'gone' ELSE a.state END,
    (SELECT count(*) FROM desk.handover h WHERE h.state = 'taken' AND h.taken_by = s.id AND h.lease_until > clock_timestamp()),
    coalesce(a.languages, '{}'), coalesce(a.kinds, '{}')
  FROM staff.list_agents() s LEFT JOIN desk.agent a ON a.member = s.id
  WHERE s.id = me OR EXISTS (SELECT FROM staff.session_member(p_session) m
    WHERE m.institutions IS NULL OR s.institutions IS NULL OR m.institutions && s.institutions)
  ORDER BY s.id = me DESC, s.login LIMIT 200;
END
$$;
CREATE FUNCTION desk.be(p_session bytea, p_state text, p_languages text[], p_kinds text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  me uuid := desk.prove_agent(p_session);
BEGIN
  INSERT INTO desk.agent (member, state, languages, kinds) VALUES (me, p_state, coalesce(p_languages, '{}'), coalesce(p_kinds, '{}'))
  ON CONFLICT (member) DO UPDATE SET state = p_state, seen_at = clock_timestamp(),
    languages = coalesce(p_languages, desk.agent.languages), kinds = coalesce(p_kinds, desk.agent.kinds);
END
$$;

-- Notes, oldest first: this conversation's, and what was left behind on handing it back before. Only while it is in hand; writing renews the lease.
CREATE FUNCTION desk.notes(p_session bytea, p_handover uuid) RETURNS TABLE (
  id uuid, written_as text, at timestamptz, sealed bytea, on_return boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  me uuid := desk.prove_agent(p_session);
  here uuid := (SELECT h.conversation FROM desk.handover h
    WHERE h.id = p_handover AND h.state = 'taken' AND h.taken_by = me AND h.lease_until > clock_timestamp());
BEGIN
  RETURN QUERY SELECT n.* FROM (
    SELECT w.id, w.written_as, w.at, w.sealed, false FROM desk.note w WHERE w.conversation = here
    UNION ALL
    SELECT h.id, coalesce(h.taken_as, ''), h.ended_at, h.note_sealed, true FROM desk.handover h
    WHERE h.conversation = here AND h.note_sealed IS NOT NULL AND h.ended_at IS NOT NULL
    ORDER BY 3 DESC LIMIT 100) n ORDER BY n.at;
END
$$;
CREATE FUNCTION desk.write_note(p_session bytea, p_handover uuid, p_id uuid, p_sealed bytea, p_lease_seconds integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  me uuid := desk.prove_agent(p_session);
BEGIN
  UPDATE desk.handover h SET lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
  WHERE h.id = p_handover AND h.state = 'taken' AND h.taken_by = me AND h.lease_until > clock_timestamp();
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO desk.note (id, handover, conversation, agent, written_as, sealed)
  SELECT p_id, h.id, h.conversation, me, h.taken_as, p_sealed FROM desk.handover h WHERE h.id = p_handover;
  RETURN true;
END
$$;

-- What stands beside a conversation in hand: whether the bot failed there, and whether anything was read at a bank for it.
CREATE FUNCTION desk.beside(p_agent text, p_handover uuid) RETURNS TABLE (
  bot_failed_at timestamptz, bot_reference text, has_read boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  me uuid := desk.name_agent(p_agent);
BEGIN
  RETURN QUERY SELECT b.at, b.reference,
    EXISTS (SELECT FROM desk.look k WHERE k.handover = h.id AND k.data_class IS NOT NULL)
  FROM desk.handover h LEFT JOIN desk.bot_failure b ON b.conversation = h.conversation AND b.at > clock_timestamp() - interval '1 day'
  WHERE h.id = p_handover AND h.state = 'taken' AND h.taken_by = me AND h.lease_until > clock_timestamp();
END
$$;

-- Asks to look. `asked`; or why not: `not-yours`, `nobody` (no customer or no bank is known here), `asked-already`.
CREATE FUNCTION desk.ask_leave(
  p_session bytea, p_handover uuid, p_id uuid, p_classes text[], p_seconds integer, p_lease_seconds integer) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  me uuid := desk.prove_agent(p_session);
  h desk.handover;
BEGIN
  UPDATE desk.handover x SET lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
  WHERE x.id = p_handover AND x.state = 'taken' AND x.taken_by = me AND x.lease_until > clock_timestamp() RETURNING x.* INTO h;
  IF NOT FOUND THEN
    RETURN 'not-yours';
  END IF;
  IF h.customer IS NULL OR h.institution IS NULL
    OR NOT EXISTS (SELECT FROM channels.conversation c WHERE c.id = h.conversation AND c.customer = h.customer) THEN
    RETURN 'nobody';
  END IF;
  IF EXISTS (SELECT FROM desk.leave l WHERE l.handover = h.id AND l.answer IS NULL AND l.ended_at IS NULL AND l.expires_at > clock_timestamp()) THEN
    RETURN 'asked-already';
  END IF;
  -- A question that nobody answered in its time is over.
  PERFORM desk.end_unanswered(h.id);
  INSERT INTO desk.leave (id, handover, conversation, customer, institution, agent, asked_as, classes, expires_at)
  VALUES (p_id, h.id, h.conversation, h.customer, h.institution, me, h.taken_as, p_classes, clock_timestamp() + make_interval(secs => p_seconds));
  RETURN 'asked';
END
$$;

-- The questions of a conversation in hand, and until when each holds.
CREATE FUNCTION desk.leaves(p_session bytea, p_handover uuid) RETURNS TABLE (
  id uuid, classes text[], asked_at timestamptz, expires_at timestamptz, answer text, over boolean, until timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  me uuid := desk.prove_agent(p_session);
BEGIN
  RETURN QUERY SELECT l.id, l.classes, l.asked_at, l.expires_at, l.answer,
    l.ended_at IS NOT NULL OR (l.answer IS NULL AND l.expires_at <= clock_timestamp()), consent.service_until(l.terms)
  FROM desk.leave l JOIN desk.handover h ON h.id = l.handover
  WHERE l.handover = p_handover AND l.agent = me AND h.state = 'taken' AND h.taken_by = me AND h.lease_until > clock_timestamp()
  ORDER BY l.asked_at DESC LIMIT 10;
END
$$;

-- Says, and commits, that this agent looks at a class now; the customer sees the row whatever comes of it. No row: no leave that holds.
CREATE FUNCTION desk.begin_look(p_session bytea, p_handover uuid, p_class text, p_lease_seconds integer) RETURNS TABLE (
  customer uuid, conversation uuid, institution text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  me uuid := desk.prove_agent(p_session);
  l desk.leave;
BEGIN
  SELECT x.* INTO l FROM desk.leave x JOIN desk.handover h ON h.id = x.handover
  WHERE x.handover = p_handover AND x.agent = me AND x.answer = 'allowed' AND x.ended_at IS NULL AND p_class = ANY (x.classes)
    AND h.state = 'taken' AND h.taken_by = me AND h.lease_until > clock_timestamp() AND consent.service_until(x.terms) IS NOT NULL
  ORDER BY x.answered_at DESC LIMIT 1;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  UPDATE desk.handover h SET lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds) WHERE h.id = p_handover;
  INSERT INTO desk.look (customer, conversation, institution, handover, agent, shown_as, data_class, leave)
  VALUES (l.customer, l.conversation, l.institution, l.handover, me, l.asked_as, p_class, l.id);
  RETURN QUERY SELECT l.customer, l.conversation, l.institution;
END
$$;
GRANT EXECUTE ON FUNCTION desk.inbox(bytea), desk.people(bytea), desk.be(bytea, text, text[], text[]), desk.notes(bytea, uuid),
  desk.write_note(bytea, uuid, uuid, bytea, integer), desk.beside(text, uuid),
  desk.ask_leave(bytea, uuid, uuid, text[], integer, integer), desk.leaves(bytea, uuid),
  desk.begin_look(bytea, uuid, text, integer) TO parley_service;
RESET ROLE;

SET ROLE parley_desk_owner;
REVOKE CREATE ON SCHEMA desk FROM parley_agent_owner;
CREATE FUNCTION desk.end_unanswered(p_handover uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  UPDATE desk.leave l SET ended_at = clock_timestamp() WHERE l.handover = p_handover AND l.answer IS NULL AND l.ended_at IS NULL
$$;
GRANT EXECUTE ON FUNCTION desk.end_unanswered(uuid) TO parley_agent_owner;
RESET ROLE;
