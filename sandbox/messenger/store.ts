import { mkdirSync, statSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { applyRecord } from './apply-record.ts'
import { openJournal, readJournal, rewriteJournal } from './journal.ts'
import { parseRecord, type JournalRecord } from './records.ts'
import { snapshotRecords } from './snapshot-records.ts'
import { emptyState, type State } from './state.ts'

/** At start a journal larger than this is rewritten to the records that still matter. */
const COMPACT_BYTES = 64 * 1024 * 1024

/** The messenger's memory: a state, and the only way to change it. */
export type Store = {
  readonly state: State
  /** Applies the records now and puts them on their way to the disk. */
  readonly commit: (...records: readonly JournalRecord[]) => void
  /** Resolves when everything committed so far outlives `kill -9`. */
  readonly flushed: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Opens (or makes) the memory in a folder. */
export function openStore(dataDir: string): Store {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const path = join(dataDir, 'journal.ndjson')
  const state = emptyState()
  for (const line of readJournal(path)) applyRecord(state, parseRecord(line))
  if (existsSync(path) && statSync(path).size > COMPACT_BYTES) {
    rewriteJournal(path, mapLines(snapshotRecords(state)))
  }
  const journal = openJournal(path)
  return {
    state,
    commit: (...records) => {
      for (const record of records) {
        applyRecord(state, record)
        journal.append(JSON.stringify(record))
      }
    },
    flushed: journal.flushed,
    close: journal.close,
  }
}

function* mapLines(records: Iterable<JournalRecord>): Iterable<string> {
  for (const record of records) yield JSON.stringify(record)
}
