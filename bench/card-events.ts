import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { createLogger } from '../src/platform/index.ts'
import type { TestDatabase } from '../test/setup/database.ts'
import { createCardEventsWorld, eventSecret, eventsUrl } from '../test/setup/card-events-world.ts'
import type { CardEventsWorld, Cardholder, Intake } from '../test/setup/card-events-world.ts'
import { testLogins } from '../test/setup/server.ts'
import { readOwnCpu } from './measure/cpu-seconds.ts'
import { watchMachine } from './measure/machine-load.ts'
import { withDatabase } from './measure/start-database.ts'
import { option, readOptions } from '../test/setup/read-options.ts'

/** Budgets of the promise, on two cores. */
const budgets = { linesPerSecond: 12_000, singlesPerSecond: 4_000, p99Ms: 50 } as const

const resultShape = z.object({
  events: z.number(),
  verdicts: z.number(),
  seconds: z.number(),
  perSecond: z.number(),
  ms: z.object({ p50: z.number(), p90: z.number(), p99: z.number(), max: z.number() }),
})
type LoadResult = z.infer<typeof resultShape>
/** With what an event cost in processor time, keystore and gateway together: what a busy machine does not distort much. */
type Measured = LoadResult & { readonly cpuMicros: { readonly gateway: number; readonly postgres: number } }

/**
 * Card events over HTTP into the event log: verified, read, sealed, stored with their jobs and on disk before each is answered. All of
 * them of customers with leave, whose hour is open; decided at once by nobody. The load comes from a process of its own.
 */
async function measure(): Promise<number> {
  const { runs, customers, ...options } = readOptions({
    about: 'Card events over HTTP into the event log: a second, and how long one waits, in lines and one by one.',
    options: {
      runs: option.whole(5, 'runs; medians count', 1),
      customers: option.whole(1_000, 'customers with leave', 1),
      lines: option.whole(60_000, 'events of a run in requests of 500 lines', 1),
      singles: option.whole(20_000, 'events of a run in requests of their own', 1),
    },
  })
  const result = await withDatabase(testLogins, async ({ owner, connect, connection, admin, pid }) => {
    const database: TestDatabase = {
      connect,
      connection,
      admin: owner,
      adminConnection: admin,
      prefix: 'parley_',
      drop: async () => undefined,
    }
    const world = await createCardEventsWorld(database)
    const intake = await world.start({
      bank: { declines: false },
      deps: {
        decide: () => ({ verdict: 'approve' }),
        logger: createLogger({ role: 'bench', level: 'warn', destination: process.stderr }),
      },
    })
    await intake.server.listen({ host: '127.0.0.1', port: 0 })
    const holders: Cardholder[] = []
    while (holders.length < customers) holders.push(await world.addCustomer())
    const accounts = holders.map(({ account }) => account)
    const url = `${intake.server.listeningOrigin}${eventsUrl}`
    const ask = async (task: Partial<Task> & Pick<Task, 'mode' | 'events'>): Promise<Measured> => {
      const [gateway, all] = [ownCpuSeconds(), readOwnCpu(pid)]
      const done = await load({ url, secret: eventSecret, accounts, perRequest: 1, connections: 64, rate: 0, ...task })
      const own = ownCpuSeconds() - gateway
      const perEvent = (seconds: number): number => Math.round((seconds / task.events) * 1e6)
      return { ...done, cpuMicros: { gateway: perEvent(own), postgres: perEvent(readOwnCpu(pid) - all - own) } }
    }
    // The first event of each customer opens their hour: an entry, a commit, a key.
    const cold = await ask({ mode: 'lines', events: customers, perRequest: Math.min(customers, 250), connections: 2 })
    const machine = watchMachine()
    const before = readOwnCpu(pid)
    const rounds: { lines: Measured; singles: Measured; half: Measured }[] = []
    for (let run = 0; run < runs; run += 1) {
      const lines = await ask({ mode: 'lines', events: options.lines, perRequest: 500, connections: 6 })
      const singles = await ask({ mode: 'closed', events: options.singles })
      const rate = Math.round(Math.min(singles.perSecond, budgets.singlesPerSecond * 2) / 2)
      const half = await ask({ mode: 'open', events: Math.max(1, rate * 5), connections: 128, rate: Math.max(1, rate) })
      rounds.push({ lines, singles, half })
    }
    const stored = await world.count('vault.card_event')
    const sent =
      customers + rounds.reduce((sum, { lines, singles, half }) => sum + lines.events + singles.events + half.events, 0)
    const summary = {
      linesPerSecond: median(rounds.map(({ lines }) => lines.perSecond)),
      singlesPerSecond: median(rounds.map(({ singles }) => singles.perSecond)),
      halfRate: median(rounds.map(({ half }) => half.perSecond)),
      halfP50Ms: median(rounds.map(({ half }) => half.ms.p50)),
      halfP99Ms: median(rounds.map(({ half }) => half.ms.p99)),
    }
    const held =
      stored === sent &&
      summary.linesPerSecond >= budgets.linesPerSecond &&
      summary.singlesPerSecond >= budgets.singlesPerSecond &&
      summary.halfP99Ms <= budgets.p99Ms
    const answer = {
      bench: 'card-events',
      runs,
      customers,
      ...summary,
      cold,
      sent,
      stored,
      rounds,
      machine: machine(readOwnCpu(pid) - before),
      budgets,
      held,
    }
    await close(world, intake)
    return answer
  })
  process.stdout.write(`${JSON.stringify(result)}\n`)
  return result.held ? 0 : 1
}

type Task = {
  readonly url: string
  readonly secret: string
  readonly accounts: readonly string[]
  readonly mode: 'lines' | 'closed' | 'open'
  readonly events: number
  readonly perRequest: number
  readonly connections: number
  readonly rate: number
}

const hooks = fileURLToPath(new URL('../scripts/run-typescript.mjs', import.meta.url))
const program = fileURLToPath(new URL('./measure/card-event-load.ts', import.meta.url))

function load(task: Task): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', hooks, program, JSON.stringify(task)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    child.once('error', reject)
    child.once('close', () => {
      const read = resultShape.safeParse(text === '' ? undefined : JSON.parse(text))
      if (read.success) resolve(read.data)
      else reject(new Error('the load generator said nothing'))
    })
  })
}

async function close(world: CardEventsWorld, intake: Intake): Promise<void> {
  await intake.server.close()
  await world.end()
}

function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

process.exitCode = await measure()
