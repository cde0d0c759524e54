import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { exportJWK, generateKeyPair } from 'jose'
import * as openid from 'openid-client'
import { createCookieBrowser } from './cookie-browser.ts'
import type { CookieBrowser, Page } from './cookie-browser.ts'

/** Where the bank sends people back to; nothing listens there. */
export const REDIRECT_URI = 'http://127.0.0.1:9/callback'

/** The details a test asks for unless it says otherwise. */
export function fdxDetails(
  clusters: readonly string[],
  more: Readonly<Record<string, unknown>> = {},
): readonly object[] {
  return [
    {
      type: 'fdx_v1.0',
      consentRequest: {
        durationType: 'TIME_BOUND',
        durationPeriod: 90,
        lookbackPeriod: 400,
        resources: [{ resourceType: 'ACCOUNT', dataClusters: clusters }],
        ...more,
      },
    },
  ]
}

/** What the bank and the client agreed to sign notices with. */
export const PUSH_SECRET = 'a-secret-that-bank-and-client-agreed-on'

/** Every cluster a test may want. */
export const ALL_CLUSTERS = ['ACCOUNT_DETAILED', 'BALANCES', 'BILLS', 'TRANSACTIONS', 'STATEMENTS', 'PAYMENT_SUPPORT', 'REWARDS', 'CARD_CONTROLS'] // prettier-ignore

/** A client of the bank that shares no code with it. */
export type OutsideClient = {
  readonly config: openid.Configuration
  readonly dpop: openid.DPoPHandle
  readonly clientId: string
  /** Pushes the request and gives the authorization URL and what the callback must match. */
  begin(parameters?: Readonly<Record<string, string>>, dpop?: openid.DPoPHandle): Promise<Started>
  /** Walks login and consent, then exchanges the code. */
  link(person: { login: string; password: string }, options?: LinkOptions): Promise<Tokens>
  finish(started: Started, callbackUrl: string, dpop?: openid.DPoPHandle): Promise<Tokens>
  refresh(refreshToken: string, dpop?: openid.DPoPHandle): Promise<Tokens>
  /** An access token of the client's own, without any customer. */
  ownToken(scope?: string): Promise<string>
  fdx(path: string, accessToken: string, options?: FdxOptions): Promise<Response>
}

/** A pushed request on its way. */
export type Started = {
  readonly url: string
  readonly verifier: string
  readonly state: string
  readonly nonce: string
}
/** What the token endpoint answered. */
export type Tokens = Awaited<ReturnType<typeof openid.authorizationCodeGrant>>
/** How a test links: what it asks for, which accounts it ticks, with which key. */
export type LinkOptions = {
  readonly details?: readonly object[] | null
  readonly pick?: (ids: readonly string[]) => readonly string[]
  readonly parameters?: Readonly<Record<string, string>>
  readonly dpop?: openid.DPoPHandle
}
/** How a test calls the FDX API; an empty header value leaves the header out. */
export type FdxOptions = {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly dpop?: openid.DPoPHandle
}

/** Makes a key, registers it in the bank's client file and discovers the bank. */
export async function createOutsideClient(bank: {
  issuer: string
  fdxUrl: string
  clientConfig: string
  /** Further redirect addresses: on their origins notices may be taken. */
  callbacks?: readonly string[]
}): Promise<OutsideClient> {
  const clientId = 'outside-client'
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'outside', alg: 'ES256', use: 'sig' }
  await writeFile(
    bank.clientConfig,
    JSON.stringify({
      clients: [
        {
          client_id: clientId,
          client_name: 'Outside <Client>',
          redirect_uris: [REDIRECT_URI, ...(bank.callbacks ?? [])],
          jwks: { keys: [jwk] },
          push_secret: PUSH_SECRET,
        },
      ],
    }),
  )
  const config = await openid.discovery(
    new URL(bank.issuer),
    clientId,
    { token_endpoint_auth_method: 'private_key_jwt', authorization_signed_response_alg: 'ES256' },
    openid.PrivateKeyJwt({ key: privateKey, kid: 'outside' }),
    { execute: [openid.allowInsecureRequests] },
  )
  const dpop = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair('ES256'))

  const client: OutsideClient = {
    config,
    dpop,
    clientId,
    async begin(parameters = {}, key = dpop) {
      const verifier = openid.randomPKCECodeVerifier()
      const state = openid.randomState()
      const nonce = openid.randomNonce()
      const url = await openid.buildAuthorizationUrlWithPAR(
        config,
        {
          redirect_uri: REDIRECT_URI,
          scope: 'openid',
          code_challenge: await openid.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          state,
          nonce,
          ...parameters,
        },
        { DPoP: key },
      )
      return { url: url.href, verifier, state, nonce }
    },
    async link(
      person,
      {
        details = fdxDetails(ALL_CLUSTERS),
        pick = (ids: readonly string[]) => ids,
        parameters = {},
        dpop: key = dpop,
      } = {},
    ) {
      const started = await client.begin(
        {
          ...(details === null ? {} : { authorization_details: JSON.stringify(details) }),
          ...parameters,
        },
        key,
      )
      const browser = createCookieBrowser(REDIRECT_URI)
      const signedIn = await signIn(browser, started.url, person)
      const back = details === null ? signedIn : await share(browser, signedIn, pick)
      return client.finish(started, back.url, key)
    },
    finish: (started, callbackUrl, key = dpop) =>
      openid.authorizationCodeGrant(
        config,
        new URL(callbackUrl),
        {
          pkceCodeVerifier: started.verifier,
          expectedState: started.state,
          expectedNonce: started.nonce,
          idTokenExpected: true,
        },
        undefined,
        { DPoP: key },
      ),
    async ownToken(scope = 'fdx:notifications:subscribe') {
      const parameters = { scope, resource: bank.fdxUrl }
      return (await openid.clientCredentialsGrant(config, parameters, { DPoP: dpop })).access_token
    },
    refresh: (refreshToken, key = dpop) => openid.refreshTokenGrant(config, refreshToken, undefined, { DPoP: key }),
    async fdx(path, accessToken, { method = 'GET', headers = {}, body, dpop: key = dpop } = {}) {
      const sent = new Headers({ 'x-fapi-interaction-id': randomUUID(), 'fdx-api-actor-type': 'USER', ...headers })
      for (const name of [...sent.keys()]) if (sent.get(name) === '') sent.delete(name)
      return openid.fetchProtectedResource(
        config,
        accessToken,
        new URL(bank.fdxUrl + path),
        method,
        body ?? null,
        sent,
        { DPoP: key },
      )
    },
  }
  return client
}

/** Types login name and password into the login page. */
export async function signIn(
  browser: CookieBrowser,
  url: string,
  person: { login: string; password: string },
): Promise<Page> {
  const login = await browser.get(url)
  return browser.submit(login, 'login', [
    ['login', person.login],
    ['password', person.password],
  ])
}

/** Ticks accounts on the consent page and agrees. */
export function share(
  browser: CookieBrowser,
  page: Page,
  pick: (ids: readonly string[]) => readonly string[],
): Promise<Page> {
  const offered = [...page.text.matchAll(/name="account"\s+value="([^"]+)"/g)].map((match) => match[1] ?? '')
  return browser.submit(page, 'consent', [
    ...pick(offered).map((id) => ['account', id] as const),
    ['decision', 'allow'] as const,
  ])
}

/** The consent a token response names. */
export function grantOf(tokens: Tokens): string {
  const id = tokens['grant_id']
  if (typeof id !== 'string') throw new Error('the token response names no grant')
  return id
}
