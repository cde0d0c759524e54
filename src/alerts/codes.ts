import type { CodeRow } from '../platform/index.ts'

/** Every fault of this module, one row each. */
export const alertsCodes = {
  'alerts/rules-unreadable': { status: 500, retry: 'never', messageKey: 'problem.broken' },
  'alerts/job-malformed': { status: 500, retry: 'never', messageKey: 'problem.broken' },
  'alerts/merchants-too-large': { status: 500, retry: 'later', messageKey: 'problem.broken' },
} as const satisfies Record<string, CodeRow>
