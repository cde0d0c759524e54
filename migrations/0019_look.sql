-- A look at a bank in one call. The ticket still commits before anything is read: between the two stands a COMMIT.

SET ROLE parley_vault_owner;

-- The same conditions as before, written so that one statement looks its ticket up once and finds the row by its key. A ticket's
-- number is a primary key, so live_ticket gives one row at most; where it gives none, the comparison is NULL and hides the row.
ALTER POLICY ticketed_read ON vault.bank_token
  USING ((customer, institution) = (SELECT t.customer, t.institution FROM vault.live_ticket() t));
ALTER POLICY ticketed_insert ON vault.bank_token
  WITH CHECK ((customer, institution) = (SELECT t.customer, t.institution FROM vault.live_ticket() t));
ALTER POLICY ticketed_update ON vault.bank_token
  USING ((customer, institution) = (SELECT t.customer, t.institution FROM vault.live_ticket() t));

-- A function, so that no look at a bank has to prepare the other kind of ticket in its plan (a fifth of the read's time). It
-- has its caller's rights.
CREATE FUNCTION vault.may_be_taken_back(p_customer uuid, p_institution text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp COST 1000
AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM vault.live_revoking() t WHERE t.customer = p_customer AND t.institution = p_institution);
END
$$;
GRANT EXECUTE ON FUNCTION vault.may_be_taken_back(uuid, text) TO parley_access_gate;

ALTER POLICY revoking_read ON vault.bank_token USING (vault.may_be_taken_back(customer, institution));
ALTER POLICY revoking_delete ON vault.bank_token USING (vault.may_be_taken_back(customer, institution));

RESET ROLE;

SET ROLE parley_access_gate;

-- As gate.bank_token, for who knows whose look it is. Whoever names somebody else gains nothing: the row policy asks the ticket.
CREATE FUNCTION gate.bank_token_of(
  p_ticket bigint, p_customer uuid, p_institution text, OUT version integer, OUT sealed bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  -- An expression, and no statement: it needs no plan of its own to run.
  named text := set_config('gate.ticket', p_ticket::text, true);
BEGIN
  SELECT t.version, t.sealed INTO version, sealed FROM vault.bank_token t
  WHERE t.customer = p_customer AND t.institution = p_institution;
END
$$;

-- gate.open and gate.bank_token_of in one call and two transactions. Only a procedure can commit, and only one that neither
-- takes other rights nor sets a search_path; so it has its caller's rights, does nothing that its caller could not do in two
-- calls, and names everything in full. Inside a transaction PostgreSQL refuses the COMMIT (2D000) before anything was read. What
-- is read after it is seen in a new snapshot: a grant that was revoked meanwhile gives no tokens. No leave: everything is NULL.
CREATE PROCEDURE gate.look(
  p_customer uuid, p_institution text, p_conversation uuid, p_class text, p_salt bytea, p_salt_sealed bytea,
  OUT ticket bigint, OUT id uuid, OUT at timestamptz, OUT grant_id uuid, OUT channel text, OUT disclosure text,
  OUT commitment bytea, OUT version integer, OUT sealed bytea)
LANGUAGE plpgsql
AS $$
DECLARE
  token record;
BEGIN
  SELECT o.ticket, o.id, o.at, o.grant_id, o.channel, o.disclosure, o.commitment
  INTO ticket, id, at, grant_id, channel, disclosure, commitment
  FROM gate.open(p_customer, p_institution, p_conversation, p_class, p_salt, p_salt_sealed) o;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  COMMIT;
  token := gate.bank_token_of(ticket, p_customer, p_institution);
  version := token.version;
  sealed := token.sealed;
END
$$;

GRANT EXECUTE ON FUNCTION gate.bank_token_of(bigint, uuid, text) TO parley_answer, parley_notify, parley_fraud, parley_service;
GRANT EXECUTE ON PROCEDURE gate.look(uuid, text, uuid, text, bytea, bytea)
  TO parley_answer, parley_notify, parley_fraud, parley_service;

RESET ROLE;
