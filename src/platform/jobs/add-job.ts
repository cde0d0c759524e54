import { z } from 'zod'
import type { Tx } from '../database/database.ts'
import { bigintColumn } from '../database/column-shapes.ts'
import type { NewJob } from './job.ts'

/** The topic that runners listen to; whoever adds jobs by SQL of their own announces it, with the kind where it is one. */
export const jobTopic = 'job'

const added = z.object({ id: bigintColumn })

/** Adds a job in the caller's transaction and gives its id. Runners hear of it once the transaction commits. */
export async function addJob(tx: Tx, job: NewJob): Promise<bigint> {
  tx.announce(jobTopic, job.kind)
  const row = await tx.one(added, 'SELECT platform.add_job($1, $2, $3, $4, $5) AS id', [
    job.kind,
    job.key,
    JSON.stringify(job.payload),
    job.delayMs ?? 0,
    job.priority ?? 1,
  ])
  return row.id
}

/** Adds several jobs with one statement, in this order: jobs of one key run in the order in which they were added. */
export async function addJobs(tx: Tx, jobs: readonly NewJob[]): Promise<void> {
  if (jobs.length === 0) return
  for (const { kind } of jobs) tx.announce(jobTopic, kind)
  await tx.run(
    `SELECT platform.add_job(j.kind, j.key, j.payload::jsonb, j.delay_ms, j.priority)
     FROM (SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::smallint[])
       WITH ORDINALITY AS given (kind, key, payload, delay_ms, priority, place) ORDER BY place) j`,
    [
      jobs.map(({ kind }) => kind),
      jobs.map(({ key }) => key),
      jobs.map(({ payload }) => JSON.stringify(payload)),
      jobs.map(({ delayMs = 0 }) => BigInt(delayMs)),
      jobs.map(({ priority = 1 }) => String(priority)),
    ],
  )
}
