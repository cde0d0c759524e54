import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { eventually } from '../../../test/setup/eventually.ts'
import { Secret } from '../../kernel/index.ts'
import { bigintColumn } from '../database/column-shapes.ts'
import { asLogin } from '../database/connection.ts'
import { openDatabase } from '../database/open-database.ts'
import { createLogger } from '../logger.ts'
import { createMetrics } from '../metrics.ts'
import { migrate } from '../migrate/migrate.ts'
import { removePostgres } from '../postgres/remove-postgres.ts'
import { startPostgres } from '../postgres/start-postgres.ts'
import { systemRandom } from '../random.ts'
import { addJob } from './add-job.ts'
import { createJobRunner } from './job-runner.ts'

const logger = createLogger({ role: 'test', level: 'silent' })
const metrics = createMetrics({ processMetrics: false })
const password = new Secret('a-long-test-password')

let base: string
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'parley-restart-'))
  chmodSync(base, 0o711)
})
afterEach(async () => {
  await removePostgres(join(base, 'data'))
  rmSync(base, { recursive: true, force: true })
})

const jobs = 300
const keys = 20

test('PostgreSQL is killed twice under two runners: every job finishes, none twice, each key in order', async () => {
  const start = () => startPostgres({ dataDir: join(base, 'data'), logger, sharedBuffersMb: 16 })
  let server = await start()
  await migrate({
    admin: server.admin,
    directory: fileURLToPath(new URL('../../../migrations', import.meta.url)),
    passwords: { answer: password },
    logger,
  })
  const admin = openDatabase({ connection: server.admin, logger, metrics })
  await admin.run('CREATE TABLE public.effect (seq bigserial, job bigint NOT NULL, key text NOT NULL)')
  await admin.run('GRANT USAGE ON SCHEMA public TO parley_answer')
  await admin.run('GRANT INSERT ON public.effect TO parley_answer')
  await admin.run('GRANT USAGE ON SEQUENCE public.effect_seq_seq TO parley_answer')
  const connect = () => openDatabase({ connection: asLogin(server.admin, 'parley_answer', password), logger, metrics })
  const databases = [connect(), connect()]
  let handled = 0
  const runners = databases.map((database) =>
    createJobRunner(
      { database, logger, metrics, random: systemRandom },
      {
        concurrency: 8,
        retry: { baseMs: 20, maxMs: 100, failuresMax: 50 },
        handlers: {
          work: async (job) => {
            handled += 1
            return {
              finish: async (tx) =>
                void (await tx.run('INSERT INTO public.effect (job, key) VALUES ($1, $2)', [job.id, job.key])),
            }
          },
        },
      },
    ),
  )
  await Promise.all(runners.map((runner) => runner.start()))

  const added = addAll(databases[0] ?? admin)
  for (const after of [40, 120]) {
    await eventually('some are done', () => handled > after, 30_000)
    process.kill(server.pid, 'SIGKILL')
    server = await start()
  }
  const ids = await added
  const left = z.object({ n: bigintColumn })
  await eventually(
    'all are done',
    async () => {
      const { n } = await admin.one(left, 'SELECT count(*) AS n FROM platform.job').catch(() => ({ n: -1n }))
      return n === 0n
    },
    30_000,
  )
  await Promise.all(runners.map((runner) => runner.stop()))

  const effects = await admin.rows(
    z.object({ job: bigintColumn, key: z.string() }),
    'SELECT job, key FROM public.effect ORDER BY seq',
  )
  const done = effects.map(({ job }) => job)
  expect(new Set(done).size).toBe(done.length)
  // One whose acknowledgement was lost may have been added twice; none that was acknowledged may be missing.
  expect(ids.filter((id) => !done.includes(id))).toEqual([])
  for (let key = 0; key < keys; key += 1) {
    const inTurn = effects.filter((effect) => effect.key === `k${key}`).map(({ job }) => job)
    expect(inTurn).toEqual([...inTurn].sort(byValue))
  }
  await Promise.all([...databases, admin].map((database) => database.close()))
}, 90_000)

/** Adds all, again where the server was away; gives the ids that were acknowledged. */
async function addAll(database: ReturnType<typeof openDatabase>): Promise<readonly bigint[]> {
  const ids: bigint[] = []
  for (let n = 0; n < jobs; n += 1) {
    await eventually(
      'the job is added',
      () =>
        addJob(database, { kind: 'work', key: `k${n % keys}`, payload: { n: String(n) } }).then(
          (id) => ids.push(id) > 0,
          () => false,
        ),
      30_000,
    )
  }
  return ids
}

function byValue(left: bigint, right: bigint): number {
  return left < right ? -1 : left > right ? 1 : 0
}
