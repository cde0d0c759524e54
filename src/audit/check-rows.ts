import { z } from 'zod'
import { parseTilePath, parseVerifierKey, verifyLog } from '../kernel/index.ts'
import type { LogSource, LogVerdict, NoteKey } from '../kernel/index.ts'
import { bigintColumn, openDatabase, readConnectionUrl } from '../platform/index.ts'
import type { Logger, Metrics, Tx } from '../platform/index.ts'
import { logCrypto } from './log-crypto.ts'
import { readTile } from './log-reader.ts'
import { loadCheckpoint } from './log-store.ts'
import { sha256 } from './sha256.ts'
import { findRowProblems } from './verify-rows.ts'
import type { RowProblem } from './verify-rows.ts'

export type CheckRowsArgs = {
  /** A login that may look: `parley_inspector` or `parley_sequencer`. */
  readonly databaseUrl: string
  /** The log's verifier key, or where it is served (`https://…/log`). */
  readonly key: string
  readonly json: boolean
}

/** 0: every row holds. 1: one does not, and the sentence names it. 2: misused. */
export const checkRowsExitCodes = { holds: 0, broken: 1, misused: 2 } as const

/**
 * `parley verify --database`: what outsiders cannot compare. Derives the tree anew from the stored leaves against the signed
 * checkpoints, and each audit row, in all its columns, against its leaf. One sentence on `write`, or one JSON object.
 */
export async function checkRows(
  deps: { readonly logger: Logger; readonly metrics: Metrics; readonly write: (text: string) => void },
  args: CheckRowsArgs,
): Promise<number> {
  const key = parseVerifierKey(sha256, args.key.trim())
  const said = key === undefined ? misused : await withDatabase(deps, args.databaseUrl, (tx) => compare(tx, key))
  deps.write(args.json ? `${JSON.stringify({ verdict: said.sentence, ...said.facts })}\n` : `${said.sentence}\n`)
  return said.code
}

type Said = { readonly code: number; readonly sentence: string; readonly facts: Readonly<Record<string, unknown>> }

const misused: Said = {
  code: checkRowsExitCodes.misused,
  sentence: 'Comparing rows takes the log’s verifier key: give --key, or the log’s address.',
  facts: { ok: false },
}

async function withDatabase(
  deps: { readonly logger: Logger; readonly metrics: Metrics },
  url: string,
  work: (tx: Tx) => Promise<Said>,
): Promise<Said> {
  const database = openDatabase({ ...deps, connection: readConnectionUrl(url) })
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

const countRow = z.object({ entries: bigintColumn, waiting: bigintColumn })

async function compare(tx: Tx, key: NoteKey): Promise<Said> {
  const verdict = await verifyLog(logCrypto, databaseSource(tx), { key })
  const problems = await findRowProblems(tx)
  const [first] = problems
  if (first !== undefined) return broken(rowSentence(first, problems.length), { problems: problems.map(plain) })
  if (!verdict.ok) return broken(treeSentence(verdict), { problem: plain(verdict.problem) })
  const { entries, waiting } = await tx.one(
    countRow,
    `SELECT count(l.entry) AS entries, count(*) FILTER (WHERE l.entry IS NULL) AS waiting
     FROM audit.entry e LEFT JOIN log.leaf l ON l.entry = e.seq`,
  )
  const later = waiting === 0n ? '' : ` ${waiting} came just now and wait for the tree.`
  return {
    code: checkRowsExitCodes.holds,
    sentence: `The database holds: each of its ${entries} audit rows is the one that was put into the log.${later}`,
    facts: { ok: true, origin: verdict.origin, size: `${verdict.size}`, entries: `${entries}`, waiting: `${waiting}` },
  }
}

function broken(what: string, facts: Readonly<Record<string, unknown>>): Said {
  const sentence = `The database does not hold: ${what}.`
  return { code: checkRowsExitCodes.broken, sentence, facts: { ok: false, ...facts } }
}

function rowSentence({ kind, entry, index }: RowProblem, count: number): string {
  const others = count === 1 ? '' : `; ${count - 1} more ${count === 2 ? 'thing is' : 'things are'} wrong`
  const words: Readonly<Record<RowProblem['kind'], string>> = {
    'leaf-missing': `leaf ${index} was taken away`,
    'leaf-changed': `leaf ${index}${entry === null ? '' : ` (audit row ${entry})`} is not the one that was signed`,
    'entry-missing': `audit row ${entry} (leaf ${index}) was taken away`,
    'entry-changed': `audit row ${entry} (leaf ${index}) is not as it was when it was put into the log`,
    'entry-inserted': `audit row ${entry} stands among others that are in the log, and never was put there`,
    'record-changed': `what was noted of the audit rows in the beat from leaf ${index} on is not what was signed`,
  }
  return words[kind] + others
}

function treeSentence({ problem }: Extract<LogVerdict, { readonly ok: false }>): string {
  const { code, entry, entries, size } = problem
  const place = entry ?? entries?.first
  const where = place === undefined ? '' : `, from leaf ${place} on`
  return `its leaves and tiles do not give the tree that was signed${where} (${code}${size === undefined ? '' : `, size ${size}`})`
}

function plain(problem: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(problem).map(([name, value]) => [name, typeof value === 'bigint' ? value.toString() : value]),
  )
}

/** Of the many checkpoints stored, the newest ones; each older one is sealed by the digest of its beat. */
const checkpointsMax = 2_048

/** The log as it is stored, entries that are withheld from outsiders included. */
function databaseSource(tx: Tx): LogSource {
  return {
    name: 'the database',
    async read(path) {
      if (path === 'checkpoint') return Buffer.from((await loadCheckpoint(tx))?.note ?? '', 'utf8')
      const tile = parseTilePath(path)
      return tile === undefined ? undefined : await readTile(tx, tile)
    },
    async checkpoints() {
      const rows = await tx.rows(
        z.object({ note: z.string() }),
        'SELECT note FROM log.checkpoint ORDER BY size DESC LIMIT $1',
        [checkpointsMax],
      )
      return rows.map(({ note }) => Buffer.from(note, 'utf8'))
    },
  }
}
