import { fromBase64, toBase64 } from './base64.ts'
import { hashBytes } from './merkle-tree.ts'

/** What a log says about itself at one moment (c2sp.org/tlog-checkpoint): the text of a signed note. */
export type Checkpoint = {
  readonly origin: string
  readonly size: bigint
  readonly root: Uint8Array
  /** Further lines; we write none. */
  readonly extensions: readonly string[]
}

/** Sizes have 64 bits. */
const sizeEnd = 1n << 64n

/** The note text of a checkpoint. Throws a RangeError for an origin or extension that is no line. */
export function formatCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  const text = [origin, size.toString(), toBase64(root), ...extensions, ''].join('\n')
  if (parseCheckpoint(text) === undefined) throw new RangeError('not a checkpoint')
  return text
}

/** Reads a checkpoint's text; undefined when malformed. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  if (!text.endsWith('\n')) return undefined
  const [origin = '', size = '', root = '', ...extensions] = text.slice(0, -1).split('\n')
  const bytes = fromBase64(root)
  if (origin === '' || !/^(?:0|[1-9]\d{0,19})$/.test(size) || extensions.includes('')) return undefined
  if (bytes === undefined || bytes.length !== hashBytes || BigInt(size) >= sizeEnd) return undefined
  return { origin, size: BigInt(size), root: bytes, extensions }
}
