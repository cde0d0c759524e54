import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { cloneDatabase } from '../../test/setup/database.ts'
import type { TestDatabase } from '../../test/setup/database.ts'
import { ask, liveChange, saveRules, shadowed, signTogether } from '../../test/setup/rule-people.ts'
import { addStaff } from '../../test/setup/staff-people.ts'
import { banks, createTrustWorld } from '../../test/setup/trust-world.ts'
import type { TrustWorld } from '../../test/setup/trust-world.ts'
import { createFeatureEngine, featureNames, fraudModels } from '../fraud/index.ts'
import type { CardUse } from '../fraud/index.ts'
import { Secret } from '../kernel/index.ts'
import { createLogger, systemClock } from '../platform/index.ts'
import { createDeciders } from './keep-deciders.ts'

let database: TestDatabase
let world: TrustWorld
beforeAll(async () => {
  database = await cloneDatabase()
  world = await createTrustWorld(database)
})
afterAll(async () => {
  await world.end()
  await database.drop()
})

const bank = banks.north

function useAt(id: string, amountMinor: number): CardUse {
  return {
    id,
    kind: 'authorization',
    customer: `customer of ${id}`,
    merchant: 'shop',
    terminal: 'shop',
    atMs: Date.UTC(2026, 10, 20, 12),
    amountMinor,
    category: '5411',
    country: 'US',
    presence: 'in-person',
  }
}

test('what two people made live decides within one look, for that bank alone; labels of what it asked about are counted', async () => {
  const console = database.connect('console')
  const fraud = database.connect('fraud')
  const deciders = createDeciders({
    database: fraud,
    engine: createFeatureEngine(),
    scorer: fraudModels.readDefault(featureNames),
    banks: new Map([[bank, { declines: true }]]),
    linkSecret: new Secret<Uint8Array>(new Uint8Array(32)),
    clock: systemClock,
    logger: createLogger({ role: 'test', level: 'silent' }),
  })
  expect(await deciders.refresh()).toBe(1)
  expect(deciders.deciderFor(bank).decide(useAt('before', 90_000))).toMatchObject({ verdict: 'approve', ask: false })

  const first = await addStaff(database, 'ada', { role: 'analyst' })
  const second = await addStaff(database, 'omar')
  const version = await saveRules(console, first, bank, 'amounts in USD\n\nlarge: block when amount > 800 USD\n')
  await shadowed({ console, admin: database.admin }, first, version)
  // In shadow it is looked at without effect.
  expect(await deciders.refresh()).toBe(1)
  expect(deciders.deciderFor(bank).decide(useAt('in shadow', 90_000)).verdict).toBe('approve')
  const asked = await ask(console, first, liveChange('promote', version))
  expect(await signTogether(console, world.keys.console, [first, second], asked)).toBe(true)

  expect(await deciders.refresh()).toBe(1)
  expect(await deciders.refresh()).toBe(0)
  const decision = deciders.deciderFor(bank).decide(useAt('after', 90_000))
  expect(decision).toMatchObject({ verdict: 'decline', ask: true, rule: { id: 'large', version: version.set.version } })
  expect(deciders.deciderFor(banks.south).decide(useAt('elsewhere', 90_000)).verdict).toBe('approve')

  deciders.label({ use: 'after', isFraud: true })
  await deciders.refresh()
  expect(await countsOf(version.id)).toEqual([{ line: 'rule large', uses: '1', frauds: '1', fraud_minor: '90000' }])
})

test('a bank that has trained its own model is scored by it, with and without rules of its own', async () => {
  const own = fraudModels.readDefault(featureNames)
  const marked = { ...own, version: 'own-1', score: () => 0.99 }
  const deciders = createDeciders({
    database: database.connect('fraud'),
    engine: createFeatureEngine(),
    scorer: own,
    banks: new Map([[banks.south, { declines: false, scorer: marked }]]),
    linkSecret: new Secret<Uint8Array>(new Uint8Array(32)),
    clock: systemClock,
    logger: createLogger({ role: 'test', level: 'silent' }),
  })
  await deciders.refresh()
  expect(deciders.deciderFor(banks.south).decide(useAt('own model', 100))).toMatchObject({
    modelVersion: 'own-1',
    ask: true,
  })
  expect(deciders.deciderFor(bank).decide(useAt('the other bank', 100)).modelVersion).toBe(own.version)
})

async function countsOf(version: string): Promise<unknown> {
  const row = z.object({ line: z.string(), uses: z.string(), frauds: z.string(), fraud_minor: z.string() })
  return await database.admin.rows(
    row,
    `SELECT line, uses::text, frauds::text, fraud_minor::text FROM rules.shadow_count WHERE rule_set = $1 AND line LIKE 'rule %'`,
    [version],
  )
}
