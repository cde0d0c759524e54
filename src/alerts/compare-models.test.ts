import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createAlertsWorld } from '../../test/setup/alerts-world.ts'
import type { AlertsWorld, WatchedCustomer } from '../../test/setup/alerts-world.ts'
import { addStaff } from '../../test/setup/staff-people.ts'
import { beginStaffSession } from '../../test/setup/staff-session.ts'
import { banks } from '../../test/setup/trust-world.ts'
import { createFeatureEngine, featureNames, fraudModels } from '../fraud/index.ts'
import type { CardUse, Scorer } from '../fraud/index.ts'
import { Fault, Secret } from '../kernel/index.ts'
import { createLogger, systemClock, systemRandom } from '../platform/index.ts'
import { compareModels } from './compare-models.ts'
import { createDeciders } from './keep-deciders.ts'

const bank = banks.north
const secret = new Secret<Uint8Array>(randomBytes(32))
let world: AlertsWorld
beforeAll(async () => {
  world = await createAlertsWorld()
})
afterAll(() => world.end())

/** What each model makes of a use, by its id. */
type Scores = Map<string, { readonly champion: number; readonly challenger: number }>

/** A process with both models; a use's scores are given by hand. */
function gateway(scores: Scores, versions = { champion: 'champion-1', challenger: 'challenger-1' }) {
  const own = fraudModels.readDefault(featureNames)
  let now = ''
  const scorer = (model: 'champion' | 'challenger'): Scorer => ({ ...own, version: versions[model], score: () => scores.get(now)?.[model] ?? 0 }) // prettier-ignore
  const deciders = createDeciders({
    database: world.database,
    engine: createFeatureEngine(),
    scorer: own,
    banks: new Map([[bank, { declines: true, scorer: scorer('champion'), challenger: scorer('challenger') }]]),
    linkSecret: secret,
    clock: systemClock,
    logger: createLogger({ role: 'test', level: 'silent' }),
  })
  const decide = (use: CardUse) => {
    now = use.id
    return deciders.deciderFor(bank).decide(use)
  }
  return { deciders, decide, scorers: [scorer('champion'), scorer('challenger')] }
}

function useOf(customer: Pick<WatchedCustomer, 'id'>, amountMinor: number): CardUse {
  const id = systemRandom.uuid()
  return { id, kind: 'authorization', customer: `${customer.id}/account/4821`, merchant: 'shop', terminal: 'shop', atMs: Date.UTC(2026, 10, 20, 12), amountMinor, category: '5411', country: 'US', presence: 'in-person' } // prettier-ignore
}

const label = (use: CardUse, isFraud: boolean) => ({ use: use.id, isFraud })
const newest = async () => (await compareModels(world.database, bank))[0]

describe('a challenger', () => {
  test('decides nothing, and is compared with the champion on the same uses once it is known what they were', async () => {
    const customer = await world.addCustomer()
    const uses = [1_000, 2_000, 4_000, 8_000].map((amount) => useOf(customer, amount))
    const [plain, found, missed, wrong] = uses
    if (plain === undefined || found === undefined || missed === undefined || wrong === undefined)
      throw new Error('none')
    const scores: Scores = new Map([
      [plain.id, { champion: 0.01, challenger: 0.01 }],
      [found.id, { champion: 0.9, challenger: 0.95 }],
      [missed.id, { champion: 0.02, challenger: 0.9 }],
      [wrong.id, { champion: 0.97, challenger: 0.03 }],
    ])
    const { deciders, decide, scorers } = gateway(scores)
    await deciders.refresh()
    expect(uses.map((use) => decide(use).ask)).toEqual([false, true, false, true])
    // Before they are written, after, once more, and by another process: each counts once.
    deciders.label(label(found, true))
    await deciders.refresh()
    deciders.label(label(missed, true))
    deciders.label(label(wrong, false))
    deciders.label(label(missed, true))
    await deciders.refresh()
    const second = gateway(scores)
    await second.deciders.refresh()
    uses.forEach((use) => second.decide(use))
    second.deciders.label(label(missed, true))
    await second.deciders.refresh()
    const [compared] = await compareModels(world.database, bank, { scorers })
    expect(compared).toMatchObject({
      champion: 'champion-1',
      challenger: 'challenger-1',
      uses: 4,
      frauds: 2,
      fraudMinor: 6_000n,
    })
    expect(compared?.figures.champion).toMatchObject({ asked: 2, caught: 1, caughtMinor: 2_000n, falseQuestions: 1, unanswered: 0 }) // prettier-ignore
    expect(compared?.figures.challenger).toMatchObject({ asked: 2, caught: 2, caughtMinor: 6_000n, falseQuestions: 0, averagePrecision: 1 }) // prettier-ignore
    expect(compared?.figures.champion.averagePrecision).toBeCloseTo((1 / 2 + 2 / 3) / 2, 9)
    expect(compared?.figures.challenger.drift?.rows).toBeGreaterThan(0)
    expect(compared?.figures.challenger.drift?.drifts.map(({ feature }) => feature)).toContain('margin')
  })

  test('a later word about a use takes the place of the earlier one', async () => {
    const use = useOf(await world.addCustomer(), 5_000)
    const versions = { champion: 'champion-1', challenger: 'challenger-2' }
    const { deciders, decide } = gateway(new Map([[use.id, { champion: 0.9, challenger: 0.9 }]]), versions)
    await deciders.refresh()
    decide(use)
    for (const isFraud of [false, true]) {
      deciders.label(label(use, isFraud))
      await deciders.refresh()
      await deciders.refresh()
      expect(await newest()).toMatchObject({ uses: 1, frauds: isFraud ? 1 : 0 })
      expect((await newest())?.figures.champion).toMatchObject({ falseQuestions: isFraud ? 0 : 1, caughtMinor: isFraud ? 5_000n : 0n }) // prettier-ignore
    }
  })
})

describe('what is kept of a trial', () => {
  test('is nothing of a customer without leave, by code and by the row policy; nothing readable; and gone with the customer', async () => {
    const [watched, other] = [await world.addCustomer(), await world.addCustomer({ alerts: false })]
    const uses = [useOf(watched, 123_457), useOf(other, 123_459)]
    const versions = { champion: 'champion-1', challenger: 'challenger-3' }
    const { deciders, decide } = gateway(new Map(), versions)
    await deciders.refresh()
    uses.forEach(decide)
    await deciders.refresh()
    expect(await newest()).toMatchObject({ challenger: 'challenger-3', uses: 1 })
    const rows = await world.clone.admin.rows(
      z.object({ trial: z.string(), text: z.string() }),
      `SELECT trial::text, row_to_json(u)::text || encode(u.sealed, 'escape') AS text FROM alerts.model_use u WHERE customer = ANY ($1::uuid[])`,
      [[watched.id, other.id]],
    )
    expect(rows).toHaveLength(1)
    expect(rows[0]?.text).not.toContain('123457')
    const add = 'INSERT INTO alerts.model_use (event, customer, institution, trial, sealed) VALUES ($1, $2, $3, $4, $5)'
    const row = [systemRandom.uuid(), other.id, bank, rows[0]?.trial ?? null, Buffer.alloc(40)]
    await expect(world.database.run(add, row)).rejects.toThrow(Fault)
    await world.clone.admin.run('DELETE FROM customers.customer WHERE id = $1', [watched.id])
    expect(await world.clone.admin.run('SELECT FROM alerts.model_use WHERE customer = $1', [watched.id])).toBe(0)
    expect(await newest()).toMatchObject({ uses: 1 })
  })

  test('is shown to the bank’s analysts, operators and auditors by their session, and to nobody else', async () => {
    const console_ = world.clone.connect('console')
    const seen = async (session: Uint8Array) => (await compareModels(console_, bank, { session })).length
    const hashes = new Map<string, Uint8Array>()
    for (const [login, role, institutions] of [
      ['tess', 'analyst', [bank]],
      ['tom', 'auditor', undefined],
      ['tina', 'agent', [bank]],
      ['theo', 'analyst', [banks.south]],
    ] as const) {
      const person = await addStaff(world.clone, login, {
        role,
        ...(institutions === undefined ? {} : { institutions }),
      })
      hashes.set(login, await beginStaffSession(console_, person))
    }
    expect(await seen(hashes.get('tess') ?? new Uint8Array())).toBeGreaterThan(0)
    expect(await seen(hashes.get('tom') ?? new Uint8Array())).toBeGreaterThan(0)
    expect(await seen(hashes.get('tina') ?? new Uint8Array())).toBe(0)
    expect(await seen(hashes.get('theo') ?? new Uint8Array())).toBe(0)
    expect(await seen(createHash('sha256').update('nobody').digest())).toBe(0)
    await expect(compareModels(console_, bank)).rejects.toThrow(Fault)
  })
})
