-- Which app of the page has a conversation (Messenger's conversation routing): the page may be answered by others beside us.

SET ROLE parley_app_owner;

ALTER TABLE channels.conversation
  -- The other app that has the thread, 'unknown' where the messenger did not say which; null: ours, or nobody's.
  ADD COLUMN thread_owner text CHECK (length(thread_owner) BETWEEN 1 AND 64),
  -- The newest word about who has it, by the messenger's clock: words come twice and out of order.
  ADD COLUMN thread_at timestamptz,
  -- When something last happened there while another app had it: a thread that is quiet for a day is nobody's.
  ADD COLUMN thread_seen_at timestamptz;

GRANT UPDATE (thread_owner, thread_at, thread_seen_at) ON channels.conversation TO parley_channel;

-- Whether another app has a conversation at this moment.
CREATE FUNCTION channels.is_elsewhere(p_owner text, p_seen_at timestamptz) RETURNS boolean
  LANGUAGE sql STABLE RETURN p_owner IS NOT NULL AND coalesce(p_seen_at > clock_timestamp() - interval '24 hours', false);

REVOKE ALL ON FUNCTION channels.is_elsewhere(text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION channels.is_elsewhere(text, timestamptz) TO parley_channel, parley_answer, parley_consent, parley_agent_owner;
GRANT SELECT (thread_owner, thread_seen_at) ON channels.conversation TO parley_agent_owner;
RESET ROLE;

SET ROLE parley_desk_owner;
GRANT CREATE ON SCHEMA desk TO parley_agent_owner;
RESET ROLE;

SET ROLE parley_agent_owner;

-- Whether another app has the thread of a conversation in hand: what is written to the customer then waits.
CREATE FUNCTION desk.is_thread_elsewhere(p_agent text, p_handover uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  me uuid := desk.name_agent(p_agent);
BEGIN
  RETURN EXISTS (SELECT FROM desk.handover h JOIN channels.conversation c ON c.id = h.conversation
    WHERE h.id = p_handover AND h.state = 'taken' AND h.taken_by = me AND h.lease_until > clock_timestamp()
      AND channels.is_elsewhere(c.thread_owner, c.thread_seen_at));
END
$$;
REVOKE ALL ON FUNCTION desk.is_thread_elsewhere(text, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION desk.is_thread_elsewhere(text, uuid) TO parley_service;

RESET ROLE;

SET ROLE parley_desk_owner;
REVOKE CREATE ON SCHEMA desk FROM parley_agent_owner;
RESET ROLE;
