import type { CodeRow } from '../platform/index.ts'

/** Every fault of this module, one row each. */
export const pushCodes = {
  'push/key-unusable': { status: 500, retry: 'never', messageKey: 'problem.broken' },
} as const satisfies Record<string, CodeRow>
