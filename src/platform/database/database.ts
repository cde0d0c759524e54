import type { z } from 'zod'

/** What a statement's parameter can be. Instants travel as numbers: write `to_timestamp($1 / 1000.0)`. */
export type SqlValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | readonly string[]
  | readonly number[]
  | readonly bigint[]
  | readonly Uint8Array[]

/**
 * Where statements run: inside one transaction, or each on its own. Rows come parsed by the given shape: int8 as
 * bigint, timestamptz as milliseconds, bytea as Buffer, jsonb parsed, numeric, dates and intervals as text.
 */
export type Tx = {
  rows<Row>(shape: z.ZodType<Row>, text: string, values?: readonly SqlValue[]): Promise<readonly Row[]>
  /** Exactly one row; anything else is a fault `platform/row-missing`. */
  one<Row>(shape: z.ZodType<Row>, text: string, values?: readonly SqlValue[]): Promise<Row>
  /** One row or none; more is a fault `platform/row-missing`. */
  maybe<Row>(shape: z.ZodType<Row>, text: string, values?: readonly SqlValue[]): Promise<Row | undefined>
  /** The number of rows the statement touched. */
  run(text: string, values?: readonly SqlValue[]): Promise<number>
  /**
   * Once this commits, tells whoever listens to the topic: in this process at once, in others by a NOTIFY of its own
   * (one inside the transaction would make all commits queue up), at most one each 5 ms. `about` (a job's kind) lets
   * those stay asleep whom it does not concern; without it, it concerns everybody.
   */
  announce(topic: string, about?: string): void
}

/** What was announced, each word once; none: anything. */
export type Heard = (about: readonly string[]) => void

/** A connection of its own beside the pool, for what lives as long as a session: LISTEN and session locks. */
export type Session = Tx & {
  /** Settles once the connection is gone, however it went. */
  readonly lost: Promise<void>
  /** Calls back on each NOTIFY for the topic that another origin sent. */
  listen(topic: string, heard: Heard): Promise<void>
  close(): Promise<void>
}

/** One login and its pool of connections. A statement outside `transaction` commits by itself. */
export type Database = Tx & {
  readonly login: string
  /** Runs the work between BEGIN and COMMIT (read committed); a throw rolls back and is thrown on. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** Calls back when a transaction of this very object has announced the topic; gives back how to stop. */
  onAnnounced(topic: string, heard: Heard): () => void
  openSession(): Promise<Session>
  /** Waits for what is running, then closes every connection. */
  close(): Promise<void>
}
