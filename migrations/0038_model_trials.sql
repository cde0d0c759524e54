-- A model that is tried beside the one that decides: what both made of each use, without an effect on anybody, and what became known of it.

SET ROLE parley_staff_owner;
GRANT USAGE ON SCHEMA staff TO parley_app_owner;
GRANT EXECUTE ON FUNCTION staff.session_member(bytea) TO parley_app_owner;
RESET ROLE;

SET ROLE parley_app_owner;

-- Two models of a bank, by the versions of their files, from the first use that both scored.
CREATE TABLE alerts.model_trial (
  id uuid PRIMARY KEY,
  institution text NOT NULL REFERENCES institutions.institution (id),
  champion text NOT NULL CHECK (length(champion) BETWEEN 1 AND 64),
  challenger text NOT NULL CHECK (length(challenger) BETWEEN 1 AND 64),
  since timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (institution, champion, challenger)
);

-- What both made of one use, and its amount, until it is known what it was: sealed under a key of the gateway's that is not here.
CREATE TABLE alerts.model_use (
  event uuid PRIMARY KEY,
  customer uuid NOT NULL REFERENCES customers.customer (id) ON DELETE CASCADE,
  institution text NOT NULL REFERENCES institutions.institution (id),
  trial uuid NOT NULL REFERENCES alerts.model_trial (id) ON DELETE CASCADE,
  sealed bytea NOT NULL CHECK (length(sealed) <= 256),
  -- What was last said of it, and so counted.
  is_fraud boolean,
  scored_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX model_use_customer ON alerts.model_use (customer);
CREATE INDEX model_use_scored ON alerts.model_use (scored_at);
CREATE INDEX model_use_trial ON alerts.model_use (trial);

-- Sums by score, for both models: nobody's data. `asked`: whether the rules would have asked with this model's score.
CREATE TABLE alerts.model_count (
  trial uuid NOT NULL REFERENCES alerts.model_trial (id) ON DELETE CASCADE,
  model text NOT NULL CHECK (model IN ('champion', 'challenger')),
  band smallint NOT NULL CHECK (band BETWEEN 0 AND 120),
  asked boolean NOT NULL,
  uses bigint NOT NULL DEFAULT 0,
  frauds bigint NOT NULL DEFAULT 0,
  fraud_minor bigint NOT NULL DEFAULT 0,
  genuine bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (trial, model, band, asked)
);

-- How each model's features were spread over the uses of its trial: one row a model, ranges of all features one after another.
CREATE TABLE alerts.model_spread (
  trial uuid NOT NULL REFERENCES alerts.model_trial (id) ON DELETE CASCADE,
  model text NOT NULL CHECK (model IN ('champion', 'challenger')),
  rows bigint NOT NULL CHECK (rows > 0),
  counts bigint[] NOT NULL CHECK (cardinality(counts) <= 65536),
  PRIMARY KEY (trial, model)
);

ALTER TABLE alerts.model_trial ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts.model_trial FORCE ROW LEVEL SECURITY;
ALTER TABLE alerts.model_use ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts.model_use FORCE ROW LEVEL SECURITY;
ALTER TABLE alerts.model_count ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts.model_count FORCE ROW LEVEL SECURITY;
ALTER TABLE alerts.model_spread ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts.model_spread FORCE ROW LEVEL SECURITY;
CREATE POLICY keeps ON alerts.model_trial FOR ALL TO parley_fraud USING (true) WITH CHECK (true);
CREATE POLICY counts ON alerts.model_count FOR ALL TO parley_fraud USING (true) WITH CHECK (true);
CREATE POLICY counts ON alerts.model_spread FOR ALL TO parley_fraud USING (true) WITH CHECK (true);
-- Nothing new about anybody without leave.
CREATE POLICY wanted_adds ON alerts.model_use FOR INSERT TO parley_fraud WITH CHECK (is_fraud IS NULL AND EXISTS (
  SELECT FROM consent.grant_ g
  WHERE g.customer = model_use.customer AND g.institution = model_use.institution AND g.purpose = 'fraud-alerts'
    AND consent.holds_now(g)));
CREATE POLICY reads ON alerts.model_use FOR SELECT TO parley_fraud USING (true);
CREATE POLICY marks ON alerts.model_use FOR UPDATE TO parley_fraud USING (true) WITH CHECK (is_fraud IS NOT NULL);
CREATE POLICY swept ON alerts.model_use FOR DELETE TO parley_fraud USING (scored_at < clock_timestamp() - interval '60 days');
CREATE POLICY functions_read ON alerts.model_trial FOR SELECT TO parley_app_owner USING (true);
CREATE POLICY functions_read ON alerts.model_use FOR SELECT TO parley_app_owner USING (true);
CREATE POLICY functions_read ON alerts.model_count FOR SELECT TO parley_app_owner USING (true);

GRANT SELECT, INSERT, DELETE ON alerts.model_trial TO parley_fraud;
GRANT SELECT, INSERT (event, customer, institution, trial, sealed), UPDATE (is_fraud), DELETE ON alerts.model_use TO parley_fraud;
GRANT SELECT, INSERT, UPDATE ON alerts.model_count, alerts.model_spread TO parley_fraud;

-- For people at the bank: the sums of its trials, for the banks of whoever's session this is. No use, and nobody's.
CREATE FUNCTION alerts.model_counts(p_session bytea, p_institution text) RETURNS TABLE (
  trial uuid, champion text, challenger text, since timestamptz, model text, band smallint, asked boolean, uses bigint, frauds bigint,
  fraud_minor bigint, genuine bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT t.id, t.champion, t.challenger, t.since, c.model, c.band, c.asked, c.uses, c.frauds, c.fraud_minor, c.genuine
  FROM staff.session_member(p_session) m
  JOIN alerts.model_trial t ON t.institution = p_institution AND (m.institutions IS NULL OR t.institution = ANY (m.institutions))
  JOIN alerts.model_count c ON c.trial = t.id
  WHERE m.role IN ('analyst', 'operator', 'auditor')
$$;
GRANT USAGE ON SCHEMA alerts TO parley_console;
GRANT EXECUTE ON FUNCTION alerts.model_counts(bytea, text) TO parley_console;

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
$$;

RESET ROLE;
