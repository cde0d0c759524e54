import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { cloneDatabase } from '../../test/setup/database.ts'
import type { TestDatabase } from '../../test/setup/database.ts'
import { createFeatureEngine, featureNames } from '../fraud/index.ts'
import type { CardUse, FeatureEngine, FeatureName } from '../fraud/index.ts'
import { Fault, Secret } from '../kernel/index.ts'
import { bytesColumn, createLogger, seal, systemClock, unseal } from '../platform/index.ts'
import type { Clock, Database, Logger } from '../platform/index.ts'
import { createMerchantKeeper } from './keep-merchants.ts'
import { merchantStore } from './merchant-store.ts'

let clone: TestDatabase
let database: Database
const linkSecret = new Secret<Uint8Array>(new Uint8Array(32).fill(7))
const now = systemClock.now()
const dayMs = 86_400_000

beforeAll(async () => {
  clone = await cloneDatabase()
  database = clone.connect('fraud')
})
afterAll(() => clone.drop())
beforeEach(() => clone.admin.run('DELETE FROM alerts.merchant_window'))

function use(id: string, more: Partial<CardUse> = {}): CardUse {
  const facts = { merchant: 'shop', terminal: 'shop/1', atMs: now, amountMinor: 1_000, category: '5411', country: 'US' }
  return { id, kind: 'authorization', customer: `card of ${id}`, presence: 'online', ...facts, ...more }
}

/** Five uses of a shop by as many cards, one of which somebody says was not theirs. */
function fill(engine: FeatureEngine): void {
  for (let number = 0; number < 5; number += 1) engine.observe(use(`use ${number}`))
  const said = { use: 'use 0', arrivedAtMs: now, isFraud: true, informed: true, source: 'customer' as const }
  engine.label({ ...said, by: 'anna' })
}

/** Terminals whose snapshot is longer than one piece. */
function fillManyTerminals(engine: FeatureEngine): void {
  for (let number = 0; number < 50_000; number += 1)
    engine.observe(use(`use ${number}`, { customer: `card ${number % 1_000}`, terminal: `shop/${number}` }))
}

/** Compares megabytes in no time. */
function isSame(left: FeatureEngine, right: FeatureEngine): boolean {
  return Buffer.from(left.snapshotMerchants()).equals(right.snapshotMerchants())
}

function featureOf(engine: FeatureEngine, name: FeatureName, seen: CardUse): number | undefined {
  return engine.observe(seen)?.[featureNames.indexOf(name)]
}

/** A gateway's engine and keeper, and what it logs. */
function gateway(more: { secret?: typeof linkSecret; clock?: Clock; database?: Database } = {}) {
  const faults: { readonly message: string; readonly fault: unknown }[] = []
  const engine = createFeatureEngine()
  const logger: Logger = {
    ...createLogger({ role: 'test', level: 'silent' }),
    fault: (message, fault) => void faults.push({ message, fault }),
  }
  const keeper = createMerchantKeeper({
    database: more.database ?? database,
    engine,
    linkSecret: more.secret ?? linkSecret,
    clock: more.clock ?? systemClock,
    logger,
  })
  return { engine, keeper, faults }
}

const pieces = () =>
  clone.admin.rows(
    z.object({ piece: z.number(), sealed: bytesColumn }),
    'SELECT piece, sealed FROM alerts.merchant_window ORDER BY piece',
  )

describe('windows of merchants', () => {
  test('survive a clean stop: who starts again knows what was counted and said', async () => {
    const first = gateway()
    await first.keeper.restore()
    fill(first.engine)
    await first.keeper.stop()
    const second = gateway()
    await second.keeper.restore()
    expect([...first.faults, ...second.faults]).toEqual([])
    expect(second.engine.snapshotMerchants()).toEqual(first.engine.snapshotMerchants())
    expect(featureOf(second.engine, 't_count_1d', use('next'))).toBe(6)
    expect(featureOf(second.engine, 't_risk_30d', use('after'))).toBe(1)
    expect(featureOf(gateway().engine, 't_count_1d', use('next'))).toBe(1)
  })

  test('are read back beside cards: what a card tells again is not counted at its merchants twice', async () => {
    const first = gateway()
    await first.keeper.restore()
    fill(first.engine)
    await first.keeper.stop()
    const { engine, keeper } = gateway()
    await keeper.restore()
    for (let number = 0; number < 5; number += 1) engine.replayCard(use(`use ${number}`))
    expect(featureOf(engine, 't_count_30d', use('next'))).toBe(6)
  })

  test('are written now and then while the gateway runs, one write after the other', async () => {
    const rounds: (() => void)[] = []
    const clock: Clock = { ...systemClock, after: (_delay, run) => (rounds.push(run), () => undefined) }
    const { engine, keeper } = gateway({ clock })
    await keeper.restore()
    keeper.start()
    fill(engine)
    rounds.shift()?.()
    await expect.poll(() => rounds.length).toBe(1)
    expect(await pieces()).toHaveLength(1)
    engine.observe(use('one more'))
    expect(await Promise.all([keeper.write(), keeper.write()])).toEqual([true, false])
  })

  test('of a gateway that counted nothing are not written over those of one that did', async () => {
    const [busy, idle] = [gateway(), gateway()]
    await Promise.all([busy.keeper.restore(), idle.keeper.restore()])
    fill(busy.engine)
    expect(await busy.keeper.write()).toBe(true)
    // A label of a use that it never saw is nothing that it counted.
    idle.engine.label({ use: 'use 0', arrivedAtMs: now, isFraud: true, informed: true, source: 'bank', by: 'bank' })
    expect(await idle.keeper.write()).toBe(false)
    await idle.keeper.stop()
    const third = gateway()
    await third.keeper.restore()
    expect(third.engine.snapshotMerchants()).toEqual(busy.engine.snapshotMerchants())
  })

  test('of two gateways that write at once, one stays, whole', async () => {
    const [left, right] = [gateway(), gateway()]
    await Promise.all([left.keeper.restore(), right.keeper.restore()])
    fill(left.engine)
    fillManyTerminals(right.engine)
    for (let round = 0; round < 2; round += 1) {
      left.engine.observe(use(`left ${round}`))
      right.engine.observe(use(`right ${round}`))
      expect(await Promise.all([left.keeper.write(), right.keeper.write()])).toEqual([true, true])
      const third = gateway()
      await third.keeper.restore()
      expect(third.faults).toEqual([])
      expect([left, right].some(({ engine }) => isSame(engine, third.engine))).toBe(true)
    }
  })

  test('larger than one piece come back whole, and a smaller snapshot leaves no piece of the one before', async () => {
    const large = gateway()
    await large.keeper.restore()
    fillManyTerminals(large.engine)
    await large.keeper.stop()
    expect((await pieces()).length).toBeGreaterThan(1)
    const again = gateway()
    await again.keeper.restore()
    expect(isSame(again.engine, large.engine)).toBe(true)
    const small = gateway()
    await small.keeper.restore()
    small.engine.restoreMerchants(createFeatureEngine().snapshotMerchants())
    small.engine.observe(use('alone'))
    await small.keeper.stop()
    expect(await pieces()).toHaveLength(1)
  })

  test('above the limit are not written: a fault says so, and what was written before stays', async () => {
    const first = gateway()
    await first.keeper.restore()
    fill(first.engine)
    await first.keeper.write()
    const before = await pieces()
    first.engine.observe(use('one more'))
    first.engine.snapshotMerchants = () => new Uint8Array(merchantStore.bytesMax)
    await expect(first.keeper.write()).rejects.toThrow('alerts/merchants-too-large')
    await first.keeper.stop()
    expect(first.faults).toMatchObject([{ message: 'alerts.merchants-not-written' }])
    expect(await pieces()).toEqual(before)
    // The database holds the limit by itself.
    const add = 'INSERT INTO alerts.merchant_window (piece, sealed) VALUES ($1, $2)'
    await expect(database.run(add, [17, new Uint8Array(1)])).rejects.toThrow(Fault)
    await expect(database.run(add, [3, new Uint8Array(1_048_577)])).rejects.toThrow(Fault)
  })

  test('of terminals that nobody used for thirty days are not kept', async () => {
    const first = gateway()
    await first.keeper.restore()
    first.engine.observe(use('long ago', { terminal: 'closed', atMs: now - 31 * dayMs }))
    first.engine.observe(use('today'))
    await first.keeper.stop()
    const second = gateway()
    await second.keeper.restore()
    expect(first.engine.terminalsHeld).toBe(2)
    expect(second.engine.terminalsHeld).toBe(1)
  })
})

describe('a snapshot that cannot be read', () => {
  const unreadable = [{ message: 'alerts.merchants-unreadable' }]

  async function written() {
    const { engine, keeper } = gateway()
    await keeper.restore()
    fill(engine)
    await keeper.stop()
  }

  test('under another secret, or damaged, is a logged fault and an empty start, and the next write takes its place', async () => {
    await written()
    const other = gateway({ secret: new Secret<Uint8Array>(new Uint8Array(32).fill(8)) })
    await other.keeper.restore()
    expect(other.faults).toMatchObject([{ fault: { code: 'platform/seal-broken' }, ...unreadable[0] }])
    await clone.admin.run('UPDATE alerts.merchant_window SET sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1)')
    const { engine, keeper, faults } = gateway()
    await keeper.restore()
    expect(faults).toMatchObject(unreadable)
    expect(engine.terminalsHeld).toBe(0)
    fill(engine)
    await keeper.stop()
    const next = gateway()
    await next.keeper.restore()
    expect(next.faults).toEqual([])
    expect(next.engine.terminalsHeld).toBe(1)
  })

  test('of an older version is one as well, and so is one of a few bytes', async () => {
    const { createHmac } = await import('node:crypto')
    const key = createHmac('sha256', linkSecret.reveal()).update('parley/merchant-windows/v1').digest()
    const context = 'alerts.merchant_window|v1'
    await written()
    const plain = unseal(key, Buffer.concat((await pieces()).map(({ sealed }) => sealed)), context)
    expect(plain.subarray(0, 4).toString()).toBe('PfMW')
    plain[4] = 0
    for (const bytes of [seal(key, plain, context), seal(key, new Uint8Array(0), context), new Uint8Array(3)]) {
      await database.transaction((tx) => merchantStore.replace(tx, bytes))
      const { engine, keeper, faults } = gateway()
      await keeper.restore()
      expect(faults).toMatchObject(unreadable)
      expect(engine.terminalsHeld).toBe(0)
    }
  })

  test('because the database is away is not written over: it is read when the database is back', async () => {
    await written()
    const rounds: (() => void)[] = []
    const clock: Clock = { ...systemClock, after: (_delay, run) => (rounds.push(run), () => undefined) }
    let isAway = true
    const away: Database = {
      ...database,
      rows: (...query) =>
        isAway
          ? Promise.reject(new Fault('platform/database-unavailable', { retry: 'later' }))
          : database.rows(...query),
    }
    const { engine, keeper, faults } = gateway({ clock, database: away })
    await keeper.restore()
    expect(faults).toMatchObject([{ message: 'alerts.merchants-not-read' }])
    engine.observe(use('meanwhile'))
    expect(await keeper.write()).toBe(false)
    keeper.start()
    isAway = false
    rounds.shift()?.()
    await expect.poll(() => rounds.length).toBe(1)
    expect(featureOf(engine, 't_count_1d', use('next'))).toBe(6)
  })

  test('older than thirty days is none', async () => {
    await written()
    await clone.admin.run("UPDATE alerts.merchant_window SET written_at = written_at - interval '31 days'")
    const { engine, keeper, faults } = gateway()
    await keeper.restore()
    expect(faults).toEqual([])
    expect(engine.terminalsHeld).toBe(0)
    expect(await merchantStore.sweep(database)).toBe(1)
    expect(await merchantStore.sweep(database)).toBe(0)
  })
})

test('nobody but the fraud login reads or writes the snapshot, and it shows no key of a terminal', async () => {
  const { engine, keeper } = gateway()
  await keeper.restore()
  fill(engine)
  await keeper.stop()
  for (const login of ['answer', 'notify', 'service', 'console', 'inspector'] as const) {
    const other = clone.connect(login, { poolMax: 1 })
    await expect(merchantStore.newest(other)).rejects.toThrow(Fault)
    await expect(other.run('DELETE FROM alerts.merchant_window')).rejects.toThrow(Fault)
  }
  const plain = Buffer.from(engine.snapshotMerchants())
  const [kept] = await pieces()
  // The head, and the first terminal's key behind it.
  expect(kept?.sealed.includes(plain.subarray(0, 16))).toBe(false)
})
