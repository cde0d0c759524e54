import type { CodeRow } from '../platform/index.ts'
import type { BankRefusal } from './bank.ts'
import type { LinkRefusal } from './bank-links.ts'

export type BankCode =
  | BankRefusal
  | LinkRefusal
  | 'banks/conflict'
  | 'banks/card-act-malformed'
  | 'banks/client-keys-malformed'
  | 'banks/token-record-malformed'
  | 'banks/carry-malformed'
  | 'banks/institution-mismatch'
  | 'banks/notice-unsigned'
  | 'banks/notice-stale'
  | 'banks/notice-malformed'
  | 'banks/card-event-unsigned'
  | 'banks/card-event-stale'
  | 'banks/card-event-malformed'
  | 'banks/card-event-media-type'
  | 'banks/card-event-too-large'
  | 'banks/card-event-too-many'
  | 'banks/card-event-not-stored'
  | 'banks/card-event-late'
  | 'banks/card-event-unreadable'
  | 'banks/card-events-busy'
  | 'banks/job-malformed'
  | 'banks/egress-forbidden'
  | 'banks/egress-failed'

const ourMistake = { status: 500, retry: 'never', messageKey: 'problem.broken' } as const

/** Every refusal and fault of this module, one row each. */
export const bankCodes = {
  'banks/unreachable': { status: 503, retry: 'later', messageKey: 'bank.unreachable' },
  'banks/unreadable': { status: 502, retry: 'later', messageKey: 'bank.unreadable' },
  'banks/link-expired': { status: 409, retry: 'never', messageKey: 'bank.linkExpired' },
  'banks/consent-ended': { status: 409, retry: 'never', messageKey: 'bank.consentEnded' },
  'banks/over-budget': { status: 429, retry: 'later', messageKey: 'bank.overBudget' },
  'banks/unknown-institution': { status: 404, retry: 'never', messageKey: 'bank.unknown' },
  'banks/access-denied': { status: 403, retry: 'never', messageKey: 'bank.accessDenied' },
  'banks/login-expired': { status: 410, retry: 'never', messageKey: 'bank.loginExpired' },
  'banks/callback-state': { status: 400, retry: 'never', messageKey: 'bank.callbackRefused' },
  'banks/callback-issuer': { status: 400, retry: 'never', messageKey: 'bank.callbackRefused' },
  'banks/callback-malformed': { status: 400, retry: 'never', messageKey: 'bank.callbackRefused' },
  'banks/code-refused': { status: 400, retry: 'never', messageKey: 'bank.callbackRefused' },
  'banks/identity-unproven': { status: 400, retry: 'never', messageKey: 'bank.callbackRefused' },
  'banks/bank-refused': { status: 502, retry: 'never', messageKey: 'bank.refused' },
  'banks/link-stopped': { status: 409, retry: 'never', messageKey: 'bank.linkStopped' },
  'banks/conflict': { status: 409, retry: 'never', messageKey: 'bank.conflict' },
  'banks/card-act-malformed': ourMistake,
  'banks/client-keys-malformed': ourMistake,
  'banks/token-record-malformed': ourMistake,
  'banks/carry-malformed': ourMistake,
  'banks/institution-mismatch': ourMistake,
  'banks/notice-unsigned': { status: 401, retry: 'never', messageKey: 'problem.unauthorized' },
  'banks/notice-stale': { status: 400, retry: 'never', messageKey: 'problem.invalidRequest' },
  'banks/notice-malformed': { status: 400, retry: 'never', messageKey: 'problem.invalidRequest' },
  'banks/card-event-unsigned': { status: 401, retry: 'never', messageKey: 'problem.unauthorized' },
  'banks/card-event-stale': { status: 400, retry: 'never', messageKey: 'problem.invalidRequest' },
  'banks/card-event-malformed': { status: 400, retry: 'never', messageKey: 'problem.invalidRequest' },
  'banks/card-event-media-type': { status: 415, retry: 'never', messageKey: 'problem.invalidRequest' },
  'banks/card-event-too-large': { status: 413, retry: 'never', messageKey: 'problem.invalidRequest' },
  'banks/card-event-too-many': { status: 413, retry: 'never', messageKey: 'problem.invalidRequest' },
  'banks/card-event-not-stored': { status: 503, retry: 'later', messageKey: 'problem.broken' },
  'banks/card-event-late': { status: 200, retry: 'never', messageKey: 'problem.broken' },
  'banks/card-event-unreadable': ourMistake,
  'banks/card-events-busy': { status: 503, retry: 'later', messageKey: 'problem.broken' },
  'banks/job-malformed': ourMistake,
  'banks/egress-forbidden': ourMistake,
  'banks/egress-failed': { status: 503, retry: 'later', messageKey: 'bank.unreachable' },
} as const satisfies Record<BankCode, CodeRow>
