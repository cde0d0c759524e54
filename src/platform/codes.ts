import type { Retry } from '../kernel/index.ts'

/** What to do about a code: the HTTP status it becomes, whether trying again can help, and the words for it. */
export type CodeRow = { readonly status: number; readonly retry: Retry; readonly messageKey: string }

const down = { status: 503, retry: 'later', messageKey: 'problem.tryLater' } as const
const broken = { status: 500, retry: 'never', messageKey: 'problem.broken' } as const

/** Every fault and refusal of this module, one row each. */
export const platformCodes = {
  'platform/database-unavailable': down,
  'platform/database-busy': down,
  'platform/database-conflict': down,
  'platform/database-timeout': down,
  'platform/commit-unknown': down,
  'platform/transaction-aborted': { ...broken, retry: 'later' },
  'platform/query-failed': { ...broken, retry: 'later' },
  'platform/query-refused': broken,
  'platform/row-missing': broken,
  'platform/row-shape': broken,
  'platform/job-stuck': { ...broken, retry: 'later' },
  'platform/job-attempts-used-up': broken,
  'platform/http-timeout': down,
  'platform/http-unreachable': down,
  'platform/http-cut': down,
  'platform/http-too-large': broken,
  'platform/limit-unknown': broken,
  'platform/http-origin-not-allowed': broken,
  'platform/postgres-binaries-missing': broken,
  'platform/postgres-binaries-unsafe': broken,
  'platform/postgres-folder-broken': broken,
  'platform/postgres-folder-older': broken,
  'platform/postgres-folder-unreachable': broken,
  'platform/postgres-password': broken,
  'platform/seal-broken': broken,
  'platform/postgres-folder-newer': broken,
  'platform/postgres-folder-in-use': broken,
  'platform/postgres-no-account': broken,
  'platform/postgres-start-failed': broken,
  'platform/postgres-init-failed': broken,
  'platform/postgres-socket-path-too-long': broken,
  'platform/migration-changed': broken,
  'platform/migration-missing': broken,
  'platform/migration-failed': broken,
  'platform/migration-prefix': broken,
  'platform/login-password': broken,
  'platform/login-refused': { ...broken, retry: 'later' },
  'platform/login-missing': broken,
  'platform/database-name': broken,
  'platform/database-url': broken,
  'platform/stop-too-slow': broken,
  'http/unauthorized': { status: 401, retry: 'never', messageKey: 'problem.unauthorized' },
  'http/not-found': { status: 404, retry: 'never', messageKey: 'problem.notFound' },
  'http/method-not-allowed': { status: 405, retry: 'never', messageKey: 'problem.methodNotAllowed' },
  'http/invalid-request': { status: 400, retry: 'never', messageKey: 'problem.invalidRequest' },
  'http/body-too-large': { status: 413, retry: 'never', messageKey: 'problem.bodyTooLarge' },
  'http/media-type-unsupported': { status: 415, retry: 'never', messageKey: 'problem.mediaType' },
  'http/request-timeout': { status: 408, retry: 'later', messageKey: 'problem.requestTimeout' },
  'http/too-many-requests': { status: 429, retry: 'later', messageKey: 'problem.tooManyRequests' },
  'http/unexpected': broken,
} as const satisfies Record<string, CodeRow>

export type PlatformCode = keyof typeof platformCodes
