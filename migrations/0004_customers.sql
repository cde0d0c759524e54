-- Who a person is: passkeys, browser sessions, and the recovery of a lost passkey.

SET ROLE parley_app_owner;

CREATE TABLE customers.customer (
  id uuid PRIMARY KEY,
  language text NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'es', 'fr', 'de', 'pt')),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- A copy for sign-in on pages. The keystore pins its own, and only its copy unlocks a key.
CREATE TABLE customers.passkey (
  credential_id bytea PRIMARY KEY CHECK (length(credential_id) BETWEEN 1 AND 1023),
  customer uuid NOT NULL REFERENCES customers.customer (id) ON DELETE CASCADE,
  public_key bytea NOT NULL CHECK (length(public_key) <= 2048),
  sign_count bigint NOT NULL DEFAULT 0,
  transports text[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  effective_at timestamptz NOT NULL,            -- later than created_at only for a recovered passkey
  revoked_at timestamptz
);
CREATE INDEX passkey_customer ON customers.passkey (customer);

-- A browser session; only a hash of the cookie is kept. A new id follows each assertion (no fixation).
CREATE TABLE customers.session (
  id_hash bytea PRIMARY KEY CHECK (length(id_hash) = 32),
  kind text NOT NULL CHECK (kind IN ('link', 'sealed', 'me')),
  customer uuid REFERENCES customers.customer (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE INDEX session_customer ON customers.session (customer);
CREATE INDEX session_expiry ON customers.session (expires_at);

-- A WebAuthn challenge: bound to what it is for, used once.
CREATE TABLE customers.challenge (
  challenge bytea PRIMARY KEY CHECK (length(challenge) = 32),
  use text NOT NULL CHECK (use IN ('enrol', 'sign-in', 'sign-terms', 'redeem', 'recover')),
  subject text NOT NULL CHECK (length(subject) <= 200),  -- session hash, link id, answer link id: never a person's name
  details jsonb,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX challenge_expiry ON customers.challenge (expires_at);

CREATE TABLE customers.recovery (
  id uuid PRIMARY KEY,
  customer uuid NOT NULL REFERENCES customers.customer (id) ON DELETE CASCADE,
  institution text NOT NULL,
  credential_id bytea NOT NULL,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  effective_at timestamptz NOT NULL,
  cancelled_at timestamptz,
  completed_at timestamptz
);
CREATE INDEX recovery_customer ON customers.recovery (customer);

-- Which login at a bank is which customer: the bank's subject, hashed under a secret of the gateway's.
CREATE TABLE customers.bank_identity (
  institution text NOT NULL,
  subject_hash bytea NOT NULL CHECK (length(subject_hash) = 32),
  customer uuid NOT NULL REFERENCES customers.customer (id) ON DELETE CASCADE,
  linked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (institution, subject_hash, customer)
);

GRANT USAGE ON SCHEMA customers TO parley_consent, parley_answer;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA customers TO parley_consent;
GRANT SELECT ON customers.customer TO parley_answer;

RESET ROLE;
