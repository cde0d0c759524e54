import { Fault } from '../kernel/index.ts'
import { keystoreCodes } from './codes.ts'
import type { KeystoreCode } from './codes.ts'

/** A fault of this module; whether to retry comes from its row in `codes.ts`. */
export function keystoreFault(code: KeystoreCode, cause?: unknown): Fault {
  return new Fault(code, { retry: keystoreCodes[code].retry, cause })
}
