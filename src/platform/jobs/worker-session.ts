import type { Database, Session } from '../database/database.ts'
import type { Logger } from '../logger.ts'
import { jobTopic } from './add-job.ts'
import { freeClaimsOfDeadWorkers, freeUnknownClaims, lockWorker, newWorkerId, nextDueInMs } from './job-store.ts'

/** A worker's life in the database: its id, and the session whose lock shows that it lives. */
export type WorkerSession = {
  start(): Promise<void>
  /** The id to claim with; undefined while the session is away. */
  id(): number | undefined
  /** A claim's answer was lost: claims may exist that nobody here knows of. */
  claimLost(): void
  stop(): Promise<void>
}

type Deps = { readonly database: Database; readonly logger: Logger }

export type WorkerHooks = {
  readonly kinds: readonly string[]
  /** How often dead workers, and what is due next, are looked for: a killed worker's job is free after this and a little. */
  readonly tickMs: number
  /** There may be something to claim, of these kinds; of any when none is named. */
  readonly wake: (kinds?: readonly string[]) => void
  /** The claims in this worker's hands; undefined while a claim is under way and the list may be short. */
  readonly held: () => readonly bigint[] | undefined
}

/** After our own session came back, others get this long to come back before we take their jobs. */
const graceMs = 500
/** Between tries to connect again. */
const reconnectMs = 100
/** How often the old session's lock is waited for before a new id is taken. */
const relocksMax = 10

/** Makes a worker; `start` connects it. */
export function createWorkerSession(deps: Deps, hooks: WorkerHooks): WorkerSession {
  const { tickMs } = hooks
  let session: Session | undefined
  let worker: number | undefined
  let open = false
  let graceUntil = 0
  let checkUnknown = false
  let ticking: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  const connect = async (): Promise<void> => {
    const made = await deps.database.openSession()
    try {
      worker = await lockedWorker(made, worker)
      await made.listen(jobTopic, hooks.wake)
    } catch (error) {
      await made.close()
      throw error
    }
    session = made
    void made.lost.then(() => {
      if (session === made) session = undefined
    })
    deps.logger.info('jobs.worker-ready', { workerId: worker })
  }

  const reconnect = async (): Promise<void> => {
    try {
      await connect()
      graceUntil = performance.now() + graceMs
      checkUnknown = true
    } catch (error) {
      deps.logger.fault('jobs.worker-away', error, { workerId: worker })
    }
  }

  const look = async (live: Session, id: number): Promise<number | undefined> => {
    const known = checkUnknown ? hooks.held() : undefined
    if (known !== undefined) {
      checkUnknown = false
      report('jobs.unknown-claims-freed', await freeUnknownClaims(live, id, known))
    }
    if (performance.now() >= graceUntil) {
      report('jobs.dead-worker-freed', await freeClaimsOfDeadWorkers(live, id))
    }
    return nextDueInMs(live, hooks.kinds)
  }

  const report = (event: string, freed: number): void => {
    if (freed > 0) deps.logger.warn(event, { freed })
  }

  const tick = async (): Promise<void> => {
    if (session === undefined) await reconnect()
    // Not back yet, or gone again in the moment it came: either way the next look must come.
    if (session === undefined || worker === undefined) return schedule(reconnectMs)
    try {
      const dueInMs = await look(session, worker)
      if (dueInMs === undefined || dueInMs > tickMs) return schedule(tickMs)
      if (dueInMs > 0) return schedule(dueInMs + 1)
      hooks.wake()
      schedule(tickMs)
    } catch (error) {
      deps.logger.fault('jobs.tick-failed', error, { workerId: worker })
      schedule(reconnectMs)
    }
  }

  const schedule = (delayMs: number): void => {
    clearTimeout(timer)
    if (!open) return
    timer = setTimeout(() => {
      ticking = tick()
    }, delayMs)
  }

  return {
    async start() {
      open = true
      await connect()
      schedule(0)
    },
    id: () => (session === undefined ? undefined : worker),
    claimLost() {
      checkUnknown = true
    },
    async stop() {
      open = false
      clearTimeout(timer)
      await ticking
      clearTimeout(timer)
      await session?.close()
    },
  }
}

/** The old id again, as long as its old session goes away in time; else a new one. */
async function lockedWorker(session: Session, before: number | undefined): Promise<number> {
  for (let tries = 0; before !== undefined && tries < relocksMax; tries += 1) {
    if (await lockWorker(session, before)) return before
    await new Promise((resolve) => setTimeout(resolve, reconnectMs))
  }
  const fresh = await newWorkerId(session)
  await lockWorker(session, fresh)
  return fresh
}
