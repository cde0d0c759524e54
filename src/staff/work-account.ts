import {
  PrivateKeyJwt,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import type { Configuration, IDToken } from 'openid-client'
import { importJWK } from 'jose'
import { z } from 'zod'
import { Fault, refusal, success } from '../kernel/index.ts'
import type { Instant, Outcome, StaffId } from '../kernel/index.ts'
import type { Clock, Database, HttpClient, Logger, Random } from '../platform/index.ts'
import { keepEntry, memberOfIdentity, takeEntry } from './entry-store.ts'
import { isStaffLogin } from './staff-member.ts'

/** The provider that knows the staff's work accounts (OpenID Connect Core 1.0). */
export type StaffProvider = {
  readonly issuer: string
  readonly clientId: string
  /** The claim that is a member's login, from a provider that lets nobody choose it: `preferred_username` unless said otherwise. Never an e-mail address. */
  readonly loginClaim: string
  /** How long ago somebody may have typed their password at the provider, in seconds. */
  readonly maxAgeSeconds: number
  /** What the provider must say of how they signed in (`acr`), where it is to say anything. */
  readonly acr: string | undefined
  /** A JWK set of one private key (ES256), for `private_key_jwt`. */
  readonly clientKeys: unknown
  /** Only in a demo: a provider without TLS on this machine. */
  readonly allowLoopback: boolean
}

export type WorkAccountDeps = {
  /** Login `parley_console`. */
  readonly database: Database
  readonly random: Random
  readonly clock: Clock
  readonly logger: Logger
  /** Reaches the provider's origin and no other. */
  readonly http: HttpClient
}

/** Why somebody was not let in. `staff/provider-away`: it may be tried again. */
export type EntryRefusal = 'staff/entry-spent' | 'staff/entry-refused' | 'staff/provider-away' | 'staff/not-a-member'

/** Signing in with a work account. */
export type WorkAccounts = {
  readonly issuer: string
  /** Where the browser goes, and the cookie that it comes back with. */
  begin(): Promise<Outcome<{ readonly url: string; readonly cookie: string }, 'staff/provider-away'>>
  /** Who came back. Whatever comes of it, what was begun is spent. */
  finish(back: { readonly cookie: string | undefined; readonly query: string }): Promise<Outcome<StaffId, EntryRefusal>>
}

/** What the provider says of itself is read again after this long. */
const metadataMs = 10 * 60_000
/** One exchange with the provider. */
const exchangeMs = 6_000

/** Where the provider sends people back to; registered there to the letter. */
const callbackPath = '/staff/callback'

/** Work accounts at one provider; what it says of itself is read at the first use. */
function createWorkAccounts(deps: WorkAccountDeps, provider: StaffProvider, ownOrigin: string): WorkAccounts {
  const redirectUri = `${ownOrigin}${callbackPath}`
  let known: { readonly server: Configuration; readonly readAt: Instant } | undefined
  const find = async (): Promise<Configuration | undefined> => {
    if (known !== undefined && deps.clock.now() - known.readAt < metadataMs) return known.server
    try {
      known = { server: await discover(deps.http, provider), readAt: deps.clock.now() }
      return known.server
    } catch (fault) {
      deps.logger.fault('staff.provider-not-read', fault)
      return undefined
    }
  }
  return {
    issuer: provider.issuer,
    async begin() {
      const server = await find()
      if (server === undefined) return refusal('staff/provider-away')
      const entry = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() }
      const cookie = Buffer.from(deps.random.bytes(32)).toString('base64url')
      await keepEntry(deps.database, cookie, entry)
      const url = buildAuthorizationUrl(server, {
        redirect_uri: redirectUri,
        scope: 'openid profile',
        state: entry.state,
        nonce: entry.nonce,
        code_challenge: await calculatePKCECodeChallenge(entry.verifier),
        code_challenge_method: 'S256',
        max_age: String(provider.maxAgeSeconds),
        ...(provider.acr === undefined ? {} : { acr_values: provider.acr }),
      })
      return success({ url: url.href, cookie })
    },
    async finish({ cookie, query }) {
      const entry = cookie === undefined ? undefined : await takeEntry(deps.database, cookie)
      if (entry === undefined) return refusal('staff/entry-spent')
      const server = await find()
      if (server === undefined) return refusal('staff/provider-away')
      const claims = await redeem(deps, server, { entry, url: new URL(`${redirectUri}?${query}`), provider })
      if (claims === undefined) return refusal('staff/entry-refused')
      if (provider.acr !== undefined && claims['acr'] !== provider.acr) return refusal('staff/entry-refused')
      const login = loginSchema.safeParse(claims[provider.loginClaim])
      const identity = { issuer: provider.issuer, subject: claims.sub, login: login.success ? login.data : undefined }
      const member = await memberOfIdentity(deps.database, identity)
      return member === undefined ? refusal('staff/not-a-member') : success(member)
    },
  }
}

const loginSchema = z.string().refine(isStaffLogin)

const keySet = z.object({
  keys: z.array(z.looseObject({ kid: z.string(), kty: z.literal('EC'), crv: z.literal('P-256') })).min(1),
})

async function discover(http: HttpClient, provider: StaffProvider): Promise<Configuration> {
  const [jwk] = keySet.parse(provider.clientKeys).keys
  if (jwk === undefined) throw new Fault('staff/provider-unreadable', { retry: 'never' })
  const key = await importJWK({ ...jwk, alg: 'ES256' }, 'ES256')
  if (key instanceof Uint8Array) throw new Fault('staff/provider-unreadable', { retry: 'never' })
  const plain = provider.allowLoopback && provider.issuer.startsWith('http:') ? [allowInsecureRequests] : []
  const server = await discovery(
    new URL(provider.issuer),
    provider.clientId,
    { id_token_signed_response_alg: 'ES256' },
    PrivateKeyJwt({ key, kid: jwk.kid }),
    {
      [customFetch]: (url, { body, ...options }) =>
        http.fetch(url, body === undefined || body === null ? options : { ...options, body }),
      execute: plain,
      timeout: exchangeMs / 1000,
    },
  )
  // To the letter: the library forgives a missing slash, and knows vendors whose issuer may differ.
  if (server.serverMetadata().issuer !== provider.issuer) {
    throw new Fault('staff/provider-unreadable', { retry: 'never' })
  }
  enableNonRepudiationChecks(server) // ID tokens are verified against the provider's keys, not only by the channel
  return server
}

async function redeem(
  { logger }: WorkAccountDeps,
  server: Configuration,
  {
    entry,
    url,
    provider,
  }: {
    readonly entry: { state: string; nonce: string; verifier: string }
    readonly url: URL
    readonly provider: StaffProvider
  },
): Promise<IDToken | undefined> {
  try {
    const tokens = await authorizationCodeGrant(server, url, {
      expectedState: entry.state,
      expectedNonce: entry.nonce,
      pkceCodeVerifier: entry.verifier,
      idTokenExpected: true,
      maxAge: provider.maxAgeSeconds,
    })
    return tokens.claims()
  } catch (fault) {
    // Whatever is wrong with the answer, somebody is not let in; which of them it was is for the log.
    logger.fault('staff.entry-refused', fault)
    return undefined
  }
}

/** Signing in with a work account: {@link createWorkAccounts}, and where people come back. */
export const workAccounts = { create: createWorkAccounts, callbackPath } as const
