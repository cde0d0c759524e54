import { createHash, createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { formatVerifierKey, makeNoteKey } from '../kernel/index.ts'
import type { NoteKeyKind } from '../kernel/index.ts'

/** What others verify with, of the Ed25519 private key in a file (PKCS #8 PEM). */
export function verifierKeyOf(file: string, name: string, kind: NoteKeyKind): string {
  const { x } = createPublicKey(readFileSync(file, 'utf8')).export({ format: 'jwk' })
  const hash = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()
  return formatVerifierKey(makeNoteKey(hash, name, kind, Buffer.from(x ?? '', 'base64url')))
}
