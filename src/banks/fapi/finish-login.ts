import { authorizationCodeGrant, getDPoPHandle } from 'openid-client'
import type { Configuration, IDToken, TokenEndpointResponse } from 'openid-client'
import { refusal, success } from '../../kernel/index.ts'
import type { Outcome } from '../../kernel/index.ts'
import type { Clock, Logger } from '../../platform/index.ts'
import type { LinkRefusal } from '../bank-links.ts'
import type { Institution } from '../institutions-store.ts'
import { loginMsMax } from './carry.ts'
import type { Carry } from './carry.ts'
import { checkCallback } from './check-callback.ts'
import { dpopKeyPair } from './dpop-key.ts'
import { oauthTrouble } from './oauth-trouble.ts'

export type FinishedLogin = {
  readonly server: Configuration
  readonly tokens: TokenEndpointResponse
  readonly idToken: IDToken
}

/**
 * Checks a callback against the login it claims to end, and redeems its code. `findServer` is asked only after the
 * callback itself has passed, so that a forged one causes no traffic.
 */
export async function finishLogin(
  deps: { readonly clock: Clock; readonly logger: Logger },
  login: {
    readonly carry: Carry
    readonly institution: Institution
    readonly currentUrl: URL
    readonly findServer: () => Promise<Outcome<Configuration, LinkRefusal>>
  },
): Promise<Outcome<FinishedLogin, LinkRefusal>> {
  const { carry, institution } = login
  if (deps.clock.now() - carry.startedAt > loginMsMax) return refusal('banks/login-expired')
  // A bank whose configured issuer changed meanwhile is another bank.
  if (carry.issuer !== institution.issuer) return refusal('banks/callback-issuer')
  const checked = checkCallback(login.currentUrl.searchParams, carry)
  if (!checked.ok) return checked
  const server = await login.findServer()
  if (!server.ok) return server
  const redeemed = await redeem(server.value, carry, login.currentUrl)
  if (!redeemed.ok) {
    deps.logger.warn('bank.login-not-finished', { institution: institution.id, code: redeemed.code })
  }
  return redeemed
}

async function redeem(
  server: Configuration,
  carry: Carry,
  currentUrl: URL,
): Promise<Outcome<FinishedLogin, LinkRefusal>> {
  // The redirect address as it was registered and pushed, whatever a proxy in front made of this request's.
  const url = new URL(carry.redirectUri)
  url.search = currentUrl.search
  try {
    const tokens = await authorizationCodeGrant(
      server,
      url,
      { expectedState: carry.state, expectedNonce: carry.nonce, pkceCodeVerifier: carry.verifier },
      undefined,
      { DPoP: getDPoPHandle(server, await dpopKeyPair(carry.dpopKey)) },
    )
    const idToken = tokens.claims()
    if (idToken === undefined) return refusal('banks/identity-unproven')
    // A token that is not bound to our key could be used by whoever finds it (FAPI 2.0 §5.3.2.1).
    if (tokens.token_type !== 'dpop') return refusal('banks/unreadable')
    return success({ server, tokens, idToken })
  } catch (error) {
    const trouble = oauthTrouble(error)
    if (trouble.error === 'invalid_grant') return refusal('banks/code-refused')
    return refusal(finishRefusals[trouble.kind])
  }
}

const finishRefusals = {
  unreachable: 'banks/unreachable',
  unreadable: 'banks/unreadable',
  identity: 'banks/identity-unproven',
  refused: 'banks/bank-refused',
} as const
