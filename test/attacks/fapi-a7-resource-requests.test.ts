import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProver } from '../../src/banks/fdx/proof.ts'
import { makeDpopKey } from '../../src/banks/fapi/dpop-key.ts'
import { createSigningKeys } from '../../src/banks/fapi/signing-keys.ts'
import { testPermit } from '../../src/banks/test-support/test-permit.ts'
import { systemClock, systemRandom } from '../../src/platform/index.ts'
import { startLinkedSandbox } from '../conformance/fapi-sandbox.ts'
import type { LinkedSandbox } from '../conformance/fapi-sandbox.ts'
import { startFapiSide } from './fapi-world.ts'

// FAPI attacker A7: reads requests to the bank's data API after they were served, in a log or behind a proxy that opens TLS.
//
// The model itself says which goal it does not keep against this attacker: session integrity (openid/fapi issue 535). Whoever
// reads a bank's requests knows which link asked for what and when, and nothing that we send can hide that from the bank's own
// side; protecting its data API is the bank's part. What we keep: the reader gets no data of their own (authorization) and
// passes for nobody (authentication).

let sandbox: LinkedSandbox
beforeAll(async () => {
  sandbox = await startLinkedSandbox()
})
afterAll(async () => await sandbox?.stop())

const deps = { clock: systemClock, random: systemRandom, signingKeys: createSigningKeys(systemClock) }

test('a request that was read opens nothing a second time, nor at another address, nor in another way', async () => {
  const { accessToken, dpopKey } = sandbox.record()
  const prover = await createProver(deps, { accessToken, dpopKey })
  const dpop = await prover.prove({ method: 'GET', url: new URL(accountsUrl()), nonce: undefined })
  const authorization = `DPoP ${accessToken}`
  expect(await ask({ authorization, dpop })).toBe(200)
  expect(await ask({ authorization, dpop })).toBe(401)
  for (const [method, path] of [
    ['GET', '/x'],
    ['PUT', ''],
    ['POST', ''],
  ] as const) {
    const unused = await prover.prove({ method: 'GET', url: new URL(accountsUrl()), nonce: undefined })
    expect(await ask({ authorization, dpop: unused }, { method, path })).toBe(401)
  }
})

test('the token that was read is worth nothing with another key, without a proof, or as a bearer token', async () => {
  const { accessToken } = sandbox.record()
  const prover = await createProver(deps, { accessToken, dpopKey: await makeDpopKey() })
  const dpop = await prover.prove({ method: 'GET', url: new URL(accountsUrl()), nonce: undefined })
  expect(await ask({ authorization: `DPoP ${accessToken}`, dpop })).toBe(401)
  expect(await ask({ authorization: `DPoP ${accessToken}` })).toBe(401)
  expect(await ask({ authorization: `Bearer ${accessToken}`, dpop })).toBe(401)
})

test('a proof is for one token: the reader cannot put it before another', async () => {
  const old = sandbox.record()
  await sandbox.link()
  const { accessToken, dpopKey } = sandbox.record()
  const prover = await createProver(deps, { accessToken: old.accessToken, dpopKey })
  const dpop = await prover.prove({ method: 'GET', url: new URL(accountsUrl()), nonce: undefined })
  expect(await ask({ authorization: `DPoP ${accessToken}`, dpop })).toBe(401)
})

test('the token that was read cannot be exchanged, renewed or given back by the reader', async () => {
  const { accessToken } = sandbox.record()
  for (const [path, form] of [
    ['/token', { grant_type: 'refresh_token', refresh_token: accessToken, client_id: 'parley' }],
    ['/token/revocation', { token: accessToken, client_id: 'parley' }],
  ] as const) {
    const response = await fetch(`${sandbox.issuer}${path}`, { method: 'POST', body: new URLSearchParams(form) })
    expect(response.status).toBe(401)
  }
})

test('a request carries the look’s public id, and neither refresh token, key, customer nor conversation', async () => {
  const side = await startFapiSide('stock-bank')
  try {
    const departure = await side.depart()
    expect(await side.outcome(departure, await side.signIn(departure))).toBe('linked')
    const seen: string[] = []
    side.stock.misbehave = (request) => {
      seen.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`)
      return false
    }
    const permit = testPermit('balance', { institution: side.institution })
    await side.banks.bank.fetchBalances(permit)
    const { refreshToken = 'none', dpopKey } = side.record()
    expect(seen.length).toBeGreaterThan(0)
    for (const text of seen) {
      for (const secret of [refreshToken, dpopKey.d, permit.customer]) expect(text).not.toContain(secret)
      expect(text).toContain(permit.lookId)
    }
  } finally {
    await side.stop()
  }
})

/**
 * The limit, said by a test: a bank that does not remember proofs (RFC 9449 §11.1 only asks it to) answers the same request
 * again to whoever read it, until the proof is a minute old. Only the bank can close that; the sandbox bank does, above.
 */
test('at a bank that forgets proofs, a request that was read can be repeated as it was, and changed in nothing', async () => {
  const side = await startFapiSide('forgetful-bank')
  try {
    const departure = await side.depart()
    expect(await side.outcome(departure, await side.signIn(departure))).toBe('linked')
    const { accessToken, dpopKey } = side.record()
    const url = new URL(`${side.stock.fdxUrl}/accounts`)
    const prover = await createProver(deps, { accessToken, dpopKey })
    const dpop = await prover.prove({ method: 'GET', url, nonce: 'stock-nonce' })
    const headers = { authorization: `DPoP ${accessToken}`, dpop, 'x-fapi-interaction-id': crypto.randomUUID() }
    expect((await fetch(url, { headers })).status).toBe(200)
    expect((await fetch(url, { headers })).status).toBe(200)
    expect((await fetch(`${url.href}/1`, { headers })).status).toBe(401)
    expect((await fetch(url, { headers, method: 'PUT' })).status).toBe(401)
  } finally {
    await side.stop()
  }
})

test('the honest path still works after all of that', async () => {
  const permit = testPermit('balance', { institution: sandbox.institution })
  expect((await sandbox.banks.bank.fetchBalances(permit)).ok).toBe(true)
})

function accountsUrl(): string {
  return `${sandbox.fdxUrl}/accounts`
}

async function ask(
  headers: Readonly<Record<string, string>>,
  change: { readonly method?: string; readonly path?: string } = {},
): Promise<number> {
  const response = await fetch(accountsUrl() + (change.path ?? ''), {
    method: change.method ?? 'GET',
    headers: { 'x-fapi-interaction-id': crypto.randomUUID(), ...headers },
  })
  return response.status
}
