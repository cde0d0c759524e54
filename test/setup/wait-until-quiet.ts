import { z } from 'zod'
import { eventually } from './eventually.ts'
import type { ParleyProcesses } from './parley-processes.ts'

/** Jobs that are always there: they look after things by themselves and come again. */
const standingJobs = ['sweep']

const countsShape = z.object({ jobs: z.string(), sends: z.string() })

/**
 * Waits until nothing moves any more: the messenger has no webhook left to deliver, no job waits, every message of the
 * outbox is settled. Says what is left when it takes longer than this.
 */
export async function waitUntilQuiet(parley: ParleyProcesses, deadlineMs: number): Promise<void> {
  let left = ''
  await eventually(
    'quiet',
    async () => {
      left = await whatIsLeft(parley)
      return left === ''
    },
    deadlineMs,
  ).catch((cause: unknown) => {
    throw new Error(`not quiet within ${deadlineMs} ms: ${left}`, { cause })
  })
}

async function whatIsLeft(parley: ParleyProcesses): Promise<string> {
  const { pendingCount, inFlight } = await parley.messengerControl.deliveries()
  const counts = await parley.admin.one(
    countsShape,
    `SELECT (SELECT count(*)::text FROM platform.job j WHERE NOT EXISTS
         (SELECT 1 FROM unnest($1::text[]) s WHERE j.kind LIKE '%' || s || '%')) AS jobs,
       (SELECT count(*)::text FROM platform.outbox o WHERE o.confirmed_at IS NULL) AS sends`,
    [standingJobs],
  )
  const parts = { webhooks: pendingCount + inFlight, jobs: Number(counts.jobs), sends: Number(counts.sends) }
  return Object.entries(parts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ')
}
