import { z } from 'zod'
import { instantColumn, bigintColumn } from '../database/column-shapes.ts'
import type { Tx } from '../database/database.ts'
import type { Job } from './job.ts'

/** First half of the advisory lock that a living worker's session holds; the second is the worker's id. */
export const workerLockClass = 20641

/** A job in a worker's hands: by which claim, how often it failed, how long it was due before it was claimed. */
export type ClaimedJob = Job & { readonly claim: bigint; readonly failures: number; readonly waitedMs: number }

const claimedRow = z.object({
  id: bigintColumn,
  kind: z.string(),
  key: z.string(),
  payload: z.record(z.string(), z.string()),
  attempt: z.number(),
  failures: z.number(),
  created_at: instantColumn,
  claim: bigintColumn,
  waited_ms: z.number(),
})

/**
 * Heads of the wanted kinds that are due, by priority, with no claim on their key. The row lock makes sure that the
 * job is still there and gives its newest counts; the claim's primary key makes sure that the key is free. Nobody waits
 * for the disk: a claim that a crash of the server forgets is a job that is claimed again, as after any crash of ours, and
 * whatever the job does commits behind its claim.
 */
const claimText = `
  WITH relaxed AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true)), found AS MATERIALIZED (
    SELECT j.*
    FROM relaxed CROSS JOIN unnest(ARRAY[0, 1, 2]::smallint[]) AS step (priority)
    CROSS JOIN unnest($2::text[]) AS wanted (kind)
    CROSS JOIN LATERAL (
      SELECT j.id, j.kind, j.key, j.payload, j.attempt, j.failures, j.created_at, j.due_at
      FROM platform.job j
      WHERE j.head AND j.kind = wanted.kind AND j.priority = step.priority AND j.due_at <= statement_timestamp()
        AND NOT EXISTS (SELECT FROM platform.job_claim c WHERE c.key = j.key)
        AND NOT EXISTS (SELECT FROM platform.job e WHERE e.key = j.key AND e.id < j.id)
      ORDER BY j.due_at LIMIT $3 FOR NO KEY UPDATE OF j SKIP LOCKED
    ) j
    LIMIT $3
  ), claimed AS (
    INSERT INTO platform.job_claim (key, job, worker) SELECT f.key, f.id, $1 FROM found f ORDER BY f.key
    ON CONFLICT (key) DO NOTHING RETURNING job, claim
  )
  SELECT claimed.claim, f.id, f.kind, f.key, f.payload, f.attempt + 1 AS attempt, f.failures, f.created_at,
    (extract(epoch FROM statement_timestamp() - f.due_at) * 1000)::float8 AS waited_ms
  FROM found f JOIN claimed ON claimed.job = f.id
  ORDER BY f.id`

/** Claims up to `max` jobs for a worker. */
export async function claimJobs(
  tx: Tx,
  ask: { readonly worker: number; readonly kinds: readonly string[]; readonly max: number },
): Promise<readonly ClaimedJob[]> {
  const rows = await tx.rows(claimedRow, claimText, [ask.worker, ask.kinds, ask.max])
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    key: row.key,
    payload: row.payload,
    attempt: row.attempt,
    createdAt: row.created_at,
    claim: row.claim,
    failures: row.failures,
    waitedMs: row.waited_ms,
  }))
}

/**
 * Takes the job away if this claim still holds it; else fails with SQLSTATE {@link jobLostState}. Whoever touches a job and its claim
 * locks the job first, as claiming does: a claim whose look began before this one was made may hold the job's row, and would wait for
 * the claim we are deleting while we waited for the row, until the server ended one of us.
 */
export async function finishJob(tx: Tx, job: ClaimedJob): Promise<void> {
  await tx.run(
    `WITH mine AS MATERIALIZED (SELECT j.id FROM platform.job j WHERE j.id = $1 FOR UPDATE)
     SELECT platform.finish_job($1, $2, $3) FROM (SELECT count(*) FROM mine) AS locked`,
    [job.id, job.key, job.claim],
  )
}

/** What `platform.finish_job` raises when the claim no longer holds the job. */
export const jobLostState = 'PJ001'

/** Gives the job back, to be due in a while. False when this claim no longer holds it. */
export async function returnJob(
  tx: Tx,
  job: ClaimedJob,
  how: { readonly delayMs: number; readonly failed: boolean },
): Promise<boolean> {
  const touched = await tx.run(
    `WITH mine AS MATERIALIZED (SELECT j.id FROM platform.job j WHERE j.id = $1 FOR NO KEY UPDATE),
     held AS (DELETE FROM platform.job_claim c WHERE c.key = $2 AND c.job = $1 AND c.claim = $3
       AND (SELECT count(*) FROM mine) >= 0 RETURNING c.job)
     UPDATE platform.job j SET attempt = j.attempt + 1, failures = j.failures + $4,
       due_at = clock_timestamp() + $5 * interval '1 millisecond'
     FROM held WHERE j.id = held.job`,
    [job.id, job.key, job.claim, how.failed ? 1 : 0, how.delayMs],
  )
  return touched === 1
}

/** Writes down that a job was given up, in the transaction that takes it away. */
export async function recordDeadJob(tx: Tx, job: ClaimedJob, code: string): Promise<void> {
  await tx.run(
    `INSERT INTO platform.job_dead (id, kind, key, attempt, code, created_at)
     VALUES ($1, $2, $3, $4, $5, to_timestamp($6 / 1000.0))`,
    [job.id, job.kind, job.key, job.attempt, code.slice(0, 100), job.createdAt],
  )
}

const workerRow = z.object({ id: z.number() })

/** A worker's id, never used before. */
export async function newWorkerId(tx: Tx): Promise<number> {
  return (await tx.one(workerRow, `SELECT nextval('platform.worker')::integer AS id`)).id
}

const lockRow = z.object({ locked: z.boolean() })

/** Takes the worker's lock for as long as this session lives; false while another session still has it. */
export async function lockWorker(session: Tx, worker: number): Promise<boolean> {
  return (await session.one(lockRow, 'SELECT pg_try_advisory_lock($1, $2) AS locked', [workerLockClass, worker])).locked
}

/** Frees the claims of workers whose lock nobody holds: their sessions are gone. Gives how many were freed. */
export function freeClaimsOfDeadWorkers(tx: Tx, worker: number): Promise<number> {
  return tx.run(
    `WITH other AS MATERIALIZED (SELECT DISTINCT c.worker FROM platform.job_claim c WHERE c.worker <> $1),
     dead AS MATERIALIZED (SELECT o.worker FROM other o WHERE pg_try_advisory_xact_lock_shared($2, o.worker)),
     theirs AS MATERIALIZED (SELECT j.id FROM platform.job j WHERE j.id IN (
       SELECT c.job FROM platform.job_claim c JOIN dead ON c.worker = dead.worker) ORDER BY j.id FOR NO KEY UPDATE),
     freed AS (DELETE FROM platform.job_claim c USING dead WHERE c.worker = dead.worker
       AND (SELECT count(*) FROM theirs) >= 0 RETURNING c.job)
     UPDATE platform.job j SET attempt = j.attempt + 1, failures = j.failures + 1 FROM freed WHERE j.id = freed.job`,
    [worker, workerLockClass],
  )
}

/** Frees claims of this very worker that it does not know of: their answer was lost with a connection. */
export function freeUnknownClaims(tx: Tx, worker: number, known: readonly bigint[]): Promise<number> {
  return tx.run(
    `WITH unknown AS MATERIALIZED (SELECT j.id FROM platform.job j WHERE j.id IN (
       SELECT c.job FROM platform.job_claim c WHERE c.worker = $1 AND c.claim <> ALL ($2::bigint[]))
       ORDER BY j.id FOR NO KEY UPDATE),
     freed AS (DELETE FROM platform.job_claim c WHERE c.worker = $1 AND c.claim <> ALL ($2::bigint[])
       AND (SELECT count(*) FROM unknown) >= 0 RETURNING c.job)
     UPDATE platform.job j SET attempt = j.attempt + 1 FROM freed WHERE j.id = freed.job`,
    [worker, known],
  )
}

const dueRow = z.object({ due_in_ms: z.number().nullable() })

/** Milliseconds until the next unclaimed job of these kinds is due (below zero: it is); undefined when there is none. */
export async function nextDueInMs(tx: Tx, kinds: readonly string[]): Promise<number | undefined> {
  const row = await tx.one(
    dueRow,
    `SELECT (extract(epoch FROM min(j.due_at) - clock_timestamp()) * 1000)::float8 AS due_in_ms
     FROM unnest(ARRAY[0, 1, 2]::smallint[]) AS step (priority)
     CROSS JOIN unnest($1::text[]) AS wanted (kind)
     CROSS JOIN LATERAL (
       SELECT j.due_at FROM platform.job j
       WHERE j.head AND j.kind = wanted.kind AND j.priority = step.priority
         AND NOT EXISTS (SELECT FROM platform.job_claim c WHERE c.key = j.key)
       ORDER BY j.due_at LIMIT 1
     ) j`,
    [kinds],
  )
  return row.due_in_ms ?? undefined
}

/** Dead jobs are kept this long for an operator to look at. */
const deadKeptDays = 30
/** Rows a sweep touches at most, so that it never holds locks for long. */
const sweepMax = 1_000

/** Makes the oldest job of every key a head, should a row deleted by hand have left it waiting. */
export function healHeads(tx: Tx): Promise<number> {
  return tx.run(
    `UPDATE platform.job j SET head = true WHERE j.id IN (
       SELECT w.id FROM platform.job w
       WHERE NOT w.head AND NOT EXISTS (SELECT FROM platform.job e WHERE e.key = w.key AND e.id < w.id) LIMIT $1)`,
    [sweepMax],
  )
}

/** Forgets dead jobs after their time. */
export function forgetDeadJobs(tx: Tx): Promise<number> {
  return tx.run(
    `DELETE FROM platform.job_dead d WHERE d.id IN (
       SELECT o.id FROM platform.job_dead o WHERE o.died_at < statement_timestamp() - $1 * interval '1 day' LIMIT $2)`,
    [deadKeptDays, sweepMax],
  )
}
