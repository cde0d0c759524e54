-- The desk: a durable queue of conversations that wait for a person, what people wrote to each other there, and cases. Three
-- locks, one behind the other: `parley_service` (the purpose customer-service) has no right to any of these tables, only to the functions
-- below; each function for agents takes the agent's login and says whose it is; and row policies ask, whatever the function says,
-- whether the bank is one of that agent's. Words are sealed under the conversation's key, which is not here.

DO $$
DECLARE
  owner_name text;
BEGIN
  FOREACH owner_name IN ARRAY ARRAY[
    'parley_desk_owner',    -- the tables, and what the chat, the customer's own pages and the gateway's jobs may do
    'parley_agent_owner'    -- what agents may do: under row policies by institution
  ] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = owner_name) THEN
      EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN', owner_name);
    END IF;
  END LOOP;
END
$$;

ALTER DEFAULT PRIVILEGES FOR ROLE parley_desk_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE parley_agent_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
CREATE SCHEMA desk AUTHORIZATION parley_desk_owner;

-- Who an agent is at this moment, and for which banks (null: for all of them). Nobody: no row.
SET ROLE parley_staff_owner;
CREATE FUNCTION staff.agent_scope(p_login text) RETURNS TABLE (id uuid, institutions text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT m.id, m.institutions FROM staff.member m WHERE m.login = p_login AND m.role = 'agent' AND m.removed_at IS NULL
$$;
-- Whether anybody answers for this bank; for none (null), whether anybody answers for all of them.
CREATE FUNCTION staff.has_agent(p_institution text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (SELECT FROM staff.member m WHERE m.role = 'agent' AND m.removed_at IS NULL
    AND (m.institutions IS NULL OR p_institution = ANY (m.institutions)))
$$;
GRANT USAGE ON SCHEMA staff TO parley_desk_owner, parley_agent_owner;
GRANT EXECUTE ON FUNCTION staff.agent_scope(text) TO parley_agent_owner;
GRANT EXECUTE ON FUNCTION staff.has_agent(text) TO parley_desk_owner;
RESET ROLE;

-- Rows of the desk go with the conversation or the customer they are about.
SET ROLE parley_app_owner;
GRANT USAGE ON SCHEMA channels, institutions, customers TO parley_desk_owner, parley_agent_owner;
GRANT REFERENCES (id) ON channels.conversation, customers.customer TO parley_desk_owner;
GRANT SELECT (id, channel, customer, language) ON channels.conversation TO parley_desk_owner, parley_agent_owner;
GRANT SELECT (id, name) ON institutions.institution TO parley_desk_owner, parley_agent_owner;
CREATE POLICY desk_reads ON institutions.institution FOR SELECT TO parley_desk_owner, parley_agent_owner USING (true);
GRANT EXECUTE ON FUNCTION customers.of_session(bytea) TO parley_desk_owner;
RESET ROLE;

SET ROLE parley_desk_owner;

-- A payment or a card that somebody must look into. Its number is said to people; random, so that it counts nothing.
CREATE TABLE desk.fraud_case (
  id uuid PRIMARY KEY,
  number text NOT NULL UNIQUE CHECK (number ~ '^[0-9]{4}-[0-9]{4}$'),
  customer uuid NOT NULL REFERENCES customers.customer (id) ON DELETE CASCADE,
  conversation uuid NOT NULL,
  institution text CHECK (length(institution) <= 63),
  kind text NOT NULL CHECK (kind IN ('dispute', 'fraud', 'card-lost')),
  asked_by uuid NOT NULL,                       -- the message that opened it: it opens no second one
  details_sealed bytea NOT NULL CHECK (length(details_sealed) <= 16384),
  opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  deadline_at timestamptz NOT NULL,
  closed_at timestamptz,
  closed_by uuid,
  UNIQUE (customer, asked_by, kind),
  CHECK ((closed_at IS NULL) = (closed_by IS NULL))
);
CREATE INDEX fraud_case_closed ON desk.fraud_case (closed_at) WHERE closed_at IS NOT NULL;

-- `waiting`, then `taken` by somebody whose lease runs on while they do something and lapses when they go quiet; `returned` to the
-- bot; `closed` when the customer needs nobody any more, or nobody came.
CREATE TABLE desk.handover (
  id uuid PRIMARY KEY,
  conversation uuid NOT NULL REFERENCES channels.conversation (id) ON DELETE CASCADE,
  customer uuid,
  institution text CHECK (length(institution) <= 63),
  because text NOT NULL CHECK (because ~ '^[a-z][a-z-]{1,39}$'),
  priority text NOT NULL CHECK (priority IN ('urgent', 'normal')),
  asked_by uuid NOT NULL,                       -- the message that asked: it asks once
  fraud_case uuid REFERENCES desk.fraud_case (id) ON DELETE SET NULL,
  question_sealed bytea NOT NULL CHECK (length(question_sealed) <= 16384),
  asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  deadline_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'taken', 'returned', 'closed')),
  taken_by uuid,
  taken_as text CHECK (length(taken_as) BETWEEN 1 AND 30),   -- the name that the customer is told
  first_taken_at timestamptz,
  lease_until timestamptz,
  joined_told boolean NOT NULL DEFAULT false,   -- whether the customer was told who has it
  lapses integer NOT NULL DEFAULT 0,
  late_told_at timestamptz,
  note_sealed bytea CHECK (length(note_sealed) <= 16384),    -- the agent's own, on handing back
  ended_at timestamptz,
  UNIQUE (conversation, asked_by),
  CHECK ((state = 'taken') = (lease_until IS NOT NULL)),
  CHECK (state <> 'taken' OR (taken_by IS NOT NULL AND taken_as IS NOT NULL)),
  CHECK ((state IN ('returned', 'closed')) = (ended_at IS NOT NULL))
);
-- One place in the queue for each conversation.
CREATE UNIQUE INDEX handover_open ON desk.handover (conversation) WHERE state IN ('waiting', 'taken');
CREATE INDEX handover_queue ON desk.handover (deadline_at) WHERE state IN ('waiting', 'taken');
CREATE INDEX handover_ended ON desk.handover (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX handover_taken ON desk.handover (first_taken_at) WHERE first_taken_at IS NOT NULL;
CREATE INDEX handover_case ON desk.handover (fraud_case) WHERE fraud_case IS NOT NULL;

-- What the customer wrote for the person, and what the person wrote. `carried`: whether the chat carried an agent's words, or the
-- page behind the passkey does.
CREATE TABLE desk.message (
  id uuid PRIMARY KEY,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  handover uuid NOT NULL REFERENCES desk.handover (id) ON DELETE CASCADE,
  conversation uuid NOT NULL,
  said_by text NOT NULL CHECK (said_by IN ('customer', 'agent')),
  message uuid,                                 -- the customer's message: it is heard once
  agent uuid,
  carried text CHECK (carried IN ('chat', 'sealed-page')),
  sealed bytea NOT NULL CHECK (length(sealed) <= 16384),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (conversation, message),
  CHECK ((said_by = 'customer') = (message IS NOT NULL)),
  CHECK ((said_by = 'agent') = (agent IS NOT NULL AND carried IS NOT NULL))
);
CREATE INDEX message_handover ON desk.message (handover, seq);

-- That somebody at the desk opened a conversation, told to its customer among "who looked". Written in the transaction that hands
-- the words over, before they leave the database.
CREATE TABLE desk.look (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  customer uuid NOT NULL REFERENCES customers.customer (id) ON DELETE CASCADE,
  conversation uuid NOT NULL,
  institution text,
  handover uuid NOT NULL,
  agent uuid NOT NULL,
  shown_as text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX look_customer ON desk.look (customer, at);
CREATE INDEX look_at ON desk.look (at);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['fraud_case', 'handover', 'message', 'look'] LOOP
    EXECUTE pg_catalog.format('ALTER TABLE desk.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE pg_catalog.format('ALTER TABLE desk.%I FORCE ROW LEVEL SECURITY', name);
    EXECUTE pg_catalog.format('REVOKE TRUNCATE ON desk.%I FROM parley_desk_owner', name);
    EXECUTE pg_catalog.format('CREATE POLICY functions_keep ON desk.%I FOR ALL TO parley_desk_owner USING (true) WITH CHECK (true)', name);
  END LOOP;
END
$$;
-- A look is never taken back.
REVOKE UPDATE ON desk.look FROM parley_desk_owner;
RESET ROLE;

-- The second lock: whether the bank is one of those of the agent who is named in this transaction. The name is only a name; what it is
-- worth, the staff's own table says each time. No bank (null): only those who answer for every bank.
SET ROLE parley_desk_owner;
GRANT USAGE, CREATE ON SCHEMA desk TO parley_agent_owner;
RESET ROLE;
SET ROLE parley_agent_owner;
CREATE FUNCTION desk.in_scope(p_institution text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (SELECT FROM staff.agent_scope(nullif(current_setting('desk.agent', true), '')) s
    WHERE s.institutions IS NULL OR p_institution = ANY (s.institutions))
$$;
RESET ROLE;

SET ROLE parley_desk_owner;
GRANT SELECT, UPDATE ON desk.handover TO parley_agent_owner;
GRANT SELECT ON desk.message, desk.fraud_case TO parley_agent_owner;
GRANT INSERT ON desk.message, desk.look TO parley_agent_owner;
GRANT UPDATE (closed_at, closed_by) ON desk.fraud_case TO parley_agent_owner;
CREATE POLICY agents_see ON desk.handover FOR SELECT TO parley_agent_owner USING (desk.in_scope(institution));
CREATE POLICY agents_work ON desk.handover FOR UPDATE TO parley_agent_owner
  USING (state IN ('waiting', 'taken') AND desk.in_scope(institution)) WITH CHECK (desk.in_scope(institution));
CREATE POLICY agents_see ON desk.fraud_case FOR SELECT TO parley_agent_owner USING (desk.in_scope(institution));
CREATE POLICY agents_close ON desk.fraud_case FOR UPDATE TO parley_agent_owner
  USING (closed_at IS NULL AND desk.in_scope(institution)) WITH CHECK (closed_at IS NOT NULL);
-- Messages are seen through a hand-over that is seen.
CREATE POLICY agents_see ON desk.message FOR SELECT TO parley_agent_owner
  USING (EXISTS (SELECT FROM desk.handover h WHERE h.id = handover));
CREATE POLICY agents_say ON desk.message FOR INSERT TO parley_agent_owner
  WITH CHECK (said_by = 'agent' AND EXISTS (SELECT FROM desk.handover h WHERE h.id = handover AND h.state = 'taken' AND h.taken_by = agent));
CREATE POLICY agents_look ON desk.look FOR INSERT TO parley_agent_owner WITH CHECK (desk.in_scope(institution));
RESET ROLE;

-- What the chat may do (login parley_answer): ask, hear, open a case, ask who has it, let go.
SET ROLE parley_desk_owner;

-- A place in the queue for a conversation. The same message asks once; a further one of a conversation that waits is added to its place, and
-- may make it more urgent, never less. Where there is one bank only, it is that bank's.
CREATE FUNCTION desk.ask(
  p_id uuid, p_conversation uuid, p_customer uuid, p_institution text, p_because text, p_priority text, p_message uuid,
  p_question bytea, p_deadline_seconds integer, p_case uuid
) RETURNS TABLE (handover uuid, deadline_at timestamptz, is_new boolean, wait_seconds double precision, is_staffed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  h desk.handover;
  bank text := p_institution;
BEGIN
  IF p_deadline_seconds NOT BETWEEN 60 AND 604800 THEN
    RAISE EXCEPTION 'a deadline is a minute to a week away' USING ERRCODE = '22023';
  END IF;
  IF bank IS NULL THEN
    SELECT min(i.id) INTO bank FROM institutions.institution i HAVING count(*) = 1;
  END IF;
  -- One after the other for each conversation, so that a place is found or made, and never both.
  PERFORM pg_advisory_xact_lock(hashtextextended('desk|' || p_conversation, 0));
  SELECT x.* INTO h FROM desk.handover x WHERE x.conversation = p_conversation AND x.asked_by = p_message;
  IF NOT FOUND THEN
    SELECT x.* INTO h FROM desk.handover x JOIN desk.message m ON m.handover = x.id
    WHERE m.conversation = p_conversation AND m.message = p_message;
  END IF;
  IF h.id IS NULL THEN
    SELECT x.* INTO h FROM desk.handover x
    WHERE x.conversation = p_conversation AND x.state IN ('waiting', 'taken') FOR UPDATE;
    IF FOUND THEN
      INSERT INTO desk.message (id, handover, conversation, said_by, message, sealed)
      VALUES (p_id, h.id, p_conversation, 'customer', p_message, p_question);
      UPDATE desk.handover x SET
        because = CASE WHEN p_priority = 'urgent' THEN p_because ELSE x.because END,
        priority = CASE WHEN p_priority = 'urgent' THEN 'urgent' ELSE x.priority END,
        fraud_case = coalesce(p_case, x.fraud_case),
        deadline_at = CASE WHEN x.state = 'waiting' AND x.late_told_at IS NULL
          THEN least(x.deadline_at, clock_timestamp() + make_interval(secs => p_deadline_seconds)) ELSE x.deadline_at END
      WHERE x.id = h.id RETURNING x.* INTO h;
    ELSE
      INSERT INTO desk.handover (id, conversation, customer, institution, because, priority, asked_by, fraud_case, question_sealed, deadline_at,
        late_told_at)
      SELECT p_id, c.id, c.customer, bank, p_because, p_priority, p_message, p_case, p_question,
        clock_timestamp() + make_interval(secs => p_deadline_seconds),
        -- Where nobody answers for this bank no time is promised, so that none is broken.
        CASE WHEN NOT staff.has_agent(bank) THEN clock_timestamp() END
      FROM channels.conversation c WHERE c.id = p_conversation AND c.customer IS NOT DISTINCT FROM p_customer
      RETURNING * INTO h;
    END IF;
  END IF;
  IF h.id IS NULL THEN
    RAISE EXCEPTION 'no such conversation of this customer' USING ERRCODE = 'PD002';
  END IF;
  -- The same message gets the same answer, as often as it is told.
  RETURN QUERY SELECT h.id, h.deadline_at, h.asked_by = p_message, desk.usual_wait(h.institution), staff.has_agent(h.institution);
END
$$;

-- How long people waited who were taken in the last hour, in the middle; null unless five were, and somebody works now. Never guessed.
CREATE FUNCTION desk.usual_wait(p_institution text) RETURNS double precision
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN count(*) >= 5 AND bool_or(h.state = 'taken' AND h.lease_until > clock_timestamp())
    THEN percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM h.first_taken_at - h.asked_at)::double precision) END
  FROM desk.handover h
  WHERE h.first_taken_at > clock_timestamp() - interval '1 hour' AND h.institution IS NOT DISTINCT FROM p_institution
$$;

-- Who has a conversation at this moment.
CREATE FUNCTION desk.with_person(p_conversation uuid) RETURNS TABLE (handover uuid, taken_as text, institution_name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT h.id, h.taken_as, (SELECT i.name FROM institutions.institution i WHERE i.id = h.institution)
  FROM desk.handover h WHERE h.conversation = p_conversation AND h.state = 'taken' AND h.lease_until > clock_timestamp()
$$;

-- What the customer wrote, for whoever has the conversation now; once for each message. False: nobody has it any more.
CREATE FUNCTION desk.hear(p_id uuid, p_conversation uuid, p_message uuid, p_sealed bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT FROM desk.message m WHERE m.conversation = p_conversation AND m.message = p_message) THEN
    RETURN true;
  END IF;
  INSERT INTO desk.message (id, handover, conversation, said_by, message, sealed)
  SELECT p_id, h.id, p_conversation, 'customer', p_message, p_sealed FROM desk.handover h
  WHERE h.conversation = p_conversation AND h.state = 'taken' AND h.lease_until > clock_timestamp()
  ON CONFLICT (conversation, message) DO NOTHING;
  RETURN FOUND;
END
$$;

-- The customer needs nobody any more: only a place that still waits.
CREATE FUNCTION desk.cancel(p_conversation uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  UPDATE desk.handover h SET state = 'closed', ended_at = clock_timestamp()
  WHERE h.conversation = p_conversation AND h.state = 'waiting';
  RETURN FOUND;
END
$$;

-- A case. The same message opens one of a kind; words of a lost card or of fraud within a day of a case of that kind that is open mean
-- that case. Disputes do not melt together: each may be about another payment.
CREATE FUNCTION desk.open_case(
  p_id uuid, p_customer uuid, p_conversation uuid, p_institution text, p_kind text, p_message uuid, p_details bytea,
  p_deadline_seconds integer
) RETURNS TABLE (fraud_case uuid, number text, deadline_at timestamptz, is_new boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  c desk.fraud_case;
  digits text;
  bank text := p_institution;
BEGIN
  IF p_deadline_seconds NOT BETWEEN 60 AND 604800 THEN
    RAISE EXCEPTION 'a deadline is a minute to a week away' USING ERRCODE = '22023';
  END IF;
  IF NOT EXISTS (SELECT FROM channels.conversation v WHERE v.id = p_conversation AND v.customer = p_customer) THEN
    RAISE EXCEPTION 'no such conversation of this customer' USING ERRCODE = 'PD002';
  END IF;
  IF bank IS NULL THEN
    SELECT min(i.id) INTO bank FROM institutions.institution i HAVING count(*) = 1;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('desk|' || p_conversation, 0));
  SELECT x.* INTO c FROM desk.fraud_case x WHERE x.customer = p_customer AND x.asked_by = p_message AND x.kind = p_kind;
  IF c.id IS NULL AND p_kind <> 'dispute' THEN
    SELECT x.* INTO c FROM desk.fraud_case x
    WHERE x.customer = p_customer AND x.kind = p_kind AND x.closed_at IS NULL AND x.institution IS NOT DISTINCT FROM bank
      AND x.opened_at > clock_timestamp() - interval '1 day'
    ORDER BY x.opened_at DESC LIMIT 1;
  END IF;
  IF c.id IS NOT NULL THEN
    RETURN QUERY SELECT c.id, c.number, c.deadline_at, c.asked_by = p_message;
    RETURN;
  END IF;
  -- A hundred million numbers; a taken one is drawn again.
  LOOP
    digits := lpad((('x' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 8))::bit(32)::bigint % 100000000)::text, 8, '0');
    digits := left(digits, 4) || '-' || right(digits, 4);
    EXIT WHEN NOT EXISTS (SELECT FROM desk.fraud_case x WHERE x.number = digits);
  END LOOP;
  INSERT INTO desk.fraud_case (id, number, customer, conversation, institution, kind, asked_by, details_sealed, deadline_at)
  VALUES (p_id, digits, p_customer, p_conversation, bank, p_kind, p_message, p_details,
    clock_timestamp() + make_interval(secs => p_deadline_seconds)) RETURNING * INTO c;
  RETURN QUERY SELECT c.id, c.number, c.deadline_at, true;
END
$$;

GRANT USAGE ON SCHEMA desk TO parley_answer, parley_service, parley_centre, parley_inspector;
GRANT EXECUTE ON FUNCTION desk.ask(uuid, uuid, uuid, text, text, text, uuid, bytea, integer, uuid), desk.with_person(uuid),
  desk.hear(uuid, uuid, uuid, bytea), desk.cancel(uuid),
  desk.open_case(uuid, uuid, uuid, text, text, uuid, bytea, integer) TO parley_answer;

-- What the gateway's jobs do (login parley_service): leases that lapsed, deadlines that passed, what is too old.
CREATE FUNCTION desk.follow(p_handover uuid) RETURNS TABLE (
  conversation uuid, channel text, language text, state text, taken_as text, institution_name text, deadline_at timestamptz,
  lease_left_ms bigint, deadline_left_ms bigint, late_told boolean, urgent boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT h.conversation, c.channel, c.language, h.state, h.taken_as,
    (SELECT i.name FROM institutions.institution i WHERE i.id = h.institution), h.deadline_at,
    (extract(epoch FROM h.lease_until - clock_timestamp()) * 1000)::bigint,
    (extract(epoch FROM h.deadline_at - clock_timestamp()) * 1000)::bigint, h.late_told_at IS NOT NULL, h.priority = 'urgent'
  FROM desk.handover h JOIN channels.conversation c ON c.id = h.conversation WHERE h.id = p_handover
$$;

-- Back into the queue, before those who came later. When it has been due, it is due again in so many seconds; told is told anew.
CREATE FUNCTION desk.lapse(p_handover uuid, p_deadline_seconds integer) RETURNS timestamptz
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  UPDATE desk.handover h SET state = 'waiting', lease_until = NULL, taken_by = NULL, lapses = h.lapses + 1, late_told_at = NULL,
    deadline_at = greatest(h.deadline_at, clock_timestamp() + make_interval(secs => p_deadline_seconds))
  WHERE h.id = p_handover AND h.state = 'taken' AND h.lease_until <= clock_timestamp() RETURNING h.deadline_at
$$;

-- Whether it is to be told now that nobody came in time; once.
CREATE FUNCTION desk.note_late(p_handover uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  UPDATE desk.handover h SET late_told_at = clock_timestamp()
  WHERE h.id = p_handover AND h.state = 'waiting' AND h.late_told_at IS NULL AND h.deadline_at <= clock_timestamp();
  RETURN FOUND;
END
$$;

-- How it stands, for metrics: who waits, who is late, who is with somebody.
CREATE FUNCTION desk.standing() RETURNS TABLE (waiting bigint, late bigint, taken bigint, oldest_seconds double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT count(*) FILTER (WHERE h.state = 'waiting'),
    count(*) FILTER (WHERE h.state = 'waiting' AND h.deadline_at <= clock_timestamp()),
    count(*) FILTER (WHERE h.state = 'taken'),
    coalesce(extract(epoch FROM clock_timestamp() - min(h.asked_at) FILTER (WHERE h.state = 'waiting'))::double precision, 0)
  FROM desk.handover h WHERE h.state IN ('waiting', 'taken')
$$;

-- A place that waited a week is closed; what ended goes after 30 days, with its messages; looks after three years, cases two years after
-- they were closed (12 CFR 1005.13).
CREATE FUNCTION desk.sweep() RETURNS bigint
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
  DELETE FROM desk.fraud_case c WHERE c.closed_at <= clock_timestamp() - interval '2 years';
  GET DIAGNOSTICS more = ROW_COUNT;
  RETURN swept + more;
END
$$;
GRANT EXECUTE ON FUNCTION desk.follow(uuid), desk.lapse(uuid, integer), desk.note_late(uuid), desk.standing(), desk.sweep() TO parley_service;

-- What a customer sees of the desk in the privacy centre, by the hash of their session alone.
CREATE FUNCTION desk.own_looks(p_session bytea) RETURNS TABLE (at timestamptz, shown_as text, institution_name text, channel text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT l.at, l.shown_as, (SELECT i.name FROM institutions.institution i WHERE i.id = l.institution),
    (SELECT c.channel FROM channels.conversation c WHERE c.id = l.conversation)
  FROM desk.look l WHERE l.customer = (SELECT customers.of_session(p_session)) ORDER BY l.at DESC LIMIT 200
$$;
CREATE FUNCTION desk.own_messages(p_session bytea) RETURNS TABLE (
  id uuid, conversation uuid, said_by text, taken_as text, institution_name text, carried text, sealed bytea, at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT m.id, m.conversation, m.said_by, h.taken_as, (SELECT i.name FROM institutions.institution i WHERE i.id = h.institution),
    m.carried, m.sealed, m.at
  FROM desk.handover h JOIN desk.message m ON m.handover = h.id
  JOIN channels.conversation c ON c.id = h.conversation AND c.customer = h.customer
  WHERE h.customer = (SELECT customers.of_session(p_session)) AND m.said_by = 'agent'
  ORDER BY m.seq DESC LIMIT 100
$$;
CREATE FUNCTION desk.own_cases(p_session bytea) RETURNS TABLE (
  number text, kind text, institution_name text, opened_at timestamptz, deadline_at timestamptz, closed_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT f.number, f.kind, (SELECT i.name FROM institutions.institution i WHERE i.id = f.institution), f.opened_at, f.deadline_at, f.closed_at
  FROM desk.fraud_case f WHERE f.customer = (SELECT customers.of_session(p_session)) ORDER BY f.opened_at DESC LIMIT 100
$$;
CREATE FUNCTION desk.own_counts(p_session bytea) RETURNS TABLE (name text, rows bigint, until timestamptz)
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
    UNION ALL SELECT 'desk.fraud_case', count(*), NULL FROM desk.fraud_case f WHERE f.customer = who
    UNION ALL SELECT 'desk.look', count(*), max(l.at) + interval '3 years' FROM desk.look l WHERE l.customer = who;
END
$$;
GRANT EXECUTE ON FUNCTION desk.own_looks(bytea), desk.own_messages(bytea), desk.own_cases(bytea), desk.own_counts(bytea) TO parley_centre;
GRANT SELECT (id, institution, because, priority, asked_at, deadline_at, state, first_taken_at, lease_until, lapses, late_told_at, ended_at)
  ON desk.handover TO parley_inspector;
GRANT SELECT (id, kind, institution, opened_at, deadline_at, closed_at) ON desk.fraud_case TO parley_inspector;
CREATE POLICY inspector_reads ON desk.handover FOR SELECT TO parley_inspector USING (true);
CREATE POLICY inspector_reads ON desk.fraud_case FOR SELECT TO parley_inspector USING (true);
RESET ROLE;

-- What agents may do (login parley_service): each function names the agent, and does only what the policies let this one do.
SET ROLE parley_agent_owner;

-- Names the agent for this transaction. Whoever is no agent now can do nothing.
CREATE FUNCTION desk.name_agent(p_agent text) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  who uuid;
BEGIN
  SELECT s.id INTO who FROM staff.agent_scope(p_agent) s;
  IF who IS NULL THEN
    RAISE EXCEPTION 'not an agent' USING ERRCODE = 'PD001';
  END IF;
  PERFORM set_config('desk.agent', p_agent, true);
  RETURN who;
END
$$;

-- The queue: what is urgent first, then by deadline, then by who waited longest; and what this agent has. No words.
CREATE FUNCTION desk.list(p_agent text) RETURNS TABLE (
  handover uuid, institution text, because text, priority text, asked_at timestamptz, deadline_at timestamptz, waited_seconds double precision,
  is_late boolean, is_mine boolean, lease_until timestamptz, lapses integer, case_number text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  me uuid := desk.name_agent(p_agent);
BEGIN
  RETURN QUERY SELECT h.id, h.institution, h.because, h.priority, h.asked_at, h.deadline_at,
    extract(epoch FROM clock_timestamp() - h.asked_at)::double precision,
    h.deadline_at <= clock_timestamp() AND h.state = 'waiting',
    h.state = 'taken' AND h.taken_by = me AND h.lease_until > clock_timestamp(),
    h.lease_until, h.lapses, (SELECT f.number FROM desk.fraud_case f WHERE f.id = h.fraud_case)
  FROM desk.handover h
  WHERE desk.in_scope(h.institution)
    AND (h.state = 'waiting' OR (h.state = 'taken' AND (h.taken_by = me OR h.lease_until <= clock_timestamp())))
  ORDER BY (h.state = 'taken' AND h.taken_by = me AND h.lease_until > clock_timestamp()) DESC, (h.priority = 'urgent') DESC,
    h.deadline_at, h.asked_at, h.id LIMIT 200;
END
$$;

-- Takes a place, or the first one (null). Again by the same agent: the lease runs anew. No row: it is gone, somebody else's, another bank's,
-- or this agent has as many as one person can serve. The look is written down before any words leave.
CREATE FUNCTION desk.take(p_agent text, p_handover uuid, p_name text, p_lease_seconds integer, p_held_max integer) RETURNS TABLE (
  handover uuid, conversation uuid, is_new boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  me uuid := desk.name_agent(p_agent);
  h desk.handover;
  mine boolean;
BEGIN
  -- One agent takes one after the other, so that two commands at once cannot hold more than one person can serve.
  PERFORM pg_advisory_xact_lock(hashtextextended('desk-agent|' || me, 0));
  SELECT x.* INTO h FROM desk.handover x
  WHERE (x.state = 'waiting' OR (x.state = 'taken' AND (x.lease_until <= clock_timestamp() OR (x.taken_by = me AND p_handover IS NOT NULL))))
    AND (p_handover IS NULL OR x.id = p_handover) AND desk.in_scope(x.institution)
  ORDER BY (x.priority = 'urgent') DESC, x.deadline_at, x.asked_at, x.id LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  mine := h.state = 'taken' AND h.taken_by = me AND h.lease_until > clock_timestamp();
  IF NOT mine AND (SELECT count(*) FROM desk.handover x
                   WHERE x.state = 'taken' AND x.taken_by = me AND x.lease_until > clock_timestamp()) >= p_held_max THEN
    RAISE EXCEPTION 'this agent has as many as one person can serve' USING ERRCODE = 'PD003';
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

-- What this agent has in hand: where it is, and the words, sealed. Its lease must live.
CREATE FUNCTION desk.held(p_agent text, p_handover uuid) RETURNS TABLE (
  handover uuid, conversation uuid, customer uuid, channel text, language text, institution text, institution_name text, taken_as text,
  because text, priority text, asked_at timestamptz, deadline_at timestamptz, lease_until timestamptz, lapses integer,
  question_sealed bytea, note_sealed bytea, case_number text, case_kind text, case_sealed bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  me uuid := desk.name_agent(p_agent);
BEGIN
  RETURN QUERY SELECT h.id, h.conversation, h.customer, c.channel, c.language, h.institution,
    (SELECT i.name FROM institutions.institution i WHERE i.id = h.institution), h.taken_as, h.because, h.priority, h.asked_at, h.deadline_at,
    h.lease_until, h.lapses, h.question_sealed, h.note_sealed, f.number, f.kind, f.details_sealed
  FROM desk.handover h JOIN channels.conversation c ON c.id = h.conversation LEFT JOIN desk.fraud_case f ON f.id = h.fraud_case
  WHERE h.id = p_handover AND h.state = 'taken' AND h.taken_by = me AND h.lease_until > clock_timestamp();
END
$$;
CREATE FUNCTION desk.thread(p_agent text, p_handover uuid) RETURNS TABLE (
  id uuid, said_by text, carried text, sealed bytea, at timestamptz, mine boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  me uuid := desk.name_agent(p_agent);
BEGIN
  RETURN QUERY SELECT t.id, t.said_by, t.carried, t.sealed, t.at, t.mine FROM (
    SELECT m.id, m.said_by, m.carried, m.sealed, m.at, m.agent = me AS mine, m.seq FROM desk.message m JOIN desk.handover h ON h.id = m.handover
    WHERE h.id = p_handover AND h.state = 'taken' AND h.taken_by = me AND h.lease_until > clock_timestamp()
    ORDER BY m.seq DESC LIMIT 200) t ORDER BY t.seq;
END
$$;

-- Whether the customer is to be told now who has the conversation; once for each who takes it.
CREATE FUNCTION desk.note_joined(p_agent text, p_handover uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  me uuid := desk.name_agent(p_agent);
BEGIN
  UPDATE desk.handover h SET joined_told = true
  WHERE h.id = p_handover AND h.state = 'taken' AND h.taken_by = me AND NOT h.joined_told;
  RETURN FOUND;
END
$$;

-- What the agent wrote; the lease runs anew. False: it is not this agent's any more, and nothing may go.
CREATE FUNCTION desk.say(p_agent text, p_handover uuid, p_id uuid, p_sealed bytea, p_carried text, p_lease_seconds integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  me uuid := desk.name_agent(p_agent);
BEGIN
  UPDATE desk.handover h SET lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
  WHERE h.id = p_handover AND h.state = 'taken' AND h.taken_by = me AND h.lease_until > clock_timestamp();
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO desk.message (id, handover, conversation, said_by, agent, carried, sealed)
  SELECT p_id, h.id, h.conversation, 'agent', me, p_carried, p_sealed FROM desk.handover h WHERE h.id = p_handover;
  RETURN true;
END
$$;

-- Back to the bot, with a note for the desk; the case with it, if the agent says that it is done. False: not this agent's any more.
CREATE FUNCTION desk.give_back(p_agent text, p_handover uuid, p_note bytea, p_close_case boolean) RETURNS boolean
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
  UPDATE desk.handover h SET state = 'returned', ended_at = clock_timestamp(), lease_until = NULL, note_sealed = p_note WHERE h.id = p_handover;
  IF p_close_case THEN
    UPDATE desk.fraud_case f SET closed_at = clock_timestamp(), closed_by = me WHERE f.id = which AND f.closed_at IS NULL;
  END IF;
  RETURN true;
END
$$;
GRANT EXECUTE ON FUNCTION desk.list(text), desk.take(text, uuid, text, integer, integer), desk.held(text, uuid), desk.thread(text, uuid),
  desk.note_joined(text, uuid), desk.say(text, uuid, uuid, bytea, text, integer), desk.give_back(text, uuid, bytea, boolean) TO parley_service;
RESET ROLE;
SET ROLE parley_desk_owner;
REVOKE CREATE ON SCHEMA desk FROM parley_agent_owner;
RESET ROLE;

-- An erasure removes everything above with the conversation and the customer. What a notice of a fraud or a dispute was, and when it
-- was dealt with, the law makes us keep for two years (12 CFR 1005.13): that it was made and ended, not what was written.
SET ROLE parley_erasure_owner;
GRANT USAGE ON SCHEMA erasure TO parley_desk_owner;
RESET ROLE;
SET ROLE parley_desk_owner;
GRANT USAGE ON SCHEMA desk TO parley_erasure_owner;
GRANT SELECT (id, number, customer, institution, kind, opened_at, deadline_at, closed_at) ON desk.fraud_case TO parley_erasure_owner;
CREATE POLICY erasing_reads ON desk.fraud_case FOR SELECT TO parley_erasure_owner USING (erasure.has_begun(customer));
RESET ROLE;

SET ROLE parley_erasure_owner;
ALTER TABLE erasure.held_record DROP CONSTRAINT held_record_item_check;
ALTER TABLE erasure.held_record ADD CONSTRAINT held_record_item_check CHECK (item IN ('signed-authorization', 'fraud-case'));

CREATE OR REPLACE FUNCTION erasure.to_hold(p_erasure uuid) RETURNS TABLE (
  record uuid, item text, basis text, kept_until timestamptz, plain text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT w.record, w.item, w.basis, w.kept_until, w.plain FROM (
    SELECT t.id AS record, 'signed-authorization' AS item, '12 CFR 1033.441' AS basis,
      (SELECT max(l.signed_at) FROM consent.terms l WHERE l.customer = e.customer) + interval '3 years' AS kept_until,
      jsonb_build_object('v', 1, 'terms', t.id, 'customer', t.customer, 'institution', t.institution, 'document', t.document,
        'credentialId', encode(t.credential_id, 'base64'), 'authenticatorData', encode(t.authenticator_data, 'base64'),
        'clientData', encode(t.client_data, 'base64'), 'signature', encode(t.signature, 'base64'), 'signedAt', t.signed_at,
        'grants', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'channel', g.channel, 'conversation', g.conversation,
            'class', g.data_class, 'purpose', g.purpose, 'disclosure', g.disclosure, 'startsAt', g.starts_at,
            'expiresAt', g.expires_at, 'endedAt', g.revoked_at, 'because', g.revoked_because) ORDER BY g.id), '[]')
          FROM consent.grant_ g WHERE g.terms = t.id),
        'endings', (SELECT coalesce(jsonb_agg(jsonb_build_object('at', n.at, 'because', n.because, 'bank', n.bank,
            'bankToldAt', n.bank_told_at) ORDER BY n.at), '[]')
          FROM consent.ending n WHERE n.id IN (SELECT g.ending FROM consent.grant_ g WHERE g.terms = t.id)))::text AS plain
    FROM erasure.erasure e JOIN consent.terms t ON t.customer = e.customer
    WHERE e.id = p_erasure AND e.finished_at IS NULL
    UNION ALL
    SELECT c.id, 'fraud-case', '12 CFR 1005.13', coalesce(c.closed_at, c.opened_at) + interval '2 years',
      jsonb_build_object('v', 1, 'case', c.id, 'number', c.number, 'customer', c.customer, 'institution', c.institution, 'kind', c.kind,
        'openedAt', c.opened_at, 'deadlineAt', c.deadline_at, 'closedAt', c.closed_at)::text
    FROM erasure.erasure e JOIN desk.fraud_case c ON c.customer = e.customer
    WHERE e.id = p_erasure AND e.finished_at IS NULL
  ) w
  WHERE w.kept_until > clock_timestamp() AND NOT EXISTS (SELECT FROM erasure.held_record h WHERE h.id = w.record)
  ORDER BY w.record LIMIT 20
$$;

CREATE OR REPLACE FUNCTION erasure.hold(p_erasure uuid, p_record uuid, p_item text, p_basis text, p_until timestamptz, p_sealed bytea)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO erasure.held_record (id, item, basis, kept_until, sealed)
  SELECT w.record, p_item, p_basis, p_until, p_sealed FROM (
    SELECT t.id AS record, 'signed-authorization' AS item FROM erasure.erasure e JOIN consent.terms t ON t.customer = e.customer
    WHERE e.id = p_erasure AND e.finished_at IS NULL
    UNION ALL
    SELECT c.id, 'fraud-case' FROM erasure.erasure e JOIN desk.fraud_case c ON c.customer = e.customer
    WHERE e.id = p_erasure AND e.finished_at IS NULL
  ) w WHERE w.record = p_record AND w.item = p_item
  ON CONFLICT (id) DO NOTHING;
  RETURN FOUND;
END
$$;

CREATE OR REPLACE FUNCTION erasure.held_of(p_erasure uuid) RETURNS TABLE (record uuid, item text, basis text, kept_until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT h.id, h.item, h.basis, h.kept_until FROM erasure.erasure e
  JOIN erasure.held_record h ON h.id IN (
    SELECT t.id FROM consent.terms t WHERE t.customer = e.customer
    UNION ALL SELECT c.id FROM desk.fraud_case c WHERE c.customer = e.customer)
  WHERE e.id = p_erasure AND e.finished_at IS NULL ORDER BY h.id
$$;
RESET ROLE;
