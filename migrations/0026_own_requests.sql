-- What a customer asked of people, for the page that shows it: why, of which bank, and how it stands. Not what was written, which nobody has to
-- read twice. And how often the page of one answer has sent wrong places, so that it fills no queue.
SET ROLE parley_app_owner;

ALTER TABLE answers.link ADD COLUMN places_reports smallint NOT NULL DEFAULT 0;
GRANT UPDATE (places_reports) ON answers.link TO parley_answer;

RESET ROLE;
SET ROLE parley_desk_owner;

CREATE FUNCTION desk.own_requests(p_session bytea) RETURNS TABLE (
  because text, institution_name text, asked_at timestamptz, deadline_at timestamptz, state text, taken_as text, is_staffed boolean,
  is_late boolean, ended_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT h.because, (SELECT i.name FROM institutions.institution i WHERE i.id = h.institution), h.asked_at, h.deadline_at, h.state,
    h.taken_as, staff.has_agent(h.institution), h.deadline_at <= clock_timestamp(), h.ended_at
  FROM desk.handover h JOIN channels.conversation c ON c.id = h.conversation AND c.customer = h.customer
  WHERE h.customer = (SELECT customers.of_session(p_session)) ORDER BY h.asked_at DESC LIMIT 100
$$;
GRANT EXECUTE ON FUNCTION desk.own_requests(bytea) TO parley_centre;

RESET ROLE;
