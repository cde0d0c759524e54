import { clientCredentialsGrant, getDPoPHandle } from 'openid-client'
import { refusal, success, toInstant } from '../../kernel/index.ts'
import type { InstitutionId, Instant, Outcome } from '../../kernel/index.ts'
import type { Clock, Logger, Random } from '../../platform/index.ts'
import type { Egress } from '../egress/create-egress.ts'
import type { BankServers } from '../fapi/bank-servers.ts'
import { dpopKeyPair, makeDpopKey } from '../fapi/dpop-key.ts'
import type { DpopKey } from '../fapi/dpop-key.ts'
import { oauthTrouble } from '../fapi/oauth-trouble.ts'
import type { SigningKeys } from '../fapi/signing-keys.ts'
import { createProver } from '../fdx/proof.ts'
import type { Prover } from '../fdx/proof.ts'
import { sendProved } from '../fdx/send-proved.ts'
import type { Institution } from '../institutions-store.ts'

/** What a client asks for, for itself, to be told of its consents. It opens no account. */
const scope = 'fdx:notifications:subscribe'
/** One call, the token included. */
const callMsMax = 12_000
/** A token that ends this soon is replaced first. */
const marginMs = 30_000
/** Assumed where a bank does not say. */
const usualLifetimeSeconds = 300

export type ClientAccessDeps = {
  readonly servers: BankServers
  readonly egress: Egress
  readonly signingKeys: SigningKeys
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

/** `bank-refused`: it does not let us ask this; its status is logged. */
export type ClientCallRefusal = 'banks/unreachable' | 'banks/unreadable' | 'banks/bank-refused'

export type ClientCall = {
  readonly method: 'GET' | 'POST'
  /** Path and query below the institution's FDX address. */
  readonly path: string
  readonly body?: string
}

/** Calls to banks' FDX APIs with this client's own credentials, for what concerns no single customer. Gives the body's text. */
export type ClientAccess = (institution: Institution, call: ClientCall) => Promise<Outcome<string, ClientCallRefusal>>

type ClientToken = { readonly accessToken: string; readonly dpopKey: DpopKey; readonly expiresAt: Instant }

/** Tokens by client credentials, bound to a DPoP key of this process and kept in memory until they end. */
export function createClientAccess(deps: ClientAccessDeps): ClientAccess {
  const tokens = new Map<InstitutionId, ClientToken>()
  const nonces = new Map<string, string>()

  async function tokenFor(institution: Institution): Promise<Outcome<ClientToken, ClientCallRefusal>> {
    const known = tokens.get(institution.id)
    if (known !== undefined && known.expiresAt - marginMs > deps.clock.now()) return success(known)
    const fresh = await fetchToken(deps, institution)
    if (fresh.ok) tokens.set(institution.id, fresh.value)
    return fresh
  }

  return async (institution, call) => {
    const endsAt = toInstant(deps.clock.now() + callMsMax)
    const token = await tokenFor(institution)
    if (!token.ok) return token
    const prover: Prover = await createProver(deps, token.value)
    const interactionId = deps.random.uuid()
    const request = { ...call, institution, prover, interactionId, actor: 'BATCH', endsAt } as const
    const answer = await sendProved({ ...deps, nonces }, request)
    if (!answer.ok) return refusal(answer.trouble === 'too-large' ? 'banks/unreadable' : 'banks/unreachable')
    if (answer.status === 401) tokens.delete(institution.id)
    if (answer.status >= 200 && answer.status < 300) return success(answer.body)
    deps.logger.warn('bank.client-call-refused', { institution: institution.id, status: answer.status })
    return refusal(answer.status >= 500 || answer.status === 429 ? 'banks/unreachable' : 'banks/bank-refused')
  }
}

async function fetchToken(
  deps: ClientAccessDeps,
  institution: Institution,
): Promise<Outcome<ClientToken, ClientCallRefusal>> {
  const server = await deps.servers.of(institution)
  if (!server.ok) return server
  const dpopKey = await makeDpopKey()
  try {
    const DPoP = getDPoPHandle(server.value, await dpopKeyPair(dpopKey))
    // RFC 8707: the token is for the bank's data API and for nothing else there.
    const answer = await clientCredentialsGrant(server.value, { scope, resource: institution.fdxUrl }, { DPoP })
    // A token that is not bound to our key could be used by whoever finds it.
    if (answer.token_type !== 'dpop') return refusal('banks/unreadable')
    const lifetimeMs = (answer.expires_in ?? usualLifetimeSeconds) * 1000
    return success({ accessToken: answer.access_token, dpopKey, expiresAt: toInstant(deps.clock.now() + lifetimeMs) })
  } catch (error) {
    const { kind } = oauthTrouble(error)
    deps.logger.warn('bank.client-token-refused', { institution: institution.id, kind })
    if (kind === 'unreachable') return refusal('banks/unreachable')
    return refusal(kind === 'refused' ? 'banks/bank-refused' : 'banks/unreadable')
  }
}
