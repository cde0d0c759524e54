import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { EmbeddedJWK, SignJWT, calculateJwkThumbprint, exportJWK, generateKeyPair, jwtVerify } from 'jose'
import type { JWK, JWTPayload } from 'jose'
import type { Configuration } from 'oidc-provider'
import { Provider } from 'oidc-provider'
import { z } from 'zod'

/**
 * A bank that shares nothing with our sandbox: the certified oidc-provider as it comes, with its own development login
 * pages and FAPI 2.0 turned on, and the smallest FDX API that checks its tokens.
 */
export type StockBank = {
  readonly issuer: string
  readonly fdxUrl: string
  /** Method and path of everything that was asked, in order. */
  readonly requests: string[]
  /** Answers FDX requests in place of the honest API; true if it did. */
  misbehave: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined
  /** Changes what the token endpoint answers, as a bank (or somebody inside it) might. */
  tamper: ((answer: TokenAnswer, sign: SignIdToken) => Promise<TokenAnswer>) | undefined
  /** Reads every request that has a body, before the bank does; `keep` keeps it from the bank. */
  overhear: ((heard: Heard) => 'keep' | 'pass') | undefined
  stop(): Promise<void>
}

/** A request as somebody between client and bank sees it. */
export type Heard = {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type TokenAnswer = Readonly<Record<string, unknown>>
/** Signs an ID token with the bank's own key. */
export type SignIdToken = (claims: JWTPayload) => Promise<string>

export async function startStockBank(client: {
  readonly clientId: string
  readonly redirectUri: string
  readonly jwks: { readonly keys: readonly object[] }
  readonly accounts: unknown
}): Promise<StockBank> {
  let respond: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => response.end()
  const server = createServer((request, response) => respond(request, response))
  const port = await listen(server)
  const issuer = `http://127.0.0.1:${port}`
  const fdxUrl = `${issuer}/fdx/v6`
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const signingJwk = { ...(await exportJWK(privateKey)), kid: 'stock', alg: 'ES256', use: 'sig' }
  const provider = new Provider(issuer, configuration(fdxUrl, client, signingJwk))
  provider.use(async (ctx, next) => {
    await next()
    const answered = tokenAnswer.safeParse(ctx.body)
    if (ctx['oidc']?.route !== 'token' || bank.tamper === undefined || !answered.success) return
    ctx.body = await bank.tamper(answered.data, (claims) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'stock' }).sign(privateKey),
    )
  })
  const oidc = provider.callback()
  const bank: StockBank = {
    issuer,
    fdxUrl,
    requests: [],
    misbehave: undefined,
    tamper: undefined,
    overhear: undefined,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  respond = (request, response) => {
    bank.requests.push(`${request.method} ${request.url}`)
    if (request.method === 'POST' && bank.overhear !== undefined) {
      const { overhear } = bank
      return void peek(request).then((heard) =>
        overhear(heard) === 'keep' ? response.destroy() : void oidc(request, response),
      )
    }
    if (!request.url?.startsWith('/fdx/v6/')) return void oidc(request, response)
    if (bank.misbehave?.(request, response) === true) return
    serveFdx(provider, fdxUrl, client.accounts, request).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(JSON.stringify(body)),
      () => response.writeHead(401, { 'www-authenticate': 'DPoP error="invalid_token"' }).end(),
    )
  }
  return bank
}

const tokenAnswer = z.looseObject({ access_token: z.string() })

function configuration(
  fdxUrl: string,
  client: {
    readonly clientId: string
    readonly redirectUri: string
    readonly jwks: { readonly keys: readonly object[] }
  },
  signingJwk: JWK,
): Configuration {
  return {
    jwks: { keys: [signingJwk] },
    clients: [
      {
        client_id: client.clientId,
        redirect_uris: [client.redirectUri],
        jwks: { keys: [...client.jwks.keys] },
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'ES256',
        id_token_signed_response_alg: 'ES256',
        dpop_bound_access_tokens: true,
        require_auth_time: true,
        authorization_details_types: ['fdx_v1.0'],
        scope: 'openid offline_access fdx:accountbasic:read fdx:balances:read',
      },
    ],
    scopes: ['openid', 'offline_access', 'fdx:accountbasic:read', 'fdx:balances:read'],
    clientAuthMethods: ['private_key_jwt'],
    responseTypes: ['code'],
    pkce: { required: () => true },
    enabledJWA: {
      idTokenSigningAlgValues: ['ES256'],
      clientAuthSigningAlgValues: ['ES256'],
      dPoPSigningAlgValues: ['ES256'],
    },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    features: {
      fapi: { enabled: true, profile: '2.0' },
      pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
      dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: (ctx) => (ctx.oidc.params?.['authorization_details'] === undefined ? [] : fdxUrl),
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'fdx:accountbasic:read fdx:balances:read',
          accessTokenFormat: 'opaque',
          accessTokenTTL: 900,
        }),
      },
      richAuthorizationRequests: {
        enabled: true,
        types: { 'fdx_v1.0': { validate: () => undefined } },
        authorizationDetailsForGrantSource: (ctx) => ctx.oidc.entities.Grant?.rar ?? [],
        authorizationDetailsForAccessToken: (_ctx, token) => ('rar' in token ? token.rar : undefined) ?? [],
      },
    },
    ttl: { AccessToken: 900, AuthorizationCode: 60, IdToken: 300, Grant: 3600, Interaction: 600, Session: 600 },
  }
}

/** Reads a body and puts it back, so that the bank finds it as it came. */
async function peek(request: IncomingMessage): Promise<Heard> {
  const length = Number(request.headers['content-length'] ?? 0)
  const chunks: Buffer[] = []
  let bytes = 0
  while (bytes < length) {
    const chunk: unknown = request.read()
    if (chunk instanceof Buffer) {
      chunks.push(chunk)
      bytes += chunk.length
    } else await once(request, 'readable')
  }
  const body = Buffer.concat(chunks)
  request.unshift(body)
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const)
  return { path: request.url ?? '', headers: Object.fromEntries(headers), body: body.toString('utf8') }
}

type FdxReply = { readonly status: number; readonly headers: Record<string, string>; readonly body: unknown }

async function serveFdx(
  provider: Provider,
  fdxUrl: string,
  accounts: unknown,
  request: IncomingMessage,
): Promise<FdxReply> {
  const token = (request.headers.authorization ?? '').replace(/^DPoP /, '')
  const proof = await jwtVerify(String(request.headers['dpop']), EmbeddedJWK, {
    typ: 'dpop+jwt',
    algorithms: ['ES256'],
    maxTokenAge: '1 minute',
  })
  const found = await provider.AccessToken.find(token)
  const { payload, protectedHeader } = proof
  const path = new URL(request.url ?? '/', fdxUrl).pathname
  const isBound =
    found !== undefined &&
    protectedHeader.jwk !== undefined &&
    found['jkt'] === (await calculateJwkThumbprint(protectedHeader.jwk)) &&
    payload['ath'] === createHash('sha256').update(token).digest('base64url') &&
    payload['htm'] === request.method &&
    payload['htu'] === new URL(path, fdxUrl).href
  if (!isBound) throw new Error('the proof is not for this token and request')
  if (payload['nonce'] !== 'stock-nonce') {
    const headers = { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'stock-nonce' }
    return { status: 401, headers, body: {} }
  }
  const interaction = String(request.headers['x-fapi-interaction-id'])
  const headers = { 'content-type': 'application/json', 'x-fapi-interaction-id': interaction }
  return { status: path.endsWith('/accounts') ? 200 : 404, headers, body: accounts }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}

/** Walks the stock login pages as a browser does: signs in as this person, says yes, and comes back with the callback. */
export async function signInAndAgree(startUrl: string, person: string, callback: string): Promise<URL> {
  const cookies = new Map<string, string>()
  let url = startUrl
  let form: string | undefined
  for (let hops = 0; hops < 20; hops += 1) {
    if (url.startsWith(callback)) return new URL(url)
    const response = await fetch(url, {
      method: form === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(form === undefined ? {} : { body: form }),
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    const page = await response.text()
    form = undefined
    if (location !== null) {
      url = new URL(location, url).href
      continue
    }
    const prompt = /name="prompt" value="([a-z]+)"/.exec(page)?.[1]
    if (prompt === undefined) throw new Error(`the login stopped at a page with status ${response.status}`)
    url = new URL(/action="([^"]+)"/.exec(page)?.[1] ?? '', url).href
    form = new URLSearchParams({ prompt, login: person, password: 'x' }).toString()
  }
  throw new Error('the login went in circles')
}
