import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/setup/database.ts'
import type { TestDatabase } from '../../test/setup/database.ts'
import { createDeskWorld } from '../../test/setup/desk-world.ts'
import type { DeskWorld } from '../../test/setup/desk-world.ts'
import { createErasureWorld } from '../../test/setup/erasure-world.ts'
import { eventually } from '../../test/setup/eventually.ts'
import { banks, createTrustWorld } from '../../test/setup/trust-world.ts'
import type { TrustWorld } from '../../test/setup/trust-world.ts'
import { runDeskHour } from '../../test/sim/desk/desk-hour.ts'
import { createLogger, systemClock } from '../platform/index.ts'
import { createLiveDesk } from './live-desk.ts'
import type { LiveDesk, LiveEvent } from './live-desk.ts'

let database: TestDatabase
let world: TrustWorld
let desk: DeskWorld
beforeAll(async () => {
  database = await cloneDatabase()
  world = await createTrustWorld(database)
  desk = createDeskWorld(database, world)
  await desk.addAgent('north.agent', { institutions: [banks.north] })
  await desk.addAgent('south.agent', { institutions: [banks.south] })
})
afterAll(async () => {
  await world.end()
  await database.drop()
})

const clockWithFastBeats = {
  ...systemClock,
  after: (ms: number, run: () => void) => systemClock.after(Math.min(ms, 50), run),
}

function open(heardFrom: 'here' | 'elsewhere'): LiveDesk {
  const live = createLiveDesk({
    database: desk.deps.database,
    // Another process has its own objects: it hears by the database alone.
    heard: heardFrom === 'here' ? [desk.answer, desk.deps.database] : [],
    clock: clockWithFastBeats,
    logger: createLogger({ role: 'test', level: 'silent' }),
    metrics: desk.metrics,
  })
  live.start()
  return live
}

function watch(live: LiveDesk, session: Uint8Array) {
  const seen: LiveEvent[] = []
  const state = { closed: false }
  const stop = live.watch(session, {
    send: (events) => void seen.push(...events),
    close: () => void (state.closed = true),
  })
  const changes = () => seen.flatMap((event) => (event.kind === 'changed' ? [event.change] : []))
  return { seen, state, stop, changes }
}

test('what changes reaches the pages of those whose bank it is, and no others, without a word of what was written', async () => {
  const live = open('here')
  const north = watch(live, await desk.signIn('north.agent'))
  const south = watch(live, await desk.signIn('south.agent'))
  const maya = await createErasureWorld(database, world).addCustomer()
  await desk.ask(maya, 'CANARY of the question')
  await eventually('an update', () => north.changes().length > 0)
  expect(north.changes()[0]).toMatchObject({ state: 'waiting', because: 'asked', institutionName: banks.north })
  expect(JSON.stringify(north.seen)).not.toContain('CANARY')
  await desk.ask(maya, 'for the south', { institution: banks.south })
  expect(south.changes()).toEqual([])
  await live.stop()
  expect(north.state.closed).toBe(true)
})

test('a commit of another process is heard too', async () => {
  const live = open('elsewhere')
  const north = watch(live, await desk.signIn('north.agent'))
  const people = createErasureWorld(database, world)
  // Listening begins in the background: whatever is asked before it is told as a refresh.
  await eventually('listening', () => north.seen.some(({ kind }) => kind === 'refresh' || kind === 'changed'))
  await desk.ask(await people.addCustomer(), 'from elsewhere')
  await eventually('an update', () => north.changes().length > 0)
  await live.stop()
})

test('a session that ended has no stream, nobody has more than a few, and what is no session has none for long', async () => {
  const live = open('here')
  const session = await desk.signIn('north.agent')
  const watched = watch(live, session)
  const stranger = watch(live, randomBytes(32))
  await eventually('the stranger is gone', () => stranger.state.closed)
  expect(watched.state.closed).toBe(false)
  expect(watched.seen.some(({ kind }) => kind === 'alive')).toBe(true)
  const more = Array.from({ length: 10 }, () => watch(live, session).stop)
  expect(more.filter((stop) => stop !== undefined)).toHaveLength(3)
  await database.admin.run('UPDATE staff.session SET ended_at = clock_timestamp() WHERE id_hash = $1', [session])
  await eventually('the stream ended', () => watched.state.closed)
  await live.stop()
})

test('a small hour: nothing open without an owner or a timer, nobody answered by two, and every page hears of everything', async () => {
  const own = await cloneDatabase()
  const ownWorld = await createTrustWorld(own)
  try {
    const report = await runDeskHour(own, createDeskWorld(own, ownWorld), {
      conversations: 60,
      agents: 6,
      seed: 'small',
    })
    expect(report).toMatchObject({
      asked: 60,
      served: 60,
      ownerless: [],
      answeredByTwo: [],
      updates: 60 * 6,
      refreshed: 0,
    })
    expect(report.lapsed).toBeGreaterThan(0)
  } finally {
    await ownWorld.end()
    await own.drop()
  }
})
