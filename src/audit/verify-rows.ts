import { z } from 'zod'
import { bigintColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'

/** What is wrong with a row, told by comparing entries, leaves and tiles with each other. */
export type RowProblem = {
  readonly kind: 'leaf-missing' | 'leaf-changed' | 'entry-missing' | 'entry-changed' | 'entry-inserted'
  /** The entry's number (its ticket), where there is one. */
  readonly entry: bigint | null
  /** Its place in the tree. */
  readonly index: bigint | null
}

const problemRow = z.object({
  kind: z.enum(['leaf-missing', 'leaf-changed', 'entry-missing', 'entry-changed', 'entry-inserted']),
  entry: bigintColumn.nullable(),
  index: bigintColumn.nullable(),
})

/** One problem is enough to know; more show its extent. */
const problemsMax = 100

/**
 * The operator's and the auditor's side of verifying: each row of the audit against its leaf, each leaf against its tile. What
 * stands in tiles is what was signed, so whoever changed a row shows here by its number. Reads everything once.
 */
export async function findRowProblems(tx: Tx): Promise<readonly RowProblem[]> {
  return await tx.rows(
    problemRow,
    `WITH edge AS (SELECT coalesce(max(size), 0) AS size FROM log.checkpoint),
     -- Of (xid, seq) together; the last batch may have been taken away, but not all that came before it.
     cursor AS (SELECT m.xid, m.seq FROM log.merge m ORDER BY m.xid DESC, m.seq DESC LIMIT 1)
     SELECT 'leaf-missing' AS kind, NULL::bigint AS entry, place AS index
     FROM edge, generate_series(0, edge.size - 1) AS place
     WHERE NOT EXISTS (SELECT FROM log.leaf l WHERE l.index = place)
     UNION ALL
     SELECT 'leaf-changed', l.entry, l.index FROM log.leaf l JOIN log.tile t ON t.level = 0 AND t.index = l.index / 256
     WHERE substr(t.hashes, (l.index % 256)::integer * 32 + 1, 32)
       <> sha256('\\x00'::bytea || convert_to('{"c":"' || encode(l.commitment, 'base64') || '","v":1}', 'UTF8'))
     UNION ALL
     SELECT CASE WHEN e.seq IS NULL THEN 'entry-missing' ELSE 'entry-changed' END, l.entry, l.index
     FROM log.leaf l LEFT JOIN audit.entry e ON e.seq = l.entry
     WHERE l.entry IS NOT NULL AND e.commitment IS DISTINCT FROM l.commitment
     UNION ALL
     SELECT 'entry-inserted', e.seq, NULL FROM audit.entry e, cursor
     WHERE (e.xid, e.seq) <= (cursor.xid, cursor.seq) AND NOT EXISTS (SELECT FROM log.leaf l WHERE l.entry = e.seq)
     ORDER BY index NULLS LAST, entry NULLS LAST LIMIT ${problemsMax}`,
  )
}
