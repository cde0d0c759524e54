import { Fault } from '../kernel/index.ts'
import { seal, unseal } from '../platform/index.ts'
import { keystoreFault } from './fault.ts'
import type { KeyRecord } from './key-records.ts'
import type { RootKey } from './root-key.ts'

/** Wraps a key; `context` says whose it is, and it opens under no other. As base64url. */
export function wrapKey(root: RootKey, key: Uint8Array, context: string): string {
  return seal(wrapperOf(root, context), key, `keystore|${context}`).toString('base64url')
}

/** Unwraps a key of a record. Fault `keystore/shard-corrupt` when it was wrapped under another root or for somebody else. */
export function unwrapKey(root: RootKey, wrapped: string, context: string): Buffer {
  try {
    return unseal(wrapperOf(root, context), Buffer.from(wrapped, 'base64url'), `keystore|${context}`)
  } catch (cause) {
    if (cause instanceof Fault) throw keystoreFault('keystore/shard-corrupt', cause)
    throw cause
  }
}

/** The same record with its key under another version of the root key; records without a key stay as they are. */
export function rewrapRecord(record: KeyRecord, from: RootKey, to: RootKey): KeyRecord {
  const context = contextOf(record)
  if (context === undefined || !('key' in record)) return record
  return { ...record, key: wrapKey(to, unwrapKey(from, record.key, context), context) }
}

function contextOf(record: KeyRecord): string | undefined {
  switch (record.is) {
    case 'customer':
      return `customer|${record.customer}`
    case 'bank':
      return `bank|${record.customer}|${record.institution}`
    case 'conversation':
      return `conversation|${record.conversation}`
    case 'hold':
      return `hold|${record.record}`
    case 'passkey':
    case 'removed':
    case 'erased':
      return undefined
  }
}

// Held records hang on a secret of their own, which wraps nothing that answers a question.
function wrapperOf(root: RootKey, context: string): Buffer {
  return context.startsWith('hold|') ? root.hold : root.wrap
}
