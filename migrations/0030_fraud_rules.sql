-- A bank's fraud rules: versions of sets of sentences, what they would have come to, what they come to without effect, and which one is
-- live; and the lists that sentences name. Rules are data: nothing here runs them. What loosens needs two people, and no one login can do
-- it, as with the kill switch: the console writes down what each of them signed, and the keystore, a process with a login of its own, verifies
-- the signatures before it carries a change out. parley_fraud reads what is live and in shadow, and can change none of it.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'parley_rules_owner') THEN
    CREATE ROLE parley_rules_owner NOLOGIN;
  END IF;
END
$$;

ALTER DEFAULT PRIVILEGES FOR ROLE parley_rules_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
CREATE SCHEMA rules AUTHORIZATION parley_rules_owner;

SET ROLE parley_staff_owner;
-- The public key by which this person may act at this moment on a bank's rules; null for anybody who may not.
CREATE FUNCTION staff.rules_key(p_member uuid, p_credential_id bytea, p_institution text) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT p.public_key FROM staff.passkey p JOIN staff.member m ON m.id = p.member
  WHERE p.credential_id = p_credential_id AND p.member = p_member AND p.revoked_at IS NULL
    AND m.removed_at IS NULL AND m.role IN ('operator', 'analyst')
    AND (m.institutions IS NULL OR p_institution = ANY (m.institutions))
$$;
-- Whether this person works on a bank's rules: for drafts and the like, which have no effect and are not signed.
CREATE FUNCTION staff.works_on_rules(p_member uuid, p_institution text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (SELECT FROM staff.member m WHERE m.id = p_member AND m.removed_at IS NULL
    AND m.role IN ('operator', 'analyst') AND (m.institutions IS NULL OR p_institution = ANY (m.institutions)))
$$;
GRANT USAGE ON SCHEMA staff TO parley_rules_owner;
GRANT EXECUTE ON FUNCTION staff.rules_key(uuid, bytea, text), staff.works_on_rules(uuid, text) TO parley_rules_owner;
RESET ROLE;

SET ROLE parley_app_owner;
GRANT USAGE ON SCHEMA institutions, customers TO parley_rules_owner;
CREATE POLICY rules_read ON institutions.institution FOR SELECT TO parley_rules_owner USING (true);
GRANT SELECT (id) ON institutions.institution TO parley_rules_owner;
GRANT REFERENCES (id) ON customers.customer TO parley_rules_owner;
GRANT EXECUTE ON FUNCTION customers.of_session(bytea) TO parley_rules_owner;
RESET ROLE;

SET ROLE parley_consent_writer;
-- Whether the signed parts fit the document: the same question for every act of the staff.
GRANT USAGE ON SCHEMA consent TO parley_rules_owner;
GRANT EXECUTE ON FUNCTION consent.signs(text, bytea) TO parley_rules_owner;
RESET ROLE;

SET ROLE parley_rules_owner;

-- One version of a bank's rules. Its text never changes; a new text is a new version.
CREATE TABLE rules.rule_set (
  id uuid PRIMARY KEY,
  institution text NOT NULL CHECK (length(institution) <= 63),
  version integer NOT NULL CHECK (version BETWEEN 1 AND 1000000),
  document text NOT NULL CHECK (length(document) <= 262144),
  digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  note text NOT NULL CHECK (length(note) <= 280),
  made_by uuid NOT NULL,
  made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  shadow_from timestamptz,
  shadow_until timestamptz,
  UNIQUE (institution, version),
  CHECK (shadow_until IS NULL OR shadow_from IS NOT NULL)
);
CREATE INDEX rule_set_shadow ON rules.rule_set (institution) WHERE shadow_from IS NOT NULL AND shadow_until IS NULL;

-- What a version would have come to. The figures are the console's or the command line's own word; that they are there is what counts.
CREATE TABLE rules.backtest (
  id uuid PRIMARY KEY,
  rule_set uuid NOT NULL REFERENCES rules.rule_set (id),
  figures jsonb NOT NULL CHECK (length(figures::text) <= 1048576),
  made_by uuid NOT NULL,
  made_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX backtest_set ON rules.backtest (rule_set);

-- Something that takes signatures: to make a version live, to go back to the one before, to put something on a list or take it off.
CREATE TABLE rules.change (
  id uuid PRIMARY KEY,
  institution text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('promote', 'roll-back', 'list-add', 'list-end')),
  document text NOT NULL CHECK (length(document) <= 2048),
  digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  needs integer NOT NULL CHECK (needs IN (1, 2)),
  asked_by uuid NOT NULL,
  asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  done_at timestamptz,
  done_with uuid[],
  CHECK ((done_at IS NULL) = (done_with IS NULL) AND (done_with IS NULL OR cardinality(done_with) >= needs))
);
CREATE INDEX change_open ON rules.change (institution, asked_at) WHERE done_at IS NULL;

CREATE TABLE rules.signature (
  id uuid PRIMARY KEY,
  change uuid NOT NULL REFERENCES rules.change (id),
  staff uuid NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  document text NOT NULL CHECK (length(document) <= 2048),
  credential_id bytea NOT NULL,
  authenticator_data bytea NOT NULL CHECK (length(authenticator_data) <= 1024),
  client_data bytea NOT NULL CHECK (length(client_data) <= 2048),
  signature bytea NOT NULL CHECK (length(signature) <= 512),
  UNIQUE (change, staff)
);

-- Which version decided when. Of a row only its end can be added.
CREATE TABLE rules.live (
  change uuid PRIMARY KEY REFERENCES rules.change (id),
  institution text NOT NULL,
  rule_set uuid NOT NULL REFERENCES rules.rule_set (id),
  is_way_back boolean NOT NULL,
  live_from timestamptz NOT NULL DEFAULT clock_timestamp(),
  live_until timestamptz
);
CREATE UNIQUE INDEX live_now ON rules.live (institution) WHERE live_until IS NULL;
CREATE INDEX live_set ON rules.live (rule_set);

-- What sentences find in `trusted_merchants` and the like. Cards and merchants by their pseudonymous keys, never by a number of a card.
-- What is signed names an entry and a salted digest of its key, so that signatures stay when a customer's entries go.
CREATE TABLE rules.list_entry (
  id uuid PRIMARY KEY,
  institution text NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('allow', 'block', 'review')),
  list text NOT NULL CHECK (list IN ('cards', 'merchants', 'countries')),
  key text NOT NULL,
  salt bytea NOT NULL CHECK (length(salt) = 16),
  -- Whose card it is, where that is a customer here: the entry goes with them.
  customer uuid REFERENCES customers.customer (id) ON DELETE CASCADE,
  reason text NOT NULL CHECK (length(reason) BETWEEN 10 AND 280),
  asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  asked_with uuid NOT NULL REFERENCES rules.change (id),
  -- It counts from here on, once it was signed for.
  live_from timestamptz,
  until_at timestamptz NOT NULL,
  ended_at timestamptz,
  ended_with uuid REFERENCES rules.change (id),
  CONSTRAINT known_key CHECK (CASE list WHEN 'countries' THEN key ~ '^[A-Z]{2}$'
    -- Twelve digits and more, with or without gaps, are taken for a card's number.
    ELSE length(key) BETWEEN 1 AND 64 AND key ~ '^[A-Za-z0-9][A-Za-z0-9_.:/-]*$'
      AND (list <> 'cards' OR regexp_replace(key, '[ ._:/-]', '', 'g') !~ '^[0-9]{12,19}$') END),
  CHECK (customer IS NULL OR list = 'cards'),
  CHECK ((ended_at IS NULL) = (ended_with IS NULL)),
  CHECK (until_at <= asked_at + interval '366 days')
);
CREATE UNIQUE INDEX list_entry_live ON rules.list_entry (institution, purpose, list, key) WHERE live_from IS NOT NULL AND ended_at IS NULL;
CREATE INDEX list_entry_customer ON rules.list_entry (customer) WHERE customer IS NOT NULL;
CREATE INDEX list_entry_asked ON rules.list_entry (asked_with);
CREATE INDEX list_entry_ended ON rules.list_entry (ended_with) WHERE ended_with IS NOT NULL;

-- What live and shadow sets come to, day by day: counts, and nobody's name.
CREATE TABLE rules.shadow_count (
  rule_set uuid NOT NULL REFERENCES rules.rule_set (id),
  day date NOT NULL,
  line text NOT NULL CHECK (line ~ '^(asked|allow|block|review|score|rule [a-z][a-z0-9-]{0,39})$'),
  uses bigint NOT NULL DEFAULT 0 CHECK (uses >= 0),
  customers bigint NOT NULL DEFAULT 0 CHECK (customers >= 0),
  frauds bigint NOT NULL DEFAULT 0,
  fraud_minor bigint NOT NULL DEFAULT 0,
  genuine bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (rule_set, day, line)
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['rule_set', 'backtest', 'change', 'signature', 'live', 'list_entry', 'shadow_count'] LOOP
    EXECUTE pg_catalog.format('ALTER TABLE rules.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE pg_catalog.format('ALTER TABLE rules.%I FORCE ROW LEVEL SECURITY', name);
    EXECUTE pg_catalog.format('CREATE POLICY owner_reads ON rules.%I FOR SELECT TO parley_rules_owner USING (true)', name);
    EXECUTE pg_catalog.format('CREATE POLICY owner_adds ON rules.%I FOR INSERT TO parley_rules_owner WITH CHECK (true)', name);
    EXECUTE pg_catalog.format('REVOKE UPDATE, DELETE, TRUNCATE ON rules.%I FROM parley_rules_owner', name);
    EXECUTE pg_catalog.format('CREATE POLICY console_reads ON rules.%I FOR SELECT TO parley_console USING (true)', name);
  END LOOP;
END
$$;
-- Not even the owner changes a version's text, what was signed or who was live when; only ends and shadows can be added.
CREATE POLICY owner_shadows ON rules.rule_set FOR UPDATE TO parley_rules_owner USING (true) WITH CHECK (shadow_from IS NOT NULL);
GRANT UPDATE (shadow_from, shadow_until) ON rules.rule_set TO parley_rules_owner;
CREATE POLICY owner_finishes ON rules.change FOR UPDATE TO parley_rules_owner USING (done_at IS NULL) WITH CHECK (done_at IS NOT NULL);
GRANT UPDATE (done_at, done_with) ON rules.change TO parley_rules_owner;
CREATE POLICY owner_ends ON rules.live FOR UPDATE TO parley_rules_owner USING (live_until IS NULL) WITH CHECK (live_until IS NOT NULL);
GRANT UPDATE (live_until) ON rules.live TO parley_rules_owner;
CREATE POLICY owner_ends ON rules.list_entry FOR UPDATE TO parley_rules_owner USING (ended_at IS NULL) WITH CHECK (live_from IS NOT NULL);
GRANT UPDATE (live_from, ended_at, ended_with) ON rules.list_entry TO parley_rules_owner;
-- Entries go 30 days after their end, wishes that nobody signed after two, and all of a customer's with the customer.
CREATE POLICY owner_forgets ON rules.list_entry FOR DELETE TO parley_rules_owner USING (true);
GRANT DELETE ON rules.list_entry TO parley_rules_owner;
CREATE POLICY owner_counts ON rules.shadow_count FOR UPDATE TO parley_rules_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_forgets ON rules.shadow_count FOR DELETE TO parley_rules_owner USING (day < current_date - 400);
GRANT UPDATE, DELETE ON rules.shadow_count TO parley_rules_owner;

GRANT USAGE ON SCHEMA rules TO parley_console, parley_fraud, parley_keystore, parley_centre;
GRANT SELECT ON rules.rule_set, rules.backtest, rules.live, rules.list_entry, rules.shadow_count TO parley_console;
GRANT SELECT (id, institution, kind, document, digest, needs, asked_by, asked_at, done_at, done_with) ON rules.change TO parley_console;
GRANT SELECT (id, change, staff, at) ON rules.signature TO parley_console;

-- What decides now, what is tried without effect, and what the lists hold now: nothing else, and nothing of the staff.
CREATE POLICY fraud_reads ON rules.live FOR SELECT TO parley_fraud USING (live_until IS NULL);
CREATE POLICY fraud_reads ON rules.rule_set FOR SELECT TO parley_fraud USING (
  (shadow_from IS NOT NULL AND shadow_until IS NULL)
  OR EXISTS (SELECT FROM rules.live l WHERE l.rule_set = rule_set.id AND l.live_until IS NULL));
CREATE POLICY fraud_reads ON rules.list_entry FOR SELECT TO parley_fraud USING (
  live_from IS NOT NULL AND ended_at IS NULL AND until_at > clock_timestamp());
GRANT SELECT (institution, rule_set, live_from, live_until) ON rules.live TO parley_fraud;
GRANT SELECT (id, institution, version, document, shadow_from, shadow_until) ON rules.rule_set TO parley_fraud;
GRANT SELECT (institution, purpose, list, key, live_from, until_at, ended_at) ON rules.list_entry TO parley_fraud;

-- How long a version must have been in shadow before it can be live; how long one person may go back; how long a signature counts.
CREATE FUNCTION rules.shadow_time() RETURNS interval LANGUAGE sql IMMUTABLE RETURN interval '10 minutes';
CREATE FUNCTION rules.way_back_time() RETURNS interval LANGUAGE sql IMMUTABLE RETURN interval '7 days';
CREATE FUNCTION rules.signature_time() RETURNS interval LANGUAGE sql IMMUTABLE RETURN interval '24 hours';

CREATE FUNCTION rules.digest_of(p_document text) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(p_document, 'UTF8')), 'hex');

-- Keeps a version. Null: somebody was faster, and its number is taken. 42501: not by this person.
CREATE FUNCTION rules.save_version(p_id uuid, p_institution text, p_document text, p_note text, p_member uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  d jsonb := p_document::jsonb;
  next integer;
BEGIN
  IF NOT staff.works_on_rules(p_member, p_institution)
    OR NOT EXISTS (SELECT FROM institutions.institution i WHERE i.id = p_institution) THEN
    RAISE EXCEPTION 'this person may not write rules for this bank' USING ERRCODE = '42501';
  END IF;
  SELECT coalesce(max(s.version), 0) + 1 INTO next FROM rules.rule_set s WHERE s.institution = p_institution;
  IF (d ->> 'version') IS DISTINCT FROM next::text THEN
    RETURN NULL;
  END IF;
  INSERT INTO rules.rule_set (id, institution, version, document, digest, note, made_by)
  VALUES (p_id, p_institution, next, p_document, rules.digest_of(p_document), p_note, p_member)
  ON CONFLICT (institution, version) DO NOTHING;
  RETURN CASE WHEN FOUND THEN next END;
END
$$;

-- Keeps what a backtest of a version found. 42501: not by this person.
CREATE FUNCTION rules.note_backtest(p_id uuid, p_rule_set uuid, p_digest text, p_figures jsonb, p_member uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  s rules.rule_set;
BEGIN
  SELECT x.* INTO s FROM rules.rule_set x WHERE x.id = p_rule_set AND x.digest = p_digest;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  IF NOT staff.works_on_rules(p_member, s.institution) THEN
    RAISE EXCEPTION 'this person may not test rules of this bank' USING ERRCODE = '42501';
  END IF;
  INSERT INTO rules.backtest (id, rule_set, figures, made_by) VALUES (p_id, p_rule_set, p_figures, p_member);
  RETURN true;
END
$$;

-- Lets a version judge real uses without effect, or ends that. 'begun', 'ended'; 'no-backtest': it needs one first; 'too-many': three of a
-- bank are in shadow; 'over': there is no such version, or it was in shadow before. 42501: not by this person.
CREATE FUNCTION rules.shadow(p_rule_set uuid, p_begin boolean, p_member uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  s rules.rule_set;
BEGIN
  SELECT x.* INTO s FROM rules.rule_set x WHERE x.id = p_rule_set FOR UPDATE;
  IF NOT FOUND OR (s.shadow_from IS NULL) <> p_begin OR s.shadow_until IS NOT NULL THEN
    RETURN 'over';
  END IF;
  IF NOT staff.works_on_rules(p_member, s.institution) THEN
    RAISE EXCEPTION 'this person may not try rules of this bank' USING ERRCODE = '42501';
  END IF;
  IF NOT p_begin THEN
    UPDATE rules.rule_set SET shadow_until = clock_timestamp() WHERE id = s.id;
    RETURN 'ended';
  END IF;
  IF NOT EXISTS (SELECT FROM rules.backtest b WHERE b.rule_set = s.id) THEN
    RETURN 'no-backtest';
  END IF;
  -- One at a time for a bank, so that two who begin at once do not both count two others.
  PERFORM pg_advisory_xact_lock(hashtextextended('rules:' || s.institution, 0));
  IF (SELECT count(*) FROM rules.rule_set x
      WHERE x.institution = s.institution AND x.shadow_from IS NOT NULL AND x.shadow_until IS NULL) >= 3 THEN
    RETURN 'too-many';
  END IF;
  UPDATE rules.rule_set SET shadow_from = clock_timestamp() WHERE id = s.id;
  RETURN 'begun';
END
$$;

-- What is signed of an entry's key.
CREATE FUNCTION rules.key_digest(p_list text, p_key text, p_salt bytea) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN pg_catalog.encode(pg_catalog.sha256(p_salt || pg_catalog.convert_to(p_list || ':' || p_key, 'UTF8')), 'hex');

-- What stands in the way of a change at this moment; null when nothing does. Asked when it is asked for, and again when it is carried out.
CREATE FUNCTION rules.obstacle(p_institution text, p_kind text, d jsonb) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  s rules.rule_set;
  now_live rules.live;
  e rules.list_entry;
BEGIN
  IF p_kind IN ('promote', 'roll-back') THEN
    SELECT x.* INTO s FROM rules.rule_set x
    WHERE x.id = (d ->> 'set')::uuid AND x.institution = p_institution AND x.digest = d ->> 'digest';
    IF NOT FOUND THEN
      RETURN 'unknown';
    END IF;
    SELECT l.* INTO now_live FROM rules.live l WHERE l.institution = p_institution AND l.live_until IS NULL;
    IF now_live.rule_set = s.id THEN
      RETURN 'live-already';
    END IF;
    IF p_kind = 'promote' THEN
      RETURN CASE
        WHEN NOT EXISTS (SELECT FROM rules.backtest b WHERE b.rule_set = s.id) THEN 'no-backtest'
        -- In shadow now and for long enough; or live before, and so in shadow before that.
        WHEN s.shadow_from IS NULL OR s.shadow_from > clock_timestamp() - rules.shadow_time()
          OR (s.shadow_until IS NOT NULL AND NOT EXISTS (SELECT FROM rules.live l WHERE l.rule_set = s.id)) THEN 'no-shadow'
      END;
    END IF;
    -- Back to the version that was live just before, from one that two people made live within the last days; never back and forth.
    RETURN CASE WHEN now_live.change IS NULL OR now_live.is_way_back
        OR now_live.live_from <= clock_timestamp() - rules.way_back_time()
        OR s.id IS DISTINCT FROM (SELECT l.rule_set FROM rules.live l
          WHERE l.institution = p_institution AND l.live_until IS NOT NULL ORDER BY l.live_from DESC LIMIT 1) THEN 'no-way-back' END;
  END IF;
  SELECT x.* INTO e FROM rules.list_entry x WHERE x.institution = p_institution AND x.id = (d ->> 'entry')::uuid AND x.ended_at IS NULL
    AND x.purpose = d ->> 'purpose' AND x.list = d ->> 'list';
  IF e.id IS NULL OR (p_kind = 'list-end') <> (e.live_from IS NOT NULL) THEN
    RETURN 'unknown';
  END IF;
  IF p_kind = 'list-end' THEN
    RETURN NULL;
  END IF;
  RETURN CASE
    WHEN rules.key_digest(e.list, e.key, e.salt) IS DISTINCT FROM d ->> 'key_digest' THEN 'unknown'
    WHEN e.until_at <= clock_timestamp() THEN 'bad-until'
    WHEN EXISTS (SELECT FROM rules.list_entry x WHERE (x.institution, x.purpose, x.list, x.key) = (e.institution, e.purpose, e.list, e.key)
      AND x.live_from IS NOT NULL AND x.ended_at IS NULL AND x.until_at > clock_timestamp()) THEN 'listed-already'
    WHEN (SELECT count(*) FROM rules.list_entry x WHERE (x.institution, x.purpose, x.list) = (e.institution, e.purpose, e.list)
      AND x.live_from IS NOT NULL AND x.ended_at IS NULL) >= 50000 THEN 'list-full'
  END;
END
$$;

-- Writes down a change that waits for signatures; for 'list-add' with the key that goes onto the list. 'asked', or what stands in its
-- way. 42501: not by this person.
CREATE FUNCTION rules.ask_change(p_id uuid, p_document text, p_member uuid, p_key text, p_salt bytea, p_customer uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  d jsonb := p_document::jsonb;
  problem text;
BEGIN
  IF NOT staff.works_on_rules(p_member, d ->> 'institution') THEN
    RAISE EXCEPTION 'this person may not change rules of this bank' USING ERRCODE = '42501';
  END IF;
  INSERT INTO rules.change (id, institution, kind, document, digest, needs, asked_by)
  VALUES (p_id, d ->> 'institution', d ->> 'kind', p_document, rules.digest_of(p_document),
    -- Whatever lets more through takes two people: live rules, and what is let through by list or no longer blocked by one.
    CASE d ->> 'kind' WHEN 'promote' THEN 2 WHEN 'roll-back' THEN 1
      WHEN 'list-add' THEN CASE WHEN d ->> 'purpose' = 'allow' THEN 2 ELSE 1 END
      ELSE CASE WHEN d ->> 'purpose' = 'allow' THEN 1 ELSE 2 END END,
    p_member);
  IF d ->> 'kind' = 'list-add' THEN
    INSERT INTO rules.list_entry (id, institution, purpose, list, key, salt, customer, reason, until_at, asked_with)
    VALUES ((d ->> 'entry')::uuid, d ->> 'institution', d ->> 'purpose', d ->> 'list', p_key, p_salt, p_customer, d ->> 'reason',
      (d ->> 'until')::timestamptz, p_id);
  END IF;
  problem := rules.obstacle(d ->> 'institution', d ->> 'kind', d);
  IF problem IS NOT NULL THEN
    -- Nothing of it is kept: the caller's transaction goes on without.
    RAISE EXCEPTION '%', problem USING ERRCODE = 'PRU01';
  END IF;
  RETURN 'asked';
EXCEPTION WHEN SQLSTATE 'PRU01' THEN
  RETURN SQLERRM;
END
$$;

-- Writes down that somebody signed a change. It changes nothing. 'first': somebody else must sign too; 'ready': as many people as it takes;
-- 'same-person': they have signed it already; 'over': nothing open of that name, or asked for too long ago. 42501: not by this person.
CREATE FUNCTION rules.sign_change(
  p_document text, p_credential_id bytea, p_authenticator_data bytea, p_client_data bytea, p_signature bytea
) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  d jsonb := p_document::jsonb;
  c rules.change;
BEGIN
  SELECT x.* INTO c FROM rules.change x WHERE x.id = (d ->> 'change')::uuid AND x.done_at IS NULL
    AND x.asked_at > clock_timestamp() - rules.signature_time() FOR UPDATE;
  IF NOT FOUND THEN
    RETURN 'over';
  END IF;
  IF d ->> 'act' IS DISTINCT FROM 'change-rules' OR d ->> 'digest' IS DISTINCT FROM c.digest
    OR NOT consent.signs(p_document, p_client_data)
    OR staff.rules_key((d ->> 'staff')::uuid, p_credential_id, c.institution) IS NULL THEN
    RAISE EXCEPTION 'this person may not sign this' USING ERRCODE = '42501';
  END IF;
  INSERT INTO rules.signature (id, change, staff, document, credential_id, authenticator_data, client_data, signature)
  VALUES ((d ->> 'id')::uuid, c.id, (d ->> 'staff')::uuid, p_document, p_credential_id, p_authenticator_data, p_client_data, p_signature)
  ON CONFLICT (change, staff) DO NOTHING;
  IF NOT FOUND THEN
    RETURN 'same-person';
  END IF;
  RETURN CASE WHEN (SELECT count(DISTINCT g.staff) FROM rules.signature g WHERE g.change = c.id) >= c.needs THEN 'ready' ELSE 'first' END;
END
$$;

-- For the keystore alone: what was signed for a change, and the key each signature must be by. Only of people who may still do it now.
CREATE FUNCTION rules.change_facts(p_change uuid) RETURNS TABLE (
  id uuid, staff uuid, document text, credential_id bytea, authenticator_data bytea, client_data bytea, signature bytea,
  public_key bytea, change_document text, needs integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY
  SELECT g.id, g.staff, g.document, g.credential_id, g.authenticator_data, g.client_data, g.signature, k.public_key, c.document, c.needs
  FROM rules.signature g
  JOIN rules.change c ON c.id = g.change AND c.done_at IS NULL
  CROSS JOIN LATERAL (SELECT staff.rules_key(g.staff, g.credential_id, c.institution)) AS k (public_key)
  WHERE g.change = p_change AND g.at > clock_timestamp() - rules.signature_time() AND k.public_key IS NOT NULL
  ORDER BY g.at LIMIT 16;
END
$$;

-- For the keystore alone, once it has verified these signatures: of as many different people as the change takes, or nothing happens.
-- 'done'; 'not-enough'; or what stands in the way by now.
CREATE FUNCTION rules.carry_out(p_change uuid, p_signatures uuid[]) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  c rules.change;
  d jsonb;
  problem text;
BEGIN
  SELECT x.* INTO c FROM rules.change x WHERE x.id = p_change AND x.done_at IS NULL FOR UPDATE;
  IF NOT FOUND THEN
    RETURN 'over';
  END IF;
  IF (SELECT count(DISTINCT g.staff) FROM rules.signature g WHERE g.change = c.id AND g.id = ANY (p_signatures)
      AND g.at > clock_timestamp() - rules.signature_time()) < c.needs THEN
    RETURN 'not-enough';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('rules:' || c.institution, 0));
  d := c.document::jsonb;
  problem := rules.obstacle(c.institution, c.kind, d);
  IF problem IS NOT NULL THEN
    RETURN problem;
  END IF;
  PERFORM set_config('synchronous_commit', 'on', true);
  IF c.kind IN ('promote', 'roll-back') THEN
    UPDATE rules.live SET live_until = clock_timestamp() WHERE institution = c.institution AND live_until IS NULL;
    INSERT INTO rules.live (change, institution, rule_set, is_way_back)
    VALUES (c.id, c.institution, (d ->> 'set')::uuid, c.kind = 'roll-back');
    UPDATE rules.rule_set SET shadow_until = clock_timestamp()
    WHERE id = (d ->> 'set')::uuid AND shadow_from IS NOT NULL AND shadow_until IS NULL;
  ELSIF c.kind = 'list-add' THEN
    -- One that ran out makes room for one that counts again.
    UPDATE rules.list_entry x SET ended_at = clock_timestamp(), ended_with = c.id FROM rules.list_entry e
    WHERE e.id = (d ->> 'entry')::uuid AND x.live_from IS NOT NULL AND x.ended_at IS NULL
      AND (x.institution, x.purpose, x.list, x.key) = (e.institution, e.purpose, e.list, e.key);
    UPDATE rules.list_entry SET live_from = clock_timestamp() WHERE id = (d ->> 'entry')::uuid AND live_from IS NULL;
  ELSE
    UPDATE rules.list_entry SET ended_at = clock_timestamp(), ended_with = c.id WHERE id = (d ->> 'entry')::uuid AND ended_at IS NULL;
  END IF;
  UPDATE rules.change SET done_at = clock_timestamp(), done_with = p_signatures WHERE id = c.id;
  RETURN 'done';
END
$$;

-- Adds to the counts of live and shadow sets; of any other set nothing is counted.
CREATE FUNCTION rules.add_counts(p_counts jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  INSERT INTO rules.shadow_count AS k (rule_set, day, line, uses, customers, frauds, fraud_minor, genuine)
  SELECT x.rule_set, date '1970-01-01' + x.day, x.line, sum(x.uses), sum(x.customers), sum(x.frauds), sum(x.fraud_minor), sum(x.genuine)
  FROM jsonb_to_recordset(p_counts) AS x (rule_set uuid, day integer, line text, uses bigint, customers bigint, frauds bigint,
    fraud_minor bigint, genuine bigint)
  JOIN rules.rule_set s ON s.id = x.rule_set
  WHERE (s.shadow_from IS NOT NULL AND s.shadow_until IS NULL) OR EXISTS (SELECT FROM rules.live l WHERE l.rule_set = s.id)
  GROUP BY x.rule_set, x.day, x.line
  ON CONFLICT (rule_set, day, line) DO UPDATE SET uses = k.uses + excluded.uses, customers = k.customers + excluded.customers,
    frauds = k.frauds + excluded.frauds, fraud_minor = k.fraud_minor + excluded.fraud_minor, genuine = k.genuine + excluded.genuine
$$;

-- Forgets entries 30 days after they ended or ran out, and counts of long ago; gives how many rows.
CREATE FUNCTION rules.sweep() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  WITH entries AS (DELETE FROM rules.list_entry WHERE least(ended_at, until_at) < clock_timestamp() - interval '30 days'
      OR (live_from IS NULL AND asked_at < clock_timestamp() - interval '2 days') RETURNING 1),
    counts AS (DELETE FROM rules.shadow_count WHERE day < current_date - 400 RETURNING 1)
  SELECT (SELECT count(*) FROM entries) + (SELECT count(*) FROM counts)
$$;

-- For the privacy centre: how many entries are about the customer's cards, and until when the last is kept.
CREATE FUNCTION rules.own_counts(p_session bytea) RETURNS TABLE (name text, rows bigint, until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT 'rules.list_entry', count(*), max(least(e.ended_at, e.until_at)) + interval '30 days' FROM rules.list_entry e
  WHERE e.customer = customers.of_session(p_session)
$$;

GRANT EXECUTE ON FUNCTION rules.save_version(uuid, text, text, text, uuid), rules.note_backtest(uuid, uuid, text, jsonb, uuid),
  rules.shadow(uuid, boolean, uuid), rules.ask_change(uuid, text, uuid, text, bytea, uuid), rules.sign_change(text, bytea, bytea, bytea, bytea),
  rules.sweep() TO parley_console;
GRANT EXECUTE ON FUNCTION rules.change_facts(uuid), rules.carry_out(uuid, uuid[]) TO parley_keystore;
GRANT EXECUTE ON FUNCTION rules.add_counts(jsonb) TO parley_fraud;
GRANT EXECUTE ON FUNCTION rules.own_counts(bytea) TO parley_centre;

RESET ROLE;
