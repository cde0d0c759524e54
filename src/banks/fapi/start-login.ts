import { buildAuthorizationUrlWithPAR, calculatePKCECodeChallenge, getDPoPHandle } from 'openid-client'
import type { Configuration } from 'openid-client'
import { Secret, refusal, success } from '../../kernel/index.ts'
import type { Outcome } from '../../kernel/index.ts'
import type { Clock, Logger, Random } from '../../platform/index.ts'
import type { Departure, LinkRefusal } from '../bank-links.ts'
import type { Institution } from '../institutions-store.ts'
import { carryText } from './carry.ts'
import type { Carry } from './carry.ts'
import { dpopKeyPair, makeDpopKey } from './dpop-key.ts'
import { oauthTrouble } from './oauth-trouble.ts'

export type LoginDeps = { readonly clock: Clock; readonly random: Random; readonly logger: Logger }

export type LoginRequest = {
  readonly kind: Carry['kind']
  readonly institution: Institution
  readonly server: Configuration
  readonly redirectUri: string
  /** Given for a fresh login; made here for a link. */
  readonly nonce?: string
  /** What this kind of login asks for besides the usual: scope, authorization details, prompt. */
  readonly ask: Readonly<Record<string, string>>
}

/**
 * Pushes an authorization request (RFC 9126) with PKCE, state, nonce and the key that the code will be bound to
 * (`dpop_jkt`, RFC 9449 §10), so that the browser carries nothing but a reference.
 */
export async function startLogin(deps: LoginDeps, request: LoginRequest): Promise<Outcome<Departure, LinkRefusal>> {
  const { institution, server, redirectUri } = request
  const carry: Carry = {
    kind: request.kind,
    institution: institution.id,
    issuer: institution.issuer,
    redirectUri,
    state: randomText(deps.random),
    nonce: request.nonce ?? randomText(deps.random),
    verifier: randomText(deps.random),
    dpopKey: await makeDpopKey(),
    startedAt: deps.clock.now(),
  }
  const parameters = {
    ...request.ask,
    response_type: 'code',
    redirect_uri: redirectUri,
    state: carry.state,
    nonce: carry.nonce,
    code_challenge: await calculatePKCECodeChallenge(carry.verifier),
    code_challenge_method: 'S256',
  }
  try {
    const DPoP = getDPoPHandle(server, await dpopKeyPair(carry.dpopKey))
    const url = await buildAuthorizationUrlWithPAR(server, parameters, { DPoP })
    return success({ url: url.href, carry: carryText(carry), state: new Secret(carry.state) })
  } catch (error) {
    const trouble = oauthTrouble(error)
    deps.logger.warn('bank.login-not-started', { institution: institution.id, code: trouble.error, kind: trouble.kind })
    return refusal(startRefusals[trouble.kind])
  }
}

const startRefusals = {
  unreachable: 'banks/unreachable',
  unreadable: 'banks/unreadable',
  identity: 'banks/unreadable',
  refused: 'banks/bank-refused',
} as const

/** 256 bits: state, nonce and verifier must not be guessable (RFC 7636 §7.1 asks for as much). */
function randomText(random: Random): string {
  return Buffer.from(random.bytes(32)).toString('base64url')
}
