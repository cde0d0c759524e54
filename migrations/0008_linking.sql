-- Linking a bank: one row a link that a conversation was offered. And the single-use links to sealed answers.

SET ROLE parley_app_owner;

CREATE TABLE linking.link (
  id uuid PRIMARY KEY,
  token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  -- 'link': link a bank; 'change': change what is shared (also fuller disclosure); 'recover': a lost passkey.
  purpose text NOT NULL CHECK (purpose IN ('link', 'change', 'recover')),
  conversation uuid NOT NULL REFERENCES channels.conversation (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL,
  used_at timestamptz,                          -- by a person's POST, never by a GET
  session_hash bytea CHECK (length(session_hash) = 32),
  customer uuid REFERENCES customers.customer (id) ON DELETE CASCADE,
  institution text REFERENCES institutions.institution (id),
  -- The middle steps of linking, then those of replacing a lost passkey, then the ends.
  step text NOT NULL DEFAULT 'offered' CHECK (step IN ('offered', 'opened', 'signed-in', 'at-bank', 'choosing', 'signed',
    'recover-at-bank', 'recover-proven', 'recovering', 'confirmed', 'done', 'void')),
  -- OAuth: state is found by its hash; verifier and nonce are sealed under the conversation's key.
  state_hash bytea UNIQUE CHECK (length(state_hash) = 32),
  oauth_sealed bytea CHECK (length(oauth_sealed) <= 8192),
  setup_terms uuid,                             -- what let Parley list the accounts once; ended by the sharing terms
  -- What was chosen so far on the pages: the bank's opaque account ids, classes, purposes, level, days. No names.
  draft jsonb CHECK (pg_column_size(draft) <= 16384),
  terms uuid,
  code_hash bytea CHECK (length(code_hash) = 32),
  code_tries integer NOT NULL DEFAULT 0
);
CREATE INDEX link_conversation ON linking.link (conversation, created_at);
CREATE INDEX link_expiry ON linking.link (expires_at);

GRANT USAGE ON SCHEMA linking TO parley_consent, parley_answer;
GRANT SELECT, INSERT, UPDATE, DELETE ON linking.link TO parley_consent;
GRANT INSERT (id, token_hash, purpose, conversation, expires_at) ON linking.link TO parley_answer;

RESET ROLE;

-- Whether a conversation may become this customer's: it is theirs or nobody's, or whoever had it shares nothing there.
SET ROLE parley_consent_writer;
CREATE FUNCTION consent.is_free_for(p_conversation uuid, p_customer uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT NOT EXISTS (SELECT FROM consent.grant_ g
    WHERE g.conversation = p_conversation AND g.customer <> p_customer AND consent.holds_now(g))
$$;
GRANT EXECUTE ON FUNCTION consent.is_free_for(uuid, uuid) TO parley_app_owner, parley_consent;
RESET ROLE;

GRANT USAGE ON SCHEMA consent TO parley_app_owner;
GRANT EXECUTE ON FUNCTION consent.confirm_terms(uuid), consent.revoke_terms(uuid, text) TO parley_app_owner;
SET ROLE parley_app_owner;

-- The link of a conversation that waits for its code, locked: the chat hashes the typed code together with its id.
CREATE FUNCTION linking.waiting(p_conversation uuid) RETURNS TABLE (id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT l.id FROM linking.link l
  WHERE l.conversation = p_conversation AND l.step = 'signed' AND l.expires_at > clock_timestamp()
  ORDER BY l.created_at DESC, l.id LIMIT 1 FOR UPDATE
$$;
GRANT EXECUTE ON FUNCTION linking.waiting(uuid) TO parley_answer;

-- The one-time code that the page showed, typed in the chat: both sides of the link are the same person. Three wrong
-- codes end the link. Returns the outcome: 'confirmed', 'wrong', 'void' (too many), or 'none' (the link does not wait).
CREATE FUNCTION linking.confirm(p_conversation uuid, p_link uuid, p_code_hash bytea) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  waiting linking.link;
BEGIN
  SELECT l.* INTO waiting FROM linking.link l
  WHERE l.id = p_link AND l.conversation = p_conversation AND l.step = 'signed' AND l.expires_at > clock_timestamp()
  FOR UPDATE;
  IF NOT FOUND THEN
    RETURN 'none';
  END IF;
  IF waiting.code_hash = p_code_hash AND consent.is_free_for(p_conversation, waiting.customer) THEN
    UPDATE linking.link SET step = 'confirmed', code_hash = NULL, draft = NULL WHERE id = waiting.id;
    UPDATE channels.conversation SET customer = waiting.customer, linked_at = clock_timestamp() WHERE id = p_conversation;
    PERFORM consent.confirm_terms(waiting.terms);
    RETURN 'confirmed';
  END IF;
  IF waiting.code_tries >= 2 OR waiting.code_hash = p_code_hash THEN
    UPDATE linking.link SET step = 'void', code_hash = NULL, draft = NULL, code_tries = code_tries + 1 WHERE id = waiting.id;
    PERFORM consent.revoke_terms(waiting.terms, 'never-confirmed');
    RETURN 'void';
  END IF;
  UPDATE linking.link SET code_tries = code_tries + 1 WHERE id = waiting.id;
  RETURN 'wrong';
END
$$;
GRANT EXECUTE ON FUNCTION linking.confirm(uuid, uuid, bytea) TO parley_answer;

CREATE TABLE answers.link (
  id uuid PRIMARY KEY,
  token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  customer uuid NOT NULL REFERENCES customers.customer (id) ON DELETE CASCADE,
  conversation uuid NOT NULL REFERENCES channels.conversation (id) ON DELETE CASCADE,
  -- Sealed answers and, place by place, the bank each is of: a ticket for that bank opens it.
  answers uuid[] NOT NULL CHECK (cardinality(answers) BETWEEN 1 AND 16),
  institutions text[] NOT NULL CHECK (cardinality(institutions) = cardinality(answers)),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- What was asked, under the conversation's key: the page of a used or expired link can ask it again, once.
  question_sealed bytea NOT NULL CHECK (length(question_sealed) <= 16384),
  expires_at timestamptz NOT NULL,
  used_at timestamptz,                          -- set in the transaction that records what was shown
  asked_again_at timestamptz
);
CREATE INDEX answer_link_expiry ON answers.link (expires_at);
GRANT USAGE ON SCHEMA answers TO parley_answer, parley_consent;
GRANT SELECT, INSERT, DELETE ON answers.link TO parley_answer;
GRANT UPDATE (used_at, asked_again_at) ON answers.link TO parley_answer;

RESET ROLE;
