import { performance } from 'node:perf_hooks'
import { z } from 'zod'
import type { CardUse } from '../../src/fraud/index.ts'
import type { Database } from '../../src/platform/index.ts'

const loadAtOnce = 10_000

/** A table of uses without a log of its own (it need not outlive a crash), with the two indexes that windows want. */
export async function fillTable(database: Database, history: readonly CardUse[]): Promise<void> {
  await database.run(
    'CREATE UNLOGGED TABLE card_use (customer text, merchant text, terminal text, country text, at bigint, amount bigint)',
  )
  for (let at = 0; at < history.length; at += loadAtOnce) await insert(database, history.slice(at, at + loadAtOnce))
  await database.run('CREATE INDEX ON card_use (customer, at) INCLUDE (amount, merchant, country)')
  await database.run('CREATE INDEX ON card_use (terminal, at) INCLUDE (amount)')
  await database.run('VACUUM ANALYZE card_use')
}

async function insert(database: Database, uses: readonly CardUse[]): Promise<void> {
  await database.run(
    `INSERT INTO card_use SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])`,
    [
      uses.map(({ customer }) => customer),
      uses.map(({ merchant }) => merchant),
      uses.map(({ terminal }) => terminal),
      uses.map(({ country }) => country),
      uses.map(({ atMs }) => atMs),
      uses.map(({ amountMinor }) => amountMinor),
    ],
  )
}

/** Microseconds of the clock for one use: written, then its card's and its terminal's sums over four windows. */
export async function timeTable(database: Database, uses: readonly CardUse[]): Promise<number> {
  const began = performance.now()
  for (const use of uses) {
    await insert(database, [use])
    await database.one(row, query, [use.customer, use.terminal, use.atMs])
  }
  return ((performance.now() - began) * 1000) / uses.length
}

const row = z.object({ c_count_1h: z.bigint() }).loose()
const windows = { '1h': 3_600_000, '1d': 86_400_000, '7d': 604_800_000, '30d': 2_592_000_000 } as const

/** Less than the engine gives: neither labels nor places. */
const query = `SELECT card.*, terminal.* FROM
  (SELECT ${sums('c', '$3::bigint', true)} FROM card_use WHERE customer = $1 AND at > $3::bigint - ${windows['30d']}) card,
  (SELECT ${sums('t', '$3::bigint', false)} FROM card_use WHERE terminal = $2 AND at > $3::bigint - ${windows['30d']}) terminal`

function sums(prefix: string, now: string, distinct: boolean): string {
  return Object.entries(windows)
    .flatMap(([name, ms]) => {
      const inside = `FILTER (WHERE at > ${now} - ${ms})`
      const plain = ['count', 'sum', 'avg', 'stddev_pop'].map(
        (sum) => `${sum}(amount) ${inside} AS ${prefix}_${sum}_${name}`,
      )
      const kinds = distinct
        ? ['merchant', 'country'].map((of) => `count(DISTINCT ${of}) ${inside} AS ${prefix}_${of}_${name}`)
        : []
      return [...plain, ...kinds]
    })
    .join(', ')
}
