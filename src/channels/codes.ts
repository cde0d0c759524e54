import type { CodeRow } from '../platform/index.ts'

/** Every refusal and fault of this module. */
export const channelsCodes = {
  'channels/signature-wrong': { status: 401, retry: 'never', messageKey: 'problem.signature' },
  'channels/signed-request-malformed': { status: 400, retry: 'never', messageKey: 'problem.invalidRequest' },
  'channels/signed-request-algorithm': { status: 401, retry: 'never', messageKey: 'problem.signature' },
  'channels/signed-request-stale': { status: 401, retry: 'never', messageKey: 'problem.signature' },
  'channels/body-malformed': { status: 400, retry: 'never', messageKey: 'problem.invalidRequest' },
  'channels/object-unknown': { status: 404, retry: 'never', messageKey: 'problem.notFound' },
  'channels/verification-refused': { status: 403, retry: 'never', messageKey: 'problem.forbidden' },
  'channels/message-broken': { status: 500, retry: 'never', messageKey: 'problem.broken' },
  'channels/conversation-missing': { status: 500, retry: 'later', messageKey: 'problem.broken' },
  'channels/channel-unknown': { status: 500, retry: 'later', messageKey: 'problem.broken' },
  'channels/graph-refused': { status: 502, retry: 'later', messageKey: 'problem.tryLater' },
} as const satisfies Record<string, CodeRow>
