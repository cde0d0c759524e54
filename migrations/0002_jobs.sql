-- Work that survives a restart, and messages on their way out.
--
-- Jobs of one key run one at a time, oldest first: only the key's `head` may be claimed. A claim is a row of its own
-- whose primary key is the job's key, so two claims of one key cannot exist. It names a worker; a worker lives while
-- its session holds the advisory lock (20641, worker), so a killed worker's claims are free as soon as the server
-- notices its connection is gone.

SET ROLE parley_platform_owner;

CREATE TABLE platform.job (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (length(kind) BETWEEN 1 AND 64),
  key text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
  -- Ids only: never what people wrote or own.
  payload jsonb NOT NULL CHECK (jsonb_typeof(payload) = 'object' AND pg_column_size(payload) <= 2048),
  priority smallint NOT NULL DEFAULT 1 CHECK (priority BETWEEN 0 AND 2),
  head boolean NOT NULL DEFAULT true,
  due_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  attempt integer NOT NULL DEFAULT 0,   -- claims that ended without finishing, for whatever reason
  failures integer NOT NULL DEFAULT 0,  -- those of them that count towards giving up
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);

-- What a claim looks at: heads only, so neither waiting nor backed-off jobs are ever walked over.
CREATE INDEX job_due ON platform.job (kind, priority, due_at) WHERE head;
CREATE INDEX job_key ON platform.job (key, id);

CREATE TABLE platform.job_claim (
  key text PRIMARY KEY,
  job bigint NOT NULL,
  -- Names this very claim: whoever holds an older one of the same job, in the same worker even, can do nothing with it.
  claim bigint GENERATED ALWAYS AS IDENTITY,
  worker integer NOT NULL,
  claimed_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);

-- What could not be done, for an operator to look at: no payload, so nothing to erase but the key's id.
CREATE TABLE platform.job_dead (
  id bigint PRIMARY KEY,
  kind text NOT NULL,
  key text NOT NULL,
  attempt integer NOT NULL,
  code text NOT NULL CHECK (length(code) <= 100),
  created_at timestamptz NOT NULL,
  died_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX job_dead_died ON platform.job_dead (died_at);

CREATE SEQUENCE platform.worker AS integer CYCLE;

-- The new job is the key's head unless one is ahead. The one ahead is share-locked, so whoever finishes it waits for
-- us and then sees the new job; one already being deleted is skipped, and then the new job is a second head, which a
-- claim passes over until it is the oldest.
CREATE FUNCTION platform.add_job(p_kind text, p_key text, p_payload jsonb, p_delay_ms bigint, p_priority smallint)
RETURNS bigint LANGUAGE plpgsql
AS $$
DECLARE
  ahead bigint;
  added bigint;
BEGIN
  SELECT j.id INTO ahead FROM platform.job j WHERE j.key = p_key ORDER BY j.id LIMIT 1 FOR KEY SHARE SKIP LOCKED;
  INSERT INTO platform.job (kind, key, payload, priority, head, due_at)
  VALUES (p_kind, p_key, p_payload, p_priority, ahead IS NULL,
    pg_catalog.clock_timestamp() + p_delay_ms * interval '1 millisecond')
  RETURNING id INTO added;
  RETURN added;
END
$$;

-- First statement of the transaction that finishes a job: takes it away if this claim still holds it, else refuses,
-- and makes the next job of the key its head.
CREATE FUNCTION platform.finish_job(p_job bigint, p_key text, p_claim bigint)
RETURNS void LANGUAGE plpgsql
AS $$
BEGIN
  DELETE FROM platform.job_claim c WHERE c.key = p_key AND c.job = p_job AND c.claim = p_claim;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'PJ001', MESSAGE = 'this claim does not hold the job';
  END IF;
  DELETE FROM platform.job j WHERE j.id = p_job;
  UPDATE platform.job j SET head = true
  WHERE j.id = (SELECT n.id FROM platform.job n WHERE n.key = p_key ORDER BY n.id LIMIT 1) AND NOT j.head;
END
$$;

GRANT USAGE ON SCHEMA platform TO parley_answer, parley_notify, parley_fraud, parley_service, parley_channel,
  parley_consent, parley_inspector;
GRANT EXECUTE ON FUNCTION platform.add_job(text, text, jsonb, bigint, smallint), platform.finish_job(bigint, text, bigint)
  TO parley_answer, parley_notify, parley_fraud, parley_service, parley_channel, parley_consent;
GRANT SELECT, DELETE ON platform.job
  TO parley_answer, parley_notify, parley_fraud, parley_service, parley_channel, parley_consent;
GRANT INSERT (kind, key, payload, priority, head, due_at) ON platform.job
  TO parley_answer, parley_notify, parley_fraud, parley_service, parley_channel, parley_consent;
-- What a job is cannot be changed once it is added; only when it runs.
GRANT UPDATE (head, due_at, attempt, failures) ON platform.job
  TO parley_answer, parley_notify, parley_fraud, parley_service, parley_channel, parley_consent;
GRANT SELECT, INSERT, DELETE ON platform.job_claim
  TO parley_answer, parley_notify, parley_fraud, parley_service, parley_channel, parley_consent;
GRANT SELECT (id, died_at), INSERT, DELETE ON platform.job_dead
  TO parley_answer, parley_notify, parley_fraud, parley_service, parley_channel, parley_consent;
GRANT USAGE ON SEQUENCE platform.worker
  TO parley_answer, parley_notify, parley_fraud, parley_service, parley_channel, parley_consent;
GRANT SELECT (id, kind, priority, head, due_at, attempt, failures, created_at) ON platform.job TO parley_inspector;
GRANT SELECT (id, kind, attempt, code, created_at, died_at) ON platform.job_dead TO parley_inspector;

-- Messages on their way out, sealed under the conversation's key. A row stays a while after its text is gone, so that
-- a late echo from the messenger still finds it.
CREATE TABLE platform.outbox (
  id uuid PRIMARY KEY,
  channel text NOT NULL CHECK (length(channel) BETWEEN 1 AND 32),
  conversation text NOT NULL CHECK (length(conversation) BETWEEN 1 AND 64),
  priority smallint NOT NULL CHECK (priority BETWEEN 0 AND 2),  -- question, answer, receipt
  sealed bytea CHECK (length(sealed) <= 65536),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz,
  tries integer NOT NULL DEFAULT 0,
  tried_at timestamptz,
  confirmed_at timestamptz,
  CHECK (confirmed_at IS NULL OR sealed IS NULL)
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX outbox_confirmed ON platform.outbox (confirmed_at) WHERE confirmed_at IS NOT NULL;

-- Whoever has something to say adds; only the sender reads and settles.
GRANT INSERT (id, channel, conversation, priority, sealed, expires_at) ON platform.outbox
  TO parley_answer, parley_notify, parley_service, parley_consent, parley_channel;
GRANT SELECT, DELETE ON platform.outbox TO parley_channel;
GRANT UPDATE (sealed, tries, tried_at, confirmed_at) ON platform.outbox TO parley_channel;
GRANT SELECT (id, channel, priority, created_at, expires_at, tries, tried_at, confirmed_at) ON platform.outbox
  TO parley_inspector;

RESET ROLE;
