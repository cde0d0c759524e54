-- Conversations in messengers, the messages that came in, and what the chat remembers.

SET ROLE parley_app_owner;

CREATE TABLE channels.conversation (
  id uuid PRIMARY KEY,
  channel text NOT NULL CHECK (channel IN ('messenger', 'whatsapp', 'web-chat', 'assistant')),
  page_id text NOT NULL CHECK (length(page_id) <= 64),
  -- The person's id at the messenger: found by its keyed hash, sent to by its sealed form (under the conversation's key).
  address_hash bytea NOT NULL CHECK (length(address_hash) = 32),
  address_sealed bytea NOT NULL CHECK (length(address_sealed) <= 512),
  customer uuid REFERENCES customers.customer (id) ON DELETE SET NULL,
  linked_at timestamptz,
  language text NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'es', 'fr', 'de', 'pt')),
  last_inbound_at timestamptz,                  -- opens the messenger's 24-hour window
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (channel, page_id, address_hash)
);
CREATE INDEX conversation_customer ON channels.conversation (customer) WHERE customer IS NOT NULL;

-- Stored once under the messenger's own id; the text is sealed, and gone once it is handled.
CREATE TABLE channels.inbound_message (
  conversation uuid NOT NULL REFERENCES channels.conversation (id) ON DELETE CASCADE,
  carrier_id text NOT NULL CHECK (length(carrier_id) BETWEEN 1 AND 300),
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('text', 'quick-reply', 'postback', 'attachment', 'account-unlinked')),
  sealed bytea CHECK (length(sealed) <= 16384),
  sent_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  handled_at timestamptz,
  PRIMARY KEY (conversation, carrier_id)
);
CREATE UNIQUE INDEX inbound_message_id ON channels.inbound_message (id);
CREATE INDEX inbound_message_received ON channels.inbound_message (received_at);
CREATE INDEX inbound_message_waiting ON channels.inbound_message (conversation) WHERE handled_at IS NULL;

GRANT USAGE ON SCHEMA channels TO parley_channel, parley_answer, parley_consent, parley_inspector;
GRANT SELECT, INSERT ON channels.conversation TO parley_channel;
GRANT UPDATE (last_inbound_at, language) ON channels.conversation TO parley_channel;
GRANT SELECT, INSERT, UPDATE, DELETE ON channels.inbound_message TO parley_channel;
GRANT SELECT ON channels.conversation TO parley_answer, parley_consent;
GRANT UPDATE (language) ON channels.conversation TO parley_answer, parley_consent;
GRANT SELECT, UPDATE (handled_at, sealed) ON channels.inbound_message TO parley_answer;
GRANT SELECT (id, channel, page_id, customer, linked_at, language, last_inbound_at, created_at) ON channels.conversation
  TO parley_inspector;

CREATE TABLE chat.state (
  conversation uuid PRIMARY KEY REFERENCES channels.conversation (id) ON DELETE CASCADE,
  greeted_at timestamptz,
  spoke_at timestamptz,
  answered_at timestamptz,                      -- a question that is still being retried then needs no answer any more
  misses integer NOT NULL DEFAULT 0 CHECK (misses >= 0),
  -- The question asked before linking, sealed under the conversation's key; answered once the link is confirmed.
  pending_sealed bytea CHECK (length(pending_sealed) <= 16384),
  pending_until timestamptz
);
GRANT USAGE ON SCHEMA chat TO parley_answer, parley_consent;
GRANT SELECT, INSERT, UPDATE, DELETE ON chat.state TO parley_answer;

RESET ROLE;
