import type { CodeRow } from '../platform/index.ts'

const busy = { status: 503, retry: 'later', messageKey: 'problem.tryLater' } as const
const broken = { status: 500, retry: 'never', messageKey: 'problem.broken' } as const
const refused = { status: 403, retry: 'never', messageKey: 'problem.refused' } as const

/** Every refusal and fault of this module, one row each. */
export const keystoreCodes = {
  'keystore/unavailable': busy,
  'keystore/busy': busy,
  'keystore/storage-failed': busy,
  'keystore/answer-malformed': broken,
  'keystore/caller-unknown': { status: 401, retry: 'never', messageKey: 'problem.refused' },
  'keystore/caller-not-allowed': refused,
  'keystore/request-malformed': { status: 400, retry: 'never', messageKey: 'problem.invalidRequest' },
  'keystore/not-found': { status: 404, retry: 'never', messageKey: 'problem.notFound' },
  'keystore/no-such-customer': { status: 404, retry: 'never', messageKey: 'problem.notFound' },
  'keystore/folder-in-use': broken,
  'keystore/folder-unsafe': broken,
  'keystore/root-missing': broken,
  'keystore/root-corrupt': broken,
  'keystore/shard-corrupt': broken,
  'keystore/options-unsafe': broken,
  // Answers to a ticket.
  'keystore/not-live': refused,
  'keystore/refused': refused,
  'keystore/no-key': { status: 410, retry: 'never', messageKey: 'problem.erased' },
  // Answers to somebody who brings a passkey.
  'keystore/passkey-refused': { ...refused, messageKey: 'problem.passkey' },
  'keystore/approval-needed': { ...refused, messageKey: 'problem.passkey' },
  'keystore/passkey-known': { status: 409, retry: 'never', messageKey: 'problem.passkeyKnown' },
  'keystore/too-many-passkeys': { status: 409, retry: 'never', messageKey: 'problem.passkeysMax' },
  'keystore/not-held': { status: 404, retry: 'never', messageKey: 'problem.notFound' },
  'keystore/erased': { status: 410, retry: 'never', messageKey: 'problem.erased' },
} as const satisfies Record<string, CodeRow>

export type KeystoreCode = keyof typeof keystoreCodes
