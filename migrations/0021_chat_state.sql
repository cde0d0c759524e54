-- What the chat remembers between two messages: the question of ours that is open, the last question of theirs, and whether they chose
-- the language themselves.

SET ROLE parley_app_owner;

ALTER TABLE chat.state
  -- A yes or a no binds to this, and only while it is open.
  ADD COLUMN open_kind text CHECK (open_kind IN ('freeze_all', 'freeze_which', 'which_intent', 'was_it_you', 'erase', 'person')),
  ADD COLUMN open_until timestamptz,
  -- "And last month?" is about this; sealed under the conversation's key, for minutes.
  ADD COLUMN last_sealed bytea CHECK (length(last_sealed) <= 4096),
  ADD COLUMN last_until timestamptz,
  ADD COLUMN language_chosen boolean NOT NULL DEFAULT false,
  ADD CONSTRAINT open_has_an_end CHECK ((open_kind IS NULL) = (open_until IS NULL)),
  ADD CONSTRAINT last_has_an_end CHECK ((last_sealed IS NULL) = (last_until IS NULL));
CREATE INDEX state_last_until ON chat.state (last_until) WHERE last_until IS NOT NULL;
CREATE INDEX state_pending_until ON chat.state (pending_until) WHERE pending_until IS NOT NULL;

-- What nothing is shared for any more is forgotten with the question that waited.
GRANT SELECT (last_until), UPDATE (last_sealed, last_until) ON chat.state TO parley_revoker;

-- Unfreezing a card takes a fresh passkey, over a challenge bound to that card.
ALTER TABLE customers.challenge DROP CONSTRAINT challenge_use_check;
ALTER TABLE customers.challenge ADD CONSTRAINT challenge_use_check CHECK (use IN ('enrol', 'sign-in', 'sign-terms', 'redeem',
  'recover', 'add-passkey', 'approve-passkey', 'remove-passkey', 'phrase', 'export', 'erase', 'unfreeze'));

RESET ROLE;
