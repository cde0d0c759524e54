-- Digits that may be part of a card number split over several messages: kept until the next message of the conversation decides, sealed under
-- a key that lives in the keystore's memory alone and is dead after two minutes. What is left in this table then opens for nobody.

SET ROLE parley_app_owner;

CREATE TABLE channels.held_digits (
  message uuid PRIMARY KEY REFERENCES channels.inbound_message (id) ON DELETE CASCADE,
  conversation uuid NOT NULL REFERENCES channels.conversation (id) ON DELETE CASCADE,
  slot text NOT NULL CHECK (length(slot) BETWEEN 1 AND 32),  -- names the key
  sealed bytea NOT NULL CHECK (length(sealed) <= 8192),
  hides boolean NOT NULL,                       -- whether the message's stored text shows a mark instead of them
  held_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX held_digits_conversation ON channels.held_digits (conversation);
CREATE INDEX held_digits_held ON channels.held_digits (held_at);
GRANT SELECT, INSERT (message, conversation, slot, sealed, hides), UPDATE (sealed, hides), DELETE ON channels.held_digits TO parley_channel;

-- For the privacy centre: how many rows there are of the customer whose session this is.
CREATE FUNCTION channels.own_held_digits(p_session bytea) RETURNS TABLE (name text, rows bigint, until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT 'channels.held_digits', count(h.message), max(h.held_at) + interval '3 minutes'
  FROM channels.conversation c JOIN channels.held_digits h ON h.conversation = c.id
  WHERE c.customer = customers.of_session(p_session)
$$;
REVOKE ALL ON FUNCTION channels.own_held_digits(bytea) FROM PUBLIC;
GRANT USAGE ON SCHEMA channels TO parley_centre;
GRANT EXECUTE ON FUNCTION channels.own_held_digits(bytea) TO parley_centre;

RESET ROLE;
