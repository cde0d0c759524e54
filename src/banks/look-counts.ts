import type { InstitutionId, Instant } from '../kernel/index.ts'
import type { Clock, Database, Logger } from '../platform/index.ts'
import type { BankRefusal } from './bank.ts'

/** What is counted of looks at banks, for the people who run Parley; never whose they were. */
export type LookCounts = {
  /** A look is over. `calls`: of the bank's API, all of it; `initiated`: whether a customer had just asked. */
  note(
    institution: InstitutionId,
    look: { readonly outcome: 'ok' | BankRefusal; readonly calls: number; readonly initiated: boolean },
  ): void
  /** Stops the writing; what was counted since the last time is written down, or lost if the database is gone. */
  close(): void
}

/** Counts are written down this long after the first of them: never on the way of an answer. */
const flushMs = 2_000

type Sums = {
  looks: number
  failed: number
  refused: number
  calls: number
  initiated: number
  goodAt: Instant | undefined
  badAt: Instant | undefined
  bad: BankRefusal | undefined
}

/**
 * Counts looks in memory and adds them, a few seconds later, to the rows of their hour, where every process adds (`institutions.look_hour`).
 * Under the login of the purpose whose looks they are.
 */
export function createLookCounts(deps: {
  readonly database: Pick<Database, 'run'>
  readonly clock: Clock
  readonly logger: Logger
}): LookCounts {
  const { clock, database, logger } = deps
  let sums = new Map<InstitutionId, Sums>()
  let cancel: (() => void) | undefined

  async function flush(): Promise<void> {
    cancel = undefined
    const [taken, now] = [sums, clock.now()]
    sums = new Map()
    if (taken.size === 0) return
    const rows = [...taken].map(([institution, { goodAt, badAt, bad, ...counts }]) => ({
      institution,
      ...counts,
      good_ms: goodAt === undefined ? null : now - goodAt,
      bad_ms: badAt === undefined ? null : now - badAt,
      bad: bad ?? null,
    }))
    try {
      await database.run('SELECT institutions.add_looks($1::jsonb)', [JSON.stringify(rows)])
    } catch (fault) {
      // Figures for people; the looks themselves stand in the record of looks.
      logger.fault('bank.looks-not-counted', fault)
    }
  }

  return {
    note(institution, { outcome, calls, initiated }) {
      const sum = sums.get(institution) ?? empty()
      sums.set(institution, sum)
      sum.looks += 1
      sum.calls += calls
      if (initiated) sum.initiated += calls
      if (outcome === 'ok') sum.goodAt = clock.now()
      else if (outcome === 'banks/unreachable' || outcome === 'banks/unreadable') {
        sum.failed += 1
        sum.badAt = clock.now()
        sum.bad = outcome
      } else sum.refused += 1
      cancel ??= clock.after(flushMs, () => void flush())
    },
    close() {
      cancel?.()
      void flush()
    },
  }
}

function empty(): Sums {
  return {
    looks: 0,
    failed: 0,
    refused: 0,
    calls: 0,
    initiated: 0,
    goodAt: undefined,
    badAt: undefined,
    bad: undefined,
  }
}
