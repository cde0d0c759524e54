-- What the staff do is written down by the tables that they do it to, in the transaction that does it: whoever holds the pages' login, and whichever
-- way they come, leaves the same line for those who watch over the staff. Lines name an act and its person, and nothing of customers'.

SET ROLE parley_staff_owner;

ALTER TABLE staff.event DROP CONSTRAINT event_kind_check;
ALTER TABLE staff.event ADD CONSTRAINT event_kind_check CHECK (kind IN ('signed-in', 'signed-out', 'sign-in-refused', 'session-ended', 'passkey-made',
  'passkey-ended', 'member-added', 'member-removed', 'identity-bound', 'not-allowed', 'act-signed', 'looked', 'acted'));

-- For functions of tables whose rows do not say whose act it is.
CREATE FUNCTION staff.note_act(p_member uuid, p_about text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  INSERT INTO staff.event (kind, member, about) VALUES ('acted', p_member, p_about)
$$;

-- On a table whose rows say whose act they are. Arguments: the event's kind; what it is about; the column with the person; and, where there is one, the
-- column with the word that ends what it is about.
CREATE FUNCTION staff.note_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  who uuid;
  word text;
BEGIN
  EXECUTE format('SELECT ($1).%I', TG_ARGV[2]) INTO who USING NEW;
  IF TG_NARGS > 3 THEN
    EXECUTE format('SELECT ($1).%I::text', TG_ARGV[3]) INTO word USING NEW;
  END IF;
  INSERT INTO staff.event (kind, member, about) VALUES (TG_ARGV[0], who, concat_ws('/', TG_ARGV[1], word));
  RETURN NULL;
END
$$;
GRANT EXECUTE ON FUNCTION staff.note_row() TO parley_consent_writer, parley_rules_owner, parley_cases_owner, parley_console_owner, parley_desk_owner,
  parley_statistics_owner;
GRANT USAGE ON SCHEMA staff TO parley_cases_owner;
GRANT EXECUTE ON FUNCTION staff.note_act(uuid, text) TO parley_consent_writer, parley_rules_owner;

-- As before; and whoever ends somebody else's session, or their own others, has done something.
CREATE OR REPLACE FUNCTION staff.end_sessions(p_session bytea, p_handle text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  ended integer;
BEGIN
  UPDATE staff.session s SET ended_at = clock_timestamp()
  WHERE s.ended_at IS NULL AND encode(sha256(s.id_hash), 'hex') IN (
    SELECT l.handle FROM staff.list_sessions(p_session) l
    WHERE CASE WHEN p_handle IS NULL THEN l.is_own AND NOT l.is_this ELSE l.handle = p_handle END);
  GET DIAGNOSTICS ended = ROW_COUNT;
  IF ended > 0 THEN
    -- Whose session this was: it may be the one that has just ended.
    PERFORM staff.note_act((SELECT s.member FROM staff.session s WHERE s.id_hash = p_session), 'sessions/ended');
  END IF;
  RETURN ended;
END
$$;

RESET ROLE;

SET ROLE parley_consent_writer;
CREATE TRIGGER note_cut AFTER INSERT ON consent.cutoff FOR EACH ROW EXECUTE FUNCTION staff.note_row('acted', 'cut-off', 'cut_by', 'kind');
CREATE TRIGGER note_signed AFTER INSERT ON consent.cutoff_lift FOR EACH ROW EXECUTE FUNCTION staff.note_row('acted', 'lift/signed', 'staff');
-- The keystore lifts, for those who signed.
CREATE FUNCTION consent.note_lifted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM staff.note_act(l.staff, 'lift/done') FROM (SELECT DISTINCT x.staff FROM consent.cutoff_lift x WHERE x.id = ANY (NEW.lifted_with)) l;
  IF NOT FOUND THEN
    PERFORM staff.note_act(NULL, 'lift/done');
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER note_lifted AFTER UPDATE OF lifted_at ON consent.cutoff FOR EACH ROW
  WHEN (OLD.lifted_at IS NULL AND NEW.lifted_at IS NOT NULL) EXECUTE FUNCTION consent.note_lifted();
RESET ROLE;

SET ROLE parley_rules_owner;
CREATE TRIGGER note_saved AFTER INSERT ON rules.rule_set FOR EACH ROW EXECUTE FUNCTION staff.note_row('acted', 'rules/saved', 'made_by');
CREATE TRIGGER note_tested AFTER INSERT ON rules.backtest FOR EACH ROW EXECUTE FUNCTION staff.note_row('acted', 'rules/tested', 'made_by');
CREATE TRIGGER note_asked AFTER INSERT ON rules.change FOR EACH ROW EXECUTE FUNCTION staff.note_row('acted', 'rules/asked', 'asked_by', 'kind');
CREATE TRIGGER note_signed AFTER INSERT ON rules.signature FOR EACH ROW EXECUTE FUNCTION staff.note_row('acted', 'rules/signed', 'staff');
-- The keystore carries a change out, for those who signed.
CREATE FUNCTION rules.note_done() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM staff.note_act(g.staff, 'rules/done/' || NEW.kind)
  FROM (SELECT DISTINCT x.staff FROM rules.signature x WHERE x.id = ANY (NEW.done_with)) g;
  IF NOT FOUND THEN
    PERFORM staff.note_act(NULL, 'rules/done/' || NEW.kind);
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER note_done AFTER UPDATE OF done_at ON rules.change FOR EACH ROW
  WHEN (OLD.done_at IS NULL AND NEW.done_at IS NOT NULL) EXECUTE FUNCTION rules.note_done();

-- As before; a version's row does not say who put it in shadow, so the function does.
CREATE OR REPLACE FUNCTION rules.shadow(p_rule_set uuid, p_begin boolean, p_member uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  s rules.rule_set;
BEGIN
  SELECT x.* INTO s FROM rules.rule_set x WHERE x.id = p_rule_set FOR UPDATE;
  IF NOT FOUND OR (s.shadow_from IS NULL) <> p_begin OR s.shadow_until IS NOT NULL THEN
    RETURN 'over';
  END IF;
  IF NOT staff.works_on_rules(p_member, s.institution) THEN
    RAISE EXCEPTION 'this person may not try rules of this bank' USING ERRCODE = '42501';
  END IF;
  IF NOT p_begin THEN
    UPDATE rules.rule_set SET shadow_until = clock_timestamp() WHERE id = s.id;
    PERFORM staff.note_act(p_member, 'rules/shadow/ended');
    RETURN 'ended';
  END IF;
  IF NOT EXISTS (SELECT FROM rules.backtest b WHERE b.rule_set = s.id) THEN
    RETURN 'no-backtest';
  END IF;
  -- One at a time for a bank, so that two who begin at once do not both count two others.
  PERFORM pg_advisory_xact_lock(hashtextextended('rules:' || s.institution, 0));
  IF (SELECT count(*) FROM rules.rule_set x
      WHERE x.institution = s.institution AND x.shadow_from IS NOT NULL AND x.shadow_until IS NULL) >= 3 THEN
    RETURN 'too-many';
  END IF;
  UPDATE rules.rule_set SET shadow_from = clock_timestamp() WHERE id = s.id;
  PERFORM staff.note_act(p_member, 'rules/shadow/begun');
  RETURN 'begun';
END
$$;
RESET ROLE;

-- What happens to a case is a row of its own, with the person. Looks are rows of desk.look; files have one of their own.
SET ROLE parley_cases_owner;
CREATE TRIGGER note_act AFTER INSERT ON cases.event FOR EACH ROW
  WHEN (NEW.staff IS NOT NULL AND NEW.kind NOT IN ('seen', 'exported')) EXECUTE FUNCTION staff.note_row('acted', 'cases', 'staff', 'kind');
CREATE TRIGGER note_file AFTER INSERT ON cases.export FOR EACH ROW EXECUTE FUNCTION staff.note_row('acted', 'cases/export', 'staff', 'form');
RESET ROLE;

SET ROLE parley_desk_owner;
CREATE TRIGGER note_look AFTER INSERT ON desk.look FOR EACH ROW EXECUTE FUNCTION staff.note_row('looked', 'desk', 'agent');
CREATE TRIGGER note_leave AFTER INSERT ON desk.leave FOR EACH ROW EXECUTE FUNCTION staff.note_row('acted', 'desk/leave-asked', 'agent');
CREATE TRIGGER note_step AFTER UPDATE OF state, taken_by ON desk.handover FOR EACH ROW
  WHEN (NEW.state IN ('taken', 'returned') AND (NEW.state, NEW.taken_by) IS DISTINCT FROM (OLD.state, OLD.taken_by))
  EXECUTE FUNCTION staff.note_row('acted', 'desk', 'taken_by', 'state');
RESET ROLE;

SET ROLE parley_console_owner;
CREATE TRIGGER note_told AFTER INSERT ON console.incident FOR EACH ROW EXECUTE FUNCTION staff.note_row('acted', 'incidents/told', 'opened_by');
CREATE TRIGGER note_resolved AFTER UPDATE OF resolved_at ON console.incident FOR EACH ROW
  EXECUTE FUNCTION staff.note_row('acted', 'incidents/resolved', 'resolved_by');
CREATE TRIGGER note_noted AFTER INSERT ON console.incident_note FOR EACH ROW EXECUTE FUNCTION staff.note_row('acted', 'incidents/noted', 'staff');
RESET ROLE;

SET ROLE parley_statistics_owner;
CREATE TRIGGER note_asked AFTER INSERT ON statistics.release FOR EACH ROW EXECUTE FUNCTION staff.note_row('acted', 'statistics/asked', 'asked_by');
RESET ROLE;
