import type { CodeRow } from '../platform/index.ts'

/** Every refusal and fault of this module, one row each. */
export const erasureCodes = {
  /** There is no such customer, or not any more. */
  'erasure/no-such-customer': { status: 404, retry: 'never', messageKey: 'problem.notFound' },
  'erasure/job-malformed': { status: 500, retry: 'never', messageKey: 'problem.broken' },
  /** Something came in between two steps; the next try takes it along. */
  'erasure/not-yet': { status: 503, retry: 'later', messageKey: 'problem.tryLater' },
} as const satisfies Record<string, CodeRow>

export type ErasureCode = keyof typeof erasureCodes
