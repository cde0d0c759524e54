// A process that follows endings and ends itself with SIGKILL at the step it is told: for tests of what survives that.
import { readLogKey } from '../../src/audit/log-key.ts'
import { closeQuestions } from '../../src/chat/index.ts'
import { Secret } from '../../src/kernel/index.ts'
import { connectKeystore } from '../../src/keystore/index.ts'
import {
  createJobRunner,
  createLogger,
  createMetrics,
  openDatabase,
  systemClock,
  systemRandom,
} from '../../src/platform/index.ts'
import type { Database, Tx } from '../../src/platform/index.ts'
import { createReceipts } from '../../src/receipts/index.ts'
import { revocationJobs, revocationRetry } from '../../src/revocation/index.ts'
import { z } from 'zod'

const orders = z
  .object({
    host: z.string(),
    port: z.number(),
    database: z.string(),
    user: z.string(),
    password: z.string(),
    socketPath: z.string(),
    bearer: z.string(),
    bankUrl: z.string(),
    pem: z.string(),
    /** Which step it does not survive: counted over statements, questions to the keystore and calls of the bank. 0: none. */
    killAt: z.number(),
    /** Whether the step was done by then. */
    after: z.boolean(),
  })
  .parse(JSON.parse(process.argv[2] ?? ''))

let steps = 0

/** One step, which this process may not survive. */
async function step<Value>(work: () => Promise<Value>): Promise<Value> {
  steps += 1
  const isLast = steps === orders.killAt
  if (isLast && !orders.after) process.kill(process.pid, 'SIGKILL')
  const value = await work()
  if (isLast && orders.after) process.kill(process.pid, 'SIGKILL')
  return value
}

function counted<Where extends Tx>(tx: Where): Where {
  return {
    ...tx,
    rows: (...given: Parameters<Tx['rows']>) => step(() => tx.rows(...given)),
    one: (...given: Parameters<Tx['one']>) => step(() => tx.one(...given)),
    maybe: (...given: Parameters<Tx['maybe']>) => step(() => tx.maybe(...given)),
    run: (...given: Parameters<Tx['run']>) => step(() => tx.run(...given)),
  }
}

const logger = createLogger({ role: 'test', level: 'error', destination: process.stderr })
const metrics = createMetrics({ processMetrics: false })
const opened = openDatabase({
  connection: {
    host: orders.host,
    port: orders.port,
    database: orders.database,
    user: orders.user,
    password: new Secret(orders.password),
  },
  poolMax: 2,
  logger,
  metrics,
})
const database: Database = {
  ...counted(opened),
  transaction: (work) => step(() => opened.transaction((tx) => work(counted(tx)))),
}
const asked = connectKeystore(
  { clock: systemClock },
  { at: { socketPath: orders.socketPath }, bearer: new Secret(orders.bearer) },
)
const keystore = {
  auditKey: (customer: Parameters<typeof asked.auditKey>[0]) => step(() => asked.auditKey(customer)),
  releaseTokenKey: (ticket: bigint) => step(() => asked.releaseTokenKey(ticket)),
  destroyBankKey: (ticket: bigint) => step(() => asked.destroyBankKey(ticket)),
}
const answered = z.object({ outcome: z.enum(['revoked', 'unreachable', 'unknown']) })
const jobs = revocationJobs({
  database,
  keystore,
  random: systemRandom,
  logger,
  promises: { promise: () => '' },
  receipts: createReceipts({
    key: readLogKey(new Secret(orders.pem), 'log.test/parley/receipt'),
    published: async () => undefined,
    random: systemRandom,
  }),
  closeQuestions,
  revokeAtBank: (permit) =>
    step(async () => {
      const answer = await fetch(`${orders.bankUrl}/${permit.customer}`, { method: 'POST' })
      return answered.parse(await answer.json()).outcome
    }),
})
const runner = createJobRunner(
  { database, logger, metrics, random: systemRandom },
  { handlers: jobs, retry: revocationRetry, concurrency: 1 },
)
await runner.start()
const waiting = z.object({ count: z.bigint() })
while ((await opened.one(waiting, `SELECT count(*) FROM consent.ending WHERE done_at IS NULL`)).count > 0n) {
  await systemClock.sleep(20)
}
await runner.stop()
asked.close()
await opened.close()
process.stdout.write(JSON.stringify({ steps }))
