import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { createEgress } from '../../src/banks/egress/create-egress.ts'
import type { Egress, EgressOptions } from '../../src/banks/egress/create-egress.ts'
import { isPublicAddress } from '../../src/banks/egress/public-address.ts'
import { createBanks, makeClientKeys } from '../../src/banks/index.ts'
import { createMemoryVault } from '../../src/banks/test-support/memory-vault.ts'
import { oneBankDatabase } from '../../src/banks/test-support/one-bank-database.ts'
import { testLinkSecret } from '../../src/banks/test-support/test-permit.ts'
import type { InstitutionId } from '../../src/kernel/index.ts'
import { createLogger, createMetrics, systemClock, systemRandom } from '../../src/platform/index.ts'

// Threat row 22: requests that somebody else's document or name server would like to send into a private network.

const ended: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ended.splice(0)) await end()
})

test.each([
  'https://127.0.0.1/',
  'https://2130706433/',
  'https://0x7f.1/',
  'https://10.0.0.1/',
  'https://172.16.9.9/',
  'https://192.168.1.1/',
  'https://169.254.169.254/latest/meta-data/',
  'https://100.64.0.1/',
  'https://0.0.0.0/',
  'https://[::1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:a00:1]/',
  'https://[64:ff9b::a00:1]/',
  'https://[2002:a00:1::]/',
  'https://[fd00::1]/',
  'https://[fe80::1]/',
  'http://93.184.216.34/',
  'http://bank.example/',
  'https://person:secret@bank.example/',
])('%s is not asked, whatever names it', async (address) => {
  const url = new URL(address)
  const egress = open({
    allowLoopback: false,
    resolve: (_name, done) => done(null, [{ address: '10.0.0.1', family: 4 }]),
  })
  expect(await send(egress, url)).toMatchObject({ ok: false, trouble: 'forbidden' })
})

test('a name that resolves into a private network is not connected to, not even beside a public address', async () => {
  const { server, origin, port } = await listen((_request, response) => response.end('private'))
  let connections = 0
  server.on('connection', () => (connections += 1))
  for (const answer of [['127.0.0.1'], ['93.184.216.34', '127.0.0.1'], ['::1'], ['::ffff:127.0.0.1']]) {
    const addresses = answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    const egress = open({ allowLoopback: false, resolve: (_name, done) => done(null, addresses) })
    const url = new URL(`https://rebinding.example:${port}/`)
    expect(await send(egress, url)).toMatchObject({ ok: false, trouble: 'forbidden' })
  }
  expect(connections).toBe(0)
  // The honest path, in a demo: the same server by its own address.
  expect(await send(open({ allowLoopback: true }), new URL(origin))).toMatchObject({ ok: true, body: 'private' })
})

test('a name is resolved once for a connection, so that a second answer has no say (DNS rebinding)', async () => {
  const answers = [
    { address: '127.0.0.1', family: 4 },
    { address: '10.0.0.1', family: 4 },
  ]
  let asked = 0
  const { port } = await listen((_request, response) => response.end('first answer'))
  const egress = open({
    allowLoopback: true,
    resolve: (_name, done) => {
      const answer = answers[asked] ?? { address: '10.0.0.1', family: 4 }
      asked += 1
      done(null, [answer])
    },
  })
  expect(await send(egress, new URL(`http://localhost:${port}/`))).toMatchObject({ ok: true, body: 'first answer' })
  expect(asked).toBe(1)
  // A new connection asks again, and is checked again.
  const second = open({
    allowLoopback: true,
    resolve: (_name, done) => done(null, [{ address: '10.0.0.1', family: 4 }]),
  })
  expect(await send(second, new URL(`http://localhost:${port}/`))).toMatchObject({ ok: false, trouble: 'forbidden' })
})

test('an origin that is not the institution’s own is not asked', async () => {
  const { origin } = await listen((_request, response) => response.end('elsewhere'))
  const egress = open({ allowLoopback: true })
  const asked = { method: 'GET', url: new URL(origin), headers: {}, timeoutMs: 1_000 } as const
  expect(await egress.send({ ...asked, origins: ['http://127.0.0.1:1'] })).toMatchObject({ trouble: 'forbidden' })
  expect(await egress.send({ ...asked, origins: [origin] })).toMatchObject({ ok: true })
})

test('a redirect is an answer, not an order', async () => {
  let followed = 0
  const elsewhere = await listen((_request, response) => {
    followed += 1
    response.end()
  })
  const { origin } = await listen((_request, response) =>
    response.writeHead(307, { location: `${elsewhere.origin}/metadata` }).end(),
  )
  expect(await send(open({ allowLoopback: true }), new URL(origin))).toMatchObject({ ok: true, status: 307 })
  expect(followed).toBe(0)
})

test('an answer without end is cut off at a megabyte', async () => {
  const { origin } = await listen((_request, response) => {
    const more = (): void => {
      if (!response.destroyed) response.write('x'.repeat(65_536), () => setImmediate(more))
    }
    more()
  })
  expect(await send(open({ allowLoopback: true }), new URL(origin))).toMatchObject({ ok: false, trouble: 'too-large' })
})

type Change = (metadata: Record<string, unknown>, elsewhere: string) => void
test.each<[string, Change]>([
  ['another issuer', (metadata, elsewhere) => (metadata['issuer'] = elsewhere)],
  ['an issuer with a slash more', (metadata) => (metadata['issuer'] = `${String(metadata['issuer'])}/`)],
  ['a token endpoint elsewhere', (metadata, elsewhere) => (metadata['token_endpoint'] = `${elsewhere}/token`)],
  [
    'a PAR endpoint elsewhere',
    (metadata, elsewhere) => (metadata['pushed_authorization_request_endpoint'] = `${elsewhere}/par`),
  ],
  ['keys elsewhere', (metadata, elsewhere) => (metadata['jwks_uri'] = `${elsewhere}/jwks`)],
  ['a login page elsewhere', (metadata, elsewhere) => (metadata['authorization_endpoint'] = `${elsewhere}/authorize`)],
  ['revocation elsewhere', (metadata, elsewhere) => (metadata['revocation_endpoint'] = `${elsewhere}/revoke`)],
  ['no promise of iss in answers', (metadata) => delete metadata['authorization_response_iss_parameter_supported']],
  ['no PAR', (metadata) => delete metadata['pushed_authorization_request_endpoint']],
  ['no sender-constrained tokens', (metadata) => delete metadata['dpop_signing_alg_values_supported']],
  ['client secrets only', (metadata) => (metadata['token_endpoint_auth_methods_supported'] = ['client_secret_basic'])],
  ['unsigned ID tokens', (metadata) => (metadata['id_token_signing_alg_values_supported'] = ['none', 'HS256'])],
])('discovery that names %s is refused, and nobody else is asked', async (_name, change) => {
  const seen: string[] = []
  const elsewhere = await listen((request, response) => {
    seen.push(`elsewhere ${request.url}`)
    response.writeHead(404).end()
  })
  const bank = await listen((request, response) => {
    seen.push(String(request.url))
    const { origin } = bank
    const metadata: Record<string, unknown> = {
      issuer: origin,
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      pushed_authorization_request_endpoint: `${origin}/par`,
      jwks_uri: `${origin}/jwks`,
      revocation_endpoint: `${origin}/revoke`,
      authorization_response_iss_parameter_supported: true,
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
      dpop_signing_alg_values_supported: ['ES256'],
      id_token_signing_alg_values_supported: ['ES256'],
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
    }
    change(metadata, elsewhere.origin)
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(metadata))
  })
  const banks = createBanks(
    {
      database: oneBankDatabase({
        id: 'bank' as InstitutionId,
        name: 'Bank',
        issuer: bank.origin,
        fdxUrl: `${bank.origin}/fdx`,
        clientId: 'parley',
        callsPerDay: 0,
      }),
      tokens: createMemoryVault(Date.now),
      clock: systemClock,
      random: systemRandom,
      logger: createLogger({ role: 'test', level: 'silent' }),
      metrics: createMetrics({ processMetrics: false }),
    },
    { clientKeys: await makeClientKeys(), allowLoopback: true, linkSecret: testLinkSecret },
  )
  ended.push(() => banks.close())
  const link = { institution: 'bank' as InstitutionId, redirectUri: 'https://parley.example/cb', days: 1, linkId: 'x' }
  expect(await banks.links.start(link)).toEqual({ ok: false, code: 'banks/unreadable' })
  expect(seen).toEqual(['/.well-known/openid-configuration'])
})

test('addresses of the public internet are public', () => {
  for (const address of ['93.184.216.34', '8.8.8.8', '172.32.0.1', '2606:2800:220:1::1', '2a00:1450::1']) {
    expect([address, isPublicAddress(address)]).toEqual([address, true])
  }
  for (const address of ['', 'bank.example', '1.2.3', '::', '2001:db8::1', '224.0.0.1', '255.255.255.255']) {
    expect([address, isPublicAddress(address)]).toEqual([address, false])
  }
})

function open(options: Omit<EgressOptions, 'clock'>): Egress {
  const egress = createEgress({ clock: systemClock, ...options })
  ended.push(() => egress.close())
  return egress
}

function send(egress: Egress, url: URL): ReturnType<Egress['send']> {
  return egress.send({ method: 'GET', url, headers: {}, timeoutMs: 5_000, origins: [url.origin] })
}

async function listen(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ readonly server: Server; readonly origin: string; readonly port: number }> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  ended.push(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { server, origin: `http://127.0.0.1:${port}`, port }
}
