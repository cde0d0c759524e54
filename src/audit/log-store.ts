import { z } from 'zod'
import { bigintColumn, bytesColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import type { FullTile } from './tile-builder.ts'

/** How far merging has come: everything up to this entry, in the order (xid, seq), is in the tree. */
export type MergeCursor = { readonly xid: string; readonly seq: bigint }

const cursorRow = z.object({ xid: z.string(), seq: bigintColumn })

/** The cursor of the last batch; before the first one, the very beginning. */
export async function loadCursor(tx: Tx): Promise<MergeCursor> {
  const row = await tx.maybe(cursorRow, 'SELECT m.xid::text AS xid, m.seq FROM log.merge m ORDER BY m.id DESC LIMIT 1')
  return row ?? { xid: '0', seq: 0n }
}

const mergedRow = z.object({ xid: z.string(), seq: bigintColumn, commitment: bytesColumn, row_hash: bytesColumn })
export type MergedEntry = z.infer<typeof mergedRow>

/**
 * Puts the next committed entries into the places given, as many as there are, in one statement. In the order (xid, seq)
 * and only below the snapshot's horizon: every transaction there has ended, so no entry can still appear before another.
 * (The column is compared, never its text: '10' sorts before '9'.)
 */
export async function mergeEntries(
  tx: Tx,
  cursor: MergeCursor,
  places: readonly bigint[],
): Promise<readonly MergedEntry[]> {
  return await tx.rows(
    mergedRow,
    `WITH next AS MATERIALIZED (
       SELECT e.xid, e.seq, e.commitment, e.row_hash, row_number() OVER (ORDER BY e.xid, e.seq)::integer AS place
       FROM gate.entries_to_merge($1::xid8, $2::bigint, cardinality($3::bigint[])) e
     ), placed AS (
       INSERT INTO log.leaf (index, entry, commitment, row_hash)
       SELECT ($3::bigint[])[place], seq, commitment, row_hash FROM next
     ), noted AS (
       INSERT INTO log.merge (xid, seq, leaves)
       SELECT xid, seq, (SELECT count(*) FROM next) FROM next ORDER BY place DESC LIMIT 1
     )
     SELECT xid::text AS xid, seq, commitment, row_hash FROM next ORDER BY place`,
    [cursor.xid, cursor.seq, places],
  )
}

const waitingRow = z.object({ waiting: z.boolean() })

/** Whether entries wait that cannot be merged yet, because a transaction that began before them is still open. */
export async function entriesWait(tx: Tx, cursor: MergeCursor): Promise<boolean> {
  const query = 'SELECT EXISTS (SELECT FROM audit.entry WHERE (xid, seq) > ($1::xid8, $2::bigint)) AS waiting'
  return (await tx.one(waitingRow, query, [cursor.xid, cursor.seq])).waiting
}

/** Adds leaves that stand for no entry. */
export async function addDummies(tx: Tx, places: readonly bigint[], commitments: readonly Uint8Array[]): Promise<void> {
  await tx.run(
    'INSERT INTO log.leaf (index, commitment) SELECT * FROM unnest($1::bigint[], $2::bytea[])',
    [places, commitments], // prettier-ignore
  )
}

/** Notes which leaf is the digest of the rows up to a size, and what makes it hide them. */
export async function addDigest(
  tx: Tx,
  digest: { readonly size: bigint; readonly index: bigint; readonly nonce: Uint8Array },
): Promise<void> {
  await tx.run('INSERT INTO log.digest (size, index, nonce) VALUES ($1, $2, $3)', [
    digest.size,
    digest.index,
    digest.nonce,
  ])
}

/** Adds full tiles; one that is there already stays as it is. */
export async function addTiles(tx: Tx, tiles: readonly FullTile[]): Promise<void> {
  if (tiles.length === 0) return
  await tx.run(
    `INSERT INTO log.tile (level, index, hashes, nodes, root)
     SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[], $4::bytea[], $5::bytea[])
     ON CONFLICT DO NOTHING`,
    [
      tiles.map(({ level }) => level),
      tiles.map(({ index }) => index),
      tiles.map(({ hashes }) => hashes),
      tiles.map(({ nodes }) => nodes),
      tiles.map(({ root }) => root),
    ],
  )
}

/** Publishes: from here on, outsiders see the tree of this size. */
export async function addCheckpoint(tx: Tx, size: bigint, note: string): Promise<void> {
  await tx.run('INSERT INTO log.checkpoint (size, note) VALUES ($1, $2)', [size, note])
}

const checkpointRow = z.object({ size: bigintColumn, note: z.string(), lines: z.string().nullable() })

/** What was published last, with the witnesses' signature lines; undefined before the first beat. */
export async function loadCheckpoint(
  tx: Tx,
): Promise<{ readonly size: bigint; readonly note: string; readonly cosignatures: string } | undefined> {
  const row = await tx.maybe(
    checkpointRow,
    `SELECT c.size, c.note, (SELECT string_agg(s.line, '' ORDER BY s.at) FROM log.cosignature s WHERE s.size = c.size) AS lines
     FROM log.checkpoint c ORDER BY c.size DESC LIMIT 1`,
  )
  return row === undefined ? undefined : { size: row.size, note: row.note, cosignatures: row.lines ?? '' }
}

const entryLeafRow = z.object({
  index: bigintColumn,
  commitment: bytesColumn,
  size: bigintColumn,
  note: z.string(),
  lines: z.string().nullable(),
  block: bytesColumn.nullable(),
  nodes: bytesColumn.nullable(),
})
/** An entry's leaf, what was published last, and of the leaf's tile, if it is full, the hashes close by and the nodes above them. */
export type EntryLeaf = z.infer<typeof entryLeafRow>

/** All of an entry's own that its proof needs, in one statement; undefined before it is merged, or before the first beat. */
export async function loadEntryLeaf(tx: Tx, entry: bigint): Promise<EntryLeaf | undefined> {
  return await tx.maybe(
    entryLeafRow,
    `SELECT l.index, l.commitment, c.size, c.note, t.nodes,
       (SELECT string_agg(s.line, '' ORDER BY s.at) FROM log.cosignature s WHERE s.size = c.size) AS lines,
       substr(t.hashes, (l.index % 256)::integer / 16 * 512 + 1, 512) AS block
     FROM log.leaf l
     CROSS JOIN LATERAL (SELECT size, note FROM log.checkpoint ORDER BY size DESC LIMIT 1) c
     LEFT JOIN log.tile t ON t.level = 0 AND t.index = l.index / 256
     WHERE l.entry = $1`,
    [entry],
  )
}

const minimumRow = z.object({ minimum: bigintColumn })

/**
 * The first entry that was published within so many days, rounded down to a whole bundle: entries before it may be withheld.
 * 0 while everything is younger. By the database's clock.
 */
export async function loadMinimumIndex(tx: Tx, retentionDays: number): Promise<bigint> {
  const row = await tx.maybe(
    minimumRow,
    `SELECT c.size / 256 * 256 AS minimum FROM log.checkpoint c
     WHERE c.at <= statement_timestamp() - make_interval(days => $1) ORDER BY c.at DESC LIMIT 1`,
    [retentionDays],
  )
  return row?.minimum ?? 0n
}

/** Adds what a witness answered to a checkpoint. */
export async function addCosignature(tx: Tx, size: bigint, line: string): Promise<void> {
  await tx.run('INSERT INTO log.cosignature (size, line) VALUES ($1, $2) ON CONFLICT DO NOTHING', [size, line])
}

const leafRow = z.object({ index: bigintColumn, commitment: bytesColumn, row_hash: bytesColumn.nullable() })
export type StoredLeaf = z.infer<typeof leafRow>

/** Leaves from a place on, in order. */
export async function loadLeaves(tx: Tx, from: bigint, limit: number): Promise<readonly StoredLeaf[]> {
  return await tx.rows(
    leafRow,
    'SELECT index, commitment, row_hash FROM log.leaf WHERE index >= $1 ORDER BY index LIMIT $2',
    [from, limit], // prettier-ignore
  )
}

const tileRow = z.object({ hashes: bytesColumn })

/** The hashes of a full tile. */
export async function loadTile(tx: Tx, level: number, index: bigint): Promise<Buffer | undefined> {
  const row = await tx.maybe(tileRow, 'SELECT hashes FROM log.tile WHERE level = $1 AND index = $2', [level, index])
  return row?.hashes
}

const rootRow = z.object({ root: bytesColumn })

/** The roots of full tiles of a level, in order: the hashes of the level above. */
export async function loadTileRoots(tx: Tx, level: number, from: bigint, count: number): Promise<readonly Buffer[]> {
  const rows = await tx.rows(
    rootRow,
    'SELECT root FROM log.tile WHERE level = $1 AND index >= $2 AND index < $3 ORDER BY index',
    [level, from, from + BigInt(count)],
  )
  return rows.map(({ root }) => root)
}
