-- The last pages of the staff that read tables under their login now read functions that take the session's hash. Whoever forgets to ask for a role
-- on a page finds nothing there: which role sees which place, and of which banks, the database says by itself.

SET ROLE parley_staff_owner;
GRANT EXECUTE ON FUNCTION staff.session_member(bytea) TO parley_console, parley_statistics, parley_consent_writer, parley_rules_owner;
GRANT USAGE ON SCHEMA staff TO parley_statistics;

-- That a role was refused something. By whom is found out here, so that a login which serves some pages can write nothing else down.
CREATE FUNCTION staff.note_not_allowed(p_session bytea, p_about text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  INSERT INTO staff.event (kind, member, about) SELECT 'not-allowed', m.id, p_about FROM staff.session_member(p_session) m
$$;
GRANT EXECUTE ON FUNCTION staff.note_not_allowed(bytea, text) TO parley_console, parley_statistics;

-- The names of everybody who ever was one of the staff: those who did something are named by their id. Not for a messenger's operator.
CREATE FUNCTION staff.people(p_session bytea) RETURNS TABLE (id uuid, login text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT p.id, p.login FROM staff.session_member(p_session) m CROSS JOIN staff.member p
  WHERE m.role IN ('operator', 'analyst', 'agent', 'auditor')
  ORDER BY p.removed_at IS NOT NULL, p.login, p.added_at DESC LIMIT 1000
$$;
GRANT EXECUTE ON FUNCTION staff.people(bytea) TO parley_console;

-- Whose banks a page for this action is about; no row at all where this person's role has no business there. The roles are those of src/staff/may.ts.
-- What a page shows of the process itself, not of the database (settings, models, whether banks answer), it shows for these banks alone.
CREATE FUNCTION staff.banks(p_session bytea, p_action text) RETURNS TABLE (id text, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT i.id, i.name
  FROM staff.session_member(p_session) m
  JOIN institutions.institution i ON m.institutions IS NULL OR i.id = ANY (m.institutions)
  WHERE m.role = ANY (CASE p_action
    WHEN 'see-cases' THEN ARRAY['agent', 'analyst', 'operator']
    WHEN 'see-rules' THEN ARRAY['analyst', 'operator', 'auditor']
    WHEN 'change-rules' THEN ARRAY['analyst', 'operator']
    WHEN 'see-cutoffs' THEN ARRAY['operator', 'analyst', 'agent', 'auditor']
    WHEN 'cut-off' THEN ARRAY['operator']
    WHEN 'sign-acts' THEN ARRAY['operator', 'analyst', 'agent', 'auditor']
    WHEN 'see-overview' THEN ARRAY['operator', 'analyst', 'auditor']
    WHEN 'see-connectors' THEN ARRAY['operator', 'auditor']
    WHEN 'see-consents' THEN ARRAY['operator', 'auditor']
    WHEN 'see-models' THEN ARRAY['analyst', 'operator', 'auditor']
    WHEN 'see-audit' THEN ARRAY['auditor', 'operator']
    WHEN 'see-configuration' THEN ARRAY['operator', 'auditor']
    WHEN 'see-incidents' THEN ARRAY['operator', 'analyst', 'auditor']
    WHEN 'handle-incidents' THEN ARRAY['operator']
    ELSE ARRAY[]::text[] END)
  ORDER BY i.name, i.id LIMIT 500
$$;
GRANT EXECUTE ON FUNCTION staff.banks(bytea, text) TO parley_console;
RESET ROLE;

SET ROLE parley_app_owner;
REVOKE SELECT ON institutions.institution FROM parley_console;
RESET ROLE;

SET ROLE parley_console_owner;
-- What stands at the top of every page while something is wrong, for everybody at banks: its title, and no more of it.
CREATE FUNCTION console.incident_titles(p_session bytea) RETURNS TABLE (title text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT n.title
  FROM console.member(p_session, ARRAY['operator', 'analyst', 'agent', 'auditor']) m
  JOIN console.incident n ON n.institution IS NULL OR m.institutions IS NULL OR n.institution = ANY (m.institutions)
  WHERE n.resolved_at IS NULL ORDER BY n.opened_at DESC LIMIT 3
$$;
GRANT EXECUTE ON FUNCTION console.incident_titles(bytea) TO parley_console;
-- Incidents with what is known of them: for those who read the page of incidents.
CREATE OR REPLACE FUNCTION console.incidents(p_session bytea) RETURNS TABLE (
  id uuid, institution text, title text, what text, since timestamptz, opened_at timestamptz, opened_by text, resolved_at timestamptz,
  resolved_by text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT n.id, n.institution, n.title, n.what, n.since, n.opened_at, o.login, n.resolved_at, r.login
  FROM console.member(p_session, ARRAY['operator', 'analyst', 'auditor']) m
  JOIN console.incident n ON n.institution IS NULL OR m.institutions IS NULL OR n.institution = ANY (m.institutions)
  JOIN staff.member o ON o.id = n.opened_by LEFT JOIN staff.member r ON r.id = n.resolved_by
  WHERE n.resolved_at IS NULL OR n.resolved_at > clock_timestamp() - interval '30 days'
  ORDER BY n.resolved_at IS NOT NULL, n.opened_at DESC LIMIT 100
$$;
RESET ROLE;

SET ROLE parley_consent_writer;
-- Whether this person is to know of a cut-off: of platforms and channels everybody at banks is, of a bank those who are there for it.
CREATE FUNCTION consent.cutoffs(p_session bytea) RETURNS TABLE (
  id uuid, kind text, target text, reason text, cut_by uuid, cut_at timestamptz, lifted_at timestamptz, people bigint, counted_at timestamptz,
  last_look_at timestamptz, told bigint, told_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT c.id, c.kind, c.target, c.reason, c.cut_by, c.cut_at, c.lifted_at, coalesce(r.people, 0), r.counted_at, r.last_look_at,
    coalesce(r.told, 0), r.told_at
  FROM staff.session_member(p_session) m
  JOIN consent.cutoff c ON m.institutions IS NULL OR c.kind <> 'institution' OR c.target = ANY (m.institutions)
  LEFT JOIN consent.cutoff_reach r ON r.cutoff = c.id
  WHERE m.role IN ('operator', 'analyst', 'agent', 'auditor')
  ORDER BY c.lifted_at IS NOT NULL, c.cut_at DESC LIMIT 100
$$;
-- What was signed to lift them: in the last day while they stand, and afterwards what they were lifted with.
CREATE FUNCTION consent.cutoff_lifts(p_session bytea) RETURNS TABLE (id uuid, cutoff uuid, staff uuid, at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT l.id, l.cutoff, l.staff, l.at
  FROM consent.cutoffs(p_session) s JOIN consent.cutoff c ON c.id = s.id JOIN consent.cutoff_lift l ON l.cutoff = c.id
  WHERE CASE WHEN c.lifted_at IS NULL THEN l.at > clock_timestamp() - interval '24 hours' ELSE l.id = ANY (c.lifted_with) END
  ORDER BY l.at LIMIT 200
$$;
GRANT EXECUTE ON FUNCTION consent.cutoffs(bytea), consent.cutoff_lifts(bytea) TO parley_console;
REVOKE SELECT ON consent.cutoff, consent.cutoff_lift, consent.cutoff_reach FROM parley_console;
ALTER POLICY console_reads ON consent.cutoff TO parley_inspector, parley_consent;
DROP POLICY console_reads ON consent.cutoff_lift;
ALTER POLICY console_reads ON consent.cutoff_reach TO parley_consent;
RESET ROLE;

SET ROLE parley_rules_owner;
-- Whether this person reads a bank's rules.
CREATE FUNCTION rules.reads(p_session bytea, p_institution text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (SELECT FROM staff.session_member(p_session) m
    WHERE m.role IN ('analyst', 'operator', 'auditor') AND (m.institutions IS NULL OR p_institution = ANY (m.institutions)))
$$;
-- A bank's versions, latest first; or the one of an id.
CREATE FUNCTION rules.versions(p_session bytea, p_institution text, p_id uuid) RETURNS TABLE (
  id uuid, institution text, version integer, digest text, document text, note text, made_by uuid, made_at timestamptz, shadow_from timestamptz,
  shadow_until timestamptz, live_from timestamptz, was_live boolean, is_tested boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT s.id, s.institution, s.version, s.digest, s.document, s.note, s.made_by, s.made_at, s.shadow_from, s.shadow_until,
    (SELECT l.live_from FROM rules.live l WHERE l.rule_set = s.id AND l.live_until IS NULL),
    EXISTS (SELECT FROM rules.live l WHERE l.rule_set = s.id),
    EXISTS (SELECT FROM rules.backtest b WHERE b.rule_set = s.id)
  FROM rules.rule_set s
  WHERE (s.institution = p_institution OR s.id = p_id) AND rules.reads(p_session, s.institution)
  ORDER BY s.version DESC LIMIT 50
$$;
-- What the latest backtest of a version found.
CREATE FUNCTION rules.latest_backtest(p_session bytea, p_rule_set uuid) RETURNS TABLE (figures text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT b.figures::text FROM rules.backtest b JOIN rules.rule_set s ON s.id = b.rule_set
  WHERE b.rule_set = p_rule_set AND rules.reads(p_session, s.institution) ORDER BY b.made_at DESC LIMIT 1
$$;
-- A bank's changes: those that wait and can still be signed, then the latest that were made; or the one of an id.
CREATE FUNCTION rules.changes(p_session bytea, p_institution text, p_id uuid) RETURNS TABLE (
  id uuid, document text, needs integer, asked_by uuid, asked_at timestamptz, done_at timestamptz, signed_by uuid[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT c.id, c.document, c.needs, c.asked_by, c.asked_at, c.done_at,
    ARRAY(SELECT g.staff FROM rules.signature g WHERE g.change = c.id ORDER BY g.at)
  FROM rules.change c
  WHERE (c.id = p_id OR (c.institution = p_institution
      AND (c.done_at IS NOT NULL OR c.asked_at > clock_timestamp() - rules.signature_time())))
    AND rules.reads(p_session, c.institution)
  ORDER BY c.done_at IS NOT NULL, c.asked_at DESC LIMIT 50
$$;
-- A bank's entries that count or wait for signatures, latest first.
CREATE FUNCTION rules.entries(p_session bytea, p_institution text) RETURNS TABLE (
  id uuid, purpose text, list text, key text, reason text, live_from timestamptz, until_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT e.id, e.purpose, e.list, e.key, e.reason, e.live_from, e.until_at FROM rules.list_entry e
  WHERE e.institution = p_institution AND e.ended_at IS NULL AND e.until_at > clock_timestamp() AND rules.reads(p_session, e.institution)
  ORDER BY e.asked_at DESC LIMIT 200
$$;
-- What a version came to in shadow and live, day by day.
CREATE FUNCTION rules.counts(p_session bytea, p_rule_set uuid) RETURNS TABLE (
  day date, line text, uses bigint, customers bigint, frauds bigint, fraud_minor bigint, genuine bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT k.day, k.line, k.uses, k.customers, k.frauds, k.fraud_minor, k.genuine
  FROM rules.shadow_count k JOIN rules.rule_set s ON s.id = k.rule_set
  WHERE k.rule_set = p_rule_set AND rules.reads(p_session, s.institution) ORDER BY k.day DESC, k.line LIMIT 10000
$$;
GRANT EXECUTE ON FUNCTION rules.versions(bytea, text, uuid), rules.latest_backtest(bytea, uuid), rules.changes(bytea, text, uuid),
  rules.entries(bytea, text), rules.counts(bytea, uuid) TO parley_console;
REVOKE SELECT ON rules.rule_set, rules.backtest, rules.change, rules.signature, rules.live, rules.list_entry, rules.shadow_count FROM parley_console;
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['rule_set', 'backtest', 'change', 'signature', 'live', 'list_entry', 'shadow_count'] LOOP
    EXECUTE pg_catalog.format('DROP POLICY console_reads ON rules.%I', name);
  END LOOP;
END
$$;
RESET ROLE;

SET ROLE parley_cases_owner;
GRANT CREATE ON SCHEMA cases TO parley_casework_owner;
RESET ROLE;
SET ROLE parley_casework_owner;
-- As before; and `late`: cases not decided yet, opened before the moments from which on their banks' first date lies behind them
-- (`{"banks": {bank: {kind: ms}}, "others": {kind: ms}}`). How days are counted is configuration, so the page says from when on.
CREATE OR REPLACE FUNCTION cases.list(p_session bytea, p_filter jsonb, p_until timestamptz, p_order text, p_offset integer, p_limit integer) RETURNS TABLE (
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
      AND (NOT p_filter ? 'late' OR (f.state IN ('open', 'proposed') AND f.opened_at < to_timestamp(coalesce(
        p_filter #>> ARRAY['late', 'banks', f.institution, f.kind], p_filter #>> ARRAY['late', 'others', f.kind])::float8 / 1000)))
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
-- As before; of `late` it is kept that it was asked, and no dates.
CREATE OR REPLACE FUNCTION cases.take_out(p_session bytea, p_id uuid, p_form text, p_filter jsonb, p_shown_as text, p_limit integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  me uuid := cases.name_person(p_session, ARRAY['analyst', 'operator']);
  which uuid[];
BEGIN
  SELECT coalesce(array_agg(l.fraud_case), '{}') INTO which FROM cases.list(p_session, p_filter, NULL, 'oldest', 0, p_limit) l;
  INSERT INTO cases.export (id, staff, form, asked, rows) VALUES (p_id, me, p_form, CASE WHEN p_filter ? 'late' THEN p_filter || '{"late": true}' ELSE p_filter END, cardinality(which));
  INSERT INTO desk.look (customer, conversation, institution, agent, shown_as, fraud_case)
  SELECT c.customer, c.conversation, c.institution, me, p_shown_as, c.id FROM desk.fraud_case c WHERE c.id = ANY (which);
  INSERT INTO cases.event (fraud_case, kind, staff, about) SELECT c, 'exported', me, p_form FROM unnest(which) AS c;
  RETURN cardinality(which);
END
$$;
RESET ROLE;
SET ROLE parley_cases_owner;
REVOKE CREATE ON SCHEMA cases FROM parley_casework_owner;
RESET ROLE;
