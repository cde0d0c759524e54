import { Fault } from '../kernel/index.ts'
import { platformCodes } from './codes.ts'
import type { PlatformCode } from './codes.ts'

/** A fault of this module; whether to retry comes from its row in `codes.ts`. */
export function platformFault(code: PlatformCode, cause?: unknown): Fault {
  return new Fault(code, { retry: platformCodes[code].retry, cause })
}
