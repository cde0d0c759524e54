import type {
  Clock,
  Database,
  HistogramMetric,
  Logger,
  Metrics,
  Session as DatabaseSession,
} from '../platform/index.ts'
import { elapsedMs } from '../platform/index.ts'
import { pageRows } from './page-store.ts'
import type { Change, Session } from './page-store.ts'
import { deskTopic, readDeskWord } from './tell-desk.ts'

/** What a page that is open learns. `refresh`: more changed than is told one by one. */
export type LiveEvent =
  { readonly kind: 'changed'; readonly change: Change } | { readonly kind: 'refresh' } | { readonly kind: 'alive' }

/**
 * A page that is open. `send`: what there is to tell at once, in its order; everybody is handed the same objects. `close`: its session is
 * over, or this process ends.
 */
export type Watcher = { send(events: readonly LiveEvent[]): void; close(): void }

export type LiveDesk = {
  /** Undefined: as many pages are open as this process serves, or as one session may have. Else how to stop. */
  watch(session: Session, watcher: Watcher): (() => void) | undefined
  start(): void
  stop(): Promise<void>
}

export type LiveDeskDeps = {
  /** Login `parley_service`: asks what changed, and hears of what other processes commit. */
  readonly database: Database
  /** Databases of this process whose commits may change the desk. */
  readonly heard: readonly Pick<Database, 'onAnnounced'>[]
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Pick<Metrics, 'histogram' | 'gauge'>
}

/** Streams of one process, and of one session: tabs that somebody forgot. */
const watchersMax = 500
const watchersOfSessionMax = 4
/** What changes this soon after the last time is asked for together: one statement for everybody, one after the other, ten a second at most. */
const gatherMs = 100
/** How often sessions are asked for, and that the line is alive is said: a session that ended has no stream after that. */
const beatMs = 5_000
/** So many beats without an answer of the database, and every stream ends: nobody listens on with a session that nobody can check. */
const beatsMissedMax = 3
const listenAgainMs = 2_000
/** More than these at once are a refresh. */
const idsMax = 200
const refresh: LiveEvent = { kind: 'refresh' }

/**
 * Tells everybody who has the desk open what changed, without asking for each of them: commits announce themselves, and one statement answers for
 * all who may know.
 */
export function createLiveDesk(deps: LiveDeskDeps): LiveDesk {
  const watchers = new Map<Watcher, Session>()
  const waiting = new Set<string>()
  let everything = false
  let since = 0
  let told = Number.NEGATIVE_INFINITY
  let isTelling = false
  let stopped = true
  let missed = 0
  let listening: DatabaseSession | undefined
  let working: Promise<void> = Promise.resolve()
  const cancels = new Map<'gather' | 'beat' | 'listen', () => void>()
  const unhear: (() => void)[] = []
  const took: HistogramMetric = deps.metrics.histogram({
    name: 'parley_desk_update_seconds',
    help: 'From hearing that something at the desk changed to having written it to every page that is open.',
    labels: [],
  })
  const open = deps.metrics.gauge({ name: 'parley_desk_pages', help: 'Pages of the desk that are open.', labels: [] })

  function hear(words: readonly string[]): void {
    if (watchers.size === 0) return
    if (waiting.size === 0 && !everything) since = elapsedMs()
    if (words.length === 0) everything = true
    for (const word of words) {
      const id = readDeskWord(word)
      if (id !== undefined) waiting.add(id)
    }
    if (waiting.size > idsMax) everything = true
    gather()
  }

  function gather(): void {
    if (stopped || isTelling || cancels.has('gather') || (waiting.size === 0 && !everything)) return
    // Whoever is the first for long is told at once.
    later('gather', Math.max(0, told + gatherMs - elapsedMs()), tell)
  }

  async function tell(): Promise<void> {
    const ids = [...waiting]
    const [all, begun] = [everything, since]
    waiting.clear()
    everything = false
    isTelling = true
    told = elapsedMs()
    try {
      if (all) sendAll(refresh)
      else await tellChanges([...watchers], ids)
      took.observe((elapsedMs() - begun) / 1_000)
    } finally {
      isTelling = false
      gather()
    }
  }

  async function tellChanges(listed: readonly (readonly [Watcher, Session])[], ids: readonly string[]): Promise<void> {
    if (listed.length === 0) return
    const sessions = listed.map(([, session]) => session)
    const events = new Map<number, LiveEvent[]>()
    for (const { change, told: places, own } of await pageRows.pulse(deps.database, sessions, ids)) {
      const forOthers: LiveEvent = { kind: 'changed', change }
      const forOwn: LiveEvent = { kind: 'changed', change: { ...change, state: 'mine' } }
      for (const place of places) {
        const list = events.get(place) ?? []
        list.push(own.includes(place) ? forOwn : forOthers)
        events.set(place, list)
      }
    }
    for (const [place, list] of events) {
      const watcher = listed[place]?.[0]
      if (watcher !== undefined && watchers.has(watcher)) watcher.send(list)
    }
  }

  function sendAll(event: LiveEvent): void {
    for (const watcher of watchers.keys()) watcher.send([event])
  }

  async function beat(): Promise<void> {
    const listed = [...watchers]
    // An object of this beat's own: what is written of it has this beat's time.
    const alive: LiveEvent = { kind: 'alive' }
    open.set(listed.length)
    if (listed.length > 0) {
      const live = await sessionsLive(listed.map(([, session]) => session))
      missed = live === undefined ? missed + 1 : 0
      for (const [at, [watcher]] of listed.entries()) {
        if (live?.has(at) === false || missed >= beatsMissedMax) drop(watcher)
        else watcher.send([alive])
      }
    }
    if (!stopped) later('beat', beatMs, beat)
  }

  async function sessionsLive(sessions: readonly Session[]): Promise<ReadonlySet<number> | undefined> {
    try {
      return await pageRows.liveSessions(deps.database, sessions)
    } catch (fault) {
      deps.logger.fault('desk.sessions-unchecked', fault)
      return undefined
    }
  }

  async function listen(): Promise<void> {
    try {
      const session = await deps.database.openSession()
      listening = session
      await session.listen(deskTopic, hear)
      // What was said while nobody listened is not known.
      hear([])
      void session.lost.then(() => {
        if (!stopped) later('listen', listenAgainMs, listen)
      })
    } catch (fault) {
      deps.logger.fault('desk.not-listening', fault)
      if (!stopped) later('listen', listenAgainMs, listen)
    }
  }

  function later(what: 'gather' | 'beat' | 'listen', delayMs: number, run: () => Promise<void>): void {
    cancels.set(
      what,
      deps.clock.after(delayMs, () => {
        cancels.delete(what)
        working = Promise.all([working, attempt(run)]).then(() => undefined)
      }),
    )
  }

  async function attempt(run: () => Promise<void>): Promise<void> {
    try {
      await run()
    } catch (fault) {
      // A page that missed something asks again by itself.
      deps.logger.fault('desk.update-failed', fault)
      sendAll(refresh)
    }
  }

  function drop(watcher: Watcher): void {
    if (watchers.delete(watcher)) watcher.close()
  }

  return {
    watch(session, watcher) {
      const own = [...watchers.values()].filter((other) => Buffer.compare(other, session) === 0).length
      if (stopped || watchers.size >= watchersMax || own >= watchersOfSessionMax) return undefined
      watchers.set(watcher, session)
      return () => void watchers.delete(watcher)
    },
    start() {
      if (!stopped) return
      stopped = false
      unhear.push(...deps.heard.map((database) => database.onAnnounced(deskTopic, hear)))
      later('listen', 0, listen)
      later('beat', beatMs, beat)
    },
    async stop() {
      stopped = true
      for (const cancel of cancels.values()) cancel()
      cancels.clear()
      for (const each of unhear.splice(0)) each()
      for (const watcher of [...watchers.keys()]) drop(watcher)
      await working
      await listening?.close()
    },
  }
}
