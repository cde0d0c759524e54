import { ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client'
import { egressTroubleOf } from '../egress/fetch-through.ts'

/**
 * What went wrong at an authorization server. `error` is the server's own word (`invalid_grant`, …), safe to log once it
 * is one of the registered ones.
 */
export type OauthTrouble = {
  readonly kind: 'unreachable' | 'refused' | 'unreadable' | 'identity'
  readonly error: string | undefined
}

/** Sorts what openid-client throws; anything it does not know is thrown on, as the fault it is. */
export function oauthTrouble(error: unknown): OauthTrouble {
  if (egressTroubleOf(error) !== undefined) return { kind: 'unreachable', error: undefined }
  if (error instanceof ResponseBodyError) {
    const isDown = error.status >= 500 || error.status === 429 || error.error === 'temporarily_unavailable'
    return { kind: isDown ? 'unreachable' : 'refused', error: error.error }
  }
  if (error instanceof WWWAuthenticateChallengeError) {
    return { kind: error.status >= 500 ? 'unreachable' : 'refused', error: undefined }
  }
  const code = codeOf(error)
  if (code === 'OAUTH_TIMEOUT' || code === 'OAUTH_ABORT') return { kind: 'unreachable', error: undefined }
  if (code === 'OAUTH_RESPONSE_IS_NOT_CONFORM' || code === 'OAUTH_RESPONSE_IS_NOT_JSON') {
    return { kind: statusOf(error) >= 500 ? 'unreachable' : 'unreadable', error: undefined }
  }
  if (code === 'OAUTH_PARSE_ERROR' || code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED') {
    return { kind: 'unreadable', error: undefined }
  }
  // An ID token that says something else, is not signed by the bank, or is not there.
  if (code !== undefined && code.startsWith('OAUTH_')) {
    return { kind: saysBody(error) ? 'unreadable' : 'identity', error: undefined }
  }
  throw error
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function statusOf(error: unknown): number {
  return error instanceof Error && error.cause instanceof Response ? error.cause.status : 0
}

// The library hangs the answer it could not use below its error: `body` for a token response, `claims` for an ID token.
function saysBody(error: unknown): boolean {
  let cause: unknown = error
  for (let depth = 0; depth < 4 && typeof cause === 'object' && cause !== null; depth += 1) {
    if ('body' in cause) return true
    cause = 'cause' in cause ? cause.cause : undefined
  }
  return false
}
