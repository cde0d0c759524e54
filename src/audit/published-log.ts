import { parseCheckpoint, parseNote } from '../kernel/index.ts'
import type { Clock, Database } from '../platform/index.ts'
import { auditFault } from './fault.ts'
import { loadCheckpoint, loadMinimumIndex } from './log-store.ts'

/** The tree that outsiders see: what a customer's receipt pins. */
export type PublishedTree = { readonly size: bigint; readonly hash: Uint8Array }

/** What is published at a moment. */
export type PublishedLog = {
  readonly tree: PublishedTree
  /** The checkpoint as it is served: the log's signature, then witnesses'. */
  readonly note: string
  /** Entries before this one may be withheld (c2sp.org/tlog-tiles, "Pruning"); a whole number of bundles. */
  readonly minimumIndex: bigint
}

/** The checkpoint is read from the database at most this often. */
const rememberMs = 1_000

/** Gives what is published, read at most once a second; undefined before the first beat. */
export function rememberPublished(
  deps: { readonly database: Database; readonly clock: Clock },
  options: { readonly retentionDays: number },
): () => Promise<PublishedLog | undefined> {
  let known: Promise<PublishedLog | undefined> | undefined
  let until = 0
  return async () => {
    if (known === undefined || deps.clock.now() >= until) {
      until = deps.clock.now() + rememberMs
      const asked = loadPublished(deps.database, options.retentionDays)
      known = asked
      // Before the first beat there is nothing to remember. What failed is asked again at once, and its asker hears of it.
      asked.then(
        (found) => {
          if (found === undefined) until = 0
        },
        () => {
          until = 0
        },
      )
    }
    return await known
  }
}

async function loadPublished(database: Database, retentionDays: number): Promise<PublishedLog | undefined> {
  const [checkpoint, minimumIndex] = await Promise.all([
    loadCheckpoint(database),
    loadMinimumIndex(database, retentionDays),
  ])
  if (checkpoint === undefined) return undefined
  const signed = parseCheckpoint(parseNote(Buffer.from(checkpoint.note, 'utf8'))?.text ?? '')
  if (signed === undefined) throw auditFault('audit/log-broken')
  return {
    tree: { size: signed.size, hash: signed.root },
    note: checkpoint.note + checkpoint.cosignatures,
    minimumIndex,
  }
}
