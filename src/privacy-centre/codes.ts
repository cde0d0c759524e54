import type { CodeRow } from '../platform/index.ts'

/** Every fault of this module, one row each. */
export const centreCodes = {
  'privacy-centre/export-cut-short': { status: 503, retry: 'later', messageKey: 'problem.tryLater' },
} as const satisfies Record<string, CodeRow>

export type CentreCode = keyof typeof centreCodes
