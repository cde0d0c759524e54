import { Fault } from '../kernel/index.ts'
import { erasureCodes } from './codes.ts'
import type { ErasureCode } from './codes.ts'

/** A fault of this module; whether to retry comes from its row in `codes.ts`. */
export function erasureFault(code: ErasureCode, cause?: unknown): Fault {
  return new Fault(code, { retry: erasureCodes[code].retry, cause })
}
