-- Fraud alerts: a question about one use of a card, or a receipt, what became of it, and the label that the answer is. What was paid,
-- where and when is not here: an alert names events of the log, which open under a look of their own.

CREATE SCHEMA alerts AUTHORIZATION parley_app_owner;

SET ROLE parley_app_owner;

CREATE TABLE alerts.fraud_alert (
  id uuid PRIMARY KEY,
  customer uuid NOT NULL REFERENCES customers.customer (id) ON DELETE CASCADE,
  institution text NOT NULL REFERENCES institutions.institution (id),
  -- Where it is asked. Answers count from there, while it is the same customer's.
  conversation uuid NOT NULL,
  origin text NOT NULL CHECK (origin IN ('question', 'receipt')),
  -- The uses of cards that it is about: the first is the one that began it. One alert for a use.
  events uuid[] NOT NULL CHECK (cardinality(events) BETWEEN 1 AND 50),
  -- Which card, by a keyed hash: two alerts about one card are known as such, and nothing else is.
  card_hash bytea NOT NULL CHECK (length(card_hash) = 32),
  -- Whose terminal, by a hash that names no customer: a breach there is one message.
  merchant_hash bytea NOT NULL CHECK (length(merchant_hash) = 32),
  declined boolean NOT NULL,
  state text NOT NULL CHECK (state IN ('new', 'waiting', 'told', 'asked', 'reminded', 'protecting', 'protected', 'unprotected', 'genuine',
    'covered', 'expired', 'closed')),
  informed boolean NOT NULL DEFAULT false,
  freeze_ordered boolean NOT NULL DEFAULT false,
  person_asked boolean NOT NULL DEFAULT false,
  verdict text CHECK (verdict IN ('fraud', 'genuine')),
  due_at timestamptz,
  -- A question that is on its way, so that it can be taken back.
  message uuid,
  asked_at timestamptz,
  frozen_at timestamptz,
  case_number text CHECK (length(case_number) <= 32),
  answer_by timestamptz,
  -- A dispute was written for the customer to send; when they sent it.
  drafted_at timestamptz,
  disputed_at timestamptz,
  opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE UNIQUE INDEX fraud_alert_event ON alerts.fraud_alert ((events[1]));
CREATE INDEX fraud_alert_customer ON alerts.fraud_alert (customer, opened_at);
CREATE INDEX fraud_alert_conversation ON alerts.fraud_alert (conversation) WHERE state IN ('asked', 'reminded');
CREATE INDEX fraud_alert_changed ON alerts.fraud_alert (changed_at);

-- What became known of a use, in the order in which it arrived: features read on from where they are.
CREATE TABLE alerts.label (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event uuid NOT NULL,
  customer uuid NOT NULL REFERENCES customers.customer (id) ON DELETE CASCADE,
  institution text NOT NULL REFERENCES institutions.institution (id),
  is_fraud boolean NOT NULL,
  informed boolean NOT NULL,
  source text NOT NULL CHECK (source IN ('customer', 'agent', 'bank', 'dispute')),
  arrived_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX label_customer ON alerts.label (customer);
CREATE INDEX label_arrived ON alerts.label (arrived_at);

-- Uses that a receipt will tell of.
CREATE TABLE alerts.receipt (
  event uuid PRIMARY KEY,
  customer uuid NOT NULL REFERENCES customers.customer (id) ON DELETE CASCADE,
  institution text NOT NULL REFERENCES institutions.institution (id),
  card_hash bytea NOT NULL CHECK (length(card_hash) = 32),
  merchant_hash bytea NOT NULL CHECK (length(merchant_hash) = 32),
  due_at timestamptz NOT NULL,
  added_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX receipt_customer ON alerts.receipt (customer, institution);
CREATE INDEX receipt_due ON alerts.receipt (due_at);

-- How somebody wants receipts; no row: once a day.
CREATE TABLE alerts.setting (
  customer uuid PRIMARY KEY REFERENCES customers.customer (id) ON DELETE CASCADE,
  receipts text NOT NULL CHECK (receipts IN ('digest', 'each', 'none')),
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- How many questions one merchant gave rise to within an hour; nobody's data.
CREATE TABLE alerts.storm (
  institution text NOT NULL REFERENCES institutions.institution (id),
  merchant_hash bytea NOT NULL CHECK (length(merchant_hash) = 32),
  hour timestamptz NOT NULL,
  questions integer NOT NULL CHECK (questions > 0),
  PRIMARY KEY (institution, merchant_hash, hour)
);
CREATE INDEX storm_hour ON alerts.storm (hour);

ALTER TABLE alerts.fraud_alert ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts.fraud_alert FORCE ROW LEVEL SECURITY;
ALTER TABLE alerts.label ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts.label FORCE ROW LEVEL SECURITY;
ALTER TABLE alerts.receipt ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts.receipt FORCE ROW LEVEL SECURITY;
ALTER TABLE alerts.setting ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts.setting FORCE ROW LEVEL SECURITY;
ALTER TABLE alerts.storm ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts.storm FORCE ROW LEVEL SECURITY;
CREATE POLICY functions_read ON alerts.fraud_alert FOR SELECT TO parley_app_owner USING (true);
CREATE POLICY functions_read ON alerts.label FOR SELECT TO parley_app_owner USING (true);
CREATE POLICY functions_read ON alerts.receipt FOR SELECT TO parley_app_owner USING (true);
CREATE POLICY functions_read ON alerts.setting FOR SELECT TO parley_app_owner USING (true);
-- Nothing new about anybody without leave; what there is goes on to its end, for an answer must count after the leave as well.
CREATE POLICY wanted_adds ON alerts.fraud_alert FOR INSERT TO parley_fraud WITH CHECK (EXISTS (SELECT FROM consent.grant_ g
  WHERE g.customer = fraud_alert.customer AND g.institution = fraud_alert.institution AND g.purpose = 'fraud-alerts'
    AND consent.holds_now(g)));
CREATE POLICY reads ON alerts.fraud_alert FOR SELECT TO parley_fraud USING (true);
CREATE POLICY changes ON alerts.fraud_alert FOR UPDATE TO parley_fraud USING (true) WITH CHECK (true);
CREATE POLICY swept ON alerts.fraud_alert FOR DELETE TO parley_fraud USING (changed_at < clock_timestamp() - interval '90 days');
CREATE POLICY adds ON alerts.label FOR INSERT TO parley_fraud WITH CHECK (true);
CREATE POLICY reads ON alerts.label FOR SELECT TO parley_fraud USING (true);
CREATE POLICY swept ON alerts.label FOR DELETE TO parley_fraud USING (arrived_at < clock_timestamp() - interval '13 months');
CREATE POLICY wanted_adds ON alerts.receipt FOR INSERT TO parley_fraud WITH CHECK (EXISTS (SELECT FROM consent.grant_ g
  WHERE g.customer = receipt.customer AND g.institution = receipt.institution AND g.purpose = 'fraud-alerts' AND consent.holds_now(g)));
CREATE POLICY reads ON alerts.receipt FOR SELECT TO parley_fraud USING (true);
CREATE POLICY told ON alerts.receipt FOR DELETE TO parley_fraud USING (true);
CREATE POLICY keeps ON alerts.setting FOR ALL TO parley_fraud USING (true) WITH CHECK (true);
CREATE POLICY counts ON alerts.storm FOR ALL TO parley_fraud USING (true) WITH CHECK (true);

GRANT USAGE ON SCHEMA alerts TO parley_fraud, parley_answer, parley_centre;
GRANT SELECT, INSERT, DELETE ON alerts.fraud_alert TO parley_fraud;
-- Whose it is, what it is about and where it is asked never change.
GRANT UPDATE (events, state, informed, freeze_ordered, person_asked, verdict, due_at, message, asked_at, frozen_at, case_number,
  answer_by, drafted_at, disputed_at, changed_at) ON alerts.fraud_alert TO parley_fraud;
GRANT SELECT, INSERT (event, customer, institution, is_fraud, informed, source), DELETE ON alerts.label TO parley_fraud;
GRANT SELECT, INSERT, DELETE ON alerts.receipt TO parley_fraud;
GRANT SELECT, INSERT, UPDATE ON alerts.setting TO parley_fraud;
GRANT SELECT, INSERT, UPDATE, DELETE ON alerts.storm TO parley_fraud;

-- The questions that wait for an answer in a conversation, of the customer whom it belongs to now.
CREATE FUNCTION alerts.open_in(p_conversation uuid) RETURNS TABLE (alert uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT a.id FROM alerts.fraud_alert a JOIN channels.conversation c ON c.id = a.conversation AND c.customer = a.customer
  WHERE a.conversation = p_conversation AND a.state IN ('asked', 'reminded') ORDER BY a.asked_at DESC LIMIT 20
$$;

-- Whether this alert is one of the customer whose conversation this is.
CREATE FUNCTION alerts.is_known(p_conversation uuid, p_alert uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (SELECT FROM alerts.fraud_alert a JOIN channels.conversation c ON c.customer = a.customer
    WHERE a.id = p_alert AND c.id = p_conversation)
$$;
GRANT EXECUTE ON FUNCTION alerts.open_in(uuid), alerts.is_known(uuid, uuid) TO parley_answer;

-- The zone that quiet hours go by: what a browser of the customer's said last.
CREATE FUNCTION alerts.zone_of(p_customer uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT s.time_zone FROM customers.session s WHERE s.customer = p_customer AND s.time_zone IS NOT NULL
  ORDER BY s.expires_at DESC LIMIT 1
$$;
GRANT EXECUTE ON FUNCTION alerts.zone_of(uuid) TO parley_fraud;

-- For the privacy centre: how many rows there are of the customer whose session this is, and until when the last is kept.
CREATE FUNCTION alerts.own_counts(p_session bytea) RETURNS TABLE (name text, rows bigint, until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT 'alerts.fraud_alert', count(*), max(a.changed_at) + interval '90 days' FROM alerts.fraud_alert a
  WHERE a.customer = customers.of_session(p_session)
  UNION ALL
  SELECT 'alerts.label', count(*), max(l.arrived_at) + interval '13 months' FROM alerts.label l
  WHERE l.customer = customers.of_session(p_session)
  UNION ALL
  SELECT 'alerts.receipt', count(*), max(r.due_at) FROM alerts.receipt r WHERE r.customer = customers.of_session(p_session)
  UNION ALL
  SELECT 'alerts.setting', count(*), NULL FROM alerts.setting s WHERE s.customer = customers.of_session(p_session)
$$;
GRANT EXECUTE ON FUNCTION alerts.own_counts(bytea) TO parley_centre;

GRANT USAGE ON SCHEMA institutions TO parley_fraud;

-- How the templates stand with the messenger that may be sent when its window is closed.
CREATE TABLE channels.utility_template (
  page_id text NOT NULL CHECK (length(page_id) <= 64),
  name text NOT NULL CHECK (length(name) <= 64),
  language text NOT NULL CHECK (length(language) <= 16),
  status text NOT NULL CHECK (length(status) <= 32),
  checked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (page_id, name, language)
);
GRANT SELECT, INSERT, UPDATE ON channels.utility_template TO parley_channel;

RESET ROLE;

-- "Not me" opens a case and asks for a person, by the same rules as the chat's.
SET ROLE parley_desk_owner;
GRANT USAGE ON SCHEMA desk TO parley_fraud;
GRANT EXECUTE ON FUNCTION desk.ask(uuid, uuid, uuid, text, text, text, uuid, bytea, integer, uuid),
  desk.open_case(uuid, uuid, uuid, text, text, uuid, bytea, integer) TO parley_fraud;
RESET ROLE;

-- A question that is not needed any more is not sent: dropped by whoever knows its id, and only before it went.
SET ROLE parley_platform_owner;
CREATE FUNCTION platform.withdraw(p_message uuid, p_conversation text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  DELETE FROM platform.outbox o WHERE o.id = p_message AND o.conversation = p_conversation AND o.tries = 0 AND o.confirmed_at IS NULL;
  RETURN FOUND;
END
$$;
GRANT EXECUTE ON FUNCTION platform.withdraw(uuid, text) TO parley_fraud;
RESET ROLE;
