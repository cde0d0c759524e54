import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAlertsWorld } from '../../test/setup/alerts-world.ts'
import type { AlertsWorld } from '../../test/setup/alerts-world.ts'
import type { CardAuthorization, CardEventId, LoggedEvent } from '../banks/index.ts'
import { createFeatureEngine } from '../fraud/index.ts'
import type { FraudLabel } from '../fraud/index.ts'
import { isUuid, toInstant } from '../kernel/index.ts'
import { createLogger, createMetrics, systemClock } from '../platform/index.ts'
import { createLabelFeed } from './label-feed.ts'
import { labelStore } from './label-store.ts'
import type { SeenUse } from './seen-use.ts'
import { createStartingDecider } from './starting-decider.ts'
import { createCardWatch } from './watch-cards.ts'

let world: AlertsWorld
const logger = createLogger({ role: 'test', level: 'silent' })

beforeAll(async () => {
  world = await createAlertsWorld()
})
afterAll(() => world.end())

function eventOf(use: SeenUse): CardAuthorization {
  const isId = (text: string): text is CardEventId => isUuid(text)
  const { id } = use
  if (!isId(id)) throw new Error('no id')
  return { ...use, id }
}

/** A process of its own over one event log: what it knows of cards, and nothing of another process. */
function process_(log: readonly LoggedEvent[]) {
  const engine = createFeatureEngine()
  const decider = createStartingDecider(engine)
  const watch = createCardWatch({
    database: world.database,
    engine,
    deciderFor: () => decider,
    clock: systemClock,
    logger,
  })
  const source = watch.source({
    read: async (_permit, ids) => log.filter(({ event }) => ids.includes(event.id)),
    recall: async (_of, ids) => log.filter(({ event }) => ids.includes(event.id)),
    replay: async (_of, after) => log.filter(({ seq }) => seq > after),
  })
  return { engine, watch, source }
}

describe('a process that holds cards', () => {
  test('says nothing of a card that it has not read back, and its customer is asked all the same', async () => {
    const customer = await world.addCustomer()
    const shop = (name: string, country: string, latitude: number, longitude: number) => ({
      merchant: { id: name, name, category: '5411', country, latitude, longitude },
    })
    const now = systemClock.now()
    const coffee = world.use(customer, { ...shop('home', 'US', 37.3, -121.9), at: toInstant(now - 1_800_000) })
    const far = world.use(customer, { ...shop('far', 'FR', 48.8, 2.3), at: toInstant(now), amount: { minor: 68_000n, currency: 'USD' } }) // prettier-ignore
    const log: LoggedEvent[] = [coffee, far].map((use, index) => ({
      seq: BigInt(index + 1),
      event: eventOf(use),
      verdict: undefined,
    }))
    const { watch, source } = process_(log)
    expect(watch.decide(eventOf(far))).toEqual({ verdict: 'observe' })
    const name = { customer: customer.id, institution: far.institution, event: far.id }
    const recalled = await source.recall(name)
    expect(recalled?.decision).toMatchObject({ ask: true })
    // The same again is the same decision, not another use.
    expect(await source.recall(name)).toEqual(recalled)
    // A young process decides the first use of the day as it would have been decided then: nothing odd about a coffee.
    const other = process_(log)
    expect((await other.source.recall({ ...name, event: coffee.id }))?.decision.ask).toBe(false)
  })

  test('decides uses that came while their card was read back in the order in which the card was used', async () => {
    const customer = await world.addCustomer()
    const shop = (name: string, country: string, latitude: number, longitude: number) => ({
      merchant: { id: name, name, category: '5411', country, latitude, longitude },
    })
    const now = systemClock.now()
    const coffee = world.use(customer, { ...shop('home', 'US', 37.3, -121.9), at: toInstant(now - 1_800_000) })
    const first = world.use(customer, { ...shop('jeweller', 'GB', 51.5, -0.1), at: toInstant(now - 60_000), amount: { minor: 68_000n, currency: 'USD' } }) // prettier-ignore
    const second = world.use(customer, { ...shop('machine', 'GB', 51.5, -0.1), at: toInstant(now), amount: { minor: 30_000n, currency: 'USD' } }) // prettier-ignore
    const log: LoggedEvent[] = [coffee, first, second].map((use, index) => ({
      seq: BigInt(index + 1),
      event: eventOf(use),
      verdict: undefined,
    }))
    const { watch, source } = process_(log)
    const name = (use: SeenUse) => ({ customer: customer.id, institution: use.institution, event: use.id })
    expect(watch.decide(eventOf(coffee)).verdict).toBe('observe')
    expect(watch.decide(eventOf(first)).verdict).toBe('observe')
    // The first event's job reads the card back; by then the last use arrives and is decided at once.
    expect((await source.recall(name(coffee)))?.decision.ask).toBe(false)
    watch.decide(eventOf(second))
    expect((await source.recall(name(first)))?.decision.ask).toBe(true)
    expect((await source.recall(name(second)))?.decision).toBeDefined()
  })

  test('hears of a label within a moment of its commit, once, and of those that commit out of order', async () => {
    const customer = await world.addCustomer()
    const heard: FraudLabel[] = []
    const feed = createLabelFeed({
      database: world.database,
      label: (label) => void heard.push(label),
      clock: systemClock,
      logger,
      metrics: createMetrics({ processMetrics: false }),
    })
    const label = (use: SeenUse) => ({
      event: use.id,
      customer: customer.id,
      institution: use.institution,
      isFraud: true,
      informed: false,
      source: 'customer' as const,
    })
    const [slow, fast] = [world.use(customer), world.use(customer)]
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const late = world.database.transaction(async (tx) => {
      await labelStore.add(tx, [label(slow)])
      await held
    })
    await world.database.transaction((tx) => labelStore.add(tx, [label(fast)]))
    await feed.pull()
    release()
    await late
    await feed.pull()
    await feed.pull()
    expect(heard.map(({ use }) => use)).toEqual([fast.id, slow.id])
  })
})
