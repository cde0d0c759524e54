import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { cloneDatabase } from '../../test/setup/database.ts'
import type { TestDatabase } from '../../test/setup/database.ts'
import { eventually } from '../../test/setup/eventually.ts'
import { mustOpen, refusalOf } from '../../test/attacks/gate-scene.ts'
import { parseCheckpoint } from '../kernel/index.ts'
import { loadCheckpoint } from './log-store.ts'
import { createSequencer } from './sequencer.ts'
import { allLeaves, ambient, createLogWorld, newLogKey, textOf } from './test-support/log-world.ts'
import type { LogWorld } from './test-support/log-world.ts'
import { verifyLog } from './test-support/verify.ts'
import { createWitness } from './witness.ts'
import type { WitnessedTree } from './witness.ts'

let clone: TestDatabase
let log: LogWorld
beforeAll(async () => {
  clone = await cloneDatabase()
  log = await createLogWorld(clone)
})
afterAll(async () => {
  await log.end()
  await clone.drop()
})

async function publishedSize(): Promise<bigint> {
  return (await loadCheckpoint(log.database))?.size ?? 0n
}

async function lastOf(tickets: Promise<readonly bigint[]>): Promise<bigint> {
  return (await tickets).at(-1) ?? 0n
}

test('every committed entry stands in the tree once, with its own commitment', async () => {
  const tickets = await log.look(150)
  await log.mergeUntil(tickets.at(-1) ?? 0n)
  const leaves = await allLeaves(log.database)
  const entries = leaves.flatMap(({ entry }) => (entry === null ? [] : [entry]))
  expect(entries.toSorted((left, right) => Number(left - right))).toEqual(tickets)
  const wrong = await clone.admin.rows(
    z.object({ seq: z.bigint() }),
    'SELECT e.seq FROM audit.entry e JOIN log.leaf l ON l.entry = e.seq WHERE l.commitment <> e.commitment',
  )
  expect(wrong).toEqual([])
})

test('a beat publishes whole blocks, signed, and an outsider derives the same tree', async () => {
  await log.writer().publish()
  expect(await publishedSize()).toBe(192n)
  expect(await verifyLog(log.source)).toMatchObject({ ok: true, size: 192n })
})

test('an idle beat grows the tree like a busy one', async () => {
  const before = await publishedSize()
  await log.writer().publish()
  expect((await publishedSize()) - before).toBe(64n)
  await log.mergeUntil(await lastOf(log.look(5)))
  await log.writer().publish()
  expect((await publishedSize()) - before).toBe(128n)
  expect(await verifyLog(log.source)).toMatchObject({ ok: true })
})

test('an entry that commits late is merged after others that came later, never lost', async () => {
  let late = 0n
  let openedLater = 0n
  await log.answer.transaction(async (tx) => {
    late = await mustOpen(tx, log.grant)
    openedLater = await lastOf(log.look(3))
    await log.writer().merge()
    expect((await allLeaves(log.database)).some(({ entry }) => entry === openedLater)).toBe(false)
  })
  await log.mergeUntil(openedLater)
  await log.mergeUntil(late)
  await log.writer().publish()
  expect(await verifyLog(log.source)).toMatchObject({ ok: true })
})

test('a writer that takes over in the middle of a block goes on with the same tree', async () => {
  for (const count of [1, 7, 64, 100]) {
    await log.mergeUntil(await lastOf(log.look(count)))
    await log.takeOver()
    await log.mergeUntil(await lastOf(log.look(3)))
    await log.writer().publish()
    expect(await verifyLog(log.source)).toMatchObject({ ok: true })
  }
})

test('a writer refuses to sign on when the published tree is not the one that was signed', async () => {
  while ((await publishedSize()) % 256n === 0n) await log.writer().publish()
  await clone.admin.run(
    'UPDATE log.leaf SET commitment = sha256(commitment) WHERE index = (SELECT max(size) - 1 FROM log.checkpoint)',
  )
  await expect(log.takeOver()).rejects.toThrow('audit/log-broken')
})

test('of two sequencers one writes; it beats by itself, and when it stops the other goes on', async () => {
  const own = await cloneDatabase()
  const world = await createLogWorld(own)
  const options = { beatMs: 150, mergeMs: 20 }
  const [first, second] = [0, 1].map(() =>
    createSequencer({ ...ambient, database: world.database, key: world.key }, options),
  )
  first?.start()
  second?.start()
  const size = async (): Promise<bigint> => (await loadCheckpoint(world.database))?.size ?? 0n
  await eventually('three beats', async () => (await size()) >= 192n)
  const [ticket = 0n] = await world.look(1)
  await eventually('the entry published', async () => {
    const leaf = (await allLeaves(world.database)).find(({ entry }) => entry === ticket)
    return leaf !== undefined && leaf.index < (await size())
  })
  await first?.stop()
  const atStop = await size()
  await eventually('beats of the other one', async () => (await size()) > atStop + 64n)
  await second?.stop()
  const checkpoint = await loadCheckpoint(world.database)
  expect(parseCheckpoint(textOf(checkpoint?.note ?? ''))?.origin).toBe(world.key.noteKey.name)
  expect(await verifyLog(world.source)).toMatchObject({ ok: true })
  await world.end()
  await own.drop()
})

test('witnesses sign what was published, and their signatures are served with it', async () => {
  const own = await cloneDatabase()
  const world = await createLogWorld(own)
  const key = newLogKey('witness.test/bank', 'cosignature')
  const known = new Map<string, WitnessedTree>()
  const memory = {
    load: (origin: string) => Promise.resolve(known.get(origin)),
    store: (origin: string, tree: WitnessedTree) => Promise.resolve(void known.set(origin, tree)),
  }
  const witness = createWitness({ key, logs: [world.key.noteKey], memory, clock: ambient.clock })
  const send = async ({ body }: { readonly body?: string | Uint8Array }) => {
    const answer = await witness.addCheckpoint(Buffer.from(body ?? ''))
    return { status: answer.status, headers: new Headers(), body: Buffer.from(answer.body) }
  }
  const witnesses = { http: { send }, known: [{ url: 'http://witness.test', key: key.noteKey }] }
  const sequencer = createSequencer(
    { ...ambient, database: world.database, key: world.key, witnesses },
    { beatMs: 150, mergeMs: 20 },
  )
  sequencer.start()
  await eventually('a cosigned later checkpoint', async () => {
    const checkpoint = await loadCheckpoint(world.database)
    return (checkpoint?.size ?? 0n) >= 192n && checkpoint?.cosignatures.startsWith('— witness.test/bank ') === true
  })
  await sequencer.stop()
  expect(await verifyLog(world.source)).toMatchObject({ ok: true })
  await world.end()
  await own.drop()
})

test('the sequencer’s login can neither change nor delete what it wrote, nor read more of an entry than its commitment', async () => {
  const statements = [
    `UPDATE log.leaf SET commitment = commitment`,
    'DELETE FROM log.leaf',
    'TRUNCATE log.checkpoint',
    `UPDATE log.checkpoint SET note = ''`,
    'DELETE FROM log.tile',
    'DELETE FROM log.promise',
    'SELECT customer FROM audit.entry',
    'SELECT salt_sealed FROM audit.entry',
    `UPDATE audit.entry SET commitment = commitment`,
    'SELECT * FROM gate.open(NULL, NULL, NULL, NULL, NULL, NULL)',
  ]
  for (const statement of statements) {
    expect(await refusalOf(log.database.run(statement)), statement).toBe('42501')
  }
})
