-- Institutions are tenants. What a bank's own people may see is decided by their login, through row policies.

SET ROLE parley_app_owner;

CREATE TABLE institutions.institution (
  id text PRIMARY KEY CHECK (id ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' AND length(id) <= 63),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
  -- The OAuth issuer is an allow-list of one for each institution: discovery and `iss` must say exactly this.
  issuer text NOT NULL UNIQUE,
  fdx_url text NOT NULL,
  client_id text NOT NULL,
  calls_per_day integer NOT NULL DEFAULT 1000 CHECK (calls_per_day >= 0),  -- for each customer; 0 = no limit
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- One login an institution: its rows only, whatever the session sets.
CREATE TABLE institutions.member_login (
  login name PRIMARY KEY,
  institution text NOT NULL REFERENCES institutions.institution (id)
);

CREATE FUNCTION institutions.of_login() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT m.institution FROM institutions.member_login m WHERE m.login = session_user $$;

ALTER TABLE institutions.institution ENABLE ROW LEVEL SECURITY;
ALTER TABLE institutions.institution FORCE ROW LEVEL SECURITY;
CREATE POLICY everyone_reads ON institutions.institution FOR SELECT
  TO parley_answer, parley_notify, parley_fraud, parley_service, parley_channel, parley_consent, parley_inspector, parley_app_owner,
     parley_consent_writer
  USING (true);
CREATE POLICY own_institution ON institutions.institution FOR SELECT TO parley_institution
  USING (id = (SELECT institutions.of_login()));
CREATE POLICY configured ON institutions.institution FOR ALL TO parley_app_owner USING (true) WITH CHECK (true);

GRANT USAGE ON SCHEMA institutions TO parley_answer, parley_notify, parley_fraud, parley_service, parley_channel,
  parley_consent, parley_inspector, parley_institution, parley_consent_writer;
GRANT SELECT ON institutions.institution TO parley_answer, parley_notify, parley_fraud, parley_service, parley_channel,
  parley_consent, parley_inspector, parley_institution;
GRANT SELECT, REFERENCES ON institutions.institution TO parley_consent_writer;
GRANT EXECUTE ON FUNCTION institutions.of_login() TO parley_institution, parley_consent_writer, parley_audit_owner, parley_access_gate;
GRANT USAGE ON SCHEMA institutions TO parley_audit_owner, parley_access_gate;

-- How many calls a customer's questions made at a bank today: banks budget them, so we do too.
CREATE TABLE institutions.call_count (
  customer uuid NOT NULL,
  institution text NOT NULL REFERENCES institutions.institution (id),
  day date NOT NULL,
  calls integer NOT NULL CHECK (calls >= 0),
  PRIMARY KEY (customer, institution, day)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON institutions.call_count
  TO parley_answer, parley_notify, parley_fraud, parley_service;

RESET ROLE;
