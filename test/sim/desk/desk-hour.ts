import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { agentOfSession } from '../../../src/desk/agent-name.ts'
import { agentRows } from '../../../src/desk/agent-store.ts'
import { deskPages, isHandoverId } from '../../../src/desk/index.ts'
import { followLease } from '../../../src/desk/follow-lease.ts'
import { tellDesk } from '../../../src/desk/tell-desk.ts'
import type { ConversationId, CustomerId, MessageId } from '../../../src/kernel/index.ts'
import { toInstant } from '../../../src/kernel/index.ts'
import { addJob, createLogger, systemClock } from '../../../src/platform/index.ts'
import type { TestDatabase } from '../../setup/database.ts'
import type { DeskWorld } from '../../setup/desk-world.ts'
import { eventually } from '../../setup/eventually.ts'
import { type Seeded, seeded } from '../../setup/seeded.ts'
import { banks, newId } from '../../setup/trust-world.ts'

/** How large a desk's hour is. */
export type DeskHour = {
  readonly conversations: number
  /** So many wait already when it begins, and are there all the hour: as many agents work in a round as people arrive in it. */
  readonly waiting?: number
  readonly agents: number
  readonly seed: string
  /** Between one round of arrivals and the next; none: as fast as it goes, which is hundreds of times faster than an hour. */
  readonly pauseMs?: number
}

/** What an hour came to. `ownerless` and `answeredByTwo` must be empty. */
export type DeskHourReport = {
  readonly asked: number
  readonly served: number
  readonly lapsed: number
  readonly said: number
  /** Open at once, at most, of what was looked at after each round. */
  readonly openMax: number
  readonly ownerless: readonly string[]
  readonly answeredByTwo: readonly string[]
  /** Conversations that a page heard of, over all pages. */
  readonly updates: number
  /** Times that a page was told to ask for the list anew, because too much changed at once or something broke. */
  readonly refreshed: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly checks: number
}

/** As many things of an hour as are done at once: people write while agents answer. */
const atOnce = 8
const waitsShown = 5
const lastWordsMs = 30_000

/**
 * An hour at the desk, as fast as the database goes: everybody asks, agents take, answer, go quiet, come back late, hand back, and colleagues try
 * to answer what is not theirs. After each round it is asked whether anything open has neither an owner nor a timer; at the end, whether
 * anybody was answered by two. Every agent has a page open all the while.
 */
export async function runDeskHour(database: TestDatabase, desk: DeskWorld, hour: DeskHour): Promise<DeskHourReport> {
  const random = seeded('desk-hour', hour.seed, 0)
  const sessions = await addAgents(desk, hour.agents)
  const people = await addPeople(database, hour.conversations + (hour.waiting ?? 0))
  const times = { saidAt: new Map<string, number>(), took: [] as number[], refreshed: 0 }
  await inTurns(people.slice(0, hour.waiting ?? 0), async (who) => {
    await ask(database, desk, who)
  })
  const live = deskPages.createLive({
    database: desk.deps.database,
    heard: [desk.deps.database, desk.answer],
    clock: systemClock,
    logger: createLogger({ role: 'test', level: 'silent' }),
    metrics: desk.metrics,
  })
  live.start()
  for (const session of sessions) {
    const seen = new Set<string>()
    const stop = live.watch(session, {
      close: () => undefined,
      send(events) {
        for (const event of events) {
          if (event.kind === 'refresh') times.refreshed += 1
          if (event.kind !== 'changed' || seen.has(event.change.handover)) continue
          const at = times.saidAt.get(event.change.handover)
          if (at === undefined) continue
          seen.add(event.change.handover)
          times.took.push(performance.now() - at)
        }
      },
    })
    if (stop === undefined) throw new Error('no page is left')
  }
  // The first thing that pages learn is that somebody listens now, and that they should ask for the list.
  await eventually('the pages listen', () => times.refreshed >= sessions.length)
  times.refreshed = 0
  const tally = { served: 0, lapsed: 0, said: 0, checks: 0, openMax: 0 }
  const ownerless: string[] = []
  const waiting = people.slice(hour.waiting ?? 0)
  const check = async (): Promise<void> => {
    tally.checks += 1
    tally.openMax = Math.max(tally.openMax, await openCount(database))
    ownerless.push(...(await openWithoutTimer(database)))
  }
  try {
    while (waiting.length > 0) {
      const arriving = waiting.splice(0, Math.max(20, Math.ceil(hour.conversations / 40)))
      await inTurns(arriving, async (who) => {
        await ask(database, desk, who, times.saidAt)
      })
      const working = hour.waiting === undefined ? sessions : sessions.splice(0, arriving.length)
      await inTurns(working, async (session) => {
        await work(database, desk, { session, other: random.pick(sessions), random, tally })
      })
      // Whoever worked is the last to work again.
      if (hour.waiting !== undefined) sessions.push(...working)
      await check()
      if (hour.pauseMs !== undefined) await systemClock.sleep(hour.pauseMs)
    }
    for (let round = 0; (await openCount(database)) > 0 && round < 100; round += 1) {
      await inTurns(sessions, async (session) => {
        await work(database, desk, { session, other: random.pick(sessions), random, tally })
      })
      if (round % 5 === 0) await check()
    }
    await check()
    // What was said last is on its way; a page that never hears of it is told of in the report.
    const until = performance.now() + lastWordsMs
    while (times.took.length < hour.conversations * hour.agents && performance.now() < until)
      await systemClock.sleep(20)
  } finally {
    await live.stop()
  }
  const took = times.took.toSorted((left, right) => left - right)
  const at = (share: number): number => Math.round(took[Math.floor((took.length - 1) * share)] ?? 0)
  return {
    asked: people.length,
    ...tally,
    ownerless: ownerless.slice(0, waitsShown),
    answeredByTwo: (await answeredByTwo(database)).slice(0, waitsShown),
    updates: took.length,
    refreshed: times.refreshed,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  }
}

type Somebody = { readonly customer: CustomerId; readonly conversation: ConversationId }

async function addAgents(desk: DeskWorld, count: number): Promise<Buffer[]> {
  const sessions: Buffer[] = []
  for (let at = 0; at < count; at += 1) {
    const login = await desk.addAgent(`agent-${at}`, { institutions: [banks.north] })
    sessions.push(await desk.signIn(login))
  }
  return sessions
}

async function addPeople(database: TestDatabase, count: number): Promise<readonly Somebody[]> {
  const people = Array.from({ length: count }, () => ({
    customer: newId<CustomerId>(),
    conversation: newId<ConversationId>(),
  }))
  const customers = people.map(({ customer }) => customer)
  await database.admin.run('INSERT INTO customers.customer (id) SELECT unnest($1::uuid[])', [customers])
  await database.admin.run(
    `INSERT INTO channels.conversation (id, channel, page_id, address_hash, address_sealed, customer, linked_at)
     SELECT p.id, 'messenger', '1', sha256(p.id::text::bytea), '\\x00', p.customer, clock_timestamp()
     FROM unnest($1::uuid[], $2::uuid[]) AS p (id, customer)`,
    [people.map(({ conversation }) => conversation), customers],
  )
  return people
}

async function ask(
  database: TestDatabase,
  desk: DeskWorld,
  { customer, conversation }: Somebody,
  saidAt?: Map<string, number>,
): Promise<void> {
  const coming = await desk.answer.transaction((tx) =>
    desk.port.askForPerson(tx, {
      customer,
      conversation,
      institution: banks.north,
      message: newId<MessageId>(),
      question: randomBytes(60),
      because: 'asked',
      priority: 'normal',
      deadlineSeconds: 3_600,
    }),
  )
  if (!coming.isNew) throw new Error('asked twice')
  if (saidAt === undefined) return
  const shape = z.object({ id: z.string().refine(isHandoverId) })
  const committed = performance.now()
  const row = await database.admin.one(shape, 'SELECT id FROM desk.handover WHERE conversation = $1', [conversation])
  saidAt.set(row.id, committed)
}

type Work = {
  readonly session: Buffer
  readonly other: Buffer
  readonly random: Seeded
  readonly tally: { served: number; lapsed: number; said: number }
}

/** One turn of an agent: take, answer, and hand back; or go quiet, and lose it. */
async function work(database: TestDatabase, desk: DeskWorld, { session, other, random, tally }: Work): Promise<void> {
  const agent = agentOfSession(session)
  const tx = desk.deps.database
  const taken = await agentRows.asAgent(() =>
    tx.transaction(async (inside) => {
      const place = await agentRows.take(inside, { agent, handover: undefined, name: 'Agent' })
      if (place === undefined) return undefined
      if (place.isNew) {
        await addJob(inside, {
          kind: 'desk.lease',
          key: `desk.lease:${place.handover}`,
          payload: { handover: place.handover },
          delayMs: 600_000,
        })
      }
      tellDesk(inside, place.handover)
      return place
    }),
  )
  const handover = taken.ok ? taken.value?.handover : undefined
  if (handover === undefined) return
  const say = async (by: Buffer): Promise<boolean> => {
    const words = {
      agent: agentOfSession(by),
      handover,
      id: newId<string>(),
      sealed: randomBytes(40),
      carried: 'chat',
    } as const
    return await agentRows.say(tx, words)
  }
  // A colleague who tries at the same moment says nothing.
  const [own] = await Promise.all([say(session), Buffer.compare(session, other) === 0 ? false : say(other)])
  if (own) tally.said += 1
  if (random.below(10) === 0) {
    await desk.age(handover, 'lease_until', '1 second')
    const job = { id: 1n, kind: 'desk.lease', key: 'x', payload: { handover }, attempt: 1, createdAt: toInstant(0) }
    const outcome = await followLease({ ...desk.deps, metrics: desk.metrics }, job)
    if ('finish' in outcome) await tx.transaction((inside) => outcome.finish(inside))
    tally.lapsed += 1
    return
  }
  const isBack = await tx.transaction(async (inside) => {
    tellDesk(inside, handover)
    return await agentRows.giveBack(inside, { agent, handover, note: undefined, closesCase: false })
  })
  if (isBack) tally.served += 1
  await database.admin.run(`DELETE FROM platform.job WHERE key = $1`, [`desk.lease:${handover}`])
}

async function inTurns<Item>(items: readonly Item[], each: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items]
  const turn = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await each(item)
  }
  await Promise.all(Array.from({ length: atOnce }, turn))
}

const idRow = z.object({ id: z.string() })

/** Open places that nobody has and no job comes back to; and those that somebody has whose lease nobody watches. */
async function openWithoutTimer(database: TestDatabase): Promise<readonly string[]> {
  const rows = await database.admin.rows(
    idRow,
    `SELECT h.id FROM desk.handover h WHERE h.state IN ('waiting', 'taken') AND NOT EXISTS (
       SELECT FROM platform.job j WHERE j.payload ->> 'handover' = h.id::text
         AND j.kind = CASE h.state WHEN 'waiting' THEN 'desk.late' ELSE 'desk.lease' END)
       AND (h.state = 'waiting' AND h.late_told_at IS NULL OR h.state = 'taken')`,
  )
  return rows.map(({ id }) => id)
}

async function openCount(database: TestDatabase): Promise<number> {
  const shape = z.object({ open: z.number() })
  return (
    await database.admin.one(
      shape,
      `SELECT count(*)::integer AS open FROM desk.handover WHERE state IN ('waiting', 'taken')`,
    )
  ).open
}

/** Messages of an agent who was not the last to take the conversation before: somebody answered what was another's. */
async function answeredByTwo(database: TestDatabase): Promise<readonly string[]> {
  const rows = await database.admin.rows(
    idRow,
    `SELECT m.handover AS id FROM desk.message m WHERE m.said_by = 'agent' AND m.agent IS DISTINCT FROM (
       SELECT l.agent FROM desk.look l WHERE l.handover = m.handover AND l.at <= m.at ORDER BY l.at DESC LIMIT 1)`,
  )
  return rows.map(({ id }) => id)
}
