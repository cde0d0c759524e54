-- The console: what the people who run Parley see of it. Pages give the hash of their session and never a name; every function here
-- asks by itself who that is (staff.session_member), whether their role may, and which banks are theirs, and gives counts, health and
-- incidents of those banks alone. What an auditor looks at of customers' looks is written down, and committed, before it can be read.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'parley_console_owner') THEN
    CREATE ROLE parley_console_owner NOLOGIN;
  END IF;
END
$$;

ALTER DEFAULT PRIVILEGES FOR ROLE parley_console_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
CREATE SCHEMA console AUTHORIZATION parley_console_owner;

SET ROLE parley_staff_owner;
GRANT USAGE ON SCHEMA staff TO parley_console_owner;
GRANT EXECUTE ON FUNCTION staff.session_member(bytea), staff.note_event(text, uuid, text) TO parley_console_owner;
CREATE POLICY console_reads ON staff.member FOR SELECT TO parley_console_owner USING (true);
GRANT SELECT (id, login, role) ON staff.member TO parley_console_owner;
RESET ROLE;

SET ROLE parley_app_owner;

-- How looks at a bank went, an hour and a purpose at a time; several processes add to one row. Counts, and nobody's name.
CREATE TABLE institutions.look_hour (
  institution text NOT NULL REFERENCES institutions.institution (id),
  login name NOT NULL,                             -- the purpose, as everywhere
  hour timestamptz NOT NULL,
  looks bigint NOT NULL DEFAULT 0 CHECK (looks >= 0),
  failed bigint NOT NULL DEFAULT 0 CHECK (failed >= 0),           -- through the bank's fault
  refused bigint NOT NULL DEFAULT 0 CHECK (refused >= 0),         -- the customer's sharing was over, or the budget
  calls bigint NOT NULL DEFAULT 0 CHECK (calls >= 0),             -- of the bank's API
  initiated bigint NOT NULL DEFAULT 0 CHECK (initiated >= 0),     -- those of them that a customer had just asked for
  PRIMARY KEY (institution, login, hour)
);
CREATE INDEX look_hour_hour ON institutions.look_hour (hour);

-- The last good and the last bad look of each connection: a bank, for one purpose.
CREATE TABLE institutions.look_state (
  institution text NOT NULL REFERENCES institutions.institution (id),
  login name NOT NULL,
  good_at timestamptz,
  bad_at timestamptz,
  bad text CHECK (bad IN ('banks/unreachable', 'banks/unreadable')),
  PRIMARY KEY (institution, login)
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['look_hour', 'look_state'] LOOP
    EXECUTE pg_catalog.format('ALTER TABLE institutions.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE pg_catalog.format('ALTER TABLE institutions.%I FORCE ROW LEVEL SECURITY', name);
    EXECUTE pg_catalog.format('CREATE POLICY owner_keeps ON institutions.%I FOR ALL TO parley_app_owner USING (true) WITH CHECK (true)', name);
    EXECUTE pg_catalog.format('CREATE POLICY console_reads ON institutions.%I FOR SELECT TO parley_console_owner USING (true)', name);
    EXECUTE pg_catalog.format('GRANT SELECT ON institutions.%I TO parley_console_owner', name);
  END LOOP;
END
$$;

-- Adds what a process counted since it last did: `[{institution, looks, failed, refused, calls, initiated, good_ms, bad_ms, bad}]`, the last good
-- and bad look as milliseconds ago. For whom is the caller's login. Hours of more than 35 days ago go.
CREATE FUNCTION institutions.add_looks(p_counted jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO institutions.look_hour AS h (institution, login, hour, looks, failed, refused, calls, initiated)
  SELECT c.institution, session_user, date_bin('1 hour', clock_timestamp(), '2000-01-01 00:00Z'), c.looks, c.failed, c.refused, c.calls, c.initiated
  FROM jsonb_to_recordset(p_counted) AS c (institution text, looks bigint, failed bigint, refused bigint, calls bigint, initiated bigint)
  JOIN institutions.institution i ON i.id = c.institution
  ORDER BY c.institution
  ON CONFLICT (institution, login, hour) DO UPDATE SET looks = h.looks + excluded.looks, failed = h.failed + excluded.failed,
    refused = h.refused + excluded.refused, calls = h.calls + excluded.calls, initiated = h.initiated + excluded.initiated;
  INSERT INTO institutions.look_state AS s (institution, login, good_at, bad_at, bad)
  SELECT c.institution, session_user, clock_timestamp() - c.good_ms * interval '1 millisecond',
    clock_timestamp() - c.bad_ms * interval '1 millisecond', c.bad
  FROM jsonb_to_recordset(p_counted) AS c (institution text, good_ms bigint, bad_ms bigint, bad text)
  JOIN institutions.institution i ON i.id = c.institution
  ORDER BY c.institution
  ON CONFLICT (institution, login) DO UPDATE SET good_at = greatest(s.good_at, excluded.good_at),
    bad_at = greatest(s.bad_at, excluded.bad_at),
    bad = CASE WHEN excluded.bad_at >= coalesce(s.bad_at, excluded.bad_at) THEN excluded.bad ELSE s.bad END;
  DELETE FROM institutions.look_hour h WHERE h.hour < clock_timestamp() - interval '35 days';
END
$$;
GRANT EXECUTE ON FUNCTION institutions.add_looks(jsonb) TO parley_answer, parley_notify, parley_fraud, parley_service;

CREATE POLICY console_counts ON institutions.institution FOR SELECT TO parley_console_owner USING (true);
GRANT USAGE ON SCHEMA institutions, customers TO parley_console_owner;
GRANT SELECT (id, calls_per_day) ON institutions.institution TO parley_console_owner;
GRANT SELECT ON institutions.call_count TO parley_console_owner;
GRANT SELECT (institution, next_at) ON institutions.notice_poll TO parley_console_owner;
GRANT SELECT (id), REFERENCES (id) ON customers.customer TO parley_console_owner;
GRANT EXECUTE ON FUNCTION customers.of_session(bytea) TO parley_console_owner;

RESET ROLE;

SET ROLE parley_platform_owner;
GRANT USAGE ON SCHEMA platform TO parley_console_owner;
GRANT SELECT (id, head, due_at) ON platform.job TO parley_console_owner;
GRANT SELECT (id, died_at) ON platform.job_dead TO parley_console_owner;
RESET ROLE;

SET ROLE parley_consent_writer;
GRANT USAGE ON SCHEMA consent TO parley_console_owner;
CREATE POLICY console_counts ON consent.grant_ FOR SELECT TO parley_console_owner USING (true);
GRANT SELECT (institution, channel, terms, starts_at, unconfirmed) ON consent.grant_ TO parley_console_owner;
GRANT SELECT (institution, at) ON consent.ending TO parley_console_owner;
CREATE POLICY console_counts ON consent.ending FOR SELECT TO parley_console_owner USING (true);
GRANT EXECUTE ON FUNCTION consent.platform_of(text) TO parley_console_owner;
-- How many people share what at this moment with these banks (null: all): people, never rows.
CREATE FUNCTION consent.count_sharing(p_institutions text[]) RETURNS TABLE (
  institution text, channel text, purpose text, data_class text, people bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT g.institution, g.channel, g.purpose, g.data_class, count(DISTINCT g.customer)
  FROM consent.grant_ g
  WHERE (p_institutions IS NULL OR g.institution = ANY (p_institutions)) AND g.channel <> 'link-page' AND consent.holds_now(g)
  GROUP BY g.institution, g.channel, g.purpose, g.data_class
$$;
GRANT EXECUTE ON FUNCTION consent.count_sharing(text[]) TO parley_console_owner;
RESET ROLE;

SET ROLE parley_audit_owner;
-- Entries of a day, without a cost worth measuring for those who write them.
CREATE INDEX entry_at ON audit.entry USING brin (at);
CREATE POLICY console_reads ON audit.entry FOR SELECT TO parley_console_owner USING (true);
GRANT USAGE ON SCHEMA audit TO parley_console_owner;
GRANT SELECT (seq, id, at, event, login, customer, institution, channel, data_class, purpose, opened, level, place)
  ON audit.entry TO parley_console_owner;
RESET ROLE;

SET ROLE parley_access_gate;
GRANT USAGE ON SCHEMA gate TO parley_console_owner;
GRANT EXECUTE ON FUNCTION gate.entry_hashes(bigint[]) TO parley_console_owner;
RESET ROLE;

SET ROLE parley_log_owner;
GRANT USAGE ON SCHEMA log TO parley_console_owner;
CREATE POLICY console_reads ON log.leaf FOR SELECT TO parley_console_owner USING (true);
CREATE POLICY console_reads ON log.checkpoint FOR SELECT TO parley_console_owner USING (true);
CREATE POLICY console_reads ON log.promise FOR SELECT TO parley_console_owner USING (true);
GRANT SELECT ON log.leaf TO parley_console_owner;
GRANT SELECT (size) ON log.checkpoint TO parley_console_owner;
GRANT SELECT (entry, commitment, merged_by) ON log.promise TO parley_console_owner;
RESET ROLE;

SET ROLE parley_console_owner;

-- Whose session this is, if their role is one of these. The roles are those of src/staff/may.ts: a page that forgets to ask finds nothing.
CREATE FUNCTION console.member(p_session bytea, p_roles text[]) RETURNS TABLE (id uuid, institutions text[])
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT m.id, m.institutions FROM staff.session_member(p_session) m WHERE m.role = ANY (p_roles)
$$;

-- A count as people may see it: null means fewer than five.
CREATE FUNCTION console.shown(p_count bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE
RETURN CASE WHEN p_count = 0 OR p_count >= 5 THEN p_count END;

-- How each connection is doing: the last good and bad look, and what the last day came to.
CREATE FUNCTION console.connections(p_session bytea) RETURNS TABLE (
  institution text, login text, good_at timestamptz, bad_at timestamptz, bad text, looks bigint, failed bigint, refused bigint,
  calls bigint, initiated bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT s.institution, s.login::text, s.good_at, s.bad_at, s.bad, coalesce(sum(h.looks), 0)::bigint, coalesce(sum(h.failed), 0)::bigint,
    coalesce(sum(h.refused), 0)::bigint, coalesce(sum(h.calls), 0)::bigint, coalesce(sum(h.initiated), 0)::bigint
  FROM console.member(p_session, ARRAY['operator', 'auditor', 'analyst']) m
  JOIN institutions.look_state s ON m.institutions IS NULL OR s.institution = ANY (m.institutions)
  LEFT JOIN institutions.look_hour h ON h.institution = s.institution AND h.login = s.login
    AND h.hour > clock_timestamp() - interval '24 hours'
  GROUP BY s.institution, s.login, s.good_at, s.bad_at, s.bad ORDER BY s.institution, s.login
$$;

-- The last 24 hours of each bank, the earliest first; hours without a look are there, with nought.
CREATE FUNCTION console.look_hours(p_session bytea) RETURNS TABLE (institution text, hour timestamptz, looks bigint, failed bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT i.id, t.hour, coalesce(sum(h.looks), 0)::bigint, coalesce(sum(h.failed), 0)::bigint
  FROM console.member(p_session, ARRAY['operator', 'auditor']) m
  JOIN institutions.institution i ON m.institutions IS NULL OR i.id = ANY (m.institutions)
  CROSS JOIN generate_series(date_bin('1 hour', clock_timestamp(), '2000-01-01 00:00Z') - interval '23 hours',
    date_bin('1 hour', clock_timestamp(), '2000-01-01 00:00Z'), interval '1 hour') AS t (hour)
  LEFT JOIN institutions.look_hour h ON h.institution = i.id AND h.hour = t.hour
  GROUP BY i.id, t.hour ORDER BY i.id, t.hour
$$;

-- What customers' daily call budgets come to today (UTC): calls, customers who asked, who have less than a fifth left, and who have none.
CREATE FUNCTION console.budgets(p_session bytea) RETURNS TABLE (
  institution text, calls_per_day integer, calls bigint, customers bigint, low bigint, spent bigint, notices_next_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT i.id, i.calls_per_day, coalesce(sum(c.calls), 0)::bigint, console.shown(count(c.customer)),
    console.shown(count(c.customer) FILTER (WHERE c.calls * 5 > i.calls_per_day * 4)),
    console.shown(count(c.customer) FILTER (WHERE c.calls >= i.calls_per_day)),
    (SELECT p.next_at FROM institutions.notice_poll p WHERE p.institution = i.id)
  FROM console.member(p_session, ARRAY['operator', 'auditor']) m
  JOIN institutions.institution i ON m.institutions IS NULL OR i.id = ANY (m.institutions)
  LEFT JOIN institutions.call_count c ON c.institution = i.id AND c.day = (clock_timestamp() AT TIME ZONE 'UTC')::date
  GROUP BY i.id, i.calls_per_day ORDER BY i.id
$$;

-- Work that waits for more than a minute, work that was given up in the last day, and promises about looks that are late.
CREATE FUNCTION console.standing(p_session bytea) RETURNS TABLE (waiting bigint, oldest_at timestamptz, given_up bigint, late_promises bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT j.waiting, j.oldest_at, d.given_up, p.late
  FROM console.member(p_session, ARRAY['operator', 'auditor', 'analyst']) m
  CROSS JOIN LATERAL (SELECT count(*) AS waiting, min(x.due_at) AS oldest_at FROM (
    SELECT w.due_at FROM platform.job w WHERE w.head AND w.due_at < clock_timestamp() - interval '1 minute' LIMIT 10000) x) j
  CROSS JOIN LATERAL (SELECT count(*) AS given_up FROM (
    SELECT FROM platform.job_dead x WHERE x.died_at > clock_timestamp() - interval '24 hours' LIMIT 10000) x) d
  CROSS JOIN LATERAL (SELECT count(*) AS late FROM (
    SELECT FROM log.promise x WHERE x.merged_by > clock_timestamp() - interval '10 minutes' AND x.merged_by < clock_timestamp() - interval '2 seconds'
      AND NOT EXISTS (SELECT FROM log.leaf l WHERE l.entry = x.entry AND l.commitment = x.commitment) LIMIT 10000) x) p
$$;

-- How many customers share what, by bank, channel, purpose and kind of data: people, never rows; null is fewer than five.
CREATE FUNCTION console.consents(p_session bytea) RETURNS TABLE (
  institution text, channel text, purpose text, data_class text, people bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT g.institution, g.channel, g.purpose, g.data_class, console.shown(g.people)
  FROM console.member(p_session, ARRAY['operator', 'auditor']) m CROSS JOIN LATERAL consent.count_sharing(m.institutions) g
  ORDER BY g.institution, g.channel, g.purpose, g.data_class
$$;

-- How many times something was signed, and how many times sharing ended, in each of the last eight weeks (Monday, UTC).
CREATE FUNCTION console.consent_weeks(p_session bytea) RETURNS TABLE (institution text, week date, given bigint, ended bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT i.id, w.week::date,
    (SELECT console.shown(count(DISTINCT g.terms)) FROM consent.grant_ g WHERE g.institution = i.id AND g.channel <> 'link-page' AND NOT g.unconfirmed
       AND g.starts_at >= w.week AT TIME ZONE 'UTC' AND g.starts_at < (w.week + interval '7 days') AT TIME ZONE 'UTC'),
    (SELECT console.shown(count(*)) FROM consent.ending n WHERE n.institution = i.id
       AND n.at >= w.week AT TIME ZONE 'UTC' AND n.at < (w.week + interval '7 days') AT TIME ZONE 'UTC')
  FROM console.member(p_session, ARRAY['operator', 'auditor']) m
  JOIN institutions.institution i ON m.institutions IS NULL OR i.id = ANY (m.institutions)
  CROSS JOIN generate_series(date_trunc('week', clock_timestamp() AT TIME ZONE 'UTC') - interval '49 days',
    date_trunc('week', clock_timestamp() AT TIME ZONE 'UTC'), interval '7 days') AS w (week)
  ORDER BY i.id, w.week
$$;

-- A page of the record of looks that somebody of the staff asked for: by whom, under which filter, and exactly which entries. It is committed before
-- the entries can be read.
CREATE TABLE console.audit_look (
  id uuid PRIMARY KEY,
  staff uuid NOT NULL,
  -- Pseudonyms are of a session: a customer who was shown in one is found by their pseudonym in this one alone.
  session bytea NOT NULL CHECK (length(session) = 32),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  asked jsonb NOT NULL CHECK (jsonb_typeof(asked) = 'object' AND pg_column_size(asked) <= 1024),
  entries bigint[] NOT NULL CHECK (cardinality(entries) <= 100)
);
CREATE INDEX audit_look_session ON console.audit_look (session);
CREATE INDEX audit_look_at ON console.audit_look (at);

-- Whose entries were on that page: for them to see. Gone with the customer.
CREATE TABLE console.audit_looked_at (
  look uuid NOT NULL,                             -- a foreign key would need a right to lock rows that nobody may change
  customer uuid NOT NULL REFERENCES customers.customer (id) ON DELETE CASCADE,
  entries integer NOT NULL CHECK (entries > 0),
  PRIMARY KEY (look, customer)
);
CREATE INDEX audit_looked_at_customer ON console.audit_looked_at (customer);

-- Something that is wrong, told to the staff of a bank, or of all (null).
CREATE TABLE console.incident (
  id uuid PRIMARY KEY,
  institution text,
  title text NOT NULL CHECK (length(title) BETWEEN 3 AND 120),
  what text NOT NULL CHECK (length(what) BETWEEN 3 AND 1000),
  since timestamptz NOT NULL,
  opened_by uuid NOT NULL,
  opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  resolved_by uuid,
  resolved_at timestamptz,
  CHECK ((resolved_by IS NULL) = (resolved_at IS NULL))
);
CREATE INDEX incident_open ON console.incident (opened_at) WHERE resolved_at IS NULL;

CREATE TABLE console.incident_note (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  incident uuid NOT NULL REFERENCES console.incident (id),
  staff uuid NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  note text NOT NULL CHECK (length(note) BETWEEN 3 AND 1000)
);
CREATE INDEX incident_note_incident ON console.incident_note (incident, id);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['audit_look', 'audit_looked_at', 'incident', 'incident_note'] LOOP
    EXECUTE pg_catalog.format('ALTER TABLE console.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE pg_catalog.format('ALTER TABLE console.%I FORCE ROW LEVEL SECURITY', name);
    EXECUTE pg_catalog.format('CREATE POLICY owner_reads ON console.%I FOR SELECT TO parley_console_owner USING (true)', name);
    EXECUTE pg_catalog.format('CREATE POLICY owner_adds ON console.%I FOR INSERT TO parley_console_owner WITH CHECK (true)', name);
    EXECUTE pg_catalog.format('REVOKE UPDATE, TRUNCATE ON console.%I FROM parley_console_owner', name);
  END LOOP;
END
$$;
-- Nobody changes what was looked at, told or noted; an incident is resolved once, and what the law no longer asks for goes.
REVOKE DELETE ON console.incident, console.incident_note FROM parley_console_owner;
CREATE POLICY owner_resolves ON console.incident FOR UPDATE TO parley_console_owner USING (resolved_at IS NULL) WITH CHECK (resolved_at IS NOT NULL);
GRANT UPDATE (resolved_at, resolved_by) ON console.incident TO parley_console_owner;
CREATE POLICY owner_forgets ON console.audit_looked_at FOR DELETE TO parley_console_owner USING (
  NOT EXISTS (SELECT FROM console.audit_look k WHERE k.id = look));
CREATE POLICY owner_forgets ON console.audit_look FOR DELETE TO parley_console_owner USING (at < clock_timestamp() - interval '1096 days');

-- By what an auditor knows a customer for a session: made from the session, so that it leads nowhere from another one.
CREATE FUNCTION console.pseudonym(p_session bytea, p_customer uuid) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN pg_catalog.substr(pg_catalog.encode(pg_catalog.sha256('\x70'::bytea || p_session || pg_catalog.uuid_send(p_customer)), 'hex'), 1, 10);

-- Writes down which entries a page will show: the newest before a number that fit the filter, of the person's banks. Gives how many.
-- 42501: not by this person.
CREATE FUNCTION console.begin_audit_look(p_session bytea, p_id uuid, p_asked jsonb, p_before bigint, p_limit integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  who uuid;
  banks text[];
  wanted uuid[];
  found_entries bigint[];
  day date := (p_asked ->> 'day')::date;
BEGIN
  SELECT m.id, m.institutions INTO who, banks FROM console.member(p_session, ARRAY['auditor', 'operator']) m;
  IF who IS NULL THEN
    RAISE EXCEPTION 'this person may not look at the record of looks' USING ERRCODE = '42501';
  END IF;
  -- A pseudonym means somebody whom this very session has been shown.
  IF p_asked ? 'customer' THEN
    SELECT coalesce(array_agg(DISTINCT e.customer), '{}') INTO wanted
    FROM console.audit_look k CROSS JOIN unnest(k.entries) AS s (seq) JOIN audit.entry e ON e.seq = s.seq
    WHERE k.session = p_session AND console.pseudonym(p_session, e.customer) = p_asked ->> 'customer';
  END IF;
  SELECT coalesce(array_agg(x.seq ORDER BY x.seq DESC), '{}') INTO found_entries FROM (
    SELECT e.seq FROM audit.entry e
    WHERE (banks IS NULL OR e.institution = ANY (banks))
      AND (p_before IS NULL OR e.seq < p_before)
      AND (wanted IS NULL OR e.customer = ANY (wanted))
      AND (NOT p_asked ? 'bank' OR e.institution = p_asked ->> 'bank')
      AND (NOT p_asked ? 'purpose' OR e.purpose = p_asked ->> 'purpose')
      AND (NOT p_asked ? 'channel' OR e.channel = p_asked ->> 'channel')
      AND (NOT p_asked ? 'platform' OR consent.platform_of(e.channel) = p_asked ->> 'platform')
      AND (NOT p_asked ? 'entry' OR e.id = (p_asked ->> 'entry')::uuid)
      AND (day IS NULL OR (e.at >= day::timestamp AT TIME ZONE 'UTC' AND e.at < (day + 1)::timestamp AT TIME ZONE 'UTC'))
    ORDER BY e.seq DESC LIMIT least(p_limit, 100)) x;
  INSERT INTO console.audit_look (id, staff, session, asked, entries) VALUES (p_id, who, p_session, p_asked, found_entries);
  INSERT INTO console.audit_looked_at (look, customer, entries)
  SELECT p_id, e.customer, count(*) FROM audit.entry e JOIN customers.customer c ON c.id = e.customer
  WHERE e.seq = ANY (found_entries) GROUP BY e.customer;
  -- Whoever watches over the staff sees it too.
  PERFORM staff.note_event('looked', who, 'console/audit');
  RETURN cardinality(found_entries);
END
$$;

-- The entries of a page that was written down by an EARLIER transaction, by this very session, less than 30 seconds ago; with where each stands in the log.
-- 'changed': the row, or its commitment, is no longer what was merged.
CREATE FUNCTION console.audit_rows(p_session bytea, p_look uuid) RETURNS TABLE (
  seq bigint, id uuid, at timestamptz, event text, customer text, institution text, channel text, data_class text, purpose text,
  level text, place text, proof text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT e.seq, e.id, e.at, e.event, console.pseudonym(p_session, e.customer), e.institution, e.channel, e.data_class, e.purpose, e.level, e.place,
    CASE WHEN l.index IS NULL THEN 'waiting'
      WHEN l.row_hash IS DISTINCT FROM h.row_hash OR l.commitment IS DISTINCT FROM h.commitment THEN 'changed'
      WHEN l.index < (SELECT max(c.size) FROM log.checkpoint c) THEN 'published' ELSE 'merged' END
  FROM console.member(p_session, ARRAY['auditor', 'operator']) m
  JOIN console.audit_look k ON k.id = p_look AND k.session = p_session AND k.staff = m.id
    AND k.xid < pg_snapshot_xmax(pg_current_snapshot())
    AND k.xid <> coalesce(pg_current_xact_id_if_assigned(), '0'::xid8)   -- not of this transaction
    AND k.at > clock_timestamp() - interval '30 seconds'
  JOIN audit.entry e ON e.seq = ANY (k.entries)
  JOIN gate.entry_hashes(k.entries) h ON h.seq = e.seq
  LEFT JOIN log.leaf l ON l.entry = e.seq
  ORDER BY e.seq DESC
$$;

-- Who looked through the record, for other auditors: the latest pages, with how many entries each showed.
CREATE FUNCTION console.audit_looks(p_session bytea, p_limit integer) RETURNS TABLE (at timestamptz, login text, entries integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT k.at, w.login, cardinality(k.entries)
  FROM console.member(p_session, ARRAY['auditor', 'operator']) m
  CROSS JOIN console.audit_look k JOIN staff.member w ON w.id = k.staff
  -- Whoever is there for some banks sees their own alone: others' may be about other banks.
  WHERE m.institutions IS NULL OR k.staff = m.id
  ORDER BY k.at DESC LIMIT least(p_limit, 100)
$$;

-- For the privacy centre: the times that a page of the record held entries about the session's customer.
CREATE FUNCTION console.own_audit_looks(p_session bytea) RETURNS TABLE (at timestamptz, role text, entries integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT k.at, w.role, l.entries
  FROM console.audit_looked_at l JOIN console.audit_look k ON k.id = l.look JOIN staff.member w ON w.id = k.staff
  WHERE l.customer = customers.of_session(p_session) ORDER BY k.at DESC LIMIT 100
$$;
CREATE FUNCTION console.own_counts(p_session bytea) RETURNS TABLE (name text, rows bigint, until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT 'console.audit_looked_at', count(*), max(k.at) + interval '1096 days'
  FROM console.audit_looked_at l JOIN console.audit_look k ON k.id = l.look
  WHERE l.customer = customers.of_session(p_session)
$$;

-- Incidents that this person is to know of: open ones, and those resolved in the last thirty days. Everybody of the staff but a messenger's operator.
CREATE FUNCTION console.incidents(p_session bytea) RETURNS TABLE (
  id uuid, institution text, title text, what text, since timestamptz, opened_at timestamptz, opened_by text, resolved_at timestamptz,
  resolved_by text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT n.id, n.institution, n.title, n.what, n.since, n.opened_at, o.login, n.resolved_at, r.login
  FROM console.member(p_session, ARRAY['operator', 'analyst', 'agent', 'auditor']) m
  JOIN console.incident n ON n.institution IS NULL OR m.institutions IS NULL OR n.institution = ANY (m.institutions)
  JOIN staff.member o ON o.id = n.opened_by LEFT JOIN staff.member r ON r.id = n.resolved_by
  WHERE n.resolved_at IS NULL OR n.resolved_at > clock_timestamp() - interval '30 days'
  ORDER BY n.resolved_at IS NOT NULL, n.opened_at DESC LIMIT 100
$$;
CREATE FUNCTION console.incident_notes(p_session bytea) RETURNS TABLE (incident uuid, at timestamptz, login text, note text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT x.incident, x.at, w.login, x.note
  FROM console.incidents(p_session) n JOIN console.incident_note x ON x.incident = n.id JOIN staff.member w ON w.id = x.staff
  ORDER BY x.id DESC LIMIT 1000
$$;

-- Tells of an incident at a bank, or at all (null: only by somebody who is there for all). False: there is one of that id. 42501: not by this person.
CREATE FUNCTION console.open_incident(p_session bytea, p_id uuid, p_institution text, p_title text, p_what text, p_since timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  who uuid;
BEGIN
  SELECT m.id INTO who FROM console.member(p_session, ARRAY['operator']) m
  WHERE m.institutions IS NULL OR p_institution = ANY (m.institutions);
  IF who IS NULL OR (p_institution IS NOT NULL AND NOT EXISTS (SELECT FROM institutions.institution i WHERE i.id = p_institution)) THEN
    RAISE EXCEPTION 'this person may not tell of an incident here' USING ERRCODE = '42501';
  END IF;
  INSERT INTO console.incident (id, institution, title, what, since, opened_by)
  VALUES (p_id, p_institution, p_title, p_what, least(p_since, clock_timestamp()), who) ON CONFLICT (id) DO NOTHING;
  RETURN FOUND;
END
$$;

-- Adds what became known, and ends the incident with it if asked. False: there is none that is open. 42501: not by this person.
CREATE FUNCTION console.note_incident(p_session bytea, p_incident uuid, p_note text, p_resolve boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  n console.incident;
  who uuid;
BEGIN
  SELECT x.* INTO n FROM console.incident x WHERE x.id = p_incident AND x.resolved_at IS NULL;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  SELECT m.id INTO who FROM console.member(p_session, ARRAY['operator']) m
  WHERE m.institutions IS NULL OR n.institution = ANY (m.institutions);
  IF who IS NULL THEN
    RAISE EXCEPTION 'this person may not write about this incident' USING ERRCODE = '42501';
  END IF;
  INSERT INTO console.incident_note (incident, staff, note) VALUES (p_incident, who, p_note);
  IF p_resolve THEN
    UPDATE console.incident SET resolved_at = clock_timestamp(), resolved_by = who WHERE id = p_incident AND resolved_at IS NULL;
  END IF;
  RETURN true;
END
$$;

-- Forgets pages of the record that were asked for more than three years ago. For a sweeper.
CREATE FUNCTION console.sweep() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  gone uuid[];
BEGIN
  WITH old AS (DELETE FROM console.audit_look k WHERE k.at < clock_timestamp() - interval '1096 days' RETURNING k.id)
  SELECT array_agg(o.id) INTO gone FROM old o;
  DELETE FROM console.audit_looked_at l WHERE l.look = ANY (gone);
  RETURN coalesce(cardinality(gone), 0);
END
$$;

GRANT USAGE ON SCHEMA console TO parley_console, parley_centre;
GRANT EXECUTE ON FUNCTION console.connections(bytea), console.look_hours(bytea), console.budgets(bytea), console.standing(bytea),
  console.consents(bytea), console.consent_weeks(bytea), console.begin_audit_look(bytea, uuid, jsonb, bigint, integer),
  console.audit_rows(bytea, uuid), console.audit_looks(bytea, integer), console.incidents(bytea), console.incident_notes(bytea),
  console.open_incident(bytea, uuid, text, text, text, timestamptz), console.note_incident(bytea, uuid, text, boolean),
  console.sweep() TO parley_console;
GRANT EXECUTE ON FUNCTION console.own_audit_looks(bytea), console.own_counts(bytea) TO parley_centre;

RESET ROLE;
