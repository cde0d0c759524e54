import { z } from 'zod'
import type { Tx } from '../database/database.ts'
import { bigintColumn } from '../database/column-shapes.ts'
import type { NewJob } from './job.ts'

/** The topic that runners listen to. */
export const jobTopic = 'job'

const added = z.object({ id: bigintColumn })

/** Adds a job in the caller's transaction and gives its id. Runners hear of it once the transaction commits. */
export async function addJob(tx: Tx, job: NewJob): Promise<bigint> {
  tx.announce(jobTopic)
  const row = await tx.one(added, 'SELECT platform.add_job($1, $2, $3, $4, $5) AS id', [
    job.kind,
    job.key,
    JSON.stringify(job.payload),
    job.delayMs ?? 0,
    job.priority ?? 1,
  ])
  return row.id
}
