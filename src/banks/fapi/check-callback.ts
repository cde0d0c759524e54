import { refusal, success } from '../../kernel/index.ts'
import type { Outcome } from '../../kernel/index.ts'
import type { LinkRefusal } from '../bank-links.ts'

/**
 * Decides whether a callback belongs to this login, before anything is sent anywhere. The state ties it to this
 * browser's login; `iss` (RFC 9207, required by FAPI 2.0) ties it to the bank that we sent the browser to, also when it
 * brings an error: an answer of another bank says nothing about this one (mix-up).
 */
export function checkCallback(
  query: URLSearchParams,
  expected: { readonly state: string; readonly issuer: string },
): Outcome<'has-code', LinkRefusal> {
  const names = [...query.keys()]
  if (names.length > parametersMax || new Set(names).size !== names.length) return refusal('banks/callback-malformed')
  // JARM and other response types were not asked for.
  if (query.has('response') || query.has('id_token') || query.has('access_token')) {
    return refusal('banks/callback-malformed')
  }
  if (query.get('state') !== expected.state) return refusal('banks/callback-state')
  if (query.get('iss') !== expected.issuer) return refusal('banks/callback-issuer')
  const code = query.get('code')
  const error = query.get('error')
  if (error !== null) return refusal(code === null ? refusalOf(error) : 'banks/callback-malformed')
  return code === null || code === '' ? refusal('banks/callback-malformed') : success('has-code')
}

/** State, iss, code or error with two explanations, session_state and room for a few of the bank's own. */
const parametersMax = 12

// RFC 6749 §4.1.2.1 and OpenID Connect Core §3.1.2.6.
function refusalOf(error: string): LinkRefusal {
  switch (error) {
    case 'access_denied':
    case 'login_required':
    case 'consent_required':
    case 'interaction_required':
    case 'account_selection_required':
      return 'banks/access-denied'
    case 'server_error':
    case 'temporarily_unavailable':
      return 'banks/unreachable'
    default:
      return 'banks/bank-refused'
  }
}
