import { z } from 'zod'
import { bigintColumn, instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import type { LogPromise } from './promise.ts'

/** A promise as it is noted. */
export type KeptPromise = Pick<LogPromise, 'mergedBy' | 'publishedBy'> & {
  readonly entry: bigint
  readonly commitment: Uint8Array
  readonly note: string
}

/** Notes promises; one that is there already stays as it is. */
export async function addPromises(tx: Tx, promises: readonly KeptPromise[]): Promise<void> {
  await tx.run(
    `INSERT INTO log.promise (entry, commitment, note, merged_by, published_by)
     SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::text[], $4::timestamptz[], $5::timestamptz[]) ON CONFLICT DO NOTHING`,
    [
      promises.map(({ entry }) => entry),
      promises.map(({ commitment }) => commitment),
      promises.map(({ note }) => note),
      promises.map(({ mergedBy }) => mergedBy.toISOString()),
      promises.map(({ publishedBy }) => publishedBy.toISOString()),
    ],
  )
}

const noteRow = z.object({ note: z.string() })

/** The promise noted for an entry, as it was signed. */
export async function loadPromise(tx: Tx, entry: bigint): Promise<string | undefined> {
  const rows = await tx.rows(noteRow, 'SELECT note FROM log.promise WHERE entry = $1 ORDER BY merged_by LIMIT 1', [
    entry,
  ])
  return rows[0]?.note
}

const nowRow = z.object({ now: instantColumn })

/** The database's clock: it alone says whether a deadline has passed. */
export async function databaseNow(tx: Tx): Promise<number> {
  return (await tx.one(nowRow, 'SELECT clock_timestamp() AS now')).now
}

const brokenRow = z.object({ entry: bigintColumn, kind: z.enum(['merge', 'publish']) })
export type BrokenPromise = z.infer<typeof brokenRow>

/** More broken promises than this in one look are not listed; something is badly wrong by then. */
const brokenMax = 1_000

/**
 * Promises whose deadline passed between two moments and that were not kept: no leaf of this entry with this commitment, not
 * below the published size, or a tile that has another hash in its place (RFC 6962: SHA-256 of 0x00 and the leaf's bytes).
 */
export async function findBrokenPromises(tx: Tx, fromMs: number, toMs: number): Promise<readonly BrokenPromise[]> {
  return await tx.rows(
    brokenRow,
    `SELECT p.entry, 'merge' AS kind FROM log.promise p
     WHERE p.merged_by > to_timestamp($1::numeric / 1000) AND p.merged_by <= to_timestamp($2::numeric / 1000)
       AND NOT EXISTS (SELECT FROM log.leaf l WHERE l.entry = p.entry AND l.commitment = p.commitment)
     UNION ALL
     SELECT p.entry, 'publish' FROM log.promise p
     WHERE p.published_by > to_timestamp($1::numeric / 1000) AND p.published_by <= to_timestamp($2::numeric / 1000)
       AND NOT EXISTS (
         SELECT FROM log.leaf l LEFT JOIN log.tile t ON t.level = 0 AND t.index = l.index / 256
         WHERE l.entry = p.entry AND l.commitment = p.commitment
           AND l.index < (SELECT max(c.size) FROM log.checkpoint c)
           AND (t.index IS NULL OR substr(t.hashes, (l.index % 256)::integer * 32 + 1, 32)
             = sha256('\\x00'::bytea || convert_to('{"c":"' || encode(p.commitment, 'base64') || '","v":1}', 'UTF8'))))
     LIMIT ${brokenMax}`,
    [fromMs, toMs],
  )
}
