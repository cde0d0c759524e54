import type { CodeRow } from '../platform/index.ts'

const stopped = { status: 403, retry: 'never', messageKey: 'problem.noConsent' } as const

/** Every refusal of this module, one row each. */
export const consentCodes = {
  'consent/no-grant': stopped,
  'consent/unsigned': stopped,
  'consent/stopped': stopped,
  'consent/terms-malformed': { status: 400, retry: 'never', messageKey: 'problem.invalidRequest' },
} as const satisfies Record<string, CodeRow>

export type ConsentCode = keyof typeof consentCodes
