import { sameBytes } from '../base64.ts'
import { hashBytes, hashLeaf } from '../merkle-tree.ts'
import { type Tile, decodeBundle, hashInTile, tilePath, tileWidth, tileWidthIn } from '../tile.ts'
import { isLeaf } from './log-leaf.ts'
import type { LogCrypto, LogProblem, LogSource, TreeView, VerifyLogOptions } from './log-problem.ts'
import { openCheckpoints } from './open-checkpoints.ts'
import { type FullTile, type TileBuilder, buildTiles } from './tile-builder.ts'

export type LogVerdict =
  | {
      readonly ok: true
      readonly origin: string
      readonly size: bigint
      readonly root: Uint8Array
      /** Names in which the newest checkpoint is signed; only the log's own signature was checked. */
      readonly signedBy: readonly string[]
      /** How many of the oldest entries the log withholds (c2sp.org/tlog-tiles, "Pruning"): their hashes stand for them. */
      readonly withheld: bigint
      /** How many different trees were known to be the log's own word, the newest among them. */
      readonly views: number
    }
  | { readonly ok: false; readonly problem: LogProblem }

/** Resources asked for ahead: enough to hide the network, few enough to be polite. */
const readAhead = 8

/**
 * Derives the tree anew from the entries, and compares every tile and every checkpoint with it. Stops at the first thing that is
 * wrong. Throws whatever the source throws when it cannot be read.
 */
export async function verifyLog(
  crypto: LogCrypto,
  source: LogSource,
  options: VerifyLogOptions = {},
): Promise<LogVerdict> {
  const opened = await openCheckpoints(crypto, source, options)
  if ('problem' in opened) return { ok: false, problem: opened.problem }
  const { current, views } = opened
  const { origin, size, root, signedBy } = current
  const longest = views.at(-1)?.size ?? size
  if (longest > size) return { ok: false, problem: { code: 'log-shorter', size: longest, entries: { first: size, last: longest - 1n } } } // prettier-ignore
  const walk: Walk = {
    crypto,
    source,
    size,
    builder: buildTiles(crypto.hash),
    views,
    places: new Map(views.map((view, at) => [view.size, at])),
    anyLeaves: options.anyLeaves === true,
    minimumIndex: await readMinimumIndex(source, size),
    withheld: 0n,
    onProgress: options.onProgress ?? (() => undefined),
  }
  const problem = compareViews(walk) ?? (await walkBundles(walk)) ?? (await comparePartials(walk))
  walk.onProgress(size, size)
  return problem === undefined
    ? { ok: true, origin, size, root, signedBy, withheld: walk.withheld, views: views.length }
    : { ok: false, problem }
}

type Walk = {
  readonly crypto: LogCrypto
  readonly source: LogSource
  readonly size: bigint
  readonly builder: TileBuilder
  readonly views: readonly TreeView[]
  /** Size to place in that list. */
  readonly places: ReadonlyMap<bigint, number>
  readonly anyLeaves: boolean
  /** Bundles that end before it may be missing. */
  readonly minimumIndex: bigint
  /** Entries of bundles that were. */
  withheld: bigint
  readonly onProgress: (done: bigint, total: bigint) => void
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
    if (at % progressEvery === 0) walk.onProgress(walk.builder.size(), walk.size)
  }
  return undefined
}

/** Bundles between two words about how far it is. */
const progressEvery = 16

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
  if (tile === undefined) return { code: 'resource-missing', resource: names.tile, entries }
  if (bundle === undefined) {
    const isWithheld = width === tileWidth && entries.last < walk.minimumIndex
    return isWithheld ? addWithheld(walk, tile, names.tile, entries) : { code: 'resource-missing', resource: names.bundle, entries } // prettier-ignore
  }
  const decoded = decodeBundle(bundle, width)
  if (decoded === undefined) return { code: 'bundle-malformed', resource: names.bundle, entries }
  if (tile.length !== width * hashBytes) return { code: 'tile-wrong', resource: names.tile, entries }
  for (const [at, bytes] of decoded.entries()) {
    const entry = first + BigInt(at)
    if (!walk.anyLeaves && !isLeaf(bytes)) return { code: 'leaf-malformed', entry, resource: names.bundle }
    const hash = hashLeaf(walk.crypto.hash, bytes)
    if (!sameBytes(hash, hashInTile(tile, at))) return { code: 'entry-not-in-tile', entry, resource: names.tile }
    const added = addLeaf(walk, hash)
    const problem = added instanceof Promise ? await added : added
    if (problem !== undefined) return problem
  }
  return undefined
}

/**
 * One more leaf of the derived tree; what that shows to be wrong. Answers at once for nearly all: a million entries need no
 * million turns of the event loop.
 */
function addLeaf(walk: Walk, hash: Uint8Array): LogProblem | undefined | Promise<LogProblem | undefined> {
  const full = walk.builder.add(hash)
  const problem = compareViews(walk)
  return full.length > 1 ? compareFull(walk.source, full).then((other) => other ?? problem) : problem
}

/** Entries too old to be served: their hashes are, and must still give every root that was signed. */
async function addWithheld(
  walk: Walk,
  tile: Uint8Array,
  resource: string,
  entries: { readonly first: bigint; readonly last: bigint },
): Promise<LogProblem | undefined> {
  if (tile.length !== tileWidth * hashBytes) return { code: 'tile-wrong', resource, entries }
  for (let at = 0; at < tileWidth; at += 1) {
    const problem = await addLeaf(walk, hashInTile(tile, at))
    if (problem !== undefined) return problem
  }
  walk.withheld += BigInt(tileWidth)
  return undefined
}

/** The entry from which on the log serves entries, as it says itself; 0 when it says nothing or nothing that can be. */
async function readMinimumIndex(source: LogSource, size: bigint): Promise<bigint> {
  const said = await source.read('minimum-index')
  const [, digits] = /^(\d{1,19})\n?$/.exec(said === undefined ? '' : new TextDecoder().decode(said)) ?? []
  const index = BigInt(digits ?? '0')
  return index <= size ? index : 0n
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
function compareViews({ builder, views, places }: Walk): LogProblem | undefined {
  const size = builder.size()
  const at = places.get(size)
  const view = at === undefined ? undefined : views[at]
  if (at === undefined || view === undefined || sameBytes(builder.root(), view.root)) return undefined
  // Up to the checkpoint before, everything was as signed.
  const first = views[at - 1]?.size ?? 0n
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
