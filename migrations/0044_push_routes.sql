-- Web Push: the browsers that a customer lets say that a question waits. An address names one browser at its push service, so it is
-- sealed under the conversation's key; nothing that a bank knows is ever sent there.

SET ROLE parley_app_owner;

-- One browser for one conversation with fraud alerts; a browser that is told for several has one row for each, under one id.
CREATE TABLE alerts.push_route (
  id uuid NOT NULL,
  conversation uuid NOT NULL REFERENCES channels.conversation (id) ON DELETE CASCADE,
  customer uuid NOT NULL REFERENCES customers.customer (id) ON DELETE CASCADE,
  -- Whether this browser is told already, by a keyed hash that differs from conversation to conversation.
  endpoint_hash bytea NOT NULL CHECK (length(endpoint_hash) = 32),
  -- Padded before it was sealed: its length does not say whose browser it is.
  sealed bytea NOT NULL CHECK (length(sealed) = 1052),
  added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- When a push service last took a push for it.
  used_at timestamptz,
  PRIMARY KEY (id, conversation),
  UNIQUE (conversation, endpoint_hash)
);
CREATE INDEX push_route_customer ON alerts.push_route (customer);

ALTER TABLE alerts.push_route ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts.push_route FORCE ROW LEVEL SECURITY;
CREATE POLICY functions_read ON alerts.push_route FOR SELECT TO parley_app_owner USING (true);
-- Added on the customer's page, and only while there is leave for fraud alerts in that conversation.
CREATE POLICY wanted_adds ON alerts.push_route FOR INSERT TO parley_consent WITH CHECK (used_at IS NULL AND EXISTS (
  SELECT FROM consent.grant_ g WHERE g.customer = push_route.customer AND g.conversation = push_route.conversation
    AND g.purpose = 'fraud-alerts' AND consent.holds_now(g)));
CREATE POLICY page_reads ON alerts.push_route FOR SELECT TO parley_consent USING (true);
CREATE POLICY takes_away ON alerts.push_route FOR DELETE TO parley_consent USING (true);
-- Whoever sends sees a route only while that leave holds now: from the commit that ends it, or cuts it off, it is not there.
CREATE POLICY sender_reads ON alerts.push_route FOR SELECT TO parley_fraud USING (EXISTS (
  SELECT FROM consent.grant_ g WHERE g.customer = push_route.customer AND g.conversation = push_route.conversation
    AND g.purpose = 'fraud-alerts' AND consent.holds_now(g)));
CREATE POLICY marks ON alerts.push_route FOR UPDATE TO parley_fraud USING (true) WITH CHECK (true);
CREATE POLICY gone ON alerts.push_route FOR DELETE TO parley_fraud USING (true);
-- Whoever follows endings takes away what has no leave any more (one that is only suspended lives), and what was of no use for 90 days.
CREATE POLICY reads_ended ON alerts.push_route FOR SELECT TO parley_revoker USING (
  coalesce(used_at, added_at) < clock_timestamp() - interval '90 days' OR NOT EXISTS (
    SELECT FROM consent.grant_ g WHERE g.customer = push_route.customer AND g.conversation = push_route.conversation
      AND g.purpose = 'fraud-alerts' AND consent.is_live(g)));
CREATE POLICY swept ON alerts.push_route FOR DELETE TO parley_revoker USING (true);

GRANT USAGE ON SCHEMA alerts TO parley_consent, parley_revoker;
GRANT SELECT (id, conversation, customer, endpoint_hash, added_at, used_at), DELETE,
  INSERT (id, conversation, customer, endpoint_hash, sealed) ON alerts.push_route TO parley_consent;
GRANT SELECT, UPDATE (used_at), DELETE ON alerts.push_route TO parley_fraud;
GRANT SELECT (id, conversation, customer, added_at, used_at), DELETE ON alerts.push_route TO parley_revoker;

CREATE OR REPLACE FUNCTION alerts.own_counts(p_session bytea) RETURNS TABLE (name text, rows bigint, until timestamptz)
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
  UNION ALL
  SELECT 'alerts.model_use', count(*), max(u.scored_at) + interval '60 days' FROM alerts.model_use u
  WHERE u.customer = customers.of_session(p_session)
  UNION ALL
  SELECT 'alerts.push_route', count(*), max(coalesce(p.used_at, p.added_at)) + interval '90 days' FROM alerts.push_route p
  WHERE p.customer = customers.of_session(p_session)
$$;

RESET ROLE;
