import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import {
  decodeBundle,
  encodeBundle,
  formatCheckpoint,
  hashLeaf,
  makeNoteKey,
  parseCheckpoint,
  parseNote,
  parseTilePath,
  tileWidth,
  toBase64,
} from '../../kernel/index.ts'

/** Ways to change a copy of the log. */
export const tamperings = ['alter', 'drop', 'rewrite', 'fork'] as const
export type Tampering = (typeof tamperings)[number]

/** What is done to a copy, and at which entry (from 0). */
export type Tamper = { readonly how: Tampering; readonly entry: number }

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()

/**
 * What whoever controls the served files would serve instead: the same bytes, but for the entry. Nobody here has the log's
 * key, so a `fork` is signed with a key made for it.
 */
export function tamperWith({ how, entry }: Tamper, path: string, bytes: Uint8Array): Uint8Array {
  if (how === 'fork') return path === 'checkpoint' ? signedByAnother(bytes) : bytes
  const tile = parseTilePath(path)
  if (tile === undefined) return bytes
  const at = entry - Number(tile.index) * tileWidth
  if (tile.level === 'entries') {
    const entries = decodeBundle(bytes, tile.width)
    if (entries === undefined) return bytes
    return encodeBundle(how === 'drop' ? without(entries, at) : changed(entries, at))
  }
  // Whoever rewrites changes the hash over the entry as well, so that the two agree.
  const isOver = how === 'rewrite' && tile.level === 0 && at >= 0 && at < tile.width
  return isOver ? withOtherHash(bytes, at) : bytes
}

/** One entry is left out and the gap closed; something made up stands in for what follows. */
function without(entries: readonly Uint8Array[], at: number): readonly Uint8Array[] {
  if (at >= entries.length) return entries
  return [...entries.filter((_, place) => place !== Math.max(at, 0)), otherCommitment()]
}

function changed(entries: readonly Uint8Array[], at: number): readonly Uint8Array[] {
  return entries.map((entry, place) => (place === at ? otherCommitment() : entry))
}

// A leaf is `{"c":commitment,"v":1}`: this one commits to something else.
function otherCommitment(): Uint8Array {
  return Buffer.from(`{"c":"${toBase64(sha256(Buffer.from('nobody looked')))}","v":1}`)
}

function withOtherHash(tile: Uint8Array, at: number): Uint8Array {
  const bytes = Uint8Array.from(tile)
  bytes.set(hashLeaf(sha256, otherCommitment()), at * 32)
  return bytes
}

/** The checkpoint of another tree of the same size, under the log's name and a stranger's signature. */
function signedByAnother(note: Uint8Array): Uint8Array {
  const checkpoint = parseCheckpoint(parseNote(note)?.text ?? '')
  if (checkpoint === undefined) return note
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const text = formatCheckpoint({ ...checkpoint, root: sha256(Buffer.from('another tree')) })
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
  const { keyId } = makeNoteKey(sha256, checkpoint.origin, 'ed25519', raw)
  const id = Buffer.alloc(4)
  id.writeUInt32BE(keyId)
  const signature = Buffer.concat([id, sign(null, Buffer.from(text), privateKey)]).toString('base64')
  return Buffer.from(`${text}\n— ${checkpoint.origin} ${signature}\n`)
}
