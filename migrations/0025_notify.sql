-- Notices that customers asked for: a bill due, a price that rose, a double charge, a refund. When whose bank is looked at is decided
-- here, at most once a day unless the bank says that there is something new; and what was told, so that it is told once.

CREATE SCHEMA notify AUTHORIZATION parley_app_owner;

SET ROLE parley_app_owner;

-- One row for a customer and bank with leave for notices. Whether that leave still holds is asked of the gate at every look.
CREATE TABLE notify.watch (
  customer uuid NOT NULL REFERENCES customers.customer (id) ON DELETE CASCADE,
  institution text NOT NULL REFERENCES institutions.institution (id),
  -- What happened before is no news.
  began_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  next_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  looked_at timestamptz,
  -- The bank said that there is something new: the next look need not wait for its day.
  hastened boolean NOT NULL DEFAULT false,
  hastened_on date,
  hastened_times integer NOT NULL DEFAULT 0 CHECK (hastened_times >= 0),
  time_zone text CHECK (length(time_zone) <= 64),
  PRIMARY KEY (customer, institution)
);
CREATE INDEX watch_next ON notify.watch (next_at);

-- A fact that was told, by a keyed hash: the key is derived from the customer's own and never in the database.
CREATE TABLE notify.told (
  customer uuid NOT NULL REFERENCES customers.customer (id) ON DELETE CASCADE,
  fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
  message uuid NOT NULL,
  told_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (customer, fingerprint)
);
CREATE INDEX told_at ON notify.told (told_at);

ALTER TABLE notify.watch ENABLE ROW LEVEL SECURITY;
ALTER TABLE notify.watch FORCE ROW LEVEL SECURITY;
ALTER TABLE notify.told ENABLE ROW LEVEL SECURITY;
ALTER TABLE notify.told FORCE ROW LEVEL SECURITY;
CREATE POLICY functions_keep ON notify.watch FOR ALL TO parley_app_owner USING (true) WITH CHECK (true);
CREATE POLICY functions_count ON notify.told FOR SELECT TO parley_app_owner USING (true);
-- The purpose's login writes and sees what was told only while the customer wants notices; what is old it may throw away.
CREATE POLICY wanted_reads ON notify.told FOR SELECT TO parley_notify USING (told_at < clock_timestamp() - interval '60 days'
  OR EXISTS (SELECT FROM consent.grant_ g
    WHERE g.customer = told.customer AND g.purpose = 'notify-customer' AND consent.is_live(g)));
CREATE POLICY wanted_adds ON notify.told FOR INSERT TO parley_notify WITH CHECK (EXISTS (SELECT FROM consent.grant_ g
    WHERE g.customer = told.customer AND g.purpose = 'notify-customer' AND consent.is_live(g)));
CREATE POLICY swept ON notify.told FOR DELETE TO parley_notify USING (told_at < clock_timestamp() - interval '60 days');
GRANT USAGE ON SCHEMA notify TO parley_notify, parley_consent, parley_consent_writer, parley_centre;
GRANT SELECT, INSERT (customer, fingerprint, message), DELETE ON notify.told TO parley_notify;

-- Somebody signed for notices. Signing again, or off and on, brings no look forward.
CREATE FUNCTION notify.begin(p_customer uuid, p_institution text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  INSERT INTO notify.watch AS w (customer, institution, time_zone)
  SELECT c.id, p_institution, (SELECT s.time_zone FROM customers.session s
    WHERE s.customer = c.id AND s.time_zone IS NOT NULL ORDER BY s.expires_at DESC LIMIT 1)
  FROM customers.customer c WHERE c.id = p_customer
  ON CONFLICT (customer, institution) DO UPDATE SET time_zone = coalesce(excluded.time_zone, w.time_zone)
$$;
GRANT EXECUTE ON FUNCTION notify.begin(uuid, text) TO parley_consent_writer;

-- Whose turn it is, locked until the caller's transaction ends; two workers never get the same. Rows without leave go.
CREATE FUNCTION notify.due(p_limit integer)
RETURNS TABLE (customer uuid, institution text, time_zone text, looked_at timestamptz, now timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  w notify.watch;
BEGIN
  FOR w IN SELECT x.* FROM notify.watch x WHERE x.next_at <= statement_timestamp() ORDER BY x.next_at LIMIT p_limit
    FOR UPDATE SKIP LOCKED
  LOOP
    IF consent.wants_notices(w.customer, w.institution) THEN
      RETURN QUERY SELECT w.customer, w.institution, w.time_zone, w.looked_at, clock_timestamp();
    ELSE
      DELETE FROM notify.watch d WHERE d.customer = w.customer AND d.institution = w.institution;
    END IF;
  END LOOP;
END
$$;

-- Takes a turn: one look now, the next one no sooner than a day later, whatever the caller says. False: it is not due.
CREATE FUNCTION notify.take(p_customer uuid, p_institution text, p_next timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  UPDATE notify.watch w
  SET looked_at = clock_timestamp(), hastened = false, next_at = greatest(p_next, clock_timestamp() + interval '23 hours')
  WHERE w.customer = p_customer AND w.institution = p_institution AND w.next_at <= clock_timestamp()
    AND (w.hastened OR w.looked_at IS NULL OR w.looked_at <= clock_timestamp() - interval '23 hours');
  RETURN FOUND;
END
$$;

-- The turn comes later: it is night there. Never sooner.
CREATE FUNCTION notify.put_off(p_customer uuid, p_institution text, p_until timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  UPDATE notify.watch w SET next_at = greatest(p_until, w.next_at) WHERE w.customer = p_customer AND w.institution = p_institution
$$;

-- Since when the customer's notices of a bank run; no row: they do not.
CREATE FUNCTION notify.since(p_customer uuid, p_institution text) RETURNS TABLE (began_at timestamptz, time_zone text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT w.began_at, w.time_zone FROM notify.watch w WHERE w.customer = p_customer AND w.institution = p_institution
$$;

-- The zone of the browser that opened a notice with a passkey: quiet hours go by it.
CREATE FUNCTION notify.note_zone(p_customer uuid, p_zone text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  UPDATE notify.watch w SET time_zone = p_zone WHERE w.customer = p_customer AND w.time_zone IS DISTINCT FROM p_zone
$$;
GRANT EXECUTE ON FUNCTION notify.due(integer), notify.take(uuid, text, timestamptz), notify.put_off(uuid, text, timestamptz),
  notify.since(uuid, text), notify.note_zone(uuid, text) TO parley_notify;

-- A bank says that there is something new for these customers: their look comes forward, four times a day at most, and never
-- within ten minutes of the last one. Gives how many that concerns.
CREATE FUNCTION notify.hasten(p_institution text, p_customers uuid[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  today date := (clock_timestamp() AT TIME ZONE 'UTC')::date;
  hastened integer;
BEGIN
  UPDATE notify.watch w
  SET hastened = true, hastened_on = today, hastened_times = CASE WHEN w.hastened_on = today THEN w.hastened_times + 1 ELSE 1 END,
    next_at = least(w.next_at, greatest(clock_timestamp(), w.looked_at + interval '10 minutes'))
  WHERE w.institution = p_institution AND w.customer = ANY (p_customers) AND NOT w.hastened
    AND (w.hastened_on IS DISTINCT FROM today OR w.hastened_times < 4);
  GET DIAGNOSTICS hastened = ROW_COUNT;
  RETURN hastened;
END
$$;
GRANT EXECUTE ON FUNCTION notify.hasten(text, uuid[]) TO parley_consent;

-- For the privacy centre: how many rows there are of the customer whose session this is.
CREATE FUNCTION notify.own_counts(p_session bytea) RETURNS TABLE (name text, rows bigint, until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT 'notify.watch', count(*), NULL::timestamptz FROM notify.watch w WHERE w.customer = customers.of_session(p_session)
  UNION ALL
  SELECT 'notify.told', count(*), max(t.told_at) + interval '60 days' FROM notify.told t
  WHERE t.customer = customers.of_session(p_session)
$$;
GRANT EXECUTE ON FUNCTION notify.own_counts(bytea) TO parley_centre;

-- Whom a notice goes to and in what language; never the address.
GRANT USAGE ON SCHEMA channels, answers TO parley_notify;
GRANT SELECT (id, channel, customer, language, last_inbound_at, linked_at) ON channels.conversation TO parley_notify;

-- The link in a notice keeps no answer: whoever opens it with the passkey has the bank looked at there and then.
ALTER TABLE answers.link ADD COLUMN of_notice boolean NOT NULL DEFAULT false;
ALTER TABLE answers.link DROP CONSTRAINT link_answers_check, DROP CONSTRAINT link_check;
ALTER TABLE answers.link ADD CONSTRAINT link_answers_check CHECK (CASE WHEN of_notice
  THEN cardinality(answers) = 0 AND cardinality(institutions) = 1
  ELSE cardinality(answers) BETWEEN 1 AND 16 AND cardinality(institutions) = cardinality(answers) END);
GRANT SELECT (id, customer, conversation, institutions, expires_at, used_at, stopped_at, of_notice),
  INSERT (id, token_hash, customer, conversation, answers, institutions, question_sealed, expires_at, of_notice),
  UPDATE (used_at) ON answers.link TO parley_notify;

RESET ROLE;

SET ROLE parley_consent_writer;

-- Whether any live grant lets this customer be told of news at this bank, cut off or not.
CREATE FUNCTION consent.wants_notices(p_customer uuid, p_institution text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (SELECT FROM consent.grant_ g
    WHERE g.customer = p_customer AND g.institution = p_institution AND g.purpose = 'notify-customer' AND consent.is_live(g))
$$;
GRANT EXECUTE ON FUNCTION consent.wants_notices(uuid, text) TO parley_app_owner;

-- Whatever page or chat confirmed them: from the moment that terms with notices hold, their customer is watched for. The rest is as
-- it was.
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
    WHERE new.terms = p_terms AND new.unconfirmed AND new.revoked_at IS NULL AND old.revoked_at IS NULL), 'replaced');
  UPDATE consent.grant_ SET unconfirmed = false WHERE terms = p_terms AND unconfirmed AND revoked_at IS NULL;
  GET DIAGNOSTICS confirmed = ROW_COUNT;
  PERFORM notify.begin(n.customer, n.institution) FROM (
    SELECT DISTINCT g.customer, g.institution FROM consent.grant_ g
    WHERE g.terms = p_terms AND g.purpose = 'notify-customer' AND consent.is_live(g)) n;
  RETURN confirmed;
END
$$;

RESET ROLE;
