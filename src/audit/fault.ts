import { Fault } from '../kernel/index.ts'
import { auditCodes } from './codes.ts'
import type { AuditCode } from './codes.ts'

/** A fault of this module; whether to retry comes from its row in `codes.ts`. */
export function auditFault(code: AuditCode, cause?: unknown): Fault {
  return new Fault(code, { retry: auditCodes[code].retry, cause })
}
