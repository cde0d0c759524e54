import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { join } from 'node:path'
import { openJournal, readJournal } from './journal.ts'
import type { Clock } from './clock.ts'

/** One body that crossed the wire, as text. `direction` is seen from the messenger. */
export type TrafficEntry = {
  readonly direction: 'graph-in' | 'graph-out' | 'webhook-out' | 'webhook-in' | 'crawl' | 'in-app'
  readonly path: string
  readonly body: string
}

/** The record stops here; `complete` then says so. Hours of the heaviest load. */
const TRAFFIC_BYTES_MAX = 2 * 1024 ** 3

/** The full record of everything the messenger ever learned or said, for canary searches. */
export type Traffic = {
  readonly note: (entry: TrafficEntry) => void
  /** All entries as JSON lines, oldest first. */
  readonly read: () => Promise<Readable>
  /** False when the record became too large and later bodies are missing. */
  readonly complete: () => boolean
  readonly close: () => Promise<void>
}

/** Opens (or continues) the traffic file of a data folder. */
export function openTraffic(dataDir: string, clock: Clock): Traffic {
  const path = join(dataDir, 'traffic.ndjson')
  let size = 0
  for (const line of readJournal(path)) size += line.length
  const journal = openJournal(path)
  return {
    note: (entry) => {
      const line = JSON.stringify({ at: clock.now(), ...entry })
      size += line.length
      if (size <= TRAFFIC_BYTES_MAX) journal.append(line)
    },
    complete: () => size <= TRAFFIC_BYTES_MAX,
    read: async () => {
      await journal.flushed()
      return createReadStream(path)
    },
    close: journal.close,
  }
}
