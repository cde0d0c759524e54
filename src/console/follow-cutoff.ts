import { z } from 'zod'
import { cutoffs } from '../consent/index.ts'
import type { CutoffReach } from '../consent/index.ts'
import { Fault, isUuid } from '../kernel/index.ts'
import type { CustomerId, CutoffId } from '../kernel/index.ts'
import { elapsedMs } from '../platform/index.ts'
import type { Database, JobHandler, JobOutcome, Logger, Metrics, Tx } from '../platform/index.ts'

/** What the customers are told: that it stopped, or that it works again. */
export type CutoffNews = { readonly reach: CutoffReach; readonly news: 'stopped' | 'back' }

export type FollowCutoffDeps = {
  /** Login `parley_consent`. */
  readonly database: Database
  /** Queues the notice for one customer, in the caller's transaction. */
  readonly tell: (tx: Tx, customer: CustomerId, news: CutoffNews) => Promise<void>
  readonly logger: Logger
  readonly metrics: Metrics
}

/** Looks that were let through before it are over by then, so the count of them is right. */
const settleMs = 2_000
/** One run counts for so long, then makes way for other work. */
const countForMs = 10_000
/** So many customers are told at once, and then a pause: notices must not hold back answers. */
const toldAtOnce = 200
const tellEveryMs = 1_000

/** What follows a cut-off or its end, long after it took effect: how many people it reaches, and telling them. */
export function followCutoff(deps: FollowCutoffDeps): Readonly<Record<string, JobHandler>> {
  return { 'follow-cutoff': (job) => follow(deps, idOf(job.payload['cutoff'])) }
}

async function follow(deps: FollowCutoffDeps, id: CutoffId): Promise<JobOutcome> {
  const reach = await cutoffs.reach.load(deps.database, id)
  if (reach === undefined) return done
  if (reach.sinceMs < settleMs) return { againAfterMs: Math.ceil(settleMs - reach.sinceMs) }
  if (!reach.isCounted && !(await countAll(deps, reach))) return { againAfterMs: 1 }
  if (reach.lifted) return reach.isRetold ? done : await tellNext(deps, reach, 'back')
  return reach.isTold ? done : await tellNext(deps, reach, 'stopped')
}

/** True once everybody is counted. Each step is a transaction of its own, so a crash costs one step. */
async function countAll(deps: FollowCutoffDeps, reach: CutoffReach): Promise<boolean> {
  const until = elapsedMs() + countForMs
  while (elapsedMs() < until) {
    if (await deps.database.transaction((tx) => cutoffs.reach.countSome(tx, reach))) {
      deps.logger.info('cutoff.counted', { cutoffId: reach.id })
      return true
    }
  }
  return false
}

async function tellNext(deps: FollowCutoffDeps, reach: CutoffReach, news: CutoffNews['news']): Promise<JobOutcome> {
  const take = news === 'stopped' ? cutoffs.reach.takeToTell : cutoffs.reach.takeToRetell
  const { isOver, customers } = await deps.database.transaction(async (tx) => {
    const taken = await take(tx, reach, toldAtOnce)
    for (const customer of taken.customers) await deps.tell(tx, customer, { reach, news })
    return taken
  })
  told(deps.metrics).add(customers.length, { kind: news })
  if (isOver) deps.logger.info('cutoff.told', { cutoffId: reach.id, kind: news })
  return isOver ? done : { againAfterMs: tellEveryMs }
}

function told(metrics: Metrics) {
  return metrics.counter({
    name: 'parley_cutoff_notices_total',
    help: 'Customers told that something was cut off, or works again.',
    labels: ['kind'],
  })
}

const done: JobOutcome = { finish: async () => undefined }

function idOf(value: string | undefined): CutoffId {
  const id = z.custom<CutoffId>((text) => typeof text === 'string' && isUuid(text)).safeParse(value)
  if (!id.success) throw new Fault('console/job-malformed', { retry: 'never' })
  return id.data
}
