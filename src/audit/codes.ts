import type { CodeRow } from '../platform/index.ts'

const broken = { status: 500, retry: 'never', messageKey: 'problem.broken' } as const

/** The faults of this module, one row each. None is ever a customer's doing. */
export const auditCodes = {
  'audit/log-key-unusable': broken,
  'audit/log-broken': broken,
  'audit/witness-key-unusable': broken,
  'audit/vkey-unusable': broken,
  'audit/key-file-exists': broken,
  'audit/tile-missing': { ...broken, retry: 'later' },
  'audit/witness-memory-broken': broken,
  'audit/entries-withheld': { status: 410, retry: 'never', messageKey: 'problem.gone' },
} as const satisfies Record<string, CodeRow>

export type AuditCode = keyof typeof auditCodes
