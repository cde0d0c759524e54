import type { CodeRow } from '../platform/index.ts'

const refused = { status: 403, retry: 'never', messageKey: 'refused.invalid' } as const

/** Every refusal of this module, one row each. */
export const staffCodes = {
  'staff/challenge-spent': { status: 409, retry: 'never', messageKey: 'refused.spent' },
  'staff/passkey-unknown': { ...refused, messageKey: 'refused.unknown' },
  'staff/assertion-invalid': refused,
  'staff/code-unknown': { ...refused, messageKey: 'refused.code' },
  // Somebody left between their passkey's word and their session.
  'staff/member-gone': { status: 409, retry: 'never', messageKey: 'refused.invalid' },
  'staff/entry-spent': { status: 409, retry: 'never', messageKey: 'refused.entrySpent' },
  'staff/entry-refused': { ...refused, messageKey: 'refused.entry' },
  'staff/not-a-member': { ...refused, messageKey: 'refused.notMember' },
  'staff/provider-away': { status: 503, retry: 'later', messageKey: 'refused.away' },
  'staff/provider-unreadable': { status: 502, retry: 'never', messageKey: 'refused.away' },
  'staff/token-needed': { status: 401, retry: 'never', messageKey: 'problem.notFound' },
  'staff/place-malformed': { status: 400, retry: 'never', messageKey: 'problem.notFound' },
  'staff/login-taken': { status: 409, retry: 'never', messageKey: 'refused.taken' },
} as const satisfies Record<string, CodeRow>

export type StaffCode = keyof typeof staffCodes
