import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { readLogKey } from '../../../src/audit/log-key.ts'
import { erasureJobs, erasureRetry, sweepErasures } from '../../../src/erasure/index.ts'
import { Secret } from '../../../src/kernel/index.ts'
import { connectKeystore } from '../../../src/keystore/index.ts'
import {
  createJobRunner,
  createLogger,
  createMetrics,
  openDatabase,
  startSweeping,
  systemClock,
  systemRandom,
} from '../../../src/platform/index.ts'
import { createReceipts } from '../../../src/receipts/index.ts'

// The part of the gateway that follows erasures, as a process of its own: the product's job runner with the product's handlers.

const configShape = z.object({
  connection: z.object({
    host: z.string(),
    port: z.number(),
    database: z.string(),
    user: z.string(),
    password: z.string(),
  }),
  socketPath: z.string(),
  bearer: z.string(),
  receiptKey: z.string(),
  concurrency: z.number(),
})

const { values } = parseArgs({ options: { config: { type: 'string', default: '' } } })
const config = configShape.parse(JSON.parse(readFileSync(values.config, 'utf8')))
const metrics = createMetrics({ processMetrics: false })
const logger = createLogger({ role: 'work', destination: process.stderr, metrics })
const { password, ...connection } = config.connection
const database = openDatabase({
  connection: { ...connection, password: new Secret(password) },
  poolMax: config.concurrency + 2,
  logger,
  metrics,
})
const keystore = connectKeystore(
  { clock: systemClock },
  { at: { socketPath: config.socketPath }, bearer: new Secret(config.bearer) },
)
const receipts = createReceipts({
  key: readLogKey(new Secret(readFileSync(config.receiptKey, 'utf8')), 'parley.test/receipt'),
  published: async () => undefined,
  random: systemRandom,
})
const runner = createJobRunner(
  { database, logger, metrics, random: systemRandom },
  {
    handlers: erasureJobs({
      database,
      keystore,
      receipts,
      logger,
      // No bank and no messenger here: there is nothing to wait for.
      waits: { bankMs: 0, messageMs: 0 },
      databaseBackupDays: 30,
    }),
    retry: { ...erasureRetry, maxMs: 1_000 },
    concurrency: config.concurrency,
  },
)
startSweeping({ clock: systemClock, logger }, [{ name: 'erasures', run: () => sweepErasures(database) }])
await runner.start()
process.stdout.write(`${JSON.stringify({ ready: true })}\n`)
