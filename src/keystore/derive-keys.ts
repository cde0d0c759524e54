import { hkdfSync } from 'node:crypto'
import type { DataClass } from '../kernel/index.ts'

/** Raised when all data keys are to change; old data would be resealed then. So far there was one. */
const epoch = 1

/** The key for one class of one customer's data at one bank: HKDF-SHA256 (RFC 5869) over the key for customer and bank. */
export function dataKey(bankKey: Uint8Array, dataClass: DataClass): Buffer {
  return derive(bankKey, `parley/dek/v1|${dataClass}|${epoch}`)
}

/** The key for one customer's tokens at one bank. `bank-token` is no data class, so it equals no data key. */
export function bankTokenKey(bankKey: Uint8Array): Buffer {
  return derive(bankKey, `parley/dek/v1|bank-token|${epoch}`)
}

/** The key for the salts of one customer's audit entries. */
export function auditKey(customerKey: Uint8Array): Buffer {
  return derive(customerKey, 'parley/audit-salt/v1')
}

/** The key for what one customer told Parley about themselves: the recognition phrase. */
export function profileKey(customerKey: Uint8Array): Buffer {
  return derive(customerKey, 'parley/profile/v1')
}

function derive(key: Uint8Array, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', info, 32))
}
