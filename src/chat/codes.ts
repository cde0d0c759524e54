import type { CodeRow } from '../platform/index.ts'

/** Every fault of this module. */
export const chatCodes = {
  'chat/words-missing': { status: 500, retry: 'never', messageKey: 'problem.broken' },
  'chat/conversation-missing': { status: 500, retry: 'never', messageKey: 'problem.broken' },
  'chat/model-broken': { status: 500, retry: 'never', messageKey: 'problem.broken' },
  'chat/job-malformed': { status: 500, retry: 'never', messageKey: 'problem.broken' },
} as const satisfies Record<string, CodeRow>
