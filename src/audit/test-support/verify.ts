import { createLookVerifier, verifyLog as verifyWith } from '../../kernel/index.ts'
import type { LogSource, LogVerdict, LookReceipt, LookVerdict, NoteKey, VerifyLogOptions } from '../../kernel/index.ts'
import { verifyEd25519 } from '../ed25519.ts'
import { sha256 } from '../sha256.ts'

const crypto = { hash: sha256, verify: verifyEd25519 }

/** The kernel's verdict on a log, with Node's cryptography. */
export function verifyLog(source: LogSource, options?: VerifyLogOptions): Promise<LogVerdict> {
  return verifyWith(crypto, source, options)
}

/** The kernel's verdict on one opening, with Node's cryptography. */
export function verifyReceipt(receipt: LookReceipt, key: NoteKey): LookVerdict {
  return createLookVerifier(crypto, { log: key })(receipt)
}
