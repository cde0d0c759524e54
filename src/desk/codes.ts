import type { CodeRow } from '../platform/index.ts'

const refused = { status: 403, retry: 'never', messageKey: 'problem.refused' } as const

/** Every refusal and fault of this module, one row each. */
export const deskCodes = {
  'desk/not-an-agent': refused,
  'desk/nothing-waits': { ...refused, status: 404 },
  'desk/not-yours': { ...refused, status: 409 },
  'desk/held-enough': { ...refused, status: 409 },
  'desk/words-empty': { ...refused, status: 422 },
  'desk/words-too-long': { ...refused, status: 422 },
  'desk/words-ask-for-secrets': { ...refused, status: 422 },
  'desk/words-hold-secrets': { ...refused, status: 422 },
  'desk/words-hold-link': { ...refused, status: 422 },
  'desk/no-sealed-page': { ...refused, status: 422 },
  'desk/nobody-to-ask': { ...refused, status: 422 },
  'desk/asked-already': { ...refused, status: 409 },
  'desk/no-leave': refused,
  'desk/message-broken': { status: 500, retry: 'never', messageKey: 'problem.broken' },
  'desk/job-malformed': { status: 500, retry: 'never', messageKey: 'problem.broken' },
} as const satisfies Record<string, CodeRow>

export type DeskCode = keyof typeof deskCodes
