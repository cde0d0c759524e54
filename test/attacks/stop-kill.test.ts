// P10 for stopping: the worker that follows an ending dies at any step, and nothing is lost and nothing repeated that harms.
import { spawn } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { endings } from '../../src/consent/index.ts'
import type { RevokingPermit } from '../../src/consent/index.ts'
import { Secret } from '../../src/kernel/index.ts'
import { createJobRunner, systemRandom } from '../../src/platform/index.ts'
import { revocationJobs, revocationRetry } from '../../src/revocation/index.ts'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import { countRows, createEndingWorld } from '../setup/ending-world.ts'
import type { EndingWorld } from '../setup/ending-world.ts'
import { eventually } from '../setup/eventually.ts'
import { seeded } from '../setup/seeded.ts'
import { createTrustWorld } from '../setup/trust-world.ts'
import type { TrustWorld } from '../setup/trust-world.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** Every step is tried with `PARLEY_ALL_STEPS=1`; otherwise a few, the same ones each time unless a seed is given. */
const everyStep = process.env['PARLEY_ALL_STEPS'] === '1'
const fewSteps = 5
const seed = process.env['PARLEY_SEED'] ?? 'any step'

const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
const bearer = randomBytes(24).toString('base64url')

let database: TestDatabase
let trust: TrustWorld
let world: EndingWorld
let bank: Server
let bankUrl: string
let socketPath: string
let base: string
/** How often the bank was told, by customer. */
const told = new Map<string, number>()

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'parley-stop-'))
  socketPath = join(base, 'k.sock')
  database = await cloneDatabase()
  const bearers = { revoke: bearer, answer: 'a'.repeat(40), consent: 'c'.repeat(40) }
  trust = await createTrustWorld(database, {
    listen: { socketPath },
    bearers: Object.fromEntries(Object.entries(bearers).map(([caller, text]) => [caller, new Secret(text)])),
  })
  world = createEndingWorld(database, trust)
  bank = createServer((request, response) => {
    const customer = (request.url ?? '').slice(1)
    told.set(customer, (told.get(customer) ?? 0) + 1)
    response.setHeader('content-type', 'application/json')
    response.end('{"outcome":"revoked"}')
  }).listen(0, '127.0.0.1')
  await once(bank, 'listening')
  const at = bank.address()
  bankUrl = `http://127.0.0.1:${typeof at === 'object' && at !== null ? at.port : 0}`
})
afterAll(async () => {
  bank.closeAllConnections()
  bank.close()
  await trust.end()
  await database.drop()
  await rm(base, { recursive: true, force: true })
})

/** A worker starts in a second or two and has seconds of work; a busy machine takes its time. */
const workMs = 90_000

const finished = z.object({ steps: z.number() })

/** Runs a worker until nothing is left to follow, or until it kills itself; gives how many steps it took to the end. */
async function work(killAt: number, after: boolean): Promise<number | 'killed'> {
  const { host, port, database: name, user, password } = database.connection('revoker')
  const orders = {
    host,
    port,
    database: name,
    user,
    password: password?.reveal() ?? '',
    socketPath,
    bearer,
    bankUrl,
    pem,
    killAt,
    after,
  }
  const words = ['--import', './scripts/run-typescript.mjs', 'test/setup/ending-worker.ts', JSON.stringify(orders)]
  const child = spawn(process.execPath, words, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
  const late = setTimeout(() => child.kill('SIGTERM'), workMs)
  let said = ''
  child.stdout.on('data', (part: Buffer) => (said += part.toString('utf8')))
  const [, signal]: unknown[] = await once(child, 'exit')
  clearTimeout(late)
  if (signal === 'SIGKILL') return 'killed'
  if (said === '') throw new Error(`a worker told to die at ${killAt} (${after ? 'after' : 'before'}) came to no end`)
  return finished.parse(JSON.parse(said)).steps
}

/** The next worker, in this process: it takes over what the dead one had in hand. */
async function takeOver(): Promise<void> {
  const { deps, logger, metrics, revoker } = world
  const revokeAtBank = async (permit: RevokingPermit) => {
    await fetch(`${bankUrl}/${permit.customer}`, { method: 'POST' })
    return 'revoked' as const
  }
  const handlers = revocationJobs({ ...deps, revokeAtBank })
  const runner = createJobRunner(
    { database: revoker, logger, metrics, random: systemRandom },
    { handlers, retry: revocationRetry, concurrency: 1 },
  )
  await runner.start()
  const left = async () => countRows(database.admin, 'consent.ending WHERE done_at IS NULL')
  await eventually('every ending is followed', async () => (await left()) === 0, workMs)
  await runner.stop()
}

async function checkFollowed(linked: Awaited<ReturnType<EndingWorld['link']>>, where: string): Promise<void> {
  const customer = linked.customer.id
  expect(
    await countRows(database.admin, 'consent.ending WHERE customer = $1 AND done_at IS NULL', [customer]),
    where,
  ).toBe(0)
  expect(await countRows(database.admin, 'receipts.receipt WHERE customer = $1', [customer]), where).toBe(1)
  expect(await countRows(database.admin, 'vault.bank_token WHERE customer = $1', [customer]), where).toBe(0)
  expect(
    await countRows(database.admin, `platform.job WHERE kind = 'notices.tell' AND key = $1`, [`notice:${customer}`]),
    where,
  ).toBe(1)
  expect(await countRows(database.admin, `platform.job WHERE kind LIKE 'revocation.%'`), where).toBe(0)
  expect(await countRows(database.admin, 'platform.job_dead'), where).toBe(0)
  // At least once, and again only where it died after telling and before writing that down.
  expect([1, 2], where).toContain(told.get(customer))
  const noted =
    'consent.ending WHERE customer = $1 AND bank = $2 AND key_destroyed_at IS NOT NULL AND receipt IS NOT NULL'
  expect(await countRows(database.admin, noted, [customer, 'revoked']), where).toBe(1)
}

test(
  'killed at any step, the next worker finishes: bank told, key destroyed, one receipt, one notice',
  { timeout: everyStep ? 3_600_000 : 180_000 },
  async () => {
    const first = await world.link()
    await endings.end(world.consent, { terms: first.terms.id }, 'customer-on-page')
    const steps = await work(0, false)
    if (steps === 'killed') throw new Error('not told to die')
    await checkFollowed(first, 'without any kill')
    expect(steps).toBeGreaterThan(12)
    const chance = seeded(seed)
    const all = Array.from({ length: steps }, (_, place) => place + 1).flatMap((at) => [
      { at, after: false },
      { at, after: true },
    ])
    const chosen = everyStep ? all : Array.from({ length: fewSteps }, () => chance.pick(all))
    let killed = 0
    for (const { at, after } of chosen) {
      const linked = await world.link()
      await endings.end(world.consent, { terms: linked.terms.id }, 'customer-on-page')
      if ((await work(at, after)) === 'killed') {
        killed += 1
        await takeOver()
      }
      if (everyStep) process.stdout.write(`${after ? 'after' : 'before'} ${at} of ${steps}: followed\n`)
      await checkFollowed(linked, `seed ${seed}, killed ${after ? 'after' : 'before'} step ${at}`)
    }
    expect(killed).toBeGreaterThan(0)
  },
)
