import { createServer as createHttpServer } from 'node:http'
import { createServer, request } from 'node:https'
import { connect, createServer as createTcpServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { createEgress } from '../../src/banks/egress/create-egress.ts'
import type { Egress } from '../../src/banks/egress/create-egress.ts'
import { createBanks, makeClientKeys } from '../../src/banks/index.ts'
import { createMemoryVault } from '../../src/banks/test-support/memory-vault.ts'
import { oneBankDatabase } from '../../src/banks/test-support/one-bank-database.ts'
import { testLinkSecret, testPermit } from '../../src/banks/test-support/test-permit.ts'
import type { InstitutionId } from '../../src/kernel/index.ts'
import { createLogger, createMetrics, systemClock, systemRandom } from '../../src/platform/index.ts'
import { makeSelfSigned } from '../setup/self-signed.ts'
import { startFapiSide } from './fapi-world.ts'

// FAPI attacker A2: holds the network between us and the bank. Reads, keeps, changes and repeats what passes; cannot break TLS.

const ended: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end()
})

test('a server with a certificate that nobody vouches for is told nothing: no metadata asked, no assertion, no token', async () => {
  const heard: string[] = []
  const forged = makeSelfSigned()
  const server = createServer(forged, (asked, response) => {
    heard.push(`${asked.method} ${asked.url}`)
    response.end('{}')
  })
  const { port } = await listen(server)
  const issuer = `https://localhost:${port}`
  const row = {
    id: 'bank' as InstitutionId,
    name: 'Bank',
    issuer,
    fdxUrl: `${issuer}/fdx`,
    clientId: 'parley',
    callsPerDay: 0,
  }
  const banks = createBanks(
    {
      database: oneBankDatabase(row),
      tokens: createMemoryVault(Date.now),
      clock: systemClock,
      random: systemRandom,
      logger: createLogger({ role: 'test', level: 'silent' }),
      metrics: createMetrics({ processMetrics: false }),
    },
    { clientKeys: await makeClientKeys(), allowLoopback: true, linkSecret: testLinkSecret },
  )
  ended.push(() => banks.close())
  const link = { institution: row.id, redirectUri: 'https://parley.example/cb', days: 1, linkId: 'x' }
  expect(await banks.links.start(link)).toEqual({ ok: false, code: 'banks/unreachable' })
  expect(heard).toEqual([])
  // The server is well and its certificate is one: somebody who trusts it gets an answer.
  const status = await new Promise((resolve, reject) => {
    request(`${issuer}/trusted`, { ca: forged.cert }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end()
  })
  expect([status, heard]).toEqual([200, ['GET /trusted']])
})

test('nothing goes out unencrypted, to a name or an address, unless it is this machine in a demo', async () => {
  const { port, asked } = await listenPlain()
  const strict = open(false)
  for (const address of [`http://127.0.0.1:${port}/`, `http://localhost:${port}/`, `http://[::1]:${port}/`]) {
    expect(await send(strict, address)).toMatchObject({ ok: false, trouble: 'forbidden' })
  }
  expect(await send(open(true), 'http://bank.example/')).toMatchObject({ ok: false, trouble: 'forbidden' })
  expect(asked()).toBe(0)
  // The honest path of a demo.
  expect(await send(open(true), `http://127.0.0.1:${port}/`)).toMatchObject({ ok: true })
})

test('an encrypted address that answers with a way to an unencrypted one is not followed there', async () => {
  const { port, asked } = await listenPlain()
  const redirecting = createHttpServer((_request, response) =>
    response.writeHead(301, { location: `http://127.0.0.1:${port}/` }).end(),
  )
  const { port: first } = await listen(redirecting)
  expect(await send(open(true), `http://127.0.0.1:${first}/`)).toMatchObject({ ok: true, status: 301 })
  expect(asked()).toBe(0)
})

test('a connection that is cut, held or garbled shows no figure and links nobody, and all is well afterwards', async () => {
  const side = await startFapiSide('bank-behind-a-wire')
  ended.push(() => side.stop())
  const departure = await side.depart()
  expect(await side.outcome(departure, await side.signIn(departure))).toBe('linked')
  const permit = () => testPermit('balance', { institution: side.institution })
  for (const mischief of ['cut', 'garble'] as const) {
    side.stock.misbehave = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
      response.write(mischief === 'cut' ? '{"accounts":[' : '\u0000'.repeat(100))
      if (mischief === 'cut') response.destroy()
      else response.end()
      return true
    }
    const look = await side.banks.bank.fetchBalances(permit())
    expect(look.ok).toBe(false)
  }
  side.stock.misbehave = undefined
  expect((await side.banks.bank.fetchBalances(permit())).ok).toBe(true)
})

test('everything the network could have kept of a link is worth nothing later: codes once, proofs with the bank’s nonce', async () => {
  const side = await startFapiSide('bank-behind-a-wire')
  ended.push(() => side.stop())
  const kept: { path: string; body: string; dpop: string }[] = []
  side.stock.overhear = ({ path, body, headers }) => {
    kept.push({ path, body, dpop: headers['dpop'] ?? '' })
    return 'pass'
  }
  const departure = await side.depart()
  expect(await side.outcome(departure, await side.signIn(departure))).toBe('linked')
  side.stock.overhear = undefined
  const ours = kept.filter(({ body }) => body.includes('client_assertion'))
  expect(ours.length).toBeGreaterThanOrEqual(2)
  for (const { path, body, dpop } of ours) {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', dpop }
    const repeated = await fetch(`${side.stock.issuer}${path}`, { method: 'POST', headers, body })
    expect([path, repeated.status >= 400]).toEqual([path, true])
  }
})

test('old TLS is not spoken', async () => {
  let versions = ''
  // What a client offers stands in its first message: legacy version and the list of supported ones.
  const server = createTcpServer((socket) => {
    socket.once('data', (hello: Buffer) => {
      versions = hello.toString('hex')
      socket.destroy()
    })
    socket.on('error', () => undefined)
  })
  const { port } = await listen(server)
  expect(await send(open(true), `https://localhost:${port}/`)).toMatchObject({ ok: false })
  // Extension 43 (RFC 8446 §4.2.1): its length, the list's length, the list.
  const [, bytes = '', rest = ''] = /002b[0-9a-f]{4}([0-9a-f]{2})([0-9a-f]*)/.exec(versions) ?? []
  expect(rest.slice(0, Number.parseInt(bytes, 16) * 2)).toBe('03040303')
})

function open(allowLoopback: boolean): Egress {
  const egress = createEgress({ clock: systemClock, allowLoopback })
  ended.push(() => egress.close())
  return egress
}

function send(egress: Egress, address: string): ReturnType<Egress['send']> {
  const url = new URL(address)
  return egress.send({ method: 'GET', url, headers: {}, timeoutMs: 5_000, origins: [url.origin] })
}

async function listen(server: Server): Promise<AddressInfo> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  ended.push(() => new Promise((resolve) => server.close(resolve)))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening')
  return address
}

async function listenPlain(): Promise<{ readonly port: number; asked(): number }> {
  let count = 0
  const server = createHttpServer((_request, response) => {
    count += 1
    response.end('plain')
  })
  const { port } = await listen(server)
  const probe = connect(port, '127.0.0.1')
  await new Promise((resolve) => probe.once('connect', resolve))
  probe.destroy()
  return { port, asked: () => count }
}
