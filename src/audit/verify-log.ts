import {
  decodeBundle,
  hashBytes,
  hashInTile,
  hashLeaf,
  sameBytes,
  tilePath,
  tileWidth,
  tileWidthIn,
} from '../kernel/index.ts'
import type { Tile } from '../kernel/index.ts'
import { isLeaf } from './leaf.ts'
import type { LogProblem, VerifyLogOptions } from './log-problem.ts'
import type { LogSource } from './log-source.ts'
import { openCheckpoints } from './open-checkpoints.ts'
import type { OpenedCheckpoint } from './open-checkpoints.ts'
import { sha256 } from './sha256.ts'
import { buildTiles } from './tile-builder.ts'
import type { FullTile, TileBuilder } from './tile-builder.ts'

export type LogVerdict =
  | {
      readonly ok: true
      readonly origin: string
      readonly size: bigint
      readonly checkpoints: readonly OpenedCheckpoint[]
    }
  | { readonly ok: false; readonly problem: LogProblem }

/** Resources asked for ahead: enough to hide the network, few enough to be polite. */
const readAhead = 8

/**
 * Derives the tree anew from the entries, and compares every tile and every checkpoint with it. Stops at the first thing that is
 * wrong. Throws `audit/source-unreadable` or a fault of the network when the source cannot be read.
 */
export async function verifyLog(source: LogSource, options: VerifyLogOptions = {}): Promise<LogVerdict> {
  const opened = await openCheckpoints(source, options)
  if ('problem' in opened) return { ok: false, problem: opened.problem }
  const { checkpoints } = opened
  const last = checkpoints.at(-1)
  if (last === undefined) return { ok: false, problem: { code: 'checkpoint-missing' } }
  const walk: Walk = {
    source,
    size: last.size,
    builder: buildTiles(),
    checkpoints,
    places: new Map(checkpoints.map(({ size }, at) => [size, at])),
    anyLeaves: options.anyLeaves === true,
  }
  const problem = (await walkBundles(walk)) ?? (await comparePartials(walk))
  return problem === undefined
    ? { ok: true, origin: last.origin, size: last.size, checkpoints }
    : { ok: false, problem }
}

type Walk = {
  readonly source: LogSource
  readonly size: bigint
  readonly builder: TileBuilder
  readonly checkpoints: readonly OpenedCheckpoint[]
  /** Size to place in that list. */
  readonly places: ReadonlyMap<bigint, number>
  readonly anyLeaves: boolean
}

type Pair = readonly [bundle: Uint8Array | undefined, tile: Uint8Array | undefined]

async function walkBundles(walk: Walk): Promise<LogProblem | undefined> {
  const count = Number((walk.size + BigInt(tileWidth) - 1n) / BigInt(tileWidth))
  const ahead: Promise<Pair>[] = []
  for (let at = 0; at < count; at += 1) {
    while (ahead.length < Math.min(readAhead, count - at)) ahead.push(readPair(walk, BigInt(at + ahead.length)))
    const [bundle, tile] = (await ahead.shift()) ?? []
    const problem = await checkBundle(walk, BigInt(at), bundle, tile)
    if (problem !== undefined) {
      await Promise.allSettled(ahead)
      return problem
    }
  }
  return undefined
}

async function readPair({ source, size }: Walk, index: bigint): Promise<Pair> {
  const width = tileWidthIn(size, 0, index)
  return await Promise.all([
    readWidth(source, { level: 'entries', index, width }),
    readWidth(source, { level: 0, index, width }),
  ])
}

/** A partial resource may be gone once the full one exists; then that holds it as its beginning. */
async function readWidth(source: LogSource, tile: Tile): Promise<Uint8Array | undefined> {
  const exact = await source.read(tilePath(tile))
  if (exact !== undefined || tile.width === tileWidth) return exact
  const full = await source.read(tilePath({ ...tile, width: tileWidth }))
  if (full === undefined || tile.level !== 'entries') return full?.subarray(0, tile.width * hashBytes)
  return cutBundle(full, tile.width)
}

function cutBundle(bundle: Uint8Array, width: number): Uint8Array {
  let at = 0
  for (let entry = 0; entry < width; entry += 1) at += 2 + (((bundle[at] ?? 0) << 8) | (bundle[at + 1] ?? 0))
  return bundle.subarray(0, at)
}

async function checkBundle(
  walk: Walk,
  index: bigint,
  bundle: Uint8Array | undefined,
  tile: Uint8Array | undefined,
): Promise<LogProblem | undefined> {
  const width = tileWidthIn(walk.size, 0, index)
  const first = index * BigInt(tileWidth)
  const entries = { first, last: first + BigInt(width) - 1n }
  const names = { bundle: tilePath({ level: 'entries', index, width }), tile: tilePath({ level: 0, index, width }) }
  if (bundle === undefined) return { code: 'resource-missing', resource: names.bundle, entries }
  if (tile === undefined) return { code: 'resource-missing', resource: names.tile, entries }
  const decoded = decodeBundle(bundle, width)
  if (decoded === undefined) return { code: 'bundle-malformed', resource: names.bundle, entries }
  if (tile.length !== width * hashBytes) return { code: 'tile-wrong', resource: names.tile, entries }
  for (const [at, bytes] of decoded.entries()) {
    const entry = first + BigInt(at)
    if (!walk.anyLeaves && !isLeaf(bytes)) return { code: 'leaf-malformed', entry, resource: names.bundle }
    const hash = hashLeaf(sha256, bytes)
    if (!sameBytes(hash, hashInTile(tile, at))) return { code: 'entry-not-in-tile', entry, resource: names.tile }
    const full = walk.builder.add(hash)
    const problem = full.length > 1 ? await compareFull(walk.source, full) : undefined
    if (problem !== undefined) return problem
    const signed = compareCheckpoints(walk)
    if (signed !== undefined) return signed
  }
  return undefined
}

/** Tiles above level 0; that one was compared entry by entry. */
async function compareFull(source: LogSource, tiles: readonly FullTile[]): Promise<LogProblem | undefined> {
  for (const tile of tiles) {
    if (tile.level === 0) continue
    const problem = await compareTile(source, { ...tile, width: tileWidth }, tile.hashes)
    if (problem !== undefined) return problem
  }
  return undefined
}

/** At the size of a checkpoint, the root derived from the entries must be the one that was signed. */
function compareCheckpoints({ builder, checkpoints, places }: Walk): LogProblem | undefined {
  const size = builder.size()
  const at = places.get(size)
  const checkpoint = at === undefined ? undefined : checkpoints[at]
  if (at === undefined || checkpoint === undefined || sameBytes(builder.root(), checkpoint.root)) return undefined
  // Up to the checkpoint before, everything was as signed.
  const first = checkpoints[at - 1]?.size ?? 0n
  return { code: 'root-wrong', size, entries: { first, last: size - 1n } }
}

async function comparePartials({ source, builder, size }: Walk): Promise<LogProblem | undefined> {
  for (let level = 1; size >> BigInt(8 * level) > 0n; level += 1) {
    const hashes = builder.partial(level)
    const index = (size >> BigInt(8 * level)) / BigInt(tileWidth)
    const width = hashes.length / hashBytes
    const problem = width === 0 ? undefined : await compareTile(source, { level, index, width }, hashes)
    if (problem !== undefined) return problem
  }
  return undefined
}

async function compareTile(
  source: LogSource,
  { level, index, width }: { readonly level: number; readonly index: bigint; readonly width: number },
  derived: Uint8Array,
): Promise<LogProblem | undefined> {
  const resource = tilePath({ level, index, width })
  const served = await readWidth(source, { level, index, width })
  if (served === undefined) return { code: 'resource-missing', resource }
  if (sameBytes(served, derived)) return undefined
  const wrong = Array.from({ length: width }).findIndex(
    (_, at) => served.length < (at + 1) * hashBytes || !sameBytes(hashInTile(served, at), hashInTile(derived, at)),
  )
  const span = 1n << BigInt(8 * level)
  const first = (index * BigInt(tileWidth) + BigInt(Math.max(0, wrong))) * span
  return { code: 'tile-wrong', resource, entries: { first, last: first + span - 1n } }
}
