import type { CodeRow } from '../platform/index.ts'

/** Every refusal of this module, one row each; the message keys are in `words/`. */
export const linkingCodes = {
  'linking/link-over': { status: 410, retry: 'never', messageKey: 'over' },
  'linking/session-over': { status: 410, retry: 'never', messageKey: 'sessionOver' },
  'linking/wrong-person': { status: 403, retry: 'never', messageKey: 'wrongPerson' },
  'linking/callback-unknown': { status: 400, retry: 'never', messageKey: 'callbackUnknown' },
  'linking/identity-unknown': { status: 403, retry: 'never', messageKey: 'identityUnknown' },
} as const satisfies Record<string, CodeRow>

export type LinkingCode = keyof typeof linkingCodes
