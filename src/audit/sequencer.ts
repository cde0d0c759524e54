import { z } from 'zod'
import { composeNote, formatCheckpoint } from '../kernel/index.ts'
import type { Clock, Database, HttpClient, Logger, Metrics, Random, Session } from '../platform/index.ts'
import type { KnownWitness } from './ask-witness.ts'
import { blockLeaves } from './block-slots.ts'
import { createCosigner } from './cosigner.ts'
import type { LogKey } from './log-key.ts'
import { addCheckpoint, addDigest, addDummies, addTiles, entriesWait, mergeEntries } from './log-store.ts'
import type { MergeCursor } from './log-store.ts'
import { loadTree } from './log-tree.ts'
import type { LogTree } from './log-tree.ts'
import { pauseUnless } from './pause.ts'
import { digestNonceBytes, rowDigest } from './row-digest.ts'
import type { PlacedRow } from './row-digest.ts'
import type { FullTile } from './tile-builder.ts'

export type SequencerDeps = {
  /** The login `parley_sequencer`. */
  readonly database: Database
  /** The log's own key; its name is the origin of every checkpoint. */
  readonly key: LogKey
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly metrics: Metrics
  /** Asked to co-sign after each beat, which does not wait for them. The client must be allowed to speak to their origins. */
  readonly witnesses?: { readonly http: Pick<HttpClient, 'send'>; readonly known: readonly KnownWitness[] }
}

export type SequencerOptions = {
  /** The public beat; a minute unless given. Tests shorten it. */
  readonly beatMs?: number
  /** How often committed entries are looked for. */
  readonly mergeMs?: number
}

export type Sequencer = {
  start(): void
  /** Ends after the step under way; what is not published yet is merged and waits for the next start. */
  stop(): Promise<void>
}

/** As the design says: the public checkpoint beats once a minute. */
const beatDefaultMs = 60_000
/** A quarter of the merge delay that is promised (1 s). */
const mergeDefaultMs = 250
const batchMax = 1_000
/** Batches between two looks at the clock: a flood of entries must not delay the beat. */
const batchesMax = 50
/** After a failure, and while another process writes. */
const retryMs = 1_000
/** One writer: whoever holds this lock. Its number is the word "parley log" no one else uses. */
const lockKey = 7_274_640
/** Merging later than this breaks promises. */
const mergeLateMs = 1_000

const lockRow = z.object({ locked: z.boolean() })

/**
 * Puts committed audit entries into the tree within a second and publishes the tree once a beat, padded with dummies to
 * whole blocks, in idle minutes too. Any number of processes may run one: the first to get the lock writes.
 */
export function createSequencer(deps: SequencerDeps, options: SequencerOptions = {}): Sequencer {
  const { clock, logger } = deps
  const cosigner = createCosigner(deps)
  const stopped = new AbortController()
  const pause = (ms: number): Promise<void> => pauseUnless(clock, stopped.signal, ms)
  let running: Promise<void> = Promise.resolve()

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      try {
        await lead()
      } catch (fault) {
        // Everything is in the database or nowhere: the next round reads it anew.
        logger.fault('log.sequencer-failed', fault)
      }
      await pause(retryMs)
    }
  }

  async function lead(): Promise<void> {
    const session = await deps.database.openSession()
    try {
      if (!(await session.one(lockRow, 'SELECT pg_try_advisory_lock($1) AS locked', [lockKey])).locked) return
      const writer = await createWriter({ ...deps, onPublished: cosigner.ask }, session)
      const beatMs = options.beatMs ?? beatDefaultMs
      logger.info('log.sequencer-leads', { count: writer.published() })
      let beatAt = writer.published() === 0n ? clock.now() : nextBeat(clock.now(), beatMs)
      while (!stopped.signal.aborted) {
        await writer.merge()
        if (clock.now() >= beatAt) {
          await writer.publish()
          beatAt = nextBeat(clock.now(), beatMs)
        }
        await pause(Math.min(options.mergeMs ?? mergeDefaultMs, Math.max(1, beatAt - clock.now())))
      }
    } finally {
      await session.close()
    }
  }

  return {
    start() {
      running = run()
    },
    async stop() {
      stopped.abort()
      await running
      await cosigner.stop()
    },
  }
}

/** Beats stand at whole multiples of their length, whenever a process starts: a restart does not show as a rhythm. */
function nextBeat(now: number, beatMs: number): number {
  return (Math.floor(now / beatMs) + 1) * beatMs
}

export type LogWriter = {
  /** Merges what is committed; gives how many entries. */
  merge(): Promise<number>
  /** Fills up the block with dummies, or a whole one if nothing happened, and signs. */
  publish(): Promise<void>
  published(): bigint
}

/** The steps of the one writer, on the session that holds the lock. */
export async function createWriter(
  deps: Pick<SequencerDeps, 'key' | 'clock' | 'random' | 'logger' | 'metrics'> & {
    readonly onPublished?: (published: { readonly size: bigint; readonly note: string }) => void
  },
  session: Session,
): Promise<LogWriter> {
  const { tree, tiles } = await loadTree(session, deps.random)
  await addTiles(session, tiles)
  let { published, cursor } = tree
  let rows: PlacedRow[] = [...tree.rows]
  const late = watchLateness(deps)
  const merged = deps.metrics.counter({ name: 'parley_log_entries_total', help: 'Audit entries put into the tree.' })
  const size = deps.metrics.gauge({ name: 'parley_log_size', help: 'Leaves of the tree that was published last.' })

  return {
    published: () => published,
    async merge() {
      let count = 0
      for (let batch = 0; batch < batchesMax; batch += 1) {
        const done = await mergeBatch(session, tree, cursor)
        cursor = done.cursor
        rows.push(...done.rows)
        count += done.count
        if (done.count < batchMax) break
      }
      merged.add(count)
      late(count === 0 && (await entriesWait(session, cursor)))
      return count
    },
    async publish() {
      await pad(deps.random, session, tree, rows)
      const text = formatCheckpoint({
        origin: deps.key.noteKey.name,
        size: tree.size(),
        root: tree.root(),
        extensions: [],
      })
      const note = Buffer.from(composeNote({ text, signatures: [deps.key.sign(text)] })).toString('utf8')
      await addCheckpoint(session, tree.size(), note)
      published = tree.size()
      rows = []
      size.set(Number(published))
      deps.onPublished?.({ size: published, note })
    },
  }
}

async function mergeBatch(session: Session, tree: LogTree, cursor: MergeCursor) {
  const places = tree.slots.peek(batchMax)
  const entries = await mergeEntries(session, cursor, places)
  tree.slots.take(entries.length)
  const tiles = entries.flatMap(({ commitment }, at) => tree.place(places[at] ?? 0n, commitment))
  await addTiles(session, tiles)
  const rows = entries.map((entry, at) => ({ index: places[at] ?? 0n, rowHash: entry.row_hash }))
  return { count: entries.length, cursor: entries.at(-1) ?? cursor, rows }
}

const commitmentBytes = 32

/**
 * Fills the last block up, or a whole one when there is no place left in it. The first of these leaves is the digest of the rows
 * merged since the last beat; its place is as random as any, and it looks like the others.
 */
async function pad(random: Random, session: Session, tree: LogTree, rows: readonly PlacedRow[]): Promise<void> {
  const open = tree.slots.open()
  const places = tree.slots.peek(open === 0 ? blockLeaves : open)
  const nonce = random.bytes(digestNonceBytes)
  const commitments = places.map((_, at) => (at === 0 ? rowDigest(nonce, rows) : random.bytes(commitmentBytes)))
  await addDummies(session, places, commitments)
  tree.slots.take(places.length)
  await addDigest(session, { size: tree.slots.end(), index: places[0] ?? 0n, nonce })
  const tiles: FullTile[] = places.flatMap((place, at) => tree.place(place, commitments[at] ?? new Uint8Array(0)))
  await addTiles(session, tiles)
}

/** Says, once each time, that entries wait longer than promised: somebody's long transaction holds the horizon back. */
function watchLateness(deps: Pick<SequencerDeps, 'clock' | 'logger' | 'metrics'>): (waits: boolean) => void {
  const lag = deps.metrics.gauge({
    name: 'parley_log_merge_lag_seconds',
    help: 'How long committed entries have been waiting for the tree.',
  })
  let since: number | undefined
  let isTold = false
  return (waits) => {
    since = waits ? (since ?? deps.clock.now()) : undefined
    const waitedMs = since === undefined ? 0 : deps.clock.now() - since
    lag.set(waitedMs / 1000)
    if (waitedMs > mergeLateMs && !isTold) deps.logger.error('log.merge-late', { waitMs: waitedMs })
    isTold = waitedMs > mergeLateMs
  }
}
