-- The bank's word. Which of a bank's consents stands behind which link, so that a bank that says a consent has ended is
-- understood; which notices were acted on; and how far they were fetched.

SET ROLE parley_app_owner;

-- The consent behind the link of today. A link that takes another one's place replaces its row: that the bank ends the old
-- consent then concerns nobody.
CREATE TABLE institutions.bank_consent (
  customer uuid NOT NULL,
  institution text NOT NULL REFERENCES institutions.institution (id),
  -- HMAC of the bank's id under the gateway's secret: worthless to whoever has only the database.
  consent_hash bytea NOT NULL CHECK (length(consent_hash) = 32),
  linked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (customer, institution)
);
CREATE INDEX bank_consent_hash ON institutions.bank_consent (institution, consent_hash);

-- Notices that were acted on, so that a repeated one does nothing, also where a bank uses a consent's id again.
CREATE TABLE institutions.bank_notice (
  institution text NOT NULL REFERENCES institutions.institution (id),
  notice_hash bytea NOT NULL CHECK (length(notice_hash) = 32),  -- SHA-256 of the bank's id of it, whatever its length
  came text NOT NULL CHECK (came IN ('pushed', 'fetched')),
  received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (institution, notice_hash)
);
CREATE INDEX bank_notice_received ON institutions.bank_notice (received_at);

-- One row for each bank that sends notices: whose turn it is to fetch what was missed, across processes and restarts.
CREATE TABLE institutions.notice_poll (
  institution text PRIMARY KEY REFERENCES institutions.institution (id),
  next_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  fetched_until timestamptz,
  callback_url text CHECK (length(callback_url) <= 2048),
  subscribed_at timestamptz
);

-- A link is stored by parley_answer under its permit; a notice is taken by parley_consent; parley_revoker forgets the consent
-- that it gave back.
GRANT SELECT, INSERT, UPDATE ON institutions.bank_consent TO parley_answer;
GRANT SELECT, DELETE ON institutions.bank_consent TO parley_consent, parley_revoker;
GRANT SELECT, INSERT, DELETE ON institutions.bank_notice TO parley_consent;
GRANT SELECT, INSERT, UPDATE ON institutions.notice_poll TO parley_consent;

RESET ROLE;
