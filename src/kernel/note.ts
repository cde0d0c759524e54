import { fromBase64, toBase64 } from './base64.ts'
import type { Hash } from './merkle-tree.ts'
import { type Outcome, refusal, success } from './outcome.ts'

/** One signature line of a note: not yet checked, and perhaps by a key we do not know. */
export type NoteSignature = { readonly name: string; readonly keyId: number; readonly signature: Uint8Array }

/** A signed note (c2sp.org/signed-note). `text` ends with its newline; it means nothing until a known key signed it. */
export type Note = { readonly text: string; readonly signatures: readonly NoteSignature[] }

/** The kinds of keys we know: `ed25519` signs the text, `cosignature` a time and the text (c2sp.org/tlog-cosignature). */
export type NoteKeyKind = 'ed25519' | 'cosignature'

/** A key to verify notes with. Name and id together tell it from others. */
export type NoteKey = {
  readonly name: string
  readonly keyId: number
  readonly kind: NoteKeyKind
  /** 32 bytes (RFC 8032). */
  readonly publicKey: Uint8Array
}

/** Ed25519: whether the key signed the message. By the rules of OpenSSL and Go everywhere, browsers included. */
export type VerifySignature = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean

const kindBytes: Readonly<Record<NoteKeyKind, number>> = { ed25519: 0x01, cosignature: 0x04 }
const publicKeyBytes = 32
/** The standard asks for at least 16; witnesses are few. */
const signaturesMax = 100
/** A note of ours is under 1 KB; a post-quantum signature would be 5 KB. */
const noteBytesMax = 1_000_000
const signatureLine = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u
const keyName = /^[^\s+]+$/u

/** Reads a note's form; undefined when it is malformed. Checks no signature: see {@link openNote}. */
export function parseNote(bytes: Uint8Array): Note | undefined {
  const whole = bytes.length > noteBytesMax ? undefined : decodeText(bytes)
  if (whole === undefined || hasControls(bytes)) return undefined
  const end = whole.lastIndexOf('\n\n')
  if (end < 0 || !whole.endsWith('\n') || end + 2 >= whole.length) return undefined
  const signatures = whole
    .slice(end + 2, -1)
    .split('\n')
    .map(parseSignatureLine)
  if (signatures.length > signaturesMax || !signatures.every((one) => one !== undefined)) return undefined
  return { text: whole.slice(0, end + 1), signatures }
}

/** The standard allows no control character but the newline. Bytes below 0x20 are nothing else in UTF-8. */
function hasControls(bytes: Uint8Array): boolean {
  return bytes.some((byte) => byte < 0x20 && byte !== 0x0a)
}

function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    // Not UTF-8, so not a note.
    return undefined
  }
}

/** One signature line without its newline; undefined when malformed. */
export function parseSignatureLine(line: string): NoteSignature | undefined {
  const [, name, encoded] = signatureLine.exec(line) ?? []
  if (name === undefined || encoded === undefined || encoded.length % 4 !== 0) return undefined
  const bytes = fromBase64(encoded)
  if (bytes !== undefined)
    return bytes.length < 5 ? undefined : { name, keyId: readUint32(bytes), signature: bytes.subarray(4) }
  // Stray bits at the end: the line can be read and its key known, but a second spelling of a signature is none.
  const head = fromBase64(encoded.slice(0, 8))
  return head === undefined ? undefined : { name, keyId: readUint32(head), signature: new Uint8Array(0) }
}

/** The bytes of a note: its text, an empty line, its signatures. Throws a RangeError when no note can look like that. */
export function composeNote({ text, signatures }: Note): Uint8Array {
  const bytes = new TextEncoder().encode(`${text}\n${signatures.map(formatSignatureLine).join('')}`)
  if (parseNote(bytes)?.text !== text) throw new RangeError('a note’s text ends with a newline and has no controls')
  return bytes
}

/** One signature as a line, with its newline. */
export function formatSignatureLine({ name, keyId, signature }: NoteSignature): string {
  const bytes = new Uint8Array(4 + signature.length)
  new DataView(bytes.buffer).setUint32(0, keyId)
  bytes.set(signature, 4)
  return `— ${name} ${toBase64(bytes)}\n`
}

/** The key that a verifier string (`name+id+base64`) names; undefined when malformed, of another kind, or its id is wrong. */
export function parseVerifierKey(hash: Hash, text: string): NoteKey | undefined {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+(.+)$/u.exec(text) ?? []
  const bytes = encoded === undefined ? undefined : fromBase64(encoded)
  if (name === undefined || bytes === undefined || bytes.length !== 1 + publicKeyBytes) return undefined
  const kind =
    bytes[0] === kindBytes.ed25519 ? 'ed25519' : bytes[0] === kindBytes.cosignature ? 'cosignature' : undefined
  if (kind === undefined) return undefined
  const key = makeNoteKey(hash, name, kind, bytes.subarray(1))
  return key.keyId === Number.parseInt(id ?? '', 16) ? key : undefined
}

/** The verifier string of a key, for handing out. */
export function formatVerifierKey({ name, keyId, kind, publicKey }: NoteKey): string {
  return `${name}+${keyId.toString(16).padStart(8, '0')}+${toBase64(Uint8Array.of(kindBytes[kind], ...publicKey))}`
}

/** A key with its id: the first four bytes of SHA-256(name, newline, kind, key). Throws a RangeError for an unfit name. */
export function makeNoteKey(hash: Hash, name: string, kind: NoteKeyKind, publicKey: Uint8Array): NoteKey {
  if (!keyName.test(name)) throw new RangeError('a key’s name has neither spaces nor a plus')
  const named = new TextEncoder().encode(`${name}\n`)
  return { name, kind, publicKey, keyId: readUint32(hash(Uint8Array.of(...named, kindBytes[kind], ...publicKey))) }
}

/** A signature by a key we know: what to check, and the time it carries (seconds since 1970) if it is a cosignature. */
export type NoteCheck = {
  readonly key: NoteKey
  readonly message: Uint8Array
  readonly signature: Uint8Array
  readonly time?: bigint
}

/** Which signatures are by known keys, and what each must have signed; for verifiers that cannot answer at once. */
export function noteChecks(note: Note, keys: readonly NoteKey[]): readonly NoteCheck[] {
  return note.signatures.flatMap((one) => {
    const key = keys.find(({ name, keyId }) => name === one.name && keyId === one.keyId)
    return key === undefined ? [] : [checkOf(note.text, key, one.signature)]
  })
}

/** A cosignature is eight bytes of time and the signature of that time with the text (c2sp.org/tlog-cosignature). */
function checkOf(text: string, key: NoteKey, signature: Uint8Array): NoteCheck {
  if (key.kind === 'ed25519') return { key, message: new TextEncoder().encode(text), signature }
  // Too short for a time: left as it is, it verifies under no key.
  if (signature.length < 8) return { key, message: new Uint8Array(0), signature }
  const time = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0)
  return { key, message: cosignatureMessage(time, text), signature: signature.subarray(8), time }
}

/** What a witness signs: that at this second (since 1970) it knew no other tree than the checkpoint's. */
export function cosignatureMessage(time: bigint, checkpointText: string): Uint8Array {
  return new TextEncoder().encode(`cosignature/v1\ntime ${time}\n${checkpointText}`)
}

/** The signatures that hold. `note/bad-signature`: one in a known key's name does not; `note/unsigned`: no known key. */
export function openNote(
  note: Note,
  keys: readonly NoteKey[],
  verify: VerifySignature,
): Outcome<readonly NoteCheck[], 'note/bad-signature' | 'note/unsigned'> {
  const checks = noteChecks(note, keys)
  if (checks.length === 0) return refusal('note/unsigned')
  const hold = checks.every(({ key, message, signature }) => verify(key.publicKey, message, signature))
  return hold ? success(checks) : refusal('note/bad-signature')
}

function readUint32(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
}
