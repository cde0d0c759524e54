-- Fraud and dispute cases as the bank's people work on them: what happened in which order, what stands behind a case, how much is at risk, and a
-- decision that takes two people. `desk.fraud_case` stays the desk's: that a case was reported. What is worked on it is here. Two owners, as at the
-- desk: `parley_cases_owner` keeps the tables and does what jobs and triggers do; `parley_casework_owner` does what people do, under row
-- policies by institution, and only for whoever the session's hash says they are.

DO $$
DECLARE
  owner_name text;
BEGIN
  FOREACH owner_name IN ARRAY ARRAY['parley_cases_owner', 'parley_casework_owner'] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = owner_name) THEN
      EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN', owner_name);
    END IF;
  END LOOP;
END
$$;

ALTER DEFAULT PRIVILEGES FOR ROLE parley_cases_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE parley_casework_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
CREATE SCHEMA cases AUTHORIZATION parley_cases_owner;

SET ROLE parley_erasure_owner;
GRANT USAGE ON SCHEMA erasure TO parley_cases_owner;
RESET ROLE;

SET ROLE parley_staff_owner;
GRANT USAGE ON SCHEMA staff TO parley_casework_owner;
GRANT EXECUTE ON FUNCTION staff.session_member(bytea) TO parley_casework_owner;
CREATE POLICY casework_reads ON staff.member FOR SELECT TO parley_casework_owner USING (true);
GRANT SELECT (id, login, role) ON staff.member TO parley_casework_owner;
RESET ROLE;

-- A decision adds the job that follows it, in its own transaction; the pages' login adds none.
SET ROLE parley_platform_owner;
GRANT USAGE ON SCHEMA platform TO parley_casework_owner;
GRANT EXECUTE ON FUNCTION platform.add_job(text, text, jsonb, bigint, smallint) TO parley_casework_owner;
GRANT SELECT (id, key), UPDATE (head), INSERT (kind, key, payload, priority, head, due_at) ON platform.job TO parley_casework_owner;
RESET ROLE;

SET ROLE parley_app_owner;
GRANT USAGE ON SCHEMA channels, institutions, customers TO parley_cases_owner, parley_casework_owner;
GRANT SELECT (id, customer, language) ON channels.conversation TO parley_cases_owner, parley_casework_owner;
GRANT SELECT (id, name) ON institutions.institution TO parley_casework_owner;
CREATE POLICY casework_reads ON institutions.institution FOR SELECT TO parley_casework_owner USING (true);
GRANT EXECUTE ON FUNCTION customers.of_session(bytea) TO parley_cases_owner;
RESET ROLE;

-- A look at a case is a look like one at a conversation, and stands in the same list. The transaction that wrote it is known, so that words open
-- only under one that committed before.
SET ROLE parley_desk_owner;
GRANT USAGE ON SCHEMA desk TO parley_cases_owner, parley_casework_owner;
GRANT REFERENCES (id) ON desk.fraud_case TO parley_cases_owner;
ALTER TABLE desk.look ALTER COLUMN handover DROP NOT NULL;
ALTER TABLE desk.look ADD COLUMN fraud_case uuid;
ALTER TABLE desk.look ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();
ALTER TABLE desk.look ADD CONSTRAINT look_at_something CHECK (handover IS NOT NULL OR fraud_case IS NOT NULL);
CREATE INDEX look_case ON desk.look (fraud_case, agent, at) WHERE fraud_case IS NOT NULL;
RESET ROLE;

SET ROLE parley_cases_owner;

-- How a case stands. `open`, then `proposed` while one person's proposal waits for another, back to `open` when that was refused; `decided` once two
-- people agreed, `closed` when the customer was told. One case may be joined to another that is about the same.
CREATE TABLE cases.file (
  fraud_case uuid PRIMARY KEY REFERENCES desk.fraud_case (id) ON DELETE CASCADE,
  customer uuid NOT NULL,
  institution text,
  kind text NOT NULL CHECK (kind IN ('dispute', 'fraud', 'card-lost')),
  opened_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'proposed', 'decided', 'closed')),
  assigned_to uuid,
  assigned_at timestamptz,
  joined_to uuid REFERENCES cases.file (fraud_case) ON DELETE SET NULL,
  joined_because text CHECK (joined_because IN ('same-use', 'same-day')),
  -- Whose terminal, by the keyed hash that alerts have: names no customer, and nobody without the gateway's secret can make one.
  merchant_key bytea CHECK (length(merchant_key) = 32),
  -- How much, as one of six steps of the currency's whole units (decision 0065); never the amount.
  risk_step smallint CHECK (risk_step BETWEEN 0 AND 5),
  risk_currency text CHECK (risk_currency ~ '^[A-Z]{3}$'),
  finding text CHECK (finding IN ('fraud', 'genuine', 'friendly', 'not-decided')),
  refund text CHECK (refund IN ('yes', 'no')),
  decided_at timestamptz,
  CHECK ((risk_step IS NULL) = (risk_currency IS NULL)),
  CHECK ((assigned_to IS NULL) = (assigned_at IS NULL)),
  CHECK (joined_to IS NULL OR joined_because IS NOT NULL),
  CHECK (joined_to <> fraud_case),
  CHECK ((finding IS NULL) = (decided_at IS NULL) AND (finding IS NULL) = (refund IS NULL)),
  CHECK (state <> 'decided' OR finding IS NOT NULL)
);
CREATE INDEX file_open ON cases.file (opened_at) WHERE state <> 'closed';
CREATE INDEX file_customer ON cases.file (customer, opened_at);
CREATE INDEX file_similar ON cases.file (merchant_key, opened_at) WHERE merchant_key IS NOT NULL;
CREATE INDEX file_joined ON cases.file (joined_to) WHERE joined_to IS NOT NULL;

-- Which uses of a card a case is about: ids of the event log, where they lie under the customer's keys and open under a look of their own.
CREATE TABLE cases.evidence (
  fraud_case uuid NOT NULL REFERENCES cases.file (fraud_case) ON DELETE CASCADE,
  event uuid NOT NULL,
  alert uuid NOT NULL,
  added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (fraud_case, event)
);
CREATE INDEX evidence_event ON cases.evidence (event);

-- What happened, in order; added to and never changed. `about`: a code (a finding, why joined). `words`: sealed under the conversation's key.
CREATE TABLE cases.event (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  fraud_case uuid NOT NULL REFERENCES cases.file (fraud_case) ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('opened', 'evidence', 'seen', 'evidence-opened', 'assigned', 'released', 'noted', 'proposed', 'refused',
    'withdrawn', 'decided', 'told', 'closed', 'joined', 'unjoined', 'exported')),
  staff uuid,
  about text CHECK (about ~ '^[a-z][a-z-]{0,39}$'),
  other uuid,
  note uuid,
  words bytea CHECK (length(words) <= 16384),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK ((words IS NULL) = (note IS NULL))
);
CREATE INDEX event_case ON cases.event (fraud_case, seq);

-- A decision that one person proposes and another confirms. Whoever wrote this row cannot be whoever answers it with yes: not by the pages, and not
-- by any function.
CREATE TABLE cases.proposal (
  id uuid PRIMARY KEY,
  fraud_case uuid NOT NULL REFERENCES cases.file (fraud_case) ON DELETE CASCADE,
  finding text NOT NULL CHECK (finding IN ('fraud', 'genuine', 'friendly', 'not-decided')),
  refund text NOT NULL CHECK (refund IN ('yes', 'no')),
  proposed_by uuid NOT NULL,
  proposed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  answer text CHECK (answer IN ('confirmed', 'refused', 'withdrawn')),
  answered_by uuid,
  answered_at timestamptz,
  -- What the second person signed with their passkey.
  document text CHECK (length(document) <= 4096),
  credential_id bytea,
  authenticator_data bytea,
  client_data bytea,
  signature bytea,
  CHECK ((answer IS NULL) = (answered_by IS NULL) AND (answer IS NULL) = (answered_at IS NULL)),
  CONSTRAINT two_people CHECK (answer IS DISTINCT FROM 'confirmed' OR answered_by <> proposed_by),
  CONSTRAINT refused_by_another CHECK (answer IS DISTINCT FROM 'refused' OR answered_by <> proposed_by),
  CONSTRAINT withdrawn_by_self CHECK (answer IS DISTINCT FROM 'withdrawn' OR answered_by = proposed_by),
  CONSTRAINT confirmed_is_signed CHECK ((answer IS NOT DISTINCT FROM 'confirmed') = (document IS NOT NULL AND credential_id IS NOT NULL
    AND authenticator_data IS NOT NULL AND client_data IS NOT NULL AND signature IS NOT NULL))
);
CREATE UNIQUE INDEX proposal_waits ON cases.proposal (fraud_case) WHERE answer IS NULL;
CREATE INDEX proposal_case ON cases.proposal (fraud_case, proposed_at);

-- Who took which cases out of here, in which form, by which filter.
CREATE TABLE cases.export (
  id uuid PRIMARY KEY,
  staff uuid NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  form text NOT NULL CHECK (form IN ('csv', 'json')),
  asked jsonb NOT NULL CHECK (pg_column_size(asked) <= 1024),
  rows integer NOT NULL CHECK (rows >= 0)
);
CREATE INDEX export_at ON cases.export (at);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['file', 'evidence', 'event', 'proposal', 'export'] LOOP
    EXECUTE pg_catalog.format('ALTER TABLE cases.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE pg_catalog.format('ALTER TABLE cases.%I FORCE ROW LEVEL SECURITY', name);
    EXECUTE pg_catalog.format('REVOKE TRUNCATE ON cases.%I FROM parley_cases_owner', name);
    EXECUTE pg_catalog.format('CREATE POLICY functions_keep ON cases.%I FOR ALL TO parley_cases_owner USING (true) WITH CHECK (true)', name);
  END LOOP;
END
$$;
-- What happened is never written anew.
REVOKE UPDATE ON cases.event, cases.export, cases.evidence FROM parley_cases_owner;
RESET ROLE;

SET ROLE parley_desk_owner;
GRANT SELECT, UPDATE (closed_at, closed_by) ON desk.fraud_case TO parley_cases_owner;
CREATE POLICY cases_read ON desk.fraud_case FOR SELECT TO parley_cases_owner USING (true);
CREATE POLICY cases_close ON desk.fraud_case FOR UPDATE TO parley_cases_owner USING (closed_at IS NULL) WITH CHECK (closed_at IS NOT NULL);
RESET ROLE;

SET ROLE parley_cases_owner;

-- A case of the desk's has its file from the first moment. One of the same customer, bank, kind and day is a duplicate of the one that stands: it is
-- joined to it, which is undone with one press.
CREATE FUNCTION cases.begin_file() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  first_one uuid;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('cases|' || NEW.customer, 0));
  SELECT f.fraud_case INTO first_one FROM cases.file f
  WHERE f.customer = NEW.customer AND f.kind = NEW.kind AND f.institution IS NOT DISTINCT FROM NEW.institution AND f.joined_to IS NULL
    AND f.state = 'open' AND date_trunc('day', f.opened_at, 'UTC') = date_trunc('day', NEW.opened_at, 'UTC')
  ORDER BY f.opened_at LIMIT 1;
  INSERT INTO cases.file (fraud_case, customer, institution, kind, opened_at, joined_to, joined_because)
  VALUES (NEW.id, NEW.customer, NEW.institution, NEW.kind, NEW.opened_at, first_one, CASE WHEN first_one IS NOT NULL THEN 'same-day' END);
  INSERT INTO cases.event (fraud_case, kind, about, at) VALUES (NEW.id, 'opened', NEW.kind, NEW.opened_at);
  IF first_one IS NOT NULL THEN
    INSERT INTO cases.event (fraud_case, kind, about, other) VALUES (NEW.id, 'joined', 'same-day', first_one);
  END IF;
  RETURN NULL;
END
$$;
-- Closed by whom it may be: an agent who hands a conversation back, or the job that told the customer.
CREATE FUNCTION cases.end_file() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  UPDATE cases.proposal p SET answer = 'withdrawn', answered_by = p.proposed_by, answered_at = clock_timestamp()
  WHERE p.fraud_case = NEW.id AND p.answer IS NULL;
  UPDATE cases.file f SET state = 'closed' WHERE f.fraud_case = NEW.id;
  INSERT INTO cases.event (fraud_case, kind, staff) VALUES (NEW.id, 'closed', NEW.closed_by);
  RETURN NULL;
END
$$;
GRANT EXECUTE ON FUNCTION cases.begin_file(), cases.end_file() TO parley_desk_owner;
GRANT USAGE ON SCHEMA cases TO parley_desk_owner;
RESET ROLE;

SET ROLE parley_desk_owner;
CREATE TRIGGER begin_file AFTER INSERT ON desk.fraud_case FOR EACH ROW EXECUTE FUNCTION cases.begin_file();
CREATE TRIGGER end_file AFTER UPDATE OF closed_at ON desk.fraud_case FOR EACH ROW
  WHEN (OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL) EXECUTE FUNCTION cases.end_file();
RESET ROLE;

SET ROLE parley_cases_owner;
-- Cases of before.
INSERT INTO cases.file (fraud_case, customer, institution, kind, opened_at, state)
SELECT c.id, c.customer, c.institution, c.kind, c.opened_at, CASE WHEN c.closed_at IS NULL THEN 'open' ELSE 'closed' END FROM desk.fraud_case c;
INSERT INTO cases.event (fraud_case, kind, about, at) SELECT c.id, 'opened', c.kind, c.opened_at FROM desk.fraud_case c;
INSERT INTO cases.event (fraud_case, kind, staff, at) SELECT c.id, 'closed', c.closed_by, c.closed_at FROM desk.fraud_case c
WHERE c.closed_at IS NOT NULL;

-- What stands behind a case, known where an alert opened it: which uses, whose terminal, and how much as a step. A case about a use that another open
-- case of the customer is about is a duplicate of that one.
CREATE FUNCTION cases.attach(
  p_customer uuid, p_number text, p_alert uuid, p_events uuid[], p_merchant bytea, p_step smallint, p_currency text
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  which uuid;
  first_one uuid;
  added bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('cases|' || p_customer, 0));
  SELECT c.id INTO which FROM desk.fraud_case c WHERE c.number = p_number AND c.customer = p_customer AND c.closed_at IS NULL;
  IF which IS NULL THEN
    RETURN false;
  END IF;
  INSERT INTO cases.evidence (fraud_case, event, alert) SELECT which, e, p_alert FROM unnest(p_events) AS e ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS added = ROW_COUNT;
  IF added > 0 THEN
    INSERT INTO cases.event (fraud_case, kind) VALUES (which, 'evidence');
  END IF;
  -- Of amounts in two currencies the first is kept: the page says "at least".
  UPDATE cases.file f SET merchant_key = coalesce(f.merchant_key, p_merchant),
    risk_step = CASE WHEN f.risk_step IS NULL OR f.risk_currency = p_currency THEN greatest(f.risk_step, p_step) ELSE f.risk_step END,
    risk_currency = coalesce(f.risk_currency, p_currency)
  WHERE f.fraud_case = which;
  SELECT f.fraud_case INTO first_one FROM cases.evidence e JOIN cases.file f ON f.fraud_case = e.fraud_case
  WHERE e.event = ANY (p_events) AND f.fraud_case <> which AND f.customer = p_customer AND f.joined_to IS NULL AND f.state IN ('open', 'proposed')
  ORDER BY f.opened_at LIMIT 1;
  IF first_one IS NOT NULL AND NOT EXISTS (SELECT FROM cases.file f WHERE f.joined_to = which) THEN
    UPDATE cases.file f SET joined_to = first_one, joined_because = 'same-use' WHERE f.fraud_case = which AND f.joined_to IS NULL AND f.state = 'open';
    IF FOUND THEN
      INSERT INTO cases.event (fraud_case, kind, about, other) VALUES (which, 'joined', 'same-use', first_one);
    END IF;
  END IF;
  RETURN true;
END
$$;

-- A decided case, for the job that tells its customer and gives the finding to the features; with everything that is joined to it. No row: gone.
CREATE FUNCTION cases.decided(p_case uuid) RETURNS TABLE (
  customer uuid, conversation uuid, institution text, finding text, told boolean, events uuid[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT f.customer, c.conversation, f.institution, f.finding,
    EXISTS (SELECT FROM cases.event t WHERE t.fraud_case = f.fraud_case AND t.kind = 'told'),
    ARRAY(SELECT DISTINCT e.event FROM cases.evidence e JOIN cases.file j ON j.fraud_case = e.fraud_case
      WHERE j.fraud_case = f.fraud_case OR j.joined_to = f.fraud_case)
  FROM cases.file f JOIN desk.fraud_case c ON c.id = f.fraud_case
  WHERE f.fraud_case = p_case AND f.finding IS NOT NULL
$$;
-- The customer was told (`how`: `told`), or cannot be (`nobody`): the case is closed, and what is joined to it. False: it was before.
CREATE FUNCTION cases.note_told(p_case uuid, p_how text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  who uuid;
BEGIN
  PERFORM FROM cases.file f WHERE f.fraud_case = p_case AND f.state = 'decided' FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  SELECT p.answered_by INTO who FROM cases.proposal p WHERE p.fraud_case = p_case AND p.answer = 'confirmed' ORDER BY p.answered_at DESC LIMIT 1;
  INSERT INTO cases.event (fraud_case, kind, about) VALUES (p_case, 'told', p_how);
  UPDATE desk.fraud_case c SET closed_at = clock_timestamp(), closed_by = who
  WHERE c.closed_at IS NULL AND c.id IN (SELECT f.fraud_case FROM cases.file f WHERE f.fraud_case = p_case OR f.joined_to = p_case);
  RETURN true;
END
$$;

-- What the customer sees of their cases, and how many rows there are.
CREATE FUNCTION cases.own_standing(p_session bytea) RETURNS TABLE (number text, state text, finding text, refund text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT c.number, CASE WHEN f.state IN ('decided', 'closed') THEN f.state WHEN f.assigned_to IS NULL AND f.state = 'open' THEN 'waiting' ELSE 'working' END,
    coalesce(f.finding, m.finding), coalesce(f.refund, m.refund)
  FROM cases.file f JOIN desk.fraud_case c ON c.id = f.fraud_case LEFT JOIN cases.file m ON m.fraud_case = f.joined_to
  WHERE f.customer = customers.of_session(p_session) ORDER BY f.opened_at DESC LIMIT 100
$$;
CREATE FUNCTION cases.own_counts(p_session bytea) RETURNS TABLE (name text, rows bigint, until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  WITH mine AS (SELECT f.fraud_case FROM cases.file f WHERE f.customer = customers.of_session(p_session))
  SELECT 'cases.file', count(*), NULL::timestamptz FROM mine
  UNION ALL SELECT 'cases.evidence', count(*), NULL FROM cases.evidence e WHERE e.fraud_case IN (SELECT fraud_case FROM mine)
  UNION ALL SELECT 'cases.event', count(*), NULL FROM cases.event e WHERE e.fraud_case IN (SELECT fraud_case FROM mine)
  UNION ALL SELECT 'cases.proposal', count(*), NULL FROM cases.proposal p WHERE p.fraud_case IN (SELECT fraud_case FROM mine)
$$;
-- Forgets which exports were made more than three years ago. For a sweeper; everything else goes with its case.
CREATE FUNCTION cases.sweep() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  WITH gone AS (DELETE FROM cases.export x WHERE x.at < clock_timestamp() - interval '3 years' RETURNING 1)
  SELECT count(*) FROM gone
$$;
GRANT USAGE ON SCHEMA cases TO parley_fraud, parley_centre, parley_console;
GRANT EXECUTE ON FUNCTION cases.attach(uuid, text, uuid, uuid[], bytea, smallint, text), cases.decided(uuid), cases.note_told(uuid, text) TO parley_fraud;
GRANT EXECUTE ON FUNCTION cases.own_standing(bytea), cases.own_counts(bytea) TO parley_centre;
GRANT EXECUTE ON FUNCTION cases.sweep() TO parley_console;

-- The second lock: whether a bank is one of those of the person whose session this transaction named. No bank (null): only those who answer for all.
GRANT USAGE, CREATE ON SCHEMA cases TO parley_casework_owner;
RESET ROLE;
SET ROLE parley_casework_owner;
CREATE FUNCTION cases.in_scope(p_institution text, p_roles text[]) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (SELECT FROM staff.session_member(decode(nullif(current_setting('cases.session', true), ''), 'hex')) m
    WHERE m.role = ANY (p_roles) AND (m.institutions IS NULL OR p_institution = ANY (m.institutions)))
$$;
CREATE FUNCTION cases.sees(p_institution text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT cases.in_scope(p_institution, ARRAY['agent', 'analyst', 'operator']) $$;
CREATE FUNCTION cases.decides(p_institution text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT cases.in_scope(p_institution, ARRAY['analyst', 'operator']) $$;
RESET ROLE;

SET ROLE parley_cases_owner;
GRANT SELECT, UPDATE (state, assigned_to, assigned_at, joined_to, joined_because, finding, refund, decided_at) ON cases.file TO parley_casework_owner;
GRANT SELECT ON cases.evidence TO parley_casework_owner;
GRANT SELECT, INSERT (fraud_case, kind, staff, about, other, note, words) ON cases.event TO parley_casework_owner;
GRANT SELECT, INSERT (id, fraud_case, finding, refund, proposed_by),
  UPDATE (answer, answered_by, answered_at, document, credential_id, authenticator_data, client_data, signature) ON cases.proposal TO parley_casework_owner;
GRANT SELECT, INSERT (id, staff, form, asked, rows) ON cases.export TO parley_casework_owner;
CREATE POLICY people_see ON cases.file FOR SELECT TO parley_casework_owner USING (cases.sees(institution));
CREATE POLICY people_work ON cases.file FOR UPDATE TO parley_casework_owner USING (state <> 'closed' AND cases.decides(institution))
  WITH CHECK (cases.decides(institution));
CREATE POLICY people_see ON cases.evidence FOR SELECT TO parley_casework_owner
  USING (EXISTS (SELECT FROM cases.file f WHERE f.fraud_case = evidence.fraud_case));
CREATE POLICY people_see ON cases.event FOR SELECT TO parley_casework_owner
  USING (EXISTS (SELECT FROM cases.file f WHERE f.fraud_case = event.fraud_case));
CREATE POLICY people_add ON cases.event FOR INSERT TO parley_casework_owner
  WITH CHECK (staff IS NOT NULL AND EXISTS (SELECT FROM cases.file f WHERE f.fraud_case = event.fraud_case));
CREATE POLICY people_see ON cases.proposal FOR SELECT TO parley_casework_owner
  USING (EXISTS (SELECT FROM cases.file f WHERE f.fraud_case = proposal.fraud_case));
CREATE POLICY people_propose ON cases.proposal FOR INSERT TO parley_casework_owner WITH CHECK (answer IS NULL
  AND EXISTS (SELECT FROM cases.file f WHERE f.fraud_case = proposal.fraud_case AND cases.decides(f.institution)));
CREATE POLICY people_answer ON cases.proposal FOR UPDATE TO parley_casework_owner USING (answer IS NULL
  AND EXISTS (SELECT FROM cases.file f WHERE f.fraud_case = proposal.fraud_case AND cases.decides(f.institution))) WITH CHECK (answer IS NOT NULL);
CREATE POLICY people_see ON cases.export FOR SELECT TO parley_casework_owner USING (true);
CREATE POLICY people_add ON cases.export FOR INSERT TO parley_casework_owner WITH CHECK (true);
RESET ROLE;

SET ROLE parley_desk_owner;
GRANT SELECT (id, number, customer, conversation, institution, kind, details_sealed, opened_at, deadline_at, closed_at) ON desk.fraud_case
  TO parley_casework_owner;
GRANT SELECT (fraud_case, agent, at, xid), INSERT (customer, conversation, institution, agent, shown_as, fraud_case) ON desk.look TO parley_casework_owner;
CREATE POLICY casework_sees ON desk.fraud_case FOR SELECT TO parley_casework_owner USING (cases.sees(institution));
CREATE POLICY casework_sees ON desk.look FOR SELECT TO parley_casework_owner USING (fraud_case IS NOT NULL AND cases.sees(institution));
CREATE POLICY casework_looks ON desk.look FOR INSERT TO parley_casework_owner WITH CHECK (fraud_case IS NOT NULL AND cases.sees(institution));
RESET ROLE;

SET ROLE parley_casework_owner;

-- Names whose session this transaction is of. Whoever has none, or a role that has nothing to do with cases, can do nothing (42501).
CREATE FUNCTION cases.name_person(p_session bytea, p_roles text[]) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  who uuid;
BEGIN
  SELECT m.id INTO who FROM staff.session_member(p_session) m WHERE m.role = ANY (p_roles);
  IF who IS NULL THEN
    RAISE EXCEPTION 'not by this person' USING ERRCODE = '42501';
  END IF;
  PERFORM set_config('cases.session', encode(p_session, 'hex'), true);
  RETURN who;
END
$$;

-- Cases by a filter, without what is joined to another: how many there are, and a page of them. `p_until`: none that was opened later, so that what
-- was counted is what is acted on. First those that wait longest, or those with most at risk.
CREATE FUNCTION cases.list(p_session bytea, p_filter jsonb, p_until timestamptz, p_order text, p_offset integer, p_limit integer) RETURNS TABLE (
  fraud_case uuid, number text, kind text, institution text, institution_name text, state text, opened_at timestamptz, closed_at timestamptz,
  risk_step smallint, risk_currency text, assigned_to text, is_mine boolean, finding text, refund text, waits_for_me boolean, joined bigint,
  similar_count bigint, total bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  me uuid := cases.name_person(p_session, ARRAY['agent', 'analyst', 'operator']);
BEGIN
  RETURN QUERY
  WITH found AS (
    SELECT f.*, c.number, c.closed_at, count(*) OVER () AS total
    FROM cases.file f JOIN desk.fraud_case c ON c.id = f.fraud_case
    WHERE f.joined_to IS NULL AND (p_until IS NULL OR f.opened_at <= p_until)
      AND CASE coalesce(p_filter ->> 'state', 'waiting') WHEN 'waiting' THEN f.state IN ('open', 'proposed', 'decided') WHEN 'all' THEN true
        ELSE f.state = p_filter ->> 'state' END
      AND (NOT p_filter ? 'kind' OR f.kind = p_filter ->> 'kind')
      AND (NOT p_filter ? 'bank' OR f.institution = p_filter ->> 'bank')
      AND (NOT p_filter ? 'whose' OR CASE p_filter ->> 'whose' WHEN 'mine' THEN f.assigned_to = me ELSE f.assigned_to IS NULL END)
      AND (NOT p_filter ? 'number' OR c.number = p_filter ->> 'number')
    ORDER BY CASE WHEN p_order = 'risk' THEN f.risk_step END DESC NULLS LAST, f.opened_at, f.fraud_case
    OFFSET greatest(p_offset, 0) LIMIT least(greatest(p_limit, 1), 1000))
  SELECT x.fraud_case, x.number, x.kind, x.institution, (SELECT i.name FROM institutions.institution i WHERE i.id = x.institution), x.state,
    x.opened_at, x.closed_at, x.risk_step, x.risk_currency, (SELECT m.login FROM staff.member m WHERE m.id = x.assigned_to), x.assigned_to = me,
    x.finding, x.refund,
    EXISTS (SELECT FROM cases.proposal p WHERE p.fraud_case = x.fraud_case AND p.answer IS NULL AND p.proposed_by <> me),
    (SELECT count(*) FROM cases.file j WHERE j.joined_to = x.fraud_case),
    (SELECT count(*) FROM cases.file s WHERE s.merchant_key = x.merchant_key AND s.institution = x.institution AND s.fraud_case <> x.fraud_case
      AND s.opened_at BETWEEN x.opened_at - interval '30 days' AND x.opened_at + interval '30 days'),
    x.total
  FROM found x
  ORDER BY CASE WHEN p_order = 'risk' THEN x.risk_step END DESC NULLS LAST, x.opened_at, x.fraud_case;
END
$$;

-- Writes a look at a case down: once for a person, case and ten minutes. Gives the case's id; null where there is no such case for this person.
CREATE FUNCTION cases.begin_look(p_session bytea, p_number text, p_shown_as text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  me uuid := cases.name_person(p_session, ARRAY['agent', 'analyst', 'operator']);
  c record;
BEGIN
  SELECT x.id, x.customer, x.conversation, x.institution INTO c FROM desk.fraud_case x WHERE x.number = p_number;
  IF c.id IS NULL THEN
    RETURN NULL;
  END IF;
  IF NOT EXISTS (SELECT FROM desk.look l WHERE l.fraud_case = c.id AND l.agent = me AND l.at > clock_timestamp() - interval '10 minutes') THEN
    INSERT INTO desk.look (customer, conversation, institution, agent, shown_as, fraud_case)
    VALUES (c.customer, c.conversation, c.institution, me, p_shown_as, c.id);
    INSERT INTO cases.event (fraud_case, kind, staff) VALUES (c.id, 'seen', me);
  END IF;
  RETURN c.id;
END
$$;

-- One case as its page shows it: only under a look of this person's that committed before and is younger than a quarter of an hour.
CREATE FUNCTION cases.load(p_session bytea, p_case uuid) RETURNS TABLE (
  fraud_case uuid, number text, kind text, institution text, institution_name text, customer uuid, conversation uuid, state text,
  opened_at timestamptz, closed_at timestamptz, risk_step smallint, risk_currency text, assigned_to text, is_mine boolean, finding text, refund text,
  decided_at timestamptz, joined_to text, joined_because text, details_sealed bytea, events uuid[], proposal uuid, proposed_finding text,
  proposed_refund text, proposed_by text, proposed_by_me boolean, proposed_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  me uuid := cases.name_person(p_session, ARRAY['agent', 'analyst', 'operator']);
BEGIN
  RETURN QUERY
  SELECT f.fraud_case, c.number, f.kind, f.institution, (SELECT i.name FROM institutions.institution i WHERE i.id = f.institution), f.customer,
    c.conversation, f.state, f.opened_at, c.closed_at, f.risk_step, f.risk_currency, (SELECT m.login FROM staff.member m WHERE m.id = f.assigned_to),
    f.assigned_to = me, f.finding, f.refund, f.decided_at, (SELECT x.number FROM desk.fraud_case x WHERE x.id = f.joined_to), f.joined_because,
    c.details_sealed,
    ARRAY(SELECT DISTINCT e.event FROM cases.evidence e JOIN cases.file j ON j.fraud_case = e.fraud_case
      WHERE j.fraud_case = f.fraud_case OR j.joined_to = f.fraud_case),
    p.id, p.finding, p.refund, (SELECT m.login FROM staff.member m WHERE m.id = p.proposed_by), p.proposed_by = me, p.proposed_at
  FROM cases.file f JOIN desk.fraud_case c ON c.id = f.fraud_case
  LEFT JOIN cases.proposal p ON p.fraud_case = f.fraud_case AND p.answer IS NULL
  WHERE f.fraud_case = p_case AND EXISTS (SELECT FROM desk.look l WHERE l.fraud_case = f.fraud_case AND l.agent = me
    AND l.at > clock_timestamp() - interval '15 minutes' AND l.xid < pg_snapshot_xmax(pg_current_snapshot())
    AND l.xid <> coalesce(pg_current_xact_id_if_assigned(), '0'::xid8));
END
$$;
CREATE FUNCTION cases.timeline(p_session bytea, p_case uuid) RETURNS TABLE (
  kind text, login text, about text, other text, note uuid, words bytea, at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  me uuid := cases.name_person(p_session, ARRAY['agent', 'analyst', 'operator']);
BEGIN
  RETURN QUERY SELECT t.kind, t.login, t.about, t.other, t.note, t.words, t.at FROM (
    SELECT e.seq, e.kind, (SELECT m.login FROM staff.member m WHERE m.id = e.staff) AS login, e.about,
      (SELECT x.number FROM desk.fraud_case x WHERE x.id = e.other) AS other, e.note, e.words, e.at
    FROM cases.event e JOIN cases.file f ON f.fraud_case = e.fraud_case
    WHERE f.fraud_case = p_case AND EXISTS (SELECT FROM desk.look l WHERE l.fraud_case = p_case AND l.agent = me
      AND l.at > clock_timestamp() - interval '15 minutes')
    ORDER BY e.seq DESC LIMIT 500) t ORDER BY t.seq;
END
$$;
-- Cases that resemble this one: the same terminal's within a month, and what is joined to it. Numbers and how they stand; nobody's data is opened.
CREATE FUNCTION cases.related(p_session bytea, p_case uuid) RETURNS TABLE (
  number text, kind text, state text, finding text, opened_at timestamptz, relation text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  me uuid := cases.name_person(p_session, ARRAY['agent', 'analyst', 'operator']);
BEGIN
  RETURN QUERY SELECT c.number, s.kind, s.state, s.finding, s.opened_at, CASE WHEN s.joined_to = f.fraud_case THEN s.joined_because ELSE 'same-merchant' END
  FROM cases.file f JOIN cases.file s ON s.fraud_case <> f.fraud_case AND (s.joined_to = f.fraud_case OR (s.merchant_key = f.merchant_key
      AND s.institution = f.institution AND s.opened_at BETWEEN f.opened_at - interval '30 days' AND f.opened_at + interval '30 days'))
  JOIN desk.fraud_case c ON c.id = s.fraud_case
  WHERE f.fraud_case = p_case ORDER BY (s.joined_to = f.fraud_case) IS TRUE DESC, s.opened_at DESC LIMIT 20;
END
$$;

-- Takes a case, or lets it go. False: not there, closed or joined.
CREATE FUNCTION cases.assign(p_session bytea, p_case uuid, p_take boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  me uuid := cases.name_person(p_session, ARRAY['analyst', 'operator']);
BEGIN
  UPDATE cases.file f SET assigned_to = CASE WHEN p_take THEN me END, assigned_at = CASE WHEN p_take THEN clock_timestamp() END
  WHERE f.fraud_case = p_case AND f.joined_to IS NULL AND f.state IN ('open', 'proposed')
    AND CASE WHEN p_take THEN f.assigned_to IS DISTINCT FROM me ELSE f.assigned_to IS NOT NULL END;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO cases.event (fraud_case, kind, staff) VALUES (p_case, CASE WHEN p_take THEN 'assigned' ELSE 'released' END, me);
  RETURN true;
END
$$;
CREATE FUNCTION cases.add_note(p_session bytea, p_case uuid, p_note uuid, p_words bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  me uuid := cases.name_person(p_session, ARRAY['analyst', 'operator']);
BEGIN
  INSERT INTO cases.event (fraud_case, kind, staff, note, words)
  SELECT f.fraud_case, 'noted', me, p_note, p_words FROM cases.file f WHERE f.fraud_case = p_case AND cases.decides(f.institution);
  RETURN FOUND;
END
$$;
-- What one person thinks it was. False: something else waits already, or there is nothing to decide.
CREATE FUNCTION cases.propose(p_session bytea, p_case uuid, p_id uuid, p_finding text, p_refund text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  me uuid := cases.name_person(p_session, ARRAY['analyst', 'operator']);
BEGIN
  UPDATE cases.file f SET state = 'proposed' WHERE f.fraud_case = p_case AND f.state = 'open' AND f.joined_to IS NULL;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO cases.proposal (id, fraud_case, finding, refund, proposed_by) VALUES (p_id, p_case, p_finding, p_refund, me);
  INSERT INTO cases.event (fraud_case, kind, staff, about) VALUES (p_case, 'proposed', me, p_finding);
  RETURN true;
END
$$;
-- Another person refuses it, or whoever proposed it takes it back. False: it does not wait.
CREATE FUNCTION cases.turn_down(p_session bytea, p_proposal uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  me uuid := cases.name_person(p_session, ARRAY['analyst', 'operator']);
  p record;
BEGIN
  UPDATE cases.proposal x SET answer = CASE WHEN x.proposed_by = me THEN 'withdrawn' ELSE 'refused' END, answered_by = me,
    answered_at = clock_timestamp() WHERE x.id = p_proposal AND x.answer IS NULL RETURNING x.fraud_case, x.finding, x.answer INTO p;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  UPDATE cases.file f SET state = 'open' WHERE f.fraud_case = p.fraud_case AND f.state = 'proposed';
  INSERT INTO cases.event (fraud_case, kind, staff, about) VALUES (p.fraud_case, p.answer, me, p.finding);
  RETURN true;
END
$$;
-- A proposal that waits, for the page on which it is signed.
CREATE FUNCTION cases.find_proposal(p_session bytea, p_proposal uuid) RETURNS TABLE (
  fraud_case uuid, number text, kind text, finding text, refund text, proposed_by text, by_me boolean, proposed_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  me uuid := cases.name_person(p_session, ARRAY['analyst', 'operator']);
BEGIN
  RETURN QUERY SELECT p.fraud_case, c.number, c.kind, p.finding, p.refund, (SELECT m.login FROM staff.member m WHERE m.id = p.proposed_by),
    p.proposed_by = me, p.proposed_at
  FROM cases.proposal p JOIN desk.fraud_case c ON c.id = p.fraud_case WHERE p.id = p_proposal AND p.answer IS NULL;
END
$$;
-- The second person's yes, with what they signed: `decided`; `same-person`; `over`: it does not wait, or the signed words are of something else.
CREATE FUNCTION cases.confirm(
  p_session bytea, p_document text, p_credential bytea, p_authenticator bytea, p_client bytea, p_signature bytea) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  me uuid := cases.name_person(p_session, ARRAY['analyst', 'operator']);
  d jsonb := p_document::jsonb;
  p cases.proposal;
BEGIN
  SELECT x.* INTO p FROM cases.proposal x WHERE x.id = (d ->> 'proposal')::uuid AND x.answer IS NULL FOR UPDATE;
  IF NOT FOUND OR d ->> 'act' <> 'decide-case' OR (d ->> 'staff')::uuid <> me OR d ->> 'finding' <> p.finding OR d ->> 'refund' <> p.refund
    OR d ->> 'case' <> (SELECT c.number FROM desk.fraud_case c WHERE c.id = p.fraud_case) THEN
    RETURN 'over';
  END IF;
  IF p.proposed_by = me THEN
    RETURN 'same-person';
  END IF;
  UPDATE cases.proposal x SET answer = 'confirmed', answered_by = me, answered_at = clock_timestamp(), document = p_document,
    credential_id = p_credential, authenticator_data = p_authenticator, client_data = p_client, signature = p_signature WHERE x.id = p.id;
  UPDATE cases.file f SET state = 'decided', finding = p.finding, refund = p.refund, decided_at = clock_timestamp()
  WHERE f.fraud_case = p.fraud_case AND f.state = 'proposed';
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a proposal without a case that waits for it' USING ERRCODE = '42501';
  END IF;
  INSERT INTO cases.event (fraud_case, kind, staff, about) VALUES (p.fraud_case, 'decided', me, p.finding);
  PERFORM platform.add_job('cases.decided', 'case:' || p.fraud_case, jsonb_build_object('case', p.fraud_case), 0, 1::smallint);
  RETURN 'decided';
END
$$;
-- Two cases that were taken for one are two again. False: they were not joined, or both are closed.
CREATE FUNCTION cases.unjoin(p_session bytea, p_case uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  me uuid := cases.name_person(p_session, ARRAY['analyst', 'operator']);
  was uuid;
BEGIN
  SELECT f.joined_to INTO was FROM cases.file f WHERE f.fraud_case = p_case FOR UPDATE;
  UPDATE cases.file f SET joined_to = NULL, joined_because = NULL WHERE f.fraud_case = p_case AND f.joined_to IS NOT NULL AND f.state = 'open';
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO cases.event (fraud_case, kind, staff, other) VALUES (p_case, 'unjoined', me, was);
  RETURN true;
END
$$;
-- That the card uses behind a case are about to be opened by this person; the look itself is an entry of the log.
CREATE FUNCTION cases.note_evidence_opened(p_session bytea, p_case uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  me uuid := cases.name_person(p_session, ARRAY['analyst', 'operator']);
BEGIN
  INSERT INTO cases.event (fraud_case, kind, staff)
  SELECT f.fraud_case, 'evidence-opened', me FROM cases.file f WHERE f.fraud_case = p_case AND cases.decides(f.institution);
  RETURN FOUND;
END
$$;
-- Takes cases out: who, in which form, by which filter, and a look at each for its customer to see. Gives them as the list does.
CREATE FUNCTION cases.take_out(p_session bytea, p_id uuid, p_form text, p_filter jsonb, p_shown_as text, p_limit integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  me uuid := cases.name_person(p_session, ARRAY['analyst', 'operator']);
  which uuid[];
BEGIN
  SELECT coalesce(array_agg(l.fraud_case), '{}') INTO which FROM cases.list(p_session, p_filter, NULL, 'oldest', 0, p_limit) l;
  INSERT INTO cases.export (id, staff, form, asked, rows) VALUES (p_id, me, p_form, p_filter, cardinality(which));
  INSERT INTO desk.look (customer, conversation, institution, agent, shown_as, fraud_case)
  SELECT c.customer, c.conversation, c.institution, me, p_shown_as, c.id FROM desk.fraud_case c WHERE c.id = ANY (which);
  INSERT INTO cases.event (fraud_case, kind, staff, about) SELECT c, 'exported', me, p_form FROM unnest(which) AS c;
  RETURN cardinality(which);
END
$$;
GRANT EXECUTE ON FUNCTION cases.list(bytea, jsonb, timestamptz, text, integer, integer), cases.begin_look(bytea, text, text), cases.load(bytea, uuid),
  cases.timeline(bytea, uuid), cases.related(bytea, uuid), cases.assign(bytea, uuid, boolean), cases.add_note(bytea, uuid, uuid, bytea),
  cases.propose(bytea, uuid, uuid, text, text), cases.turn_down(bytea, uuid), cases.find_proposal(bytea, uuid),
  cases.confirm(bytea, text, bytea, bytea, bytea, bytea), cases.unjoin(bytea, uuid), cases.note_evidence_opened(bytea, uuid),
  cases.take_out(bytea, uuid, text, jsonb, text, integer) TO parley_console;
-- Policies of other owners' tables ask these.
GRANT EXECUTE ON FUNCTION cases.sees(text), cases.decides(text), cases.in_scope(text, text[]) TO parley_cases_owner, parley_desk_owner;
RESET ROLE;
SET ROLE parley_cases_owner;
REVOKE CREATE ON SCHEMA cases FROM parley_casework_owner;
RESET ROLE;

-- Of a case the law keeps what was decided, too (12 CFR 1005.13): by which two people, and when.
SET ROLE parley_cases_owner;
GRANT USAGE ON SCHEMA cases TO parley_erasure_owner;
GRANT SELECT (fraud_case, customer, finding, refund, decided_at) ON cases.file TO parley_erasure_owner;
GRANT SELECT (fraud_case, proposed_by, answered_by, answered_at, answer) ON cases.proposal TO parley_erasure_owner;
CREATE POLICY erasing_reads ON cases.file FOR SELECT TO parley_erasure_owner USING (erasure.has_begun(customer));
CREATE POLICY erasing_reads ON cases.proposal FOR SELECT TO parley_erasure_owner
  USING (EXISTS (SELECT FROM cases.file f WHERE f.fraud_case = proposal.fraud_case));
RESET ROLE;

SET ROLE parley_erasure_owner;
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
        'openedAt', c.opened_at, 'deadlineAt', c.deadline_at, 'closedAt', c.closed_at, 'finding', f.finding, 'refund', f.refund,
        'decidedAt', f.decided_at, 'decidedBy', (SELECT jsonb_build_array(p.proposed_by, p.answered_by) FROM cases.proposal p
          WHERE p.fraud_case = c.id AND p.answer = 'confirmed' ORDER BY p.answered_at DESC LIMIT 1))::text
    FROM erasure.erasure e JOIN desk.fraud_case c ON c.customer = e.customer LEFT JOIN cases.file f ON f.fraud_case = c.id
    WHERE e.id = p_erasure AND e.finished_at IS NULL
  ) w
  WHERE w.kept_until > clock_timestamp() AND NOT EXISTS (SELECT FROM erasure.held_record h WHERE h.id = w.record)
  ORDER BY w.record LIMIT 20
$$;
RESET ROLE;
