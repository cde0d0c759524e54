import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Secret, parseVerifierKey } from '../kernel/index.ts'
import type { NoteKey } from '../kernel/index.ts'
import { auditFault } from './fault.ts'
import { readLogKey } from './log-key.ts'
import type { LogKey } from './log-key.ts'
import { sha256 } from './sha256.ts'

/** The three keys of a log. Each has a name of its own, so that a signature for one can never pass for another's. */
export type LogKeys = {
  /** Signs checkpoints; its name is the origin. */
  readonly log: LogKey
  /** Signs promises; its name is `<origin>/promise`. */
  readonly promise: LogKey
  /** Signs customers' receipts; its name is `<origin>/receipt`. */
  readonly receipt: LogKey
}

/** Reads the three keys from their files. Throws `audit/log-key-unusable`, with what is wrong as its cause. */
export function readLogKeys(from: {
  readonly origin: string
  readonly key: string
  readonly promiseKey: string
  readonly receiptKey: string
}): LogKeys {
  const { origin } = from
  return {
    log: readLogKey(readPem(from.key), origin),
    promise: readLogKey(readPem(from.promiseKey), `${origin}/promise`),
    receipt: readLogKey(readPem(from.receiptKey), `${origin}/receipt`),
  }
}

/** A private key's file. Throws `audit/log-key-unusable`. */
export function readPem(file: string): Secret<string> {
  try {
    return new Secret(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw auditFault('audit/log-key-unusable', cause)
  }
}

/** A fresh Ed25519 key as its file holds it (PKCS #8 PEM). */
export function makePem(): Secret<string> {
  const { privateKey } = generateKeyPairSync('ed25519')
  return new Secret(privateKey.export({ format: 'pem', type: 'pkcs8' }).toString())
}

/** A witness' verifier key. Throws `audit/witness-key-unusable` when it is none, or of a key that signs something else. */
export function readWitnessKey(vkey: string): NoteKey {
  const key = parseVerifierKey(sha256, vkey.trim())
  if (key?.kind !== 'cosignature') throw auditFault('audit/witness-key-unusable')
  return key
}
