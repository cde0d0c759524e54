import type { CodeRow } from '../platform/index.ts'

const refused = { status: 403, retry: 'never', messageKey: 'problem.refused' } as const

/** Every refusal and fault of this module, one row each. What was refused says nothing about any customer. */
export const statsCodes = {
  'stats/not-signed-in': { ...refused, status: 401 },
  'stats/not-allowed': refused,
  'stats/release-unknown': { ...refused, status: 404 },
  'stats/question-unknown': { ...refused, status: 422 },
  'stats/week-unknown': { ...refused, status: 422 },
  'stats/week-open': { ...refused, status: 409 },
  'stats/week-gone': { ...refused, status: 410 },
  'stats/budget-spent': { ...refused, status: 409 },
  'stats/not-a-number': { status: 500, retry: 'never', messageKey: 'problem.broken' },
  'stats/randomness-broken': { status: 500, retry: 'never', messageKey: 'problem.broken' },
} as const satisfies Record<string, CodeRow>

/** The name of one of them. */
export type StatsCode = keyof typeof statsCodes
