-- The desk with two thousand open conversations and two hundred people: whose bank it is, is asked once for a statement and not for each row;
-- and what changed comes once, with the list of those who may know it, and not once for each of them.

SET ROLE parley_staff_owner;
-- Whose live sessions these are, by their place in the list: staff.session_member for all who have a page open, in one statement.
CREATE FUNCTION staff.session_members(p_sessions bytea[]) RETURNS TABLE (place integer, id uuid, role text, institutions text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT w.place::integer, m.id, m.role, m.institutions
  FROM unnest(p_sessions) WITH ORDINALITY AS w (hash, place)
  JOIN staff.session s ON s.id_hash = w.hash JOIN staff.member m ON m.id = s.member
  WHERE s.ended_at IS NULL AND s.expires_at > clock_timestamp() AND m.removed_at IS NULL
$$;
GRANT EXECUTE ON FUNCTION staff.session_members(bytea[]) TO parley_desk_owner;
RESET ROLE;

SET ROLE parley_desk_owner;
CREATE OR REPLACE FUNCTION desk.live_sessions(p_sessions bytea[]) RETURNS TABLE (place bigint, member uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH live AS MATERIALIZED (
    SELECT s.place, s.id AS member FROM staff.session_members(p_sessions) s WHERE s.role = 'agent'
  ), seen AS (
    INSERT INTO desk.agent (member) SELECT DISTINCT l.member FROM live l ORDER BY l.member
    ON CONFLICT (member) DO UPDATE SET seen_at = clock_timestamp()
  )
  SELECT l.place::bigint, l.member FROM live l;
END
$$;

-- What became of these places, or of those of these conversations; `told`: which of these sessions may know, by their place in the list;
-- `own`: which of them have it in hand. A place that none of them may know is not there.
DROP FUNCTION desk.pulse(bytea[], uuid[]);
CREATE FUNCTION desk.pulse(p_sessions bytea[], p_ids uuid[]) RETURNS TABLE (
  handover uuid, state text, institution_name text, because text, priority text, language text, deadline_at timestamptz,
  asked_at timestamptz, lease_until timestamptz, lapses integer, unanswered bigint, told integer[], own integer[])
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  WITH changed AS MATERIALIZED (
    SELECT h.*, c.language, h.state = 'taken' AND h.lease_until > clock_timestamp() AS in_hand,
      (SELECT i.name FROM institutions.institution i WHERE i.id = h.institution) AS institution_name,
      (SELECT count(*) FROM desk.message m WHERE m.handover = h.id AND m.said_by = 'customer'
        AND m.seq > coalesce((SELECT max(a.seq) FROM desk.message a WHERE a.handover = h.id AND a.said_by = 'agent'), 0)) AS unanswered
    FROM desk.handover h JOIN channels.conversation c ON c.id = h.conversation
    WHERE h.id = ANY (p_ids) OR (h.conversation = ANY (p_ids)
      AND (h.state IN ('waiting', 'taken') OR h.ended_at > clock_timestamp() - interval '1 minute'))
  ), live AS MATERIALIZED (
    SELECT s.* FROM staff.session_members(p_sessions) s WHERE s.role = 'agent'
  )
  SELECT h.id, CASE WHEN h.in_hand THEN 'taken' WHEN h.state IN ('taken', 'waiting') THEN 'waiting' ELSE 'over' END,
    h.institution_name, h.because, h.priority, h.language, h.deadline_at, h.asked_at, h.lease_until, h.lapses, h.unanswered, t.told, t.own
  FROM changed h CROSS JOIN LATERAL (
    SELECT array_agg(l.place) AS told, coalesce(array_agg(l.place) FILTER (WHERE h.in_hand AND l.id = h.taken_by), '{}') AS own
    FROM live l WHERE l.institutions IS NULL OR h.institution = ANY (l.institutions)
  ) t WHERE t.told IS NOT NULL
$$;
GRANT EXECUTE ON FUNCTION desk.pulse(bytea[], uuid[]) TO parley_service;
GRANT CREATE ON SCHEMA desk TO parley_agent_owner;
RESET ROLE;

SET ROLE parley_agent_owner;
-- The same question as desk.in_scope, in two halves that do not depend on a row: whether the agent who is named in this transaction answers
-- for every bank, and else for which.
CREATE FUNCTION desk.serves_all() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (SELECT FROM staff.agent_scope(nullif(current_setting('desk.agent', true), '')) s WHERE s.institutions IS NULL)
$$;
CREATE FUNCTION desk.served_banks() RETURNS SETOF text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT unnest(s.institutions) FROM staff.agent_scope(nullif(current_setting('desk.agent', true), '')) s
$$;
RESET ROLE;

SET ROLE parley_desk_owner;
-- What somebody has in hand, and who is next: otherwise each look walks over all that is open.
CREATE INDEX handover_held ON desk.handover (taken_by) WHERE state = 'taken';
CREATE INDEX handover_next ON desk.handover ((priority = 'urgent') DESC, deadline_at, asked_at, id) WHERE state IN ('waiting', 'taken');
ALTER POLICY agents_see ON desk.handover USING ((SELECT desk.serves_all()) OR institution IN (SELECT desk.served_banks()));
ALTER POLICY agents_work ON desk.handover
  USING (state IN ('waiting', 'taken') AND ((SELECT desk.serves_all()) OR institution IN (SELECT desk.served_banks())))
  WITH CHECK ((SELECT desk.serves_all()) OR institution IN (SELECT desk.served_banks()));
RESET ROLE;

SET ROLE parley_agent_owner;

-- As in 0034; the next one comes from an index in the queue's order. Only for whom some fit better than others the queue is sorted.
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
  IF p_handover IS NOT NULL THEN
    SELECT x.* INTO h FROM desk.handover x
    WHERE x.id = p_handover
      AND (x.state = 'waiting' OR (x.state = 'taken' AND (x.lease_until <= clock_timestamp() OR x.taken_by = me))) FOR UPDATE SKIP LOCKED;
  ELSIF coalesce(cardinality(serves.kinds), 0) = 0 AND coalesce(cardinality(serves.languages), 0) = 0 THEN
    SELECT x.* INTO h FROM desk.handover x
    WHERE x.state IN ('waiting', 'taken') AND (x.state = 'waiting' OR x.lease_until <= clock_timestamp())
    ORDER BY (x.priority = 'urgent') DESC, x.deadline_at, x.asked_at, x.id LIMIT 1 FOR UPDATE SKIP LOCKED;
  ELSE
    SELECT x.* INTO h FROM desk.handover x
    WHERE x.state = 'waiting' OR (x.state = 'taken' AND x.lease_until <= clock_timestamp())
    ORDER BY (x.priority = 'urgent') DESC,
      (cardinality(serves.kinds) > 0 AND x.because <> ALL (serves.kinds) OR cardinality(serves.languages) > 0 AND
        (SELECT c.language FROM channels.conversation c WHERE c.id = x.conversation) <> ALL (serves.languages)) IS TRUE,
      x.deadline_at, x.asked_at, x.id LIMIT 1 FOR UPDATE SKIP LOCKED;
  END IF;
  -- Row policies have asked already; and if they had not, nobody would be given what is another bank's.
  IF h.id IS NULL OR NOT desk.in_scope(h.institution) THEN
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

CREATE OR REPLACE FUNCTION desk.inbox(p_session bytea) RETURNS TABLE (
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
    WHERE ((SELECT desk.serves_all()) OR h.institution IN (SELECT desk.served_banks()))
      AND (h.state = 'waiting' OR (h.state = 'taken' AND (h.taken_by = me OR h.lease_until <= clock_timestamp())))
    ORDER BY mine DESC, (h.priority = 'urgent') DESC, fits DESC, h.deadline_at, h.asked_at, h.id LIMIT 200) q
  ORDER BY q.mine DESC, (q.priority = 'urgent') DESC, q.fits DESC, q.deadline_at, q.asked_at, q.id;
END
$$;

CREATE OR REPLACE FUNCTION desk.list(p_agent text) RETURNS TABLE (
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
  WHERE ((SELECT desk.serves_all()) OR h.institution IN (SELECT desk.served_banks()))
    AND (h.state = 'waiting' OR (h.state = 'taken' AND (h.taken_by = me OR h.lease_until <= clock_timestamp())))
  ORDER BY (h.state = 'taken' AND h.taken_by = me AND h.lease_until > clock_timestamp()) DESC, (h.priority = 'urgent') DESC,
    h.deadline_at, h.asked_at, h.id LIMIT 200;
END
$$;
RESET ROLE;

SET ROLE parley_desk_owner;
REVOKE CREATE ON SCHEMA desk FROM parley_agent_owner;
RESET ROLE;
