-- Fraud alerts have a login and a purpose since the first migration; this is what the login needs besides a look. Less than
-- parley_notify has: it sends messages, and knows whom they go to and in what language, never the address. Links to answers are
-- not its own, and what alerts keep comes with the tables that they are kept in.

SET ROLE parley_platform_owner;
GRANT INSERT (id, channel, conversation, priority, sealed, expires_at) ON platform.outbox TO parley_fraud;
RESET ROLE;

SET ROLE parley_app_owner;
GRANT USAGE ON SCHEMA channels TO parley_fraud;
GRANT SELECT (id, channel, customer, language, last_inbound_at, linked_at) ON channels.conversation TO parley_fraud;
RESET ROLE;

-- Ending fraud alerts at once is an act of its own in the privacy centre: an assertion given for it is worth nothing for another.
SET ROLE parley_app_owner;
ALTER TABLE customers.challenge DROP CONSTRAINT challenge_use_check;
ALTER TABLE customers.challenge ADD CONSTRAINT challenge_use_check CHECK (use IN ('enrol', 'sign-in', 'sign-terms', 'redeem',
  'recover', 'add-passkey', 'approve-passkey', 'remove-passkey', 'phrase', 'export', 'erase', 'unfreeze', 'end-alerts'));
RESET ROLE;

-- There it also says when words in a chat will have ended them, so that they can be kept.
SET ROLE parley_consent_writer;
GRANT SELECT (customer, ends_at, cancelled_at, ended_at) ON consent.alerts_ending TO parley_consent;
-- Without an index one glance at a page would read everybody's.
CREATE INDEX alerts_ending_customer ON consent.alerts_ending (customer) WHERE cancelled_at IS NULL AND ended_at IS NULL;
RESET ROLE;

-- The bank's word has long been taken by the pages' login alone, and terms are revoked there. With these the chat's login could have
-- silenced fraud alerts at once.
SET ROLE parley_consent_writer;
DELETE FROM consent.ending_right WHERE login = 'parley_answer' AND because = 'bank';
REVOKE EXECUTE ON FUNCTION consent.revoke_terms(uuid, text) FROM parley_answer;
RESET ROLE;
