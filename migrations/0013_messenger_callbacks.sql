-- What a messenger tells us about a person who leaves, which messages were ours, reminders before sharing ends, the day's wait
-- before fraud alerts end, and an end for conversations of people who never linked.

SET ROLE parley_platform_owner;
GRANT USAGE ON SCHEMA platform TO parley_app_owner;
GRANT SELECT (conversation), DELETE ON platform.outbox TO parley_app_owner;
RESET ROLE;

SET ROLE parley_app_owner;

-- The person's id as the messenger's login has it, which is another one than the page's: callbacks name only that. Asked of the
-- messenger after the first contact; kept as a keyed hash.
CREATE TABLE channels.app_scoped_id (
  conversation uuid PRIMARY KEY REFERENCES channels.conversation (id) ON DELETE CASCADE,
  id_hash bytea CHECK (length(id_hash) = 32),
  asked integer NOT NULL DEFAULT 0 CHECK (asked >= 0),
  due_at timestamptz                            -- when the messenger is asked (again); null once the id is known
);
CREATE INDEX app_scoped_id_hash ON channels.app_scoped_id (id_hash) WHERE id_hash IS NOT NULL;
CREATE INDEX app_scoped_id_due ON channels.app_scoped_id (due_at) WHERE due_at IS NOT NULL;
INSERT INTO channels.app_scoped_id (conversation, due_at) SELECT id, clock_timestamp() FROM channels.conversation WHERE channel = 'messenger';
GRANT SELECT, INSERT (conversation, due_at) ON channels.app_scoped_id TO parley_channel;
GRANT UPDATE (id_hash, asked, due_at) ON channels.app_scoped_id TO parley_channel;

-- One row a callback that was accepted. The code is what the person is shown, and the id of the receipt.
CREATE TABLE channels.platform_request (
  code uuid PRIMARY KEY,
  channel text NOT NULL CHECK (channel IN ('messenger', 'whatsapp')),
  kind text NOT NULL CHECK (kind IN ('deauthorize', 'data-deletion')),
  request_hash bytea NOT NULL CHECK (length(request_hash) = 32),  -- the same request again finds this row
  user_hash bytea CHECK (length(user_hash) = 32),                 -- gone once done, like the next
  user_sealed bytea CHECK (length(user_sealed) <= 256),           -- under a key of the gateway's: the messenger may be asked about it
  issued_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  conversation uuid,                            -- whom it means, once that is known; gone once done
  grants integer NOT NULL DEFAULT 0 CHECK (grants >= 0),  -- how many ended by it
  stopped_at timestamptz,
  deleted_at timestamptz,
  last_copy_at timestamptz,                     -- of the conversation's key
  done_at timestamptz,
  outcome text CHECK (outcome IN ('carried-out', 'nobody')),
  UNIQUE (kind, request_hash),
  CHECK ((done_at IS NULL) = (outcome IS NULL)),
  CHECK (done_at IS NULL OR (user_hash IS NULL AND user_sealed IS NULL AND conversation IS NULL))
);
CREATE INDEX platform_request_received ON channels.platform_request (received_at);
GRANT SELECT, INSERT (code, channel, kind, request_hash, user_hash, user_sealed, issued_at, conversation), DELETE
  ON channels.platform_request TO parley_channel;
GRANT UPDATE (conversation) ON channels.platform_request TO parley_channel;
GRANT SELECT (code, channel, kind, received_at, grants, stopped_at, deleted_at, last_copy_at, done_at, outcome) ON channels.platform_request
  TO parley_consent, parley_inspector;
GRANT USAGE ON SCHEMA channels TO parley_revoker;
GRANT SELECT (code, channel, kind, received_at, conversation, grants, stopped_at, deleted_at, last_copy_at, done_at, outcome)
  ON channels.platform_request TO parley_revoker;
GRANT UPDATE (grants, stopped_at, deleted_at, last_copy_at, done_at, outcome, user_hash, user_sealed, conversation)
  ON channels.platform_request TO parley_revoker;
GRANT SELECT (id, channel, customer, language, last_inbound_at, linked_at) ON channels.conversation TO parley_revoker;

-- Which messages were ours: the messenger's id of each, hashed, and when. Never what they said.
CREATE TABLE channels.sent_message (
  conversation uuid NOT NULL REFERENCES channels.conversation (id) ON DELETE CASCADE,
  carrier_hash bytea NOT NULL CHECK (length(carrier_hash) = 32),
  sent_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (conversation, carrier_hash)
);
CREATE INDEX sent_message_latest ON channels.sent_message (conversation, sent_at DESC);
CREATE INDEX sent_message_sent ON channels.sent_message (sent_at);
GRANT SELECT, INSERT, DELETE ON channels.sent_message TO parley_channel;
GRANT SELECT ON channels.sent_message TO parley_answer, parley_consent;

-- Deletes a conversation and all that hangs on it, if it shares nothing at this moment. Its key is destroyed by the job that the
-- caller adds in the same transaction.
CREATE FUNCTION channels.forget_conversation(p_conversation uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  -- Nobody has this id, so it asks whether anybody shares anything here.
  IF NOT consent.is_free_for(p_conversation, '00000000-0000-0000-0000-000000000000') THEN
    RETURN false;
  END IF;
  DELETE FROM platform.outbox o WHERE o.conversation = p_conversation::text;
  DELETE FROM channels.conversation c WHERE c.id = p_conversation;
  RETURN true;
END
$$;
GRANT EXECUTE ON FUNCTION channels.forget_conversation(uuid) TO parley_revoker;

-- The person took the app out of the messenger: what waited to be sent there is gone, and the conversation is nobody's until it
-- is linked again. False: it shares something at this moment.
CREATE FUNCTION channels.part_conversation(p_conversation uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT consent.is_free_for(p_conversation, '00000000-0000-0000-0000-000000000000') THEN
    RETURN false;
  END IF;
  DELETE FROM platform.outbox o WHERE o.conversation = p_conversation::text;
  UPDATE channels.conversation c SET customer = NULL, linked_at = NULL WHERE c.id = p_conversation;
  RETURN true;
END
$$;
GRANT EXECUTE ON FUNCTION channels.part_conversation(uuid) TO parley_revoker;

-- For the keystore: whether a conversation is no more, so that its key can go.
CREATE FUNCTION channels.is_gone(p_conversation uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT NOT EXISTS (SELECT FROM channels.conversation c WHERE c.id = p_conversation)
    AND consent.is_free_for(p_conversation, '00000000-0000-0000-0000-000000000000')
$$;
GRANT USAGE ON SCHEMA channels TO parley_keystore;
GRANT EXECUTE ON FUNCTION channels.is_gone(uuid) TO parley_keystore;

-- Deletes conversations of people who never linked a bank and have been silent for so long; never fewer than two days, since a
-- messenger repeats for that long. Gives the ids, whose keys the caller has destroyed.
CREATE FUNCTION channels.forget_strangers(p_days integer, p_limit integer) RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  stranger uuid;
BEGIN
  FOR stranger IN
    SELECT c.id FROM channels.conversation c
    WHERE c.customer IS NULL
      AND coalesce(c.last_inbound_at, c.created_at) < clock_timestamp() - make_interval(days => greatest(p_days, 2))
    ORDER BY coalesce(c.last_inbound_at, c.created_at) LIMIT p_limit FOR UPDATE SKIP LOCKED
  LOOP
    IF channels.forget_conversation(stranger) THEN
      RETURN NEXT stranger;
    END IF;
  END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION channels.forget_strangers(integer, integer) TO parley_channel;
CREATE INDEX call_count_day ON institutions.call_count (day);
CREATE INDEX conversation_stranger ON channels.conversation ((coalesce(last_inbound_at, created_at))) WHERE customer IS NULL;

RESET ROLE;

SET ROLE parley_consent_writer;

-- The weak login that faces the messenger stores what it was told and ends nothing itself.
DELETE FROM consent.ending_right WHERE login = 'parley_channel';
DELETE FROM consent.ending_right WHERE login = 'parley_revoker' AND because = 'a-day-after-stop';
INSERT INTO consent.ending_right VALUES
  ('parley_revoker', 'platform-deauthorized'), ('parley_revoker', 'customer-by-data-deletion') ON CONFLICT DO NOTHING;
REVOKE EXECUTE ON FUNCTION consent.end_where(text, uuid, text, uuid, text, uuid, uuid[], text, integer) FROM parley_channel;

-- How far each reminder has come: grants that end up to this moment (and, of that moment, with terms up to these) have had it, or
-- lived too short to need it. A grant that needs it is made beyond the mark, so none is passed over, and the sweep reads no
-- grant twice.
CREATE TABLE consent.reminder_mark (
  days integer PRIMARY KEY CHECK (days IN (30, 3)),
  upto timestamptz NOT NULL,
  terms uuid NOT NULL
);
INSERT INTO consent.reminder_mark
  SELECT d, clock_timestamp(), '00000000-0000-0000-0000-000000000000' FROM unnest(ARRAY[30, 3]) AS d;

-- The next terms whose sharing ends within so many days, and moves the mark behind them. Only where at least as much time lies
-- behind as lies ahead: nobody is reminded of what they chose yesterday. No row while another process is at it.
CREATE FUNCTION consent.take_reminders(p_days integer, p_limit integer)
RETURNS TABLE (terms uuid, customer uuid, institution text, conversation uuid, expires_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
#variable_conflict use_column
DECLARE
  mark consent.reminder_mark;
  horizon timestamptz := clock_timestamp() + make_interval(days => p_days);
  seen record;
  looked integer := 0;
BEGIN
  SELECT m.* INTO mark FROM consent.reminder_mark m WHERE m.days = p_days FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  FOR seen IN
    SELECT g.expires_at, g.terms, min(g.customer::text)::uuid AS customer, min(g.institution) AS institution,
      min(g.conversation::text)::uuid AS conversation, min(g.starts_at) AS starts_at
    FROM consent.grant_ g
    WHERE g.revoked_at IS NULL AND NOT g.unconfirmed AND g.conversation IS NOT NULL
      AND g.expires_at >= mark.upto AND g.expires_at <= horizon
      AND (g.expires_at, g.terms) > (mark.upto, mark.terms)
    GROUP BY g.expires_at, g.terms ORDER BY g.expires_at, g.terms LIMIT p_limit
  LOOP
    looked := looked + 1;
    mark.upto := seen.expires_at;
    mark.terms := seen.terms;
    IF seen.expires_at > clock_timestamp() AND seen.expires_at - seen.starts_at >= make_interval(days => 2 * p_days) THEN
      RETURN QUERY SELECT seen.terms, seen.customer, seen.institution, seen.conversation, seen.expires_at;
    END IF;
  END LOOP;
  IF looked < p_limit THEN
    mark.upto := greatest(horizon, mark.upto);
    mark.terms := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
  END IF;
  UPDATE consent.reminder_mark m SET upto = mark.upto, terms = mark.terms WHERE m.days = p_days;
END
$$;
GRANT EXECUTE ON FUNCTION consent.take_reminders(integer, integer) TO parley_revoker;

-- Words in a chat end fraud alerts only after a day with notices, in which they can be kept. The day is the database's.
CREATE TABLE consent.alerts_ending (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  conversation uuid NOT NULL,
  customer uuid NOT NULL,
  asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ends_at timestamptz NOT NULL,
  warned_at timestamptz,
  cancelled_at timestamptz,
  ended_at timestamptz,
  CHECK (ends_at >= asked_at + interval '24 hours'),
  CHECK (cancelled_at IS NULL OR ended_at IS NULL)
);
CREATE UNIQUE INDEX alerts_ending_open ON consent.alerts_ending (conversation) WHERE cancelled_at IS NULL AND ended_at IS NULL;
CREATE INDEX alerts_ending_asked ON consent.alerts_ending (asked_at);

-- Begins the day. No row: this conversation has no fraud alerts. Asked again meanwhile, it is the day that runs already.
CREATE FUNCTION consent.ask_alerts_end(p_conversation uuid)
RETURNS TABLE (id uuid, customer uuid, ends_at timestamptz, is_new boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  whose uuid;
  asked timestamptz := clock_timestamp();
BEGIN
  SELECT g.customer INTO whose FROM consent.grant_ g
  WHERE g.conversation = p_conversation AND g.purpose = 'fraud-alerts' AND g.revoked_at IS NULL AND NOT g.unconfirmed
    AND g.expires_at > clock_timestamp() LIMIT 1;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  RETURN QUERY
    INSERT INTO consent.alerts_ending AS a (conversation, customer, asked_at, ends_at)
    VALUES (p_conversation, whose, asked, asked + interval '24 hours')
    ON CONFLICT (conversation) WHERE cancelled_at IS NULL AND ended_at IS NULL DO NOTHING
    RETURNING a.id, a.customer, a.ends_at, true;
  IF NOT FOUND THEN
    RETURN QUERY SELECT a.id, a.customer, a.ends_at, false FROM consent.alerts_ending a
      WHERE a.conversation = p_conversation AND a.cancelled_at IS NULL AND a.ended_at IS NULL;
  END IF;
END
$$;
GRANT EXECUTE ON FUNCTION consent.ask_alerts_end(uuid) TO parley_answer;

-- Any conversation of the customer can keep the alerts of another: whoever took one over is told on by the others.
CREATE FUNCTION consent.keep_alerts(p_customer uuid) RETURNS TABLE (conversation uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY UPDATE consent.alerts_ending a SET cancelled_at = clock_timestamp()
    WHERE a.customer = p_customer AND a.cancelled_at IS NULL AND a.ended_at IS NULL RETURNING a.conversation;
END
$$;
GRANT EXECUTE ON FUNCTION consent.keep_alerts(uuid) TO parley_answer, parley_consent;

-- The notice before the end, once, at most so many hours before it. No row: kept, ended, told, or too early.
CREATE FUNCTION consent.warn_alerts_end(p_id uuid, p_hours integer) RETURNS TABLE (customer uuid, ends_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY UPDATE consent.alerts_ending a SET warned_at = clock_timestamp()
    WHERE a.id = p_id AND a.cancelled_at IS NULL AND a.ended_at IS NULL AND a.warned_at IS NULL
      AND a.ends_at <= clock_timestamp() + make_interval(hours => p_hours)
    RETURNING a.customer, a.ends_at;
END
$$;
GRANT EXECUTE ON FUNCTION consent.warn_alerts_end(uuid, integer) TO parley_revoker;

-- Ends them when the day is over and nobody kept them; what a passkey signed after the words stays. The only way for the words of
-- a chat to reach a fraud alert.
CREATE FUNCTION consent.end_alerts(p_id uuid)
RETURNS TABLE (ending uuid, customer uuid, institution text, conversation uuid, grants uuid[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  due consent.alerts_ending;
BEGIN
  UPDATE consent.alerts_ending a SET ended_at = clock_timestamp()
  WHERE a.id = p_id AND a.cancelled_at IS NULL AND a.ended_at IS NULL AND a.ends_at <= clock_timestamp()
  RETURNING a.* INTO due;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  RETURN QUERY SELECT e.* FROM consent.end_grants(ARRAY(
    SELECT g.id FROM consent.grant_ g
    WHERE g.conversation = due.conversation AND g.customer = due.customer AND g.purpose = 'fraud-alerts'
      AND g.revoked_at IS NULL AND g.starts_at <= due.asked_at), 'a-day-after-stop') e;
END
$$;
GRANT EXECUTE ON FUNCTION consent.end_alerts(uuid) TO parley_revoker;

CREATE FUNCTION consent.forget_alerts_endings(p_days integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  forgotten integer;
BEGIN
  DELETE FROM consent.alerts_ending a
  WHERE a.asked_at < clock_timestamp() - make_interval(days => greatest(p_days, 7))
    AND (a.cancelled_at IS NOT NULL OR a.ended_at IS NOT NULL);
  GET DIAGNOSTICS forgotten = ROW_COUNT;
  RETURN forgotten;
END
$$;
GRANT EXECUTE ON FUNCTION consent.forget_alerts_endings(integer) TO parley_revoker;

RESET ROLE;
