import type { CodeRow } from '../platform/index.ts'

/** Every refusal of this module, one row each. */
export const customersCodes = {
  'customers/challenge-spent': { status: 409, retry: 'never', messageKey: 'passkey.challengeSpent' },
  'customers/passkey-unknown': { status: 403, retry: 'never', messageKey: 'passkey.unknown' },
  'customers/passkey-waiting': { status: 403, retry: 'later', messageKey: 'passkey.waiting' },
  'customers/assertion-invalid': { status: 403, retry: 'never', messageKey: 'passkey.invalid' },
  'customers/enrolment-refused': { status: 403, retry: 'never', messageKey: 'passkey.enrolmentRefused' },
  'customers/passkey-itself': { status: 409, retry: 'never', messageKey: 'passkey.itself' },
  'customers/identity-unknown': { status: 403, retry: 'never', messageKey: 'recovery.unknown' },
} as const satisfies Record<string, CodeRow>

export type CustomersCode = keyof typeof customersCodes
