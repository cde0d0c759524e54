import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { cloneDatabase } from '../../../test/setup/database.ts'
import type { TestDatabase } from '../../../test/setup/database.ts'
import { eventually } from '../../../test/setup/eventually.ts'
import { Fault } from '../../kernel/index.ts'
import type { Database, Tx } from '../database/database.ts'
import { createLogger } from '../logger.ts'
import { createMetrics } from '../metrics.ts'
import { systemRandom } from '../random.ts'
import { addJob, jobTopic } from './add-job.ts'
import type { Job, JobHandler } from './job.ts'
import { createJobRunner } from './job-runner.ts'
import type { JobRunner, JobRunnerOptions } from './job-runner.ts'
import {
  claimJobs,
  finishJob,
  freeClaimsOfDeadWorkers,
  freeUnknownClaims,
  healHeads,
  lockWorker,
  newWorkerId,
  returnJob,
  workerLockClass,
} from './job-store.ts'
import type { ClaimedJob } from './job-store.ts'

let clone: TestDatabase
let adder: Database
let runners: JobRunner[] = []
let databases: Database[] = []
/** What the runners of the test warn of, so that one that hangs says why. */
let warnings: string[] = []
const log = { write: (line: string): void => void warnings.push(line.trim()) }

beforeAll(async () => {
  clone = await cloneDatabase()
  adder = clone.connect('channel')
  await clone.admin.run('CREATE TABLE public.effect (job bigint, note text, at timestamptz DEFAULT clock_timestamp())')
  await clone.admin.run(`GRANT USAGE ON SCHEMA public TO ${clone.prefix}answer`)
  await clone.admin.run(`GRANT INSERT, SELECT ON public.effect TO ${clone.prefix}answer`)
})
beforeEach(() => clone.admin.run('TRUNCATE platform.job, platform.job_claim, platform.job_dead, public.effect'))
afterEach(async () => {
  await Promise.all(runners.map((runner) => runner.stop()))
  runners = []
  await Promise.all(databases.map((database) => database.close()))
  databases = []
  warnings = []
})
afterAll(() => clone.drop())

const retry = { baseMs: 10, maxMs: 40, failuresMax: 4 }

async function startRunner(handler: JobHandler, options: Partial<JobRunnerOptions> = {}): Promise<JobRunner> {
  const database = clone.connect('answer')
  databases.push(database)
  const deps = {
    database,
    logger: createLogger({ role: 'test', level: 'warn', destination: log }),
    metrics: createMetrics({ processMetrics: false }),
    random: systemRandom,
  }
  const runner = createJobRunner(deps, { handlers: { work: handler }, concurrency: 4, retry, ...options })
  await runner.start()
  runners.push(runner)
  return runner
}

const add = (key: string, note = '', delayMs = 0): Promise<bigint> =>
  addJob(adder, { kind: 'work', key, payload: { note }, delayMs })

const count = z.object({ count: z.bigint() })
const countOf = async (table: string): Promise<number> =>
  Number((await clone.admin.one(count, `SELECT count(*) FROM ${table}`)).count)
const isEmpty = async (): Promise<boolean> => (await countOf('platform.job')) === 0

/** Waits until no job is left; past the deadline it tells what is, who holds it, who is there, and what was warned of. */
async function allDone(): Promise<void> {
  try {
    await eventually('no job is left', isEmpty)
  } catch (error) {
    const state = z.object({ state: z.string() })
    const left = await clone.admin.rows(
      state,
      `SELECT concat_ws(' ', j.id, j.key, 'head', j.head, 'due', j.due_at, 'attempt', j.attempt, 'claim', c.claim, 'of', c.worker) AS state
       FROM platform.job j LEFT JOIN platform.job_claim c ON c.job = j.id ORDER BY j.id LIMIT 20`,
    )
    const there = await clone.admin.rows(
      state,
      `SELECT concat_ws(' ', a.pid, a.usename, a.state, a.wait_event_type, a.wait_event, 'blocked by', pg_blocking_pids(a.pid)::text,
         left(a.query, 80)) AS state
       FROM pg_stat_activity a WHERE a.datname = current_database()`,
    )
    const told = [...left, { state: `now ${new Date().toISOString()}` }, ...there].map((row) => row.state)
    throw new Error(['some jobs are left', ...told, ...warnings.slice(-20)].join('\n'), { cause: error })
  }
}

const firstWorker = 1
const otherWorker = 2
const waitingForLocks = async (): Promise<number> =>
  (
    await clone.admin.rows(
      z.unknown(),
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    )
  ).length

const note =
  (text: string): JobHandler =>
  async (job) => ({
    finish: async (tx) => void (await tx.run('INSERT INTO public.effect (job, note) VALUES ($1, $2)', [job.id, text])),
  })

test('a job added by another login is done once, and what its handler writes commits with its deletion', async () => {
  await startRunner(note('done'))
  const id = await add('a')
  await allDone()
  const effects = await clone.admin.rows(z.object({ job: z.bigint() }), 'SELECT job FROM public.effect')
  expect(effects).toEqual([{ job: id }])
  expect(await countOf('platform.job_claim')).toBe(0)
})

test('jobs of one key run one at a time and in order, whatever the keys, delays and number of workers', async () => {
  const seed = fc.array(fc.record({ key: fc.integer({ min: 0, max: 5 }), pauseMs: fc.integer({ min: 0, max: 3 }) }), {
    minLength: 20,
    maxLength: 60,
  })
  await fc.assert(
    fc.asyncProperty(seed, async (wanted) => {
      const started = new Map<string, bigint[]>()
      const running = new Set<string>()
      const overlaps: string[] = []
      const pauses = new Map<string, number>()
      const handler: JobHandler = async (job) => {
        if (running.has(job.key)) overlaps.push(job.key)
        running.add(job.key)
        started.set(job.key, [...(started.get(job.key) ?? []), job.id])
        await new Promise((resolve) => setTimeout(resolve, pauses.get(job.payload['note'] ?? '') ?? 0))
        running.delete(job.key)
        return { finish: async () => undefined }
      }
      const mine = await Promise.all([startRunner(handler), startRunner(handler), startRunner(handler)])
      const added = new Map<string, bigint[]>()
      const lanes = [0, 1, 2, 3, 4, 5].map((lane) => wanted.filter((job) => job.key === lane))
      await Promise.all(
        lanes.map(async (lane) => {
          for (const job of lane) {
            pauses.set(String(job.pauseMs), job.pauseMs)
            const key = `k${job.key}`
            const id = await addJob(adder, { kind: 'work', key, payload: { note: String(job.pauseMs) } })
            added.set(key, [...(added.get(key) ?? []), id])
          }
        }),
      )
      await allDone()
      await Promise.all(mine.map((runner) => runner.stop()))
      await Promise.all(databases.map((database) => database.close()))
      databases = []
      runners = []
      expect(overlaps).toEqual([])
      expect(started, warnings.slice(-20).join('\n')).toEqual(added)
    }),
    // Which worker is first is chance, so a smaller example says nothing; looking for one would go on beneath the tests that follow.
    { numRuns: 8, endOnFailure: true },
  )
}, 60_000)

test('jobs added to one key by several at once, while others of it finish, are all done', async () => {
  await startRunner(note('done'))
  await startRunner(note('done'))
  const adders = [adder, clone.connect('consent')]
  await Promise.all(
    adders.flatMap((adder) =>
      Array.from({ length: 4 }, async () => {
        for (let turn = 0; turn < 50; turn += 1) await addJob(adder, { kind: 'work', key: 'same', payload: {} })
      }),
    ),
  )
  await allDone()
  expect(await countOf('public.effect')).toBe(400)
})

test('the job of a worker whose connection is gone is free before a job that is due a second later begins, and is told so', async () => {
  const session = await clone.connect('answer').openSession()
  const worker = await newWorkerId(session)
  await lockWorker(session, worker)
  await add('a')
  const claimed = await claimJobs(session, { worker, kinds: ['work'], max: 1 })
  expect(claimed).toHaveLength(1)

  const begun: string[] = []
  await startRunner(async (job) => {
    begun.push(`${job.payload['note'] ?? ''} ${job.attempt}`)
    return { finish: async () => undefined }
  })
  expect(await countOf('platform.job_claim')).toBe(1)
  await clone.admin.rows(
    z.unknown(),
    `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = $1 AND objid = $2
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [workerLockClass, worker],
  )
  await eventually('its lock is gone', async () => {
    const held = 'SELECT FROM pg_locks WHERE locktype = $1 AND classid = $2 AND objid = $3'
    return (await clone.admin.rows(z.unknown(), held, ['advisory', workerLockClass, worker])).length === 0
  })
  await add('b', 'a second later', 1_000)
  await allDone()
  expect(begun).toEqual([' 2', 'a second later 1'])
})

test('a worker that lost its claim cannot finish: the work of the one that took over stands alone', async () => {
  let letGo = (): void => undefined
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  let tries = 0
  const handler: JobHandler = async (job) => {
    tries += 1
    if (tries > 1) return note('second')(job)
    await held
    return note('first')(job)
  }
  // Its one slot is taken, so it cannot claim the job again itself.
  const slow = await startRunner(handler, { concurrency: 1 })
  await add('a')
  await eventually('the first has it', () => tries === 1)
  // What another worker does once it finds the first one's lock gone.
  await startRunner(handler)
  await clone.admin.run('DELETE FROM platform.job_claim')
  await eventually('the second did it', async () => (await countOf('public.effect')) === 1)
  letGo()
  await slow.stop()
  expect(await clone.admin.rows(z.object({ note: z.string() }), 'SELECT note FROM public.effect')).toEqual([
    { note: 'second' },
  ])
})

test('a failing job comes back later, holds back its key and no other, and succeeds in the end', async () => {
  const seen: string[] = []
  await startRunner(async (job: Job) => {
    seen.push(`${job.payload['note']}:${job.attempt}`)
    if (job.payload['note'] === 'bad' && job.attempt < 3) throw new TypeError('broken')
    return { finish: async () => undefined }
  })
  await add('a', 'bad')
  await add('a', 'behind')
  await add('b', 'beside')
  await allDone()
  expect(seen.filter((text) => text !== 'beside:1')).toEqual(['bad:1', 'bad:2', 'bad:3', 'behind:1'])
  expect(seen.indexOf('beside:1')).toBeLessThan(seen.indexOf('bad:3'))
})

test.each([
  ['its fault says never', new Fault('chat/broken', { retry: 'never' }), 1, 'chat/broken'],
  ['its chances are used up', new Fault('bank/down', { retry: 'later' }), 4, 'bank/down'],
])('a job is given up when %s: onDead has the last word, together with the record', async (_, fault, tries, code) => {
  let handled = 0
  const handler: JobHandler = () => {
    handled += 1
    throw fault
  }
  await startRunner(handler, { onDead: (job) => note('sorry')(job) })
  await add('a', 'bad')
  await allDone()
  expect(handled).toBe(tries)
  const dead = await clone.admin.rows(
    z.object({ key: z.string(), code: z.string() }),
    'SELECT key, code FROM platform.job_dead',
  )
  expect(dead).toEqual([{ key: 'a', code }])
  expect(await countOf('public.effect')).toBe(1)
})

test('an onDead that keeps failing does not hold up its key for ever', async () => {
  const handler: JobHandler = async (job) => {
    if (job.payload['note'] === 'bad') throw new Fault('bank/down', { retry: 'never' })
    return note('behind')(job)
  }
  await startRunner(handler, {
    onDead: () => {
      throw new TypeError('broken too')
    },
  })
  await add('a', 'bad')
  await add('a', 'behind')
  await allDone()
  expect(await countOf('public.effect')).toBe(1)
  expect(await countOf('platform.job_dead')).toBe(1)
})

test('a job that asks to come back does so, without counting as failed', async () => {
  const attempts: number[] = []
  await startRunner(async (job) => {
    attempts.push(job.attempt)
    return job.attempt < 7 ? { againAfterMs: 5 } : { finish: async () => undefined }
  })
  await add('a')
  await allDone()
  expect(attempts).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect(await countOf('platform.job_dead')).toBe(0)
})

test('a job given back is claimed again at once and never left lying, however often', async () => {
  const handler: JobHandler = async (job) => (job.attempt < 12 ? { againAfterMs: 0 } : note('done')(job))
  await Promise.all([startRunner(handler, { concurrency: 8 }), startRunner(handler, { concurrency: 8 })])
  await Promise.all(Array.from({ length: 20 }, (_, n) => add(`k${n}`)))
  await allDone()
  expect(await countOf('public.effect')).toBe(20)
})

test('a delayed job starts once it is due, not before, and not as late as one that is due a second later', async () => {
  const lateMs: number[] = []
  const keys: string[] = []
  await startRunner(async (job) => {
    keys.push(job.key)
    lateMs.push(performance.now() - Number(job.payload['note']))
    return { finish: async () => undefined }
  })
  for (let turn = 0; turn < 5; turn += 1) await add(`k${turn}`, String(performance.now() + 150), 150)
  // Last, so that however long adding takes it is due a second after the others.
  await add('later', String(performance.now() + 1_150), 1_150)
  await allDone()
  expect(keys.at(-1)).toBe('later')
  expect(Math.min(...lateMs)).toBeGreaterThan(-5)
})

test('a runner sleeps on where only other kinds are announced, and wakes for its own or for anything', async () => {
  const other = { kind: 'other', payload: {} } as const
  // What it would find by itself it finds in a minute: here it only hears.
  const runner = await startRunner(note('done'), { tickMs: 60_000 })
  const unsaid = (key: string): Promise<unknown> =>
    adder.rows(z.unknown(), `SELECT platform.add_job('work', $1, '{}', 0, 1::smallint)`, [key])
  // The end of a look that had begun before may still find a job; one that wakes for others finds it every time.
  const staysAsleep = async (key: string): Promise<boolean> => {
    const before = await countOf('public.effect')
    await unsaid(key)
    await addJob(adder, { ...other, key })
    runner.wake(['other'])
    for (let look = 0; look < 20; look += 1) if ((await countOf('public.effect')) !== before) return false
    return true
  }
  let tries = 0
  await eventually('it sleeps on', async () => await staysAsleep(`a${(tries += 1)}`))
  runner.wake(['other', 'work'])
  await eventually('it woke for its own kind', async () => (await countOf('public.effect')) === tries)
  await unsaid('b')
  adder.announce(jobTopic)
  await eventually('it woke for anything', async () => (await countOf('public.effect')) === tries + 1)
})

test('when the handler throws while finishing, nothing it wrote remains', async () => {
  let tries = 0
  await startRunner(async (job) => ({
    finish: async (tx) => {
      tries += 1
      await tx.run('INSERT INTO public.effect (job, note) VALUES ($1, $2)', [job.id, String(tries)])
      if (tries === 1) throw new TypeError('broken')
    },
  }))
  await add('a')
  await allDone()
  expect(await clone.admin.rows(z.object({ note: z.string() }), 'SELECT note FROM public.effect')).toEqual([
    { note: '2' },
  ])
})

test('a claim whose answer was lost is found and freed by its own worker', async () => {
  const runner = await startRunner(note('done'))
  const [mine] = await clone.admin.rows(
    z.object({ worker: z.number() }),
    `SELECT objid::integer AS worker FROM pg_locks WHERE locktype = 'advisory' AND classid = $1
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [workerLockClass],
  )
  await clone.admin.run(
    `WITH job AS (INSERT INTO platform.job (kind, key, payload) VALUES ('work', 'a', '{}') RETURNING id, key)
     INSERT INTO platform.job_claim (key, job, worker) SELECT key, id, $1 FROM job`,
    [mine?.worker ?? 0],
  )
  // The session comes back after a loss, and looks through its claims.
  await clone.admin.rows(
    z.unknown(),
    'SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = $1 AND classid = $2 AND objid = $3',
    ['advisory', workerLockClass, mine?.worker ?? 0],
  )
  runner.wake()
  await allDone()
  expect(await countOf('public.effect')).toBe(1)
})

test('of two jobs added to one key at the same moment the second waits for the first, even when only it is due', async () => {
  let added = 0
  const addTogether = (delayMs: number): Promise<void> =>
    adder.transaction(async (tx) => {
      await addJob(tx, { kind: 'work', key: 'a', payload: {}, delayMs })
      added += 1
      await eventually('the other is added too, and not yet visible', () => added === 2)
    })
  const first = addTogether(60_000)
  await eventually('the first is added', () => added === 1)
  await Promise.all([first, addTogether(0)])
  expect(await countOf('platform.job')).toBe(2)
  expect(await claimJobs(clone.connect('answer'), { worker: 1, kinds: ['work'], max: 5 })).toEqual([])
})

test.each([
  ['finishes it', finishJob],
  ['gives it back', (tx: Tx, job: ClaimedJob) => returnJob(tx, job, { delayMs: 0, failed: false })],
  ['frees it of a worker that died', (tx: Tx) => freeClaimsOfDeadWorkers(tx, otherWorker)],
  ['frees it, whose claim nobody knew of', (tx: Tx) => freeUnknownClaims(tx, firstWorker, [])],
])('a claim whose look began before the job was claimed does not block the one who %s', async (_, end) => {
  await add('a')
  const login = clone.connect('answer')
  const [job] = await claimJobs(login, { worker: firstWorker, kinds: ['work'], max: 1 })
  if (job === undefined) throw new Error('nothing was claimed')
  let ended: Promise<readonly PromiseSettledResult<unknown>[]> = Promise.resolve([])
  await login.transaction(async (late) => {
    // What claimJobs does, in two steps: it found the job free, took its row, and only then comes to the claim.
    await late.run('SELECT FROM platform.job WHERE id = $1 FOR NO KEY UPDATE', [job.id])
    // Settled, not thrown: it is looked at once both are through.
    ended = Promise.allSettled([login.transaction((tx) => Promise.resolve(end(tx, job)))])
    await eventually('the other waits for the row', async () => (await waitingForLocks()) === 1)
    const claim = `INSERT INTO platform.job_claim (key, job, worker) VALUES ('a', $1, $2) ON CONFLICT (key) DO NOTHING`
    expect(await late.run(claim, [job.id, otherWorker])).toBe(0)
  })
  expect(await ended).toMatchObject([{ status: 'fulfilled' }])
  expect(await countOf('platform.job_claim')).toBe(0)
})

test('deleting a job by hand does not leave the next one of its key waiting for ever', async () => {
  const first = await add('a', '', 60_000)
  await add('a')
  await clone.admin.run('DELETE FROM platform.job WHERE id = $1', [first])
  expect(await healHeads(clone.connect('answer'))).toBe(1)
  await startRunner(note('done'))
  await allDone()
})

test('a login may not change what a job is, only when it runs', async () => {
  const id = await add('a', '', 60_000)
  const login = clone.connect('channel')
  await expect(login.run(`UPDATE platform.job SET payload = '{"x":"y"}' WHERE id = $1`, [id])).rejects.toThrow()
  await expect(login.run('UPDATE platform.job SET kind = $2 WHERE id = $1', [id, 'other'])).rejects.toThrow()
  expect(await login.run('UPDATE platform.job SET due_at = clock_timestamp() WHERE id = $1', [id])).toBe(1)
})
