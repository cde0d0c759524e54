-- Totals with noise for whoever runs a messenger, and nothing else for them (P8). What may be asked is fixed here, what an answer costs every
-- customer is written down before anything is counted, and a number that went out stays the number. docs/statistics.md tells all of it.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'parley_statistics_owner') THEN
    CREATE ROLE parley_statistics_owner NOLOGIN;
  END IF;
END
$$;

ALTER DEFAULT PRIVILEGES FOR ROLE parley_statistics_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
CREATE SCHEMA statistics AUTHORIZATION parley_statistics_owner;

SET ROLE parley_staff_owner;
GRANT USAGE ON SCHEMA staff TO parley_statistics_owner;
GRANT EXECUTE ON FUNCTION staff.session_member(bytea) TO parley_statistics_owner;
RESET ROLE;

SET ROLE parley_app_owner;
-- Where a bank's customers are, as its operator says it: one of six words, so that the cells of a table are known before anybody is counted.
ALTER TABLE institutions.institution ADD COLUMN region text NOT NULL DEFAULT 'unnamed' CHECK (region IN
  ('north-america', 'latin-america', 'europe', 'asia-pacific', 'africa-middle-east', 'unnamed'));
GRANT USAGE ON SCHEMA institutions, customers TO parley_statistics_owner;
CREATE POLICY statistics_reads ON institutions.institution FOR SELECT TO parley_statistics_owner USING (true);
GRANT SELECT (id, region), REFERENCES (id) ON institutions.institution TO parley_statistics_owner;
GRANT REFERENCES (id) ON customers.customer TO parley_statistics_owner;
GRANT EXECUTE ON FUNCTION customers.of_session(bytea) TO parley_statistics_owner;
RESET ROLE;

SET ROLE parley_consent_writer;
-- That somebody uses Parley, which no bank knows: a kind of data of its own, so that whoever lets themselves be counted signs for that and
-- for nothing that a bank has.
ALTER TABLE consent.data_class DROP CONSTRAINT data_class_name_check;
ALTER TABLE consent.data_class ADD CONSTRAINT data_class_name_check CHECK (name IN
  ('account-list', 'balance', 'transactions', 'card-bills', 'card-status', 'card-events', 'statements', 'service-use'));
INSERT INTO consent.data_class VALUES ('service-use');
GRANT USAGE ON SCHEMA consent TO parley_statistics_owner;
CREATE INDEX grant_counted ON consent.grant_ (customer, institution) WHERE purpose = 'service-statistics' AND revoked_at IS NULL;

-- Whose channel the customer lets themselves be counted in, for what they do in this conversation with this bank; null: not at all.
CREATE FUNCTION consent.counted_on(p_customer uuid, p_institution text, p_conversation uuid) RETURNS text
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT consent.platform_of(g.channel) FROM consent.grant_ g
  WHERE g.customer = p_customer AND g.institution = p_institution AND g.conversation = p_conversation
    AND g.data_class = 'service-use' AND g.purpose = 'service-statistics' AND consent.holds_now(g)
  LIMIT 1
$$;
-- Everybody who lets themselves be counted at this moment in a channel of this platform, and for which bank.
CREATE FUNCTION consent.list_counted(p_platform text) RETURNS TABLE (customer uuid, institution text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT DISTINCT g.customer, g.institution FROM consent.grant_ g
  WHERE g.purpose = 'service-statistics' AND g.revoked_at IS NULL AND consent.platform_of(g.channel) = p_platform
    AND consent.holds_now(g)
$$;
-- Whether leave to count is signed and neither ended nor over; suspended while something is cut off, it still is.
CREATE FUNCTION consent.keeps_counted(p_customer uuid, p_institution text) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (SELECT FROM consent.grant_ g WHERE g.customer = p_customer AND g.institution = p_institution
    AND g.purpose = 'service-statistics' AND g.revoked_at IS NULL AND NOT g.unconfirmed AND g.expires_at > clock_timestamp())
$$;
GRANT EXECUTE ON FUNCTION consent.counted_on(uuid, text, uuid), consent.list_counted(text), consent.keeps_counted(uuid, text)
  TO parley_statistics_owner;
RESET ROLE;

SET ROLE parley_statistics_owner;

-- Every question there is. `cost` is what one release costs each customer, in 3600ths of rho (zCDP); `bound` is in how many cells of it one
-- customer can count. src/stats/catalogue.ts says how cost follows from noise and bound, and a test compares.
CREATE TABLE statistics.question (
  name text PRIMARY KEY,
  measure text NOT NULL CHECK (measure IN ('asked', 'alert')),
  by text NOT NULL CHECK (by IN ('all', 'region', 'cell')),
  bound integer NOT NULL CHECK (bound BETWEEN 1 AND 3),
  cost integer NOT NULL CHECK (cost > 0)
);
INSERT INTO statistics.question VALUES
  ('people-answered', 'asked', 'all', 1, 9), ('people-by-region', 'asked', 'region', 1, 9),
  ('questions-by-kind', 'asked', 'cell', 3, 9), ('alert-response', 'alert', 'cell', 1, 8);

-- The cells of each, whoever is in them: an empty one gets its noise like every other.
CREATE TABLE statistics.cell (
  question text NOT NULL REFERENCES statistics.question (name),
  position integer NOT NULL CHECK (position BETWEEN 1 AND 64),
  name text NOT NULL CHECK (length(name) <= 40),
  PRIMARY KEY (question, position),
  UNIQUE (question, name)
);
INSERT INTO statistics.cell (question, position, name)
  SELECT 'people-answered', 1, 'all'
  UNION ALL SELECT 'people-by-region', r.nth, r.name
    FROM unnest(ARRAY['north-america', 'latin-america', 'europe', 'asia-pacific', 'africa-middle-east', 'unnamed'])
    WITH ORDINALITY AS r (name, nth)
  UNION ALL SELECT 'questions-by-kind', k.nth, k.name
    FROM unnest(ARRAY['balances', 'payments', 'spending', 'places', 'bills', 'cards', 'regular-payments', 'account-facts', 'other'])
    WITH ORDINALITY AS k (name, nth)
  UNION ALL SELECT 'alert-response', b.nth, b.name
    FROM unnest(ARRAY['minute', 'five-minutes', 'half-hour', 'four-hours', 'later', 'none']) WITH ORDINALITY AS b (name, nth);

-- That a customer who lets themselves be counted did something in a week: no time of day, no number of times, no message.
CREATE TABLE statistics.contribution (
  customer uuid NOT NULL REFERENCES customers.customer (id) ON DELETE CASCADE,
  institution text NOT NULL REFERENCES institutions.institution (id),
  week date NOT NULL CHECK (extract(isodow FROM week) = 1),
  platform text NOT NULL CHECK (platform IN ('meta', 'assistants')),
  measure text NOT NULL CHECK (measure IN ('asked', 'alert')),
  cell text NOT NULL CHECK (length(cell) <= 40),
  PRIMARY KEY (customer, week, platform, measure, cell, institution)
);
CREATE INDEX contribution_week ON statistics.contribution (week, platform, measure);

-- What a platform may still learn about each customer's acts of a year. 1800 is half of rho; two platforms have half of that each.
CREATE TABLE statistics.budget (
  year integer NOT NULL CHECK (year BETWEEN 2020 AND 2200),
  platform text NOT NULL CHECK (platform IN ('meta', 'assistants')),
  cap integer NOT NULL DEFAULT 900 CHECK (cap = 900),
  spent integer NOT NULL DEFAULT 0,
  PRIMARY KEY (year, platform),
  CONSTRAINT within_the_cap CHECK (spent BETWEEN 0 AND cap)
);

-- A question that was asked about a week, what it cost, and, once it was counted, the numbers that went out: with their noise, for ever.
CREATE TABLE statistics.release (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  question text NOT NULL REFERENCES statistics.question (name),
  platform text NOT NULL,
  week date NOT NULL CHECK (extract(isodow FROM week) = 1),
  year integer NOT NULL,
  cost integer NOT NULL CHECK (cost > 0),
  asked_by uuid NOT NULL,
  asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  spent_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  numbers bigint[],
  released_at timestamptz,
  UNIQUE (question, platform, week),
  FOREIGN KEY (year, platform) REFERENCES statistics.budget (year, platform),
  CHECK ((numbers IS NULL) = (released_at IS NULL))
);
CREATE INDEX release_waiting ON statistics.release (asked_at) WHERE numbers IS NULL;

-- What was refused and why. None of the reasons depends on any customer.
CREATE TABLE statistics.refusal (
  platform text NOT NULL,
  question text NOT NULL REFERENCES statistics.question (name),
  week date NOT NULL,
  code text NOT NULL CHECK (code IN ('stats/week-open', 'stats/week-gone', 'stats/budget-spent')),
  times integer NOT NULL DEFAULT 1,
  last_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (platform, question, week, code)
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['question', 'cell', 'contribution', 'budget', 'release', 'refusal'] LOOP
    EXECUTE pg_catalog.format('ALTER TABLE statistics.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE pg_catalog.format('ALTER TABLE statistics.%I FORCE ROW LEVEL SECURITY', name);
    EXECUTE pg_catalog.format('CREATE POLICY owner_reads ON statistics.%I FOR SELECT TO parley_statistics_owner USING (true)', name);
    EXECUTE pg_catalog.format('REVOKE UPDATE, DELETE, TRUNCATE ON statistics.%I FROM parley_statistics_owner', name);
  END LOOP;
END
$$;
-- Questions and cells were written above, for good: not even their owner adds one. (That somebody may lock a row that others refer to is
-- asked of this column; no policy lets it be changed.)
REVOKE INSERT ON statistics.question, statistics.cell FROM parley_statistics_owner;
GRANT UPDATE (name) ON statistics.question TO parley_statistics_owner;
CREATE POLICY owner_adds ON statistics.contribution FOR INSERT TO parley_statistics_owner WITH CHECK (true);
CREATE POLICY owner_forgets ON statistics.contribution FOR DELETE TO parley_statistics_owner USING (true);
GRANT DELETE ON statistics.contribution TO parley_statistics_owner;
CREATE POLICY owner_begins ON statistics.budget FOR INSERT TO parley_statistics_owner WITH CHECK (spent = 0);
CREATE POLICY owner_spends ON statistics.budget FOR UPDATE TO parley_statistics_owner USING (true) WITH CHECK (true);
GRANT UPDATE (spent) ON statistics.budget TO parley_statistics_owner;
CREATE POLICY owner_adds ON statistics.release FOR INSERT TO parley_statistics_owner WITH CHECK (numbers IS NULL);
-- Numbers are written once.
CREATE POLICY owner_releases ON statistics.release FOR UPDATE TO parley_statistics_owner
  USING (numbers IS NULL) WITH CHECK (numbers IS NOT NULL);
GRANT UPDATE (numbers, released_at) ON statistics.release TO parley_statistics_owner;
CREATE POLICY owner_adds ON statistics.refusal FOR INSERT TO parley_statistics_owner WITH CHECK (true);
CREATE POLICY owner_counts ON statistics.refusal FOR UPDATE TO parley_statistics_owner USING (true) WITH CHECK (true);
GRANT UPDATE (times, last_at) ON statistics.refusal TO parley_statistics_owner;
CREATE POLICY owner_forgets ON statistics.refusal FOR DELETE TO parley_statistics_owner
  USING (last_at < clock_timestamp() - interval '90 days');
GRANT DELETE ON statistics.refusal TO parley_statistics_owner;

-- The week of this moment, by its Monday in UTC.
CREATE FUNCTION statistics.this_week() RETURNS date
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$ SELECT date_trunc('week', clock_timestamp() AT TIME ZONE 'UTC')::date $$;

-- A question was answered. Writes down that this kind was asked about in this week, for customers who let themselves be counted; three
-- kinds a week at most. True when a row was written.
CREATE FUNCTION statistics.note_answer(p_customer uuid, p_institution text, p_conversation uuid, p_kind text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_platform text := consent.counted_on(p_customer, p_institution, p_conversation);
  v_week date := statistics.this_week();
BEGIN
  IF v_platform IS NULL THEN
    RETURN false;
  END IF;
  INSERT INTO statistics.contribution (customer, institution, week, platform, measure, cell)
  SELECT p_customer, p_institution, v_week, v_platform, 'asked', x.name FROM statistics.cell x
  WHERE x.question = 'questions-by-kind' AND x.name = p_kind
    AND (SELECT count(DISTINCT c.cell) FROM statistics.contribution c WHERE c.customer = p_customer AND c.week = v_week
      AND c.platform = v_platform AND c.measure = 'asked' AND c.cell <> p_kind) < 3
  ON CONFLICT DO NOTHING;
  RETURN FOUND;
END
$$;

-- A question about a card payment was answered after so many seconds; null: it went unanswered. The first of a week counts.
CREATE FUNCTION statistics.note_alert(p_customer uuid, p_institution text, p_conversation uuid, p_seconds double precision) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_platform text := consent.counted_on(p_customer, p_institution, p_conversation);
  v_week date := statistics.this_week();
BEGIN
  IF v_platform IS NULL OR EXISTS (SELECT FROM statistics.contribution c WHERE c.customer = p_customer AND c.week = v_week
      AND c.platform = v_platform AND c.measure = 'alert') THEN
    RETURN false;
  END IF;
  INSERT INTO statistics.contribution (customer, institution, week, platform, measure, cell)
  VALUES (p_customer, p_institution, v_week, v_platform, 'alert', CASE
    WHEN p_seconds IS NULL THEN 'none' WHEN p_seconds <= 60 THEN 'minute' WHEN p_seconds <= 300 THEN 'five-minutes'
    WHEN p_seconds <= 1800 THEN 'half-hour' WHEN p_seconds <= 14400 THEN 'four-hours' ELSE 'later' END)
  ON CONFLICT DO NOTHING;
  RETURN FOUND;
END
$$;

-- Asks a question about a week for the platform of whose session this is. What it costs is spent here, in the transaction of the caller, and
-- nothing is counted: that takes a spend that has committed. A question that was asked before costs nothing and gives the same release.
CREATE FUNCTION statistics.ask(p_session bytea, p_question text, p_week date) RETURNS TABLE (code text, release uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_member record;
  v_question statistics.question;
  v_year integer := extract(isoyear FROM p_week);
  v_release uuid;
  v_refused text;
BEGIN
  SELECT s.id, s.role, s.platform INTO v_member FROM staff.session_member(p_session) s;
  IF NOT FOUND OR v_member.role <> 'platform' OR v_member.platform IS NULL THEN
    RETURN QUERY SELECT 'stats/not-allowed', NULL::uuid;
    RETURN;
  END IF;
  SELECT q.* INTO v_question FROM statistics.question q WHERE q.name = p_question;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 'stats/question-unknown', NULL::uuid;
    RETURN;
  END IF;
  IF extract(isodow FROM p_week) <> 1 OR abs(p_week - statistics.this_week()) > 800 THEN
    RETURN QUERY SELECT 'stats/week-unknown', NULL::uuid;
    RETURN;
  END IF;
  SELECT r.id INTO v_release FROM statistics.release r
  WHERE r.question = p_question AND r.platform = v_member.platform AND r.week = p_week;
  IF FOUND THEN
    RETURN QUERY SELECT 'stats/known', v_release;
    RETURN;
  END IF;
  -- An hour after its end, so that what was done in its last second has committed.
  IF clock_timestamp() AT TIME ZONE 'UTC' < p_week + interval '7 days 1 hour' THEN
    v_refused := 'stats/week-open';
  ELSIF p_week < statistics.this_week() - 91 THEN
    v_refused := 'stats/week-gone';
  ELSE
    INSERT INTO statistics.budget (year, platform) VALUES (v_year, v_member.platform) ON CONFLICT DO NOTHING;
    -- One at a time for a platform and a year, until the caller's transaction ends.
    PERFORM FROM statistics.budget b WHERE b.year = v_year AND b.platform = v_member.platform FOR UPDATE;
    SELECT r.id INTO v_release FROM statistics.release r
    WHERE r.question = p_question AND r.platform = v_member.platform AND r.week = p_week;
    IF FOUND THEN
      RETURN QUERY SELECT 'stats/known', v_release;
      RETURN;
    END IF;
    UPDATE statistics.budget b SET spent = b.spent + v_question.cost
    WHERE b.year = v_year AND b.platform = v_member.platform AND b.spent + v_question.cost <= b.cap;
    IF FOUND THEN
      PERFORM set_config('synchronous_commit', 'on', true);
      INSERT INTO statistics.release (question, platform, week, year, cost, asked_by)
      VALUES (p_question, v_member.platform, p_week, v_year, v_question.cost, v_member.id) RETURNING id INTO v_release;
      RETURN QUERY SELECT 'stats/asked', v_release;
      RETURN;
    END IF;
    v_refused := 'stats/budget-spent';
  END IF;
  INSERT INTO statistics.refusal AS f (platform, question, week, code) VALUES (v_member.platform, p_question, p_week, v_refused)
  ON CONFLICT ON CONSTRAINT refusal_pkey DO UPDATE SET times = least(f.times + 1, 1000000), last_at = clock_timestamp();
  RETURN QUERY SELECT v_refused, NULL::uuid;
END
$$;

-- One release that waits to be counted, for whoever took it until their transaction ends.
CREATE FUNCTION statistics.take() RETURNS TABLE (id uuid, question text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT r.id, r.question FROM statistics.release r WHERE r.numbers IS NULL ORDER BY r.asked_at LIMIT 1 FOR UPDATE SKIP LOCKED
$$;

-- How many people are in each cell, without noise: for the sampler and for nobody's eyes. Only for a release whose cost an EARLIER
-- transaction has committed and whose numbers nobody has yet; only customers whose grant holds at this moment; and nobody in more cells
-- than the question's bound. Every cell has its row.
CREATE FUNCTION statistics.count_people(p_release uuid) RETURNS TABLE (cell text, people bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_release statistics.release;
BEGIN
  SELECT r.* INTO v_release FROM statistics.release r WHERE r.id = p_release AND r.numbers IS NULL
    AND r.spent_xid < pg_snapshot_xmax(pg_current_snapshot())
    AND r.spent_xid <> coalesce(pg_current_xact_id_if_assigned(), '0'::xid8);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'nothing was spent for this, or its numbers are out' USING ERRCODE = '42501';
  END IF;
  RETURN QUERY
  WITH counted AS (
    SELECT DISTINCT c.customer, x.position, x.name, q.bound
    FROM statistics.question q
    JOIN statistics.contribution c ON c.measure = q.measure AND c.week = v_release.week AND c.platform = v_release.platform
    JOIN institutions.institution i ON i.id = c.institution
    JOIN statistics.cell x ON x.question = q.name
      AND x.name = CASE q.by WHEN 'all' THEN 'all' WHEN 'region' THEN i.region ELSE c.cell END
    JOIN consent.list_counted(v_release.platform) g ON g.customer = c.customer AND g.institution = c.institution
    WHERE q.name = v_release.question
  ), bounded AS (
    SELECT y.name, y.bound, row_number() OVER (PARTITION BY y.customer ORDER BY y.position) AS nth FROM counted y
  )
  SELECT x.name, count(b.name) FROM statistics.cell x
  LEFT JOIN bounded b ON b.name = x.name AND b.nth <= b.bound
  WHERE x.question = v_release.question GROUP BY x.name, x.position ORDER BY x.position;
END
$$;

-- The numbers that go out, in the order of the cells. False: somebody's are out already, and these never will be.
CREATE FUNCTION statistics.keep(p_release uuid, p_numbers bigint[]) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF cardinality(p_numbers) <> (SELECT count(*) FROM statistics.cell x JOIN statistics.release r ON r.question = x.question
      WHERE r.id = p_release) OR array_position(p_numbers, NULL) IS NOT NULL THEN
    RAISE EXCEPTION 'one number for each cell' USING ERRCODE = '22023';
  END IF;
  UPDATE statistics.release r SET numbers = p_numbers, released_at = clock_timestamp() WHERE r.id = p_release AND r.numbers IS NULL;
  RETURN FOUND;
END
$$;

-- Whose statistics a session may see: a platform's operator their own; who runs Parley, or audits it for every bank, whichever they name.
CREATE FUNCTION statistics.may_see(p_session bytea, p_platform text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (SELECT FROM staff.session_member(p_session) s WHERE CASE s.role
    WHEN 'platform' THEN s.platform = p_platform
    WHEN 'operator' THEN s.institutions IS NULL
    WHEN 'auditor' THEN s.institutions IS NULL
    ELSE false END)
$$;

CREATE FUNCTION statistics.releases(p_session bytea, p_platform text) RETURNS TABLE
  (id uuid, question text, week date, cost integer, asked_at timestamptz, released_at timestamptz, numbers bigint[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT r.id, r.question, r.week, r.cost, r.asked_at, r.released_at, r.numbers FROM statistics.release r
  WHERE r.platform = p_platform AND statistics.may_see(p_session, p_platform) ORDER BY r.week DESC, r.asked_at DESC LIMIT 500
$$;

CREATE FUNCTION statistics.release_of(p_session bytea, p_release uuid) RETURNS TABLE
  (id uuid, question text, week date, cost integer, asked_at timestamptz, released_at timestamptz, numbers bigint[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT r.id, r.question, r.week, r.cost, r.asked_at, r.released_at, r.numbers FROM statistics.release r
  WHERE r.id = p_release AND statistics.may_see(p_session, r.platform)
$$;

-- What is left of each year, this one and the one before among them even where nothing was asked.
CREATE FUNCTION statistics.budgets(p_session bytea, p_platform text) RETURNS TABLE (year integer, cap integer, spent integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT y.year, coalesce(b.cap, 900), coalesce(b.spent, 0)
  FROM (SELECT b.year FROM statistics.budget b WHERE b.platform = p_platform
    UNION SELECT extract(isoyear FROM statistics.this_week() - 7)::integer) AS y
  LEFT JOIN statistics.budget b ON b.year = y.year AND b.platform = p_platform
  WHERE statistics.may_see(p_session, p_platform) ORDER BY y.year DESC LIMIT 10
$$;

CREATE FUNCTION statistics.refusals(p_session bytea, p_platform text) RETURNS TABLE
  (question text, week date, code text, times integer, last_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT f.question, f.week, f.code, f.times, f.last_at FROM statistics.refusal f
  WHERE f.platform = p_platform AND statistics.may_see(p_session, p_platform) ORDER BY f.last_at DESC LIMIT 100
$$;

-- The weeks that can be asked about at this moment, the newest first.
CREATE FUNCTION statistics.weeks() RETURNS TABLE (week date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT w.week FROM (SELECT statistics.this_week() - 7 * n AS week FROM generate_series(1, 13) AS n) AS w
  WHERE clock_timestamp() AT TIME ZONE 'UTC' >= w.week + interval '7 days 1 hour' ORDER BY w.week DESC
$$;

-- Forgets what no question can reach any more: weeks that are gone, and people who ended their leave. Gives how many rows.
CREATE FUNCTION statistics.sweep() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  swept integer;
BEGIN
  DELETE FROM statistics.contribution c WHERE c.ctid = ANY (ARRAY(SELECT x.ctid FROM statistics.contribution x
    WHERE x.week < statistics.this_week() - 91 OR NOT consent.keeps_counted(x.customer, x.institution) LIMIT 5000));
  GET DIAGNOSTICS swept = ROW_COUNT;
  DELETE FROM statistics.refusal f WHERE f.last_at < clock_timestamp() - interval '90 days';
  RETURN swept;
END
$$;

-- For the privacy centre: how many rows are about the customer, and until when the last is kept.
CREATE FUNCTION statistics.own_counts(p_session bytea) RETURNS TABLE (name text, rows bigint, until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT 'statistics.contribution', count(*), (max(c.week) + 99)::timestamptz FROM statistics.contribution c
  WHERE c.customer = customers.of_session(p_session)
$$;

GRANT USAGE ON SCHEMA statistics TO parley_statistics, parley_answer, parley_fraud, parley_centre;
GRANT EXECUTE ON FUNCTION statistics.note_answer(uuid, text, uuid, text) TO parley_answer;
GRANT EXECUTE ON FUNCTION statistics.note_alert(uuid, text, uuid, double precision) TO parley_fraud;
GRANT EXECUTE ON FUNCTION statistics.own_counts(bytea) TO parley_centre;
GRANT EXECUTE ON FUNCTION statistics.ask(bytea, text, date), statistics.take(), statistics.count_people(uuid),
  statistics.keep(uuid, bigint[]), statistics.releases(bytea, text), statistics.release_of(bytea, uuid), statistics.budgets(bytea, text),
  statistics.refusals(bytea, text), statistics.weeks(), statistics.sweep() TO parley_statistics;

RESET ROLE;
