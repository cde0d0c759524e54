import { createHttpClient } from '../platform/index.ts'
import type { Clock, Database, HttpServer, Logger, Metrics, Random } from '../platform/index.ts'
import { addLogRoutes } from './log-routes.ts'
import type { LogKeys } from './log-keys.ts'
import { readWitnessKey } from './log-keys.ts'
import { createPromiseBook } from './promise-book.ts'
import type { PromiseBook } from './promise-book.ts'
import { loadPromise } from './promise-store.ts'
import { createLogProver } from './prove-entry.ts'
import type { EntryProof } from './prove-entry.ts'
import { rememberPublished } from './published-log.ts'
import type { PublishedTree } from './published-log.ts'
import { createSequencer } from './sequencer.ts'
import { watchPromises } from './watch-promises.ts'

export type LiveLogDeps = {
  /** The login `parley_sequencer`; closed by whoever opened it. */
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly metrics: Metrics
}

export type LiveLogOptions = {
  readonly keys: LogKeys
  /** Who is asked to co-sign; `vkey` is a verifier key of kind cosignature. */
  readonly witnesses: readonly { readonly url: string; readonly vkey: string }[]
  readonly beatMs: number
  /** Entries published longer ago are not served any more. */
  readonly retentionDays: number
}

/** The log as a process of the gateway has it: it may be the one that writes, it watches, serves, proves and promises. */
export type LiveLog = {
  start(): void
  /** Notes the promises that were given, and ends the sequencer's step. Before the databases close. */
  stop(): Promise<void>
  /** For looks opened under this login; the note goes on each permit. */
  promisesFor(database: Database): Pick<PromiseBook, 'promise'>
  /** `/log/…`, for outsiders. */
  addRoutes(server: HttpServer): void
  /** What outsiders see at this moment, at most a second old; undefined before the first beat. */
  published(): Promise<PublishedTree | undefined>
  /** The proof of an entry by its number (the ticket), against that checkpoint. */
  prove(entry: bigint): Promise<EntryProof | 'waiting'>
  /** The promise that went out with an entry, as it was signed; undefined for entries that carry none. */
  promiseOf(entry: bigint): Promise<string | undefined>
}

/** A witness answers within this or misses the beat. */
const witnessMs = 10_000
/** A few signature lines. */
const witnessBytesMax = 64 * 1024

/** Builds the log on its own login. Throws `audit/witness-key-unusable` when a witness' key cannot be read. */
export function createLiveLog(deps: LiveLogDeps, options: LiveLogOptions): LiveLog {
  const { database, clock } = deps
  const { keys, beatMs, retentionDays } = options
  const known = options.witnesses.map(({ url, vkey }) => ({ url, key: readWitnessKey(vkey) }))
  const http = createHttpClient(deps, {
    name: 'witness',
    deadlineMs: witnessMs,
    maxBodyBytes: witnessBytesMax,
    allowedOrigins: known.map(({ url }) => new URL(url).origin),
  })
  const sequencer = createSequencer({ ...deps, key: keys.log, witnesses: { http, known } }, { beatMs })
  const published = rememberPublished({ database, clock }, { retentionDays })
  const prover = createLogProver(database)
  const books: PromiseBook[] = []
  let watching: ReturnType<typeof watchPromises> | undefined
  return {
    start() {
      sequencer.start()
      watching = watchPromises(deps)
    },
    async stop() {
      await Promise.all([...books.map((book) => book.stop()), watching?.stop(), sequencer.stop()])
      http.close()
    },
    promisesFor(opening) {
      const book = createPromiseBook({ ...deps, database: opening, key: keys.promise }, { beatMs })
      books.push(book)
      return book
    },
    addRoutes: (server) => addLogRoutes(server, { database, published, keys }, { limit: 'log' }),
    published: async () => (await published())?.tree,
    prove: prover.proveEntry,
    promiseOf: (entry) => loadPromise(database, entry),
  }
}
