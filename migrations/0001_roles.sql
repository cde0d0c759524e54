-- Who exists in the database. Owners hold tables and functions and cannot log in; every login is weak,
-- and the purpose of a read is the login itself (session_user), which SQL cannot change.
-- Roles belong to the whole cluster while databases come and go, so each is made only where it is missing.

DO $$
DECLARE
  owner_name text;
  login_name text;
BEGIN
  FOREACH owner_name IN ARRAY ARRAY[
    'parley_platform_owner',  -- jobs and outbox
    'parley_app_owner',       -- institutions, customers, channels, chat, linking, answers
    'parley_consent_writer',  -- terms and grants
    'parley_audit_owner',     -- audit entries
    'parley_access_gate',     -- the gate's functions; the only reader of the vault
    'parley_vault_owner',     -- bank tokens, sealed answers
    'parley_institution'      -- a group: one login an institution, its own rows only
  ] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = owner_name) THEN
      EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN', owner_name);
    END IF;
  END LOOP;

  FOREACH login_name IN ARRAY ARRAY[
    'parley_answer', 'parley_notify', 'parley_fraud', 'parley_service', 'parley_statistics',  -- one a purpose
    'parley_channel',    -- webhooks in, messages out
    'parley_consent',    -- the pages where a customer links, signs, changes and ends
    'parley_keystore',   -- asks whether a ticket may have its key, and nothing else
    'parley_inspector'   -- looks at harmless columns; for the demo and for operators
  ] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = login_name) THEN
      EXECUTE pg_catalog.format('CREATE ROLE %I LOGIN NOINHERIT', login_name);
    END IF;
    -- A long transaction would hold back the log's horizon, so none may be long.
    EXECUTE pg_catalog.format('ALTER ROLE %I SET statement_timeout = %L', login_name, '5s');
    EXECUTE pg_catalog.format('ALTER ROLE %I SET lock_timeout = %L', login_name, '2s');
    EXECUTE pg_catalog.format('ALTER ROLE %I SET idle_in_transaction_session_timeout = %L', login_name, '5s');
  END LOOP;

  EXECUTE pg_catalog.format('REVOKE ALL ON DATABASE %I FROM PUBLIC', pg_catalog.current_database());
  FOREACH login_name IN ARRAY ARRAY[
    'parley_answer', 'parley_notify', 'parley_fraud', 'parley_service', 'parley_statistics', 'parley_channel',
    'parley_consent', 'parley_keystore', 'parley_inspector', 'parley_institution'
  ] LOOP
    EXECUTE pg_catalog.format('GRANT CONNECT ON DATABASE %I TO %I', pg_catalog.current_database(), login_name);
  END LOOP;
END
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;

-- EXECUTE goes to PUBLIC by default; here nothing does.
ALTER DEFAULT PRIVILEGES FOR ROLE parley_platform_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE parley_app_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE parley_consent_writer REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE parley_audit_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE parley_access_gate REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE parley_vault_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE SCHEMA platform AUTHORIZATION parley_platform_owner;
CREATE SCHEMA institutions AUTHORIZATION parley_app_owner;
CREATE SCHEMA customers AUTHORIZATION parley_app_owner;
CREATE SCHEMA channels AUTHORIZATION parley_app_owner;
CREATE SCHEMA chat AUTHORIZATION parley_app_owner;
CREATE SCHEMA linking AUTHORIZATION parley_app_owner;
CREATE SCHEMA answers AUTHORIZATION parley_app_owner;
CREATE SCHEMA consent AUTHORIZATION parley_consent_writer;
CREATE SCHEMA audit AUTHORIZATION parley_audit_owner;
CREATE SCHEMA gate AUTHORIZATION parley_access_gate;
CREATE SCHEMA vault AUTHORIZATION parley_vault_owner;
