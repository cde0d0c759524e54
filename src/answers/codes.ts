import type { CodeRow } from '../platform/index.ts'

/** Every refusal of this module, one row each; the message keys are in `words/`. */
export const answersCodes = {
  'answers/link-unknown': { status: 404, retry: 'never', messageKey: 'answer.unknown' },
  'answers/link-used': { status: 410, retry: 'never', messageKey: 'answer.used' },
  'answers/link-expired': { status: 410, retry: 'never', messageKey: 'answer.expired' },
  'answers/wrong-person': { status: 403, retry: 'never', messageKey: 'answer.wrongPerson' },
  'answers/notice-over': { status: 410, retry: 'never', messageKey: 'answer.noticeOver' },
  'answers/stopped': { status: 403, retry: 'never', messageKey: 'answer.stopped' },
} as const satisfies Record<string, CodeRow>

export type AnswersCode = keyof typeof answersCodes
