import type { CodeRow } from '../platform/index.ts'

const broken = { status: 500, retry: 'never', messageKey: 'problem.broken' } as const

/** Every fault of this module, one row each. */
export const revocationCodes = {
  'revocation/job-malformed': broken,
  'revocation/shared-meanwhile': { ...broken, retry: 'later' },
  'revocation/followed-twice': { ...broken, retry: 'later' },
} as const satisfies Record<string, CodeRow>
