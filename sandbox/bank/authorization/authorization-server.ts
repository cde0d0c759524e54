import type { Configuration, KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { BankKeys } from '../state/bank-keys.ts'
import { errorPage } from '../pages/error-page.ts'
import { pageHeaders } from '../pages/page-headers.ts'
import { FDX_TYPE, refuseAuthorizationDetail } from './authorization-details.ts'
import { grantedDetails } from './consents.ts'
import type { Consents } from './consents.ts'
import { SCOPES } from './data-clusters.ts'
import { loadOidcProvider } from './load-oidc-provider.ts'
import type { RegisteredClients } from './registered-clients.ts'
import { createTokenAdapter } from './token-adapter.ts'
import type { TokenEpoch } from './token-epoch.ts'
import type { TokenRecords } from './token-records.ts'

/** FAPI 2.0 §5.3.2.1: codes live at most 60 s. */
const CODE_SECONDS = 60
/** FDX Security Model 5.0: access tokens live at most 900 s. */
const ACCESS_TOKEN_SECONDS = 900
/** From the start of the login to the decision. */
const INTERACTION_SECONDS = 1800
/** A grant for `openid` alone, until its one code is used. */
const LOGIN_GRANT_SECONDS = 600

/** What the authorization server stands on. */
export type AuthorizationServerDeps = {
  readonly issuer: string
  /** Audience of the access tokens. */
  readonly fdxUrl: string
  readonly keys: BankKeys
  readonly records: TokenRecords
  readonly consents: Consents
  readonly clients: RegisteredClients
  readonly epoch: TokenEpoch
  readonly now: () => number
  readonly refreshGraceSeconds: () => number
  readonly personExists: (personId: string) => boolean
}

/** The authorization server: oidc-provider under the FAPI 2.0 Security Profile, its state in our journal. */
export async function createAuthorizationServer(deps: AuthorizationServerDeps): Promise<Provider> {
  const oidc = await loadOidcProvider()
  const provider = new oidc.Provider(
    deps.issuer,
    configure(deps, {
      InvalidAuthorizationDetails: oidc.errors.InvalidAuthorizationDetails,
      keyOfIssuedToken: () => oidc.Provider.ctx?.oidc.entities.AccessToken?.jkt,
    }),
  )
  provider.proxy = true
  provider.use(async (ctx, next) => {
    await next()
    addGrantId(ctx)
  })
  return provider
}

/** What the configuration needs of oidc-provider itself, which is loaded late. */
type OidcParts = {
  readonly InvalidAuthorizationDetails: new (description: string) => Error
  readonly keyOfIssuedToken: () => string | undefined
}

/** What `addGrantId` needs of a Koa context; `oidc` is absent outside oidc-provider's own routes. */
type TokenContext = {
  readonly oidc?: Pick<KoaContextWithOIDC['oidc'], 'route' | 'entities'>
  readonly status: number
  body: unknown
}

/**
 * FDX: the token response names the consent (`grant_id`, as in Grant Management for OAuth 2.0). The scope of a
 * resource-bound token would be empty beside an id_token; an empty scope is not a scope (RFC 6749 §3.3).
 */
function addGrantId(ctx: TokenContext): void {
  if (ctx.oidc?.route !== 'token' || ctx.status !== 200) return
  const grantId = ctx.oidc.entities.Grant?.jti
  const body: unknown = ctx.body
  if (grantId === undefined || typeof body !== 'object' || body === null) return
  const { scope, ...response } = { scope: '', ...body }
  const scopes = [...('id_token' in body ? ['openid'] : []), ...String(scope).split(' ')].filter((each) => each !== '')
  ctx.body = { ...response, ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }), grant_id: grantId }
}

function configure(
  deps: AuthorizationServerDeps,
  { InvalidAuthorizationDetails, keyOfIssuedToken }: OidcParts,
): Configuration {
  const { keys, consents, fdxUrl } = deps
  const detailsOf = (grantId: string | undefined): ReturnType<typeof grantedDetails> | undefined => {
    const consent = grantId === undefined ? undefined : consents.find(grantId)
    return consent === undefined ? undefined : grantedDetails(consent)
  }
  return {
    adapter: createTokenAdapter({ ...deps, keyOfIssuedToken }),
    jwks: { keys: [keys.signingKey] },
    clientDefaults: { id_token_signed_response_alg: 'ES256', response_types: ['code'] },
    clientAuthMethods: ['private_key_jwt'],
    responseTypes: ['code'],
    scopes: [...SCOPES],
    claims: { openid: ['sub'] },
    clockTolerance: 5,
    pkce: { required: () => true },
    enabledJWA: {
      clientAuthSigningAlgValues: ['ES256', 'PS256'],
      dPoPSigningAlgValues: ['ES256', 'PS256', 'Ed25519', 'EdDSA'],
      idTokenSigningAlgValues: ['ES256'],
    },
    cookies: {
      keys: [...keys.cookieKeys],
      names: { session: 'fvb_session', interaction: 'fvb_interaction', resume: 'fvb_resume' },
      long: { httpOnly: true, sameSite: 'lax', signed: true },
      short: { httpOnly: true, sameSite: 'lax', signed: true },
    },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      clientCredentials: { enabled: true },
      fapi: { enabled: true, profile: '2.0' },
      pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      dPoP: {
        enabled: true,
        nonceSecret: Buffer.from(keys.dpopNonceSecret, 'base64url'),
        requireNonce: () => true,
      },
      richAuthorizationRequests: {
        enabled: true,
        types: {
          [FDX_TYPE]: {
            validate: (_ctx, detail) => {
              const refusal = refuseAuthorizationDetail(detail)
              if (refusal !== undefined) throw new InvalidAuthorizationDetails(refusal)
            },
          },
        },
        authorizationDetailsForGrantSource: (_ctx, code) => detailsOf(code.grantId),
        authorizationDetailsForAccessToken: (_ctx, token) => detailsOf('grantId' in token ? token.grantId : undefined),
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: (ctx) => (ctx.oidc.params?.['authorization_details'] === undefined ? [] : fdxUrl),
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, resource) => {
          if (resource !== fdxUrl) throw new Error('this bank has one resource server')
          return {
            scope: SCOPES.filter((scope) => scope !== 'openid').join(' '),
            audience: fdxUrl,
            accessTokenTTL: ACCESS_TOKEN_SECONDS,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'ES256' } },
          }
        },
      },
    },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    loadExistingGrant: (ctx) => {
      const grantId = ctx.oidc.result?.consent?.grantId
      return grantId === undefined ? undefined : ctx.oidc.provider.Grant.find(grantId)
    },
    findAccount: (_ctx, personId) =>
      deps.personExists(personId) ? { accountId: personId, claims: () => ({ sub: personId }) } : undefined,
    // A client's own token names no consent, and so opens no account.
    extraTokenClaims: (_ctx, token) => ({
      ...('grantId' in token && token.grantId !== undefined ? { fdxConsentId: token.grantId } : {}),
      token_epoch: deps.epoch.current(),
    }),
    expiresWithSession: () => false,
    issueRefreshToken: (_ctx, client, source) => {
      const consent = source.grantId === undefined ? undefined : consents.find(source.grantId)
      return client.grantTypeAllowed('refresh_token') && consent !== undefined && consent.durationType !== 'ONE_TIME'
    },
    rotateRefreshToken: () => true,
    revokeGrantPolicy: () => true,
    ttl: {
      AccessToken: ACCESS_TOKEN_SECONDS,
      AuthorizationCode: CODE_SECONDS,
      ClientCredentials: ACCESS_TOKEN_SECONDS,
      IdToken: 300,
      Grant: (_ctx, grant) => secondsLeft(deps, grant.jti),
      RefreshToken: (_ctx, token) => secondsLeft(deps, token.grantId),
      Interaction: INTERACTION_SECONDS,
      Session: INTERACTION_SECONDS,
    },
    routes: { authorization: '/authorize', pushed_authorization_request: '/par', revocation: '/token/revocation' },
    extraClientMetadata: { properties: [] },
    renderError: (ctx, out) => {
      ctx.set(pageHeaders())
      ctx.type = 'html'
      ctx.body = errorPage({ code: out.error, description: out.error_description ?? '' })
    },
  }
}

/** Grants and refresh tokens live as long as the consent they stand for; a grant without one serves a login only. */
function secondsLeft(deps: AuthorizationServerDeps, grantId: string | undefined): number {
  const consent = grantId === undefined ? undefined : deps.consents.find(grantId)
  return consent === undefined ? LOGIN_GRANT_SECONDS : Math.max(1, Math.floor((consent.expiresAt - deps.now()) / 1000))
}
