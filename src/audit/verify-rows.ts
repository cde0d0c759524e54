import { z } from 'zod'
import { bigintColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'

/** What is wrong with a row, told by comparing entries, leaves and tiles with each other. */
export type RowProblem = z.infer<typeof problemRow>

const problemRow = z.object({
  /** `record-changed`: what was noted of the rows of one beat is not what was sealed into the tree. */
  kind: z.enum(['leaf-missing', 'leaf-changed', 'entry-missing', 'entry-changed', 'entry-inserted', 'record-changed']),
  /** The entry's number (its ticket), where there is one. */
  entry: bigintColumn.nullable(),
  /** Its place in the tree; of a changed record the first place of its beat. */
  index: bigintColumn.nullable(),
})

/** One problem is enough to know; more show its extent. */
const problemsMax = 100
/** Rows compared by one statement: a few hundred milliseconds, whatever the size of the log. */
const rowsPerStatement = 65_536

/**
 * The operator's and the auditor's side of verifying: each row of the audit, in all its columns, against what was noted when it
 * was merged; that against the digest of its beat, which is a leaf; each leaf against its tile. What stands in tiles is what was
 * signed, so whoever changed a row shows here by its number. Reads everything once, part by part; under `parley_sequencer` or
 * `parley_inspector`.
 */
export async function findRowProblems(tx: Tx): Promise<readonly RowProblem[]> {
  const { size } = await tx.one(sizeRow, 'SELECT coalesce(max(size), 0) AS size FROM log.checkpoint')
  const problems: RowProblem[] = []
  for (let from = 0n; from < size && problems.length < problemsMax; from += BigInt(rowsPerStatement)) {
    const end = from + BigInt(rowsPerStatement)
    problems.push(...(await findLeafProblems(tx, from, end < size ? end : size)))
  }
  // Leaves that were merged and are not published yet have no tile, but they have their entries.
  problems.push(...(await findLeafProblems(tx, size, undefined)))
  problems.push(...(await findInserted(tx)))
  problems.push(...(await findChangedRecords(tx)))
  return problems.slice(0, problemsMax)
}

const sizeRow = z.object({ size: bigintColumn })

async function findLeafProblems(tx: Tx, from: bigint, end: bigint | undefined): Promise<readonly RowProblem[]> {
  return await tx.rows(
    problemRow,
    `WITH leaf AS MATERIALIZED (SELECT * FROM log.leaf WHERE index >= $1 AND index < coalesce($2::bigint, index + 1)),
     entry AS MATERIALIZED (
       SELECT * FROM gate.entry_hashes((SELECT array_agg(l.entry) FROM leaf l WHERE l.entry IS NOT NULL)))
     SELECT 'leaf-missing' AS kind, NULL::bigint AS entry, place AS index
     FROM generate_series($1::bigint, coalesce($2::bigint, $1::bigint) - 1) AS place
     WHERE NOT EXISTS (SELECT FROM leaf l WHERE l.index = place)
     UNION ALL
     SELECT 'leaf-changed', l.entry, l.index FROM leaf l JOIN log.tile t ON t.level = 0 AND t.index = l.index / 256
     WHERE substr(t.hashes, (l.index % 256)::integer * 32 + 1, 32)
       <> sha256('\\x00'::bytea || convert_to('{"c":"' || encode(l.commitment, 'base64') || '","v":1}', 'UTF8'))
     UNION ALL
     SELECT CASE WHEN e.seq IS NULL THEN 'entry-missing' ELSE 'entry-changed' END, l.entry, l.index
     FROM leaf l LEFT JOIN entry e ON e.seq = l.entry
     WHERE l.entry IS NOT NULL AND (e.commitment, e.row_hash) IS DISTINCT FROM (l.commitment, l.row_hash)
     ORDER BY index NULLS LAST, entry NULLS LAST LIMIT ${problemsMax}`,
    [from, end ?? null],
  )
}

const pageRow = z.object({ xid: z.string(), seq: bigintColumn, inserted: z.boolean() })

/** Entries that stand before what was merged last, in the order (xid, seq), and have no leaf. */
async function findInserted(tx: Tx): Promise<readonly RowProblem[]> {
  const problems: RowProblem[] = []
  let [xid, seq] = ['0', 0n]
  for (let isLast = false; !isLast && problems.length < problemsMax;) {
    const page = await tx.rows(
      pageRow,
      `WITH page AS MATERIALIZED (
         SELECT e.xid, e.seq FROM audit.entry e
         WHERE (e.xid, e.seq) > ($1::xid8, $2::bigint)
           -- Of (xid, seq) together; the last batch may have been taken away, but not all that came before it.
           AND (e.xid, e.seq) <= (SELECT m.xid, m.seq FROM log.merge m ORDER BY m.xid DESC, m.seq DESC LIMIT 1)
         ORDER BY e.xid, e.seq LIMIT ${rowsPerStatement}
       ), told AS (
         SELECT p.xid, p.seq, true AS inserted FROM page p WHERE NOT EXISTS (SELECT FROM log.leaf l WHERE l.entry = p.seq)
         LIMIT ${problemsMax}
       )
       SELECT xid::text AS xid, seq, inserted FROM told
       UNION ALL
       (SELECT xid::text, seq, false FROM page ORDER BY page.xid DESC, page.seq DESC LIMIT 1)`,
      [xid, seq],
    )
    const last = page.find(({ inserted }) => !inserted)
    isLast = last === undefined
    ;({ xid, seq } = last ?? { xid, seq })
    for (const row of page) if (row.inserted) problems.push({ kind: 'entry-inserted', entry: row.seq, index: null })
  }
  return problems
}

const beatRow = z.object({ size: bigintColumn, first: bigintColumn, holds: z.boolean().nullable() })
/** Checkpoints compared by one statement. */
const beatsPerStatement = 2_048

/** Beats whose digest is not that of the rows noted for them. */
async function findChangedRecords(tx: Tx): Promise<readonly RowProblem[]> {
  const problems: RowProblem[] = []
  let after = 0n
  for (let isLast = false; !isLast && problems.length < problemsMax;) {
    const beats = await tx.rows(
      beatRow,
      `WITH beat AS (
         SELECT c.size, lag(c.size, 1, $1::bigint) OVER (ORDER BY c.size) AS first FROM log.checkpoint c
         WHERE c.size > $1 ORDER BY c.size LIMIT ${beatsPerStatement}
       )
       SELECT b.size, b.first, l.commitment IS NOT DISTINCT FROM sha256('\\x51'::bytea || d.nonce || sha256(coalesce(
           (SELECT string_agg(int8send(r.index) || r.row_hash, ''::bytea ORDER BY r.index) FROM log.leaf r
            WHERE r.index >= b.first AND r.index < b.size AND r.row_hash IS NOT NULL), ''::bytea)))
         AND l.index >= b.first AND l.index < b.size AS holds
       FROM beat b LEFT JOIN log.digest d ON d.size = b.size LEFT JOIN log.leaf l ON l.index = d.index ORDER BY b.size`,
      [after],
    )
    isLast = beats.length < beatsPerStatement
    after = beats.at(-1)?.size ?? after
    for (const { first, holds } of beats) {
      if (holds !== true) problems.push({ kind: 'record-changed', entry: null, index: first })
    }
  }
  return problems
}
