import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { watchMachine } from './measure/machine-load.ts'
import { fillTable, timeTable } from './measure/postgres-windows.ts'
import { withDatabase } from './measure/start-database.ts'
import { fillEngine, makeWindowUses, medianOf, timeEngine } from './measure/window-rounds.ts'
import { option, readOptions } from '../test/setup/read-options.ts'

/**
 * Four microseconds for the features of a use leave the model twelve of the sixteen that 60,000 decisions a second and core have. Twenty times
 * what PostgreSQL manages is the issue's, and so is a gigabyte (10^9 bytes) for a million cards.
 */
const budgets = { microseconds: 4, timesPostgres: 20, bytesOfMillionCards: 1e9 } as const
const perRound = 20_000
/** PostgreSQL takes milliseconds for one. */
const perRoundOfPostgres = 300

const options = readOptions({
  about: 'The features of card uses after a history: beside PostgreSQL, and the memory of a million cards.',
  options: {
    rounds: option.whole(5, 'rounds; medians count', 1),
    'without-memory': option.flag('leaves out the million cards'),
  },
})

/**
 * Exact windows: features of uses of 5,000 cards after thirty days of history, medians of five rounds, each beside a round of the same
 * on PostgreSQL (an unlogged table, two covering indexes, one statement that sums four windows of card and terminal). Then a million
 * cards of 45 uses in a process of its own: what its memory grows by.
 */
async function measure(): Promise<number> {
  const { rounds } = options
  const { history, rounds: uses } = makeWindowUses(rounds, perRound)
  const engine = fillEngine(history)
  const machine = watchMachine()
  const began = process.cpuUsage()
  const times = await withDatabase([], async ({ owner }) => {
    await fillTable(owner, history)
    const all: { clock: number; cpu: number; postgres: number }[] = []
    for (const round of uses) {
      const { clock, cpu } = timeEngine(engine, round)
      all.push({ clock, cpu, postgres: await timeTable(owner, round.slice(0, perRoundOfPostgres)) })
    }
    return all
  })
  const used = process.cpuUsage(began)
  const [clock, cpu] = [medianOf(times.map((time) => time.clock)), medianOf(times.map((time) => time.cpu))]
  const postgres = medianOf(times.map((time) => time.postgres))
  const timesPostgres = medianOf(times.map((time) => time.postgres / time.clock))
  const memory = options['without-memory'] ? 'not asked for' : measureMillionCards()
  const held =
    cpu <= budgets.microseconds &&
    timesPostgres >= budgets.timesPostgres &&
    (typeof memory === 'string' || memory.rss <= budgets.bytesOfMillionCards)
  const result = {
    bench: 'fraud-windows',
    rounds,
    microseconds: { clock, cpu },
    perSecondAndCore: Math.round(1e6 / cpu),
    postgres: { microseconds: postgres, times: timesPostgres },
    memory,
    machine: machine((used.user + used.system) / 1e6),
    budgets,
    held,
  }
  process.stdout.write(`${JSON.stringify(result)}\n`)
  return held ? 0 : 1
}

const memoryResult = z.object({
  cards: z.number(),
  usesPerCard: z.number(),
  terminals: z.number(),
  rss: z.number(),
  counted: z.number(),
})

function measureMillionCards(): z.infer<typeof memoryResult> {
  const hooks = fileURLToPath(new URL('../scripts/run-typescript.mjs', import.meta.url))
  const program = fileURLToPath(new URL('measure/million-cards.ts', import.meta.url))
  const answer = execFileSync(process.execPath, ['--expose-gc', '--import', hooks, program], { encoding: 'utf8' })
  return memoryResult.parse(JSON.parse(answer))
}

process.exitCode = await measure()
