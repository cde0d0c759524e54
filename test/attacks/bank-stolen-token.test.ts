import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProver } from '../../src/banks/fdx/proof.ts'
import { createSigningKeys } from '../../src/banks/fapi/signing-keys.ts'
import { makeDpopKey } from '../../src/banks/fapi/dpop-key.ts'
import { testPermit } from '../../src/banks/test-support/test-permit.ts'
import { systemClock, systemRandom } from '../../src/platform/index.ts'
import { startLinkedSandbox } from '../conformance/fapi-sandbox.ts'
import type { LinkedSandbox } from '../conformance/fapi-sandbox.ts'

// Threat row 21: an access token that leaked (a log, a proxy, a backup) without the link's key.

let sandbox: LinkedSandbox
beforeAll(async () => {
  sandbox = await startLinkedSandbox()
})
afterAll(async () => await sandbox.stop())

test('a stolen access token is worth nothing as a bearer token', async () => {
  expect(await ask({ authorization: `Bearer ${sandbox.record().accessToken}` })).toBe(401)
})

test('a stolen access token is worth nothing with a key of the thief', async () => {
  const { accessToken } = sandbox.record()
  const prover = await createProver(deps, { accessToken, dpopKey: await makeDpopKey() })
  const dpop = await prover.prove({ method: 'GET', url: new URL(accountsUrl()), nonce: undefined })
  expect(await ask({ authorization: `DPoP ${accessToken}`, dpop })).toBe(401)
})

test('a proof that was overheard opens nothing a second time, nor another address', async () => {
  const { accessToken, dpopKey } = sandbox.record()
  const prover = await createProver(deps, { accessToken, dpopKey })
  const dpop = await prover.prove({ method: 'GET', url: new URL(accountsUrl()), nonce: undefined })
  expect(await ask({ authorization: `DPoP ${accessToken}`, dpop })).toBe(200)
  expect(await ask({ authorization: `DPoP ${accessToken}`, dpop })).toBe(401)
  const elsewhere = await prover.prove({ method: 'GET', url: new URL(`${accountsUrl()}/x`), nonce: undefined })
  expect(await ask({ authorization: `DPoP ${accessToken}`, dpop: elsewhere })).toBe(401)
})

test('a stolen refresh token is worth nothing without the client’s key', async () => {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: sandbox.record().refreshToken ?? '',
    client_id: 'parley',
  })
  const response = await fetch(`${sandbox.issuer}/token`, { method: 'POST', body: form })
  expect(response.status).toBe(401)
})

test('the honest path still works after all of that', async () => {
  const permit = testPermit('balance', { institution: sandbox.institution })
  expect((await sandbox.banks.bank.fetchBalances(permit)).ok).toBe(true)
})

const deps = { clock: systemClock, random: systemRandom, signingKeys: createSigningKeys(systemClock) }

function accountsUrl(): string {
  return `${sandbox.fdxUrl}/accounts`
}

async function ask(headers: Readonly<Record<string, string>>): Promise<number> {
  const response = await fetch(accountsUrl(), { headers: { 'x-fapi-interaction-id': crypto.randomUUID(), ...headers } })
  return response.status
}
