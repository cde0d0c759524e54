import type { CodeRow } from '../platform/index.ts'

/** Every refusal of this module, one row each. */
export const caseCodes = {
  'cases/over': { status: 409, retry: 'never', messageKey: 'refused.over' },
  'cases/same-person': { status: 409, retry: 'never', messageKey: 'refused.samePerson' },
  'cases/changed': { status: 409, retry: 'never', messageKey: 'refused.changed' },
  'cases/job-malformed': { status: 500, retry: 'never', messageKey: 'refused.over' },
} as const satisfies Record<string, CodeRow>
