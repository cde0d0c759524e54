import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { formatVerifierKey, makeNoteKey } from '../kernel/index.ts'
import type { NoteKey, NoteSignature, Secret } from '../kernel/index.ts'
import { rawPublicKey } from './ed25519.ts'
import { auditFault } from './fault.ts'
import { sha256 } from './sha256.ts'

/** A key that signs notes in one name. The private half stays inside; it is never in the database. */
export type LogKey = {
  readonly noteKey: NoteKey
  /** What outsiders verify with: `name+id+base64`. */
  readonly verifierKey: string
  /** Signs a note's text. */
  sign(text: string): NoteSignature
  /** Signs bytes as they are: for cosignatures, which carry a time. */
  signBytes(bytes: Uint8Array): Uint8Array
}

/**
 * Reads an Ed25519 private key (PKCS #8 PEM: `openssl genpkey -algorithm ed25519`). The name is the log's origin, for the
 * log's key. Throws `audit/log-key-unusable` for anything else.
 */
export function readLogKey(pem: Secret<string>, name: string, kind: NoteKey['kind'] = 'ed25519'): LogKey {
  try {
    const privateKey = createPrivateKey(pem.reveal())
    if (privateKey.asymmetricKeyType !== 'ed25519') throw auditFault('audit/log-key-unusable')
    const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
    const noteKey = makeNoteKey(sha256, name, kind, rawPublicKey(spki))
    const signBytes = (bytes: Uint8Array): Uint8Array => sign(null, bytes, privateKey)
    return {
      noteKey,
      verifierKey: formatVerifierKey(noteKey),
      sign: (text) => ({ name, keyId: noteKey.keyId, signature: signBytes(Buffer.from(text, 'utf8')) }),
      signBytes,
    }
  } catch (cause) {
    throw auditFault('audit/log-key-unusable', cause)
  }
}
