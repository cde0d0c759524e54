import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { z } from 'zod'
import { bankTokens, openPermit } from '../../../src/consent/index.ts'
import { Fault } from '../../../src/kernel/index.ts'
import type { ConversationId, CustomerId } from '../../../src/kernel/index.ts'
import { keystoreTools } from '../../../src/keystore/index.ts'
import { bigintColumn, systemClock, systemRandom } from '../../../src/platform/index.ts'
import type { Database } from '../../../src/platform/index.ts'
import { tablesWith } from '../../setup/erasure-world.ts'
import type { ErasureWorld, LinkedCustomer } from '../../setup/erasure-world.ts'
import { eventually } from '../../setup/eventually.ts'
import type { RunningProgram } from '../../setup/running-program.ts'
import { seeded } from '../../setup/seeded.ts'
import { testPromises } from '../../setup/test-promises.ts'
import type { EraseGround } from './erase-ground.ts'

/** What one case found. `failures` is empty when nothing else was lost and nothing else kept. */
export type CaseResult = {
  readonly number: number
  readonly victim: Victim
  readonly order: string
  /** Whether the process ended itself at its step; a case may have fewer steps than it was told. */
  readonly wasKilled: boolean
  readonly rotated: boolean
  readonly erased: number
  readonly bystanders: number
  /** From the first wish to the last erasure's end, the crash and the way back included. */
  readonly erasingMs: number
  readonly failures: readonly string[]
}

export const victims = ['keystore', 'worker', 'postgres', 'none'] as const
export type Victim = (typeof victims)[number]

/** What all cases of a run share. */
export type EraseScene = {
  readonly ground: EraseGround
  readonly world: ErasureWorld
  /** Login `parley_answer`, for looking whether keys still open what they opened. */
  readonly answer: Database
}

export type CaseOptions = {
  readonly seed: string
  readonly number: number
  readonly customers: number
  readonly victim: Victim | undefined
}

/** One person in so many stays. */
const bystandersEvery = 5
const bystandersMax = 50
/** People are added and wishes made so many at a time. */
const atOnce = 8
/** More steps than an erasure of fifty customers takes are never reached; most of these are. */
const stepsMax = { keystore: 260, worker: 420 } as const
const postgresWithinMs = 900
const postgresAwayMs = 400
const doneWithinMs = 30 * 60_000
const searchedMax = 50
const startTriesMax = 300

/** One case: people are added; most are erased while something is killed at a seeded step; then everything is looked at. */
export async function runCase(scene: EraseScene, options: CaseOptions): Promise<CaseResult> {
  const { ground, world } = scene
  const choose = seeded(options.seed, options.number)
  // Two of three cases are the keystore's: it is the one that destroys.
  const victim = options.victim ?? choose.pick(['keystore', 'keystore', 'keystore', 'keystore', 'worker', 'postgres'])
  const order = orderFor(victim, choose)
  const rotated = victim !== 'postgres' && choose.below(2) === 0
  const keys = ground.connectKeys()
  const people = await inTurns(options.customers, () => world.addCustomer())
  const bystanders = await inTurns(Math.min(bystandersMax, Math.ceil(options.customers / bystandersEvery)), () =>
    world.addCustomer(),
  )
  const before = await Promise.all(bystanders.map((one) => fingerprintOf(scene, keys, one)))
  closeAll(keys)

  const began = performance.now()
  if (victim === 'keystore' || victim === 'worker') ground.arm(victim, order)
  const helping = keepAlive(ground, victim, order)
  const rotating = rotated ? rotateUntilDone(ground) : Promise.resolve()
  const erasures = await inTurns(people.length, async (index) => {
    const person = people[index]
    if (person === undefined) throw new Error('nobody')
    return await begin(world, person)
  })
  const failures: string[] = []
  await eventually('all are erased', async () => (await openErasures(ground)) === 0, doneWithinMs).catch(
    (error: unknown) => failures.push(String(error)),
  )
  const erasingMs = performance.now() - began
  await rotating
  const wasKilled = await helping.stop()
  if (victim === 'keystore' || victim === 'worker') ground.arm(victim, undefined)

  const fresh = ground.connectKeys()
  failures.push(...(await whatIsKept(ground, fresh, people)))
  failures.push(...(await whatIsLost(scene, fresh, bystanders, before)))
  for (const erasure of erasures) {
    const status = await world.status(erasure)
    if (status?.state !== 'done') failures.push(`an erasure without a receipt: ${status?.state ?? 'none'}`)
  }
  failures.push(...rootsLeft(ground))
  closeAll(fresh)
  return {
    number: options.number,
    victim,
    order,
    wasKilled,
    rotated,
    erased: people.length,
    bystanders: bystanders.length,
    erasingMs: Math.round(erasingMs),
    failures: [...new Set(failures)],
  }
}

function orderFor(victim: Victim, choose: ReturnType<typeof seeded>): string {
  if (victim === 'none') return 'never'
  if (victim === 'postgres') return `after ${choose.below(postgresWithinMs)} ms`
  return `${1 + choose.below(stepsMax[victim])} ${choose.pick(['before', 'middle', 'after'])}`
}

/** Ends PostgreSQL at its moment, and starts again whatever ended. `stop` tells whether the victim was killed. */
function keepAlive(ground: EraseGround, victim: Victim, order: string): { stop(): Promise<boolean> } {
  let isDone = false
  let wasKilled = false
  const watching = (async () => {
    if (victim === 'postgres') {
      await pause(Number(/\d+/.exec(order)?.[0] ?? 0))
      await ground.postgres.kill()
      wasKilled = true
      await pause(postgresAwayMs)
      await ground.postgres.start()
    }
    while (!isDone) {
      for (const one of [ground.keystore, ground.worker]) {
        if (one.isAlive()) continue
        wasKilled = true
        await startAgain(one)
      }
      await pause(20)
    }
  })()
  return {
    async stop() {
      isDone = true
      await watching
      return wasKilled
    },
  }
}

// A command that rotates a keystore which is down holds its folder meanwhile; a supervisor would try again as well.
async function startAgain(program: RunningProgram): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await program.start()
    } catch (thrown) {
      if (tries >= startTriesMax) throw thrown
      await pause(200)
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

// The operator's command, while the keystore works; a keystore that was killed meanwhile is asked again.
async function rotateUntilDone(ground: EraseGround): Promise<void> {
  const deps = { clock: systemClock, random: systemRandom }
  for (let tries = 0; tries < 200; tries += 1) {
    try {
      // Where the keystore is down the command rotates by itself, and the keystore cannot start until it is through.
      await keystoreTools.rotateNow(deps, { folder: ground.keysFolder, at: { socketPath: ground.socketPath } })
      return
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown
    }
    await pause(100)
  }
}

/** While the database is away a wish is made again, as a person would. */
async function begin(world: ErasureWorld, person: LinkedCustomer) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await world.begin(person)
    } catch (thrown) {
      if (!(thrown instanceof Fault) || tries > 100) throw thrown
      await pause(100)
    }
  }
}

async function openErasures(ground: EraseGround): Promise<number> {
  try {
    const row = await ground.database.admin.one(
      z.object({ open: bigintColumn }),
      'SELECT count(*) AS open FROM erasure.erasure WHERE finished_at IS NULL AND refused_at IS NULL',
    )
    return Number(row.open)
  } catch (thrown) {
    if (thrown instanceof Fault) return -1
    throw thrown
  }
}

type Keys = ReturnType<EraseGround['connectKeys']>

/** Nothing else kept: no row names them, no key is given out, and no file of the keystore knows their ids. */
async function whatIsKept(
  ground: EraseGround,
  keys: Keys,
  people: readonly LinkedCustomer[],
): Promise<readonly string[]> {
  // Of many people every so many are looked for in every column; in the keystore and its files all of them are.
  const every = Math.ceil(people.length / searchedMax)
  const searched = people.filter((_, index) => index % every === 0)
  // Jobs that are still queued (the notice of the beginning) name them by id and end by themselves in the gateway.
  const tables = await tablesWith(
    ground.database.admin,
    searched.flatMap(({ id, conversation }) => [id, conversation]),
    ['audit', 'log', 'platform'],
  )
  const given = await inTurns(people.length, async (index) => {
    const person = people[index]
    if (person === undefined) return []
    return [
      ...(await isGiven(() => keys.answer.auditKey(person.id), 'keystore/no-such-customer')),
      ...(await isGiven(() => keys.answer.conversationKey(person.conversation), 'keystore/erased')),
    ]
  })
  const shards = join(ground.keysFolder, 'shards')
  const text = readdirSync(shards)
    .map((name) => readFileSync(join(shards, name), 'utf8'))
    .join('')
  const named = new Set(text.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g))
  const known = people.filter(({ id, conversation }) => named.has(id) || named.has(conversation)).length
  return [
    ...tables.map((where) => `still in ${where}`),
    ...given.flat(),
    ...(known === 0 ? [] : [`${known} people still in the keystore's files`]),
  ]
}

async function isGiven(ask: () => Promise<unknown>, code: string): Promise<readonly string[]> {
  try {
    await ask()
    return ['a key of somebody erased was given out']
  } catch (thrown) {
    return thrown instanceof Fault && thrown.code === code ? [] : [`asked for a key: ${String(thrown)}`]
  }
}

/** Nothing else lost: every bystander has the same keys, and their tokens open. */
async function whatIsLost(
  scene: EraseScene,
  keys: Keys,
  bystanders: readonly LinkedCustomer[],
  before: readonly string[],
): Promise<readonly string[]> {
  const after = await Promise.all(bystanders.map((one) => fingerprintOf(scene, keys, one)))
  const lost = after.filter((fingerprint, index) => fingerprint !== before[index]).length
  return lost === 0 ? [] : [`${lost} people who were not erased lost something`]
}

async function fingerprintOf(scene: EraseScene, keys: Keys, person: LinkedCustomer): Promise<string> {
  const { ground, answer } = scene
  const opened = await openPermit(
    { database: answer, keystore: keys.answer, random: systemRandom, promises: testPromises },
    { ...person.terms, dataClass: 'balance' },
  )
  if (!opened.ok) return opened.code
  const token = await bankTokens.read(answer, opened.value)
  const [audit, conversation] = await Promise.all([
    keys.answer.auditKey(person.id satisfies CustomerId),
    keys.answer.conversationKey(person.conversation satisfies ConversationId),
  ])
  const rows = await tablesWith(ground.database.admin, [person.id], ['audit', 'log', 'platform'])
  return createHash('sha256')
    .update(audit.reveal())
    .update(conversation.reveal())
    .update(opened.value.keys.data.reveal())
    .update(token?.plain.reveal() ?? 'no token')
    .update(rows.toSorted().join())
    .digest('hex')
}

/** After everything one version of each root secret is there, and nothing half destroyed. */
function rootsLeft(ground: EraseGround): readonly string[] {
  const names = readdirSync(ground.keysFolder).filter((name) => /^(root|hold)-/.test(name))
  const isClean = names.length === 2 && names.every((name) => name.endsWith('.key'))
  return isClean ? [] : [`root keys left behind: ${names.toSorted().join(' ')}`]
}

async function inTurns<Value>(count: number, work: (index: number) => Promise<Value>): Promise<readonly Value[]> {
  const results: Value[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = next
      next += 1
      results[index] = await work(index)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker))
  return results
}

function closeAll(keys: Keys): void {
  for (const client of Object.values(keys)) client.close()
}
