import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { exportJWK, generateKeyPair } from 'jose'
import type { Provider } from 'oidc-provider'
import { continuePage, goneStatus, loginPage, pageHeaders } from './pages.ts'
import type { LoginProblem } from './pages.ts'
import type { Client } from './client.ts'
import { createGuessLimit } from './guess-limit.ts'

/** Somebody with a work account. */
export type Person = { readonly login: string; readonly password: string; readonly role: string }

/** A provider that listens. */
export type RunningProvider = { readonly issuer: string; stop(): Promise<void> }

const interactionSeconds = 600
const sessionSeconds = 8 * 3_600
/** A form of two fields. */
const bodyBytesMax = 8 * 1024

/**
 * A practice OpenID provider (OpenID Connect Core 1.0, authorization code with PKCE, `private_key_jwt`) on oidc-provider. Its state is in
 * memory: a restart signs everybody out at the provider, and nobody anywhere else.
 */
export async function startProvider({
  port,
  people,
  client,
}: {
  readonly port: number
  readonly people: readonly Person[]
  readonly client: Client
}): Promise<RunningProvider> {
  const server = createServer()
  server.requestTimeout = 30_000
  server.maxConnections = 500
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port }, resolve)
  })
  const address = server.address()
  const issuer = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}`
  const provider = await createProvider(issuer, { people, client })
  const callback = provider.callback()
  const interact = createInteractions({ provider, people, client })
  server.on('request', (request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    const handled = path.startsWith('/interaction/') ? interact(request, response, path) : callback(request, response)
    Promise.resolve(handled).catch((error: unknown) => {
      console.error('request failed', error)
      if (response.headersSent) response.destroy()
      else response.writeHead(500).end()
    })
  })
  return {
    issuer,
    stop: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

async function createProvider(
  issuer: string,
  { people, client }: { readonly people: readonly Person[]; readonly client: Client },
): Promise<Provider> {
  const { Provider: OidcProvider } = await loadOidcProvider()
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const signingKey = { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: 'ES256', use: 'sig' }
  return new OidcProvider(issuer, {
    jwks: { keys: [signingKey] },
    clients: [
      {
        client_id: client.client_id,
        client_name: client.client_name,
        redirect_uris: [...client.redirect_uris],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'ES256',
        id_token_signed_response_alg: 'ES256',
        require_auth_time: true,
        jwks: { keys: client.jwks.keys.map((key) => ({ ...key })) },
      },
    ],
    clientAuthMethods: ['private_key_jwt'],
    responseTypes: ['code'],
    scopes: ['openid', 'profile'],
    claims: { openid: ['sub'], profile: ['preferred_username', 'name'] },
    // The one client asks for who somebody is; the ID token says it.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    enabledJWA: {
      clientAuthSigningAlgValues: ['ES256'],
      idTokenSigningAlgValues: ['ES256'],
    },
    cookies: {
      keys: [randomBytes(32).toString('base64url')],
      names: { session: 'work_session', interaction: 'work_interaction', resume: 'work_resume' },
      long: { httpOnly: true, sameSite: 'lax', signed: true },
      short: { httpOnly: true, sameSite: 'lax', signed: true },
    },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
    },
    ttl: {
      Interaction: interactionSeconds,
      Session: sessionSeconds,
      Grant: sessionSeconds,
      AuthorizationCode: 60,
      IdToken: 300,
    },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, id) => {
      const person = people.find(({ login }) => subjectOf(login) === id)
      if (person === undefined) return undefined
      return { accountId: id, claims: () => ({ sub: id, preferred_username: person.login, name: person.login }) }
    },
    // There is one client, and being sent there by it is leave enough: nobody is asked.
    loadExistingGrant: async (ctx) => {
      const { session, provider } = ctx.oidc
      const grant = new provider.Grant({
        accountId: session?.accountId ?? '',
        clientId: ctx.oidc.client?.clientId ?? '',
      })
      grant.addOIDCScope('openid profile')
      await grant.save()
      return grant
    },
  })
}

/** Loads oidc-provider without its notice about runtimes: the versions that this project pins are tested. */
async function loadOidcProvider(): Promise<typeof import('oidc-provider')> {
  const warn = console.warn
  console.warn = (...parts: readonly unknown[]) => {
    if (!String(parts[0]).includes('Unsupported runtime')) warn(...parts)
  }
  try {
    return await import('oidc-provider')
  } finally {
    console.warn = warn
  }
}

/** What never changes hands, unlike a login. */
function subjectOf(login: string): string {
  return createHash('sha256').update(`work account of ${login}`).digest('hex').slice(0, 32)
}

function createInteractions({
  provider,
  people,
  client,
}: {
  readonly provider: Provider
  readonly people: readonly Person[]
  readonly client: Client
}): (request: IncomingMessage, response: ServerResponse, path: string) => Promise<void> {
  const guesses = createGuessLimit()
  const send = (response: ServerResponse, status: number, body: string): void =>
    void response.writeHead(status, { ...pageHeaders, 'content-type': 'text/html; charset=utf-8' }).end(body)

  return async (request, response, path) => {
    const [, , uid = '', step = ''] = path.split('/')
    const details = await findInteraction(provider, request, response)
    if (details === undefined || details.uid !== uid) return send(response, goneStatus, loginPage(uid, client, 'gone'))
    if (step === 'continue') return send(response, 200, continuePage(details.returnTo, client))
    if (request.method !== 'POST') return send(response, 200, loginPage(uid, client, undefined))
    const form = new URLSearchParams(await readBody(request))
    const login = form.get('login') ?? ''
    const problem = check(login, form.get('password') ?? '')
    if (problem !== undefined) return send(response, problem === 'many' ? 429 : 400, loginPage(uid, client, problem))
    const now = Math.floor(Date.now() / 1000)
    const result = { login: { accountId: subjectOf(login), ts: now, amr: ['pwd'], remember: true } }
    await provider.interactionResult(request, response, result, { mergeWithLastSubmission: false })
    response.writeHead(303, { ...pageHeaders, location: `/interaction/${uid}/continue` }).end()
  }

  function check(login: string, password: string): LoginProblem | undefined {
    if (!guesses.mayTry(login)) return 'many'
    const isRight = people.some((person) => person.login === login && same(person.password, password))
    if (isRight) guesses.forget(login)
    return isRight ? undefined : 'wrong'
  }
}

/** The sign-in that this browser is in; undefined when it is over. */
async function findInteraction(provider: Provider, request: IncomingMessage, response: ServerResponse) {
  try {
    return await provider.interactionDetails(request, response)
  } catch (error) {
    if (error instanceof Error && error.name === 'SessionNotFound') return undefined
    throw error
  }
}

function same(one: string, other: string): boolean {
  const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
  return digest(one) === digest(other)
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    const buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    bytes += buffer.length
    if (bytes > bodyBytesMax) throw new Error('a form that is larger than any of ours')
    chunks.push(buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}
