import { SignJWT, importJWK } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProver } from '../../src/banks/fdx/proof.ts'
import { makeDpopKey } from '../../src/banks/fapi/dpop-key.ts'
import type { DpopKey } from '../../src/banks/fapi/dpop-key.ts'
import { createSigningKeys } from '../../src/banks/fapi/signing-keys.ts'
import { systemClock, systemRandom } from '../../src/platform/index.ts'
import { z } from 'zod'
import { startBankWorld } from './bank-world.ts'
import type { BankWorld, Sharer } from './bank-world.ts'

// Threat row 21: a bank's token that leaked: a log, a proxy, a backup, a row of the database. Behind the real gate.

let world: BankWorld
let sharer: Sharer
beforeAll(async () => {
  world = await startBankWorld()
  sharer = await world.link()
})
afterAll(async () => await world?.stop())

test('a stolen access token is worth nothing as a bearer token', async () => {
  const { accessToken } = await world.record(sharer)
  expect(await ask({ authorization: `Bearer ${accessToken}` })).toBe(401)
})

test('a stolen access token is worth nothing with a key of the thief, or with none', async () => {
  const { accessToken } = await world.record(sharer)
  const prover = await createProver(deps, { accessToken, dpopKey: await makeDpopKey() })
  const dpop = await prover.prove({ method: 'GET', url: new URL(accountsUrl()), nonce: undefined })
  expect(await ask({ authorization: `DPoP ${accessToken}`, dpop })).toBe(401)
  expect(await ask({ authorization: `DPoP ${accessToken}` })).toBe(401)
})

test('a stolen refresh token is worth nothing without the client’s key', async () => {
  const { refreshToken = '' } = await world.record(sharer)
  expect((await refresh({ refresh_token: refreshToken })).status).toBe(401)
})

test('a whole stolen record, the link’s key with it, refreshes nothing without the client’s key', async () => {
  const { refreshToken = '', dpopKey } = await world.record(sharer)
  const assertion = await assertionBy(await makeDpopKey())
  for (const more of [{}, assertion]) {
    const answered = await refresh({ refresh_token: refreshToken, ...more }, dpopKey)
    expect(answered.status).toBe(401)
    expect(await answered.text()).toContain('invalid_client')
  }
})

test('what lies in the database is no token: neither it nor its key is there in the clear', async () => {
  const { accessToken, refreshToken = '', dpopKey } = await world.record(sharer)
  const stored = await world.database.admin.rows(
    z.object({ sealed: z.instanceof(Buffer) }),
    'SELECT sealed FROM vault.bank_token WHERE customer = $1',
    [sharer.id],
  )
  expect(stored).toHaveLength(1)
  for (const secret of [accessToken, refreshToken, dpopKey.d]) {
    expect(stored[0]?.sealed.includes(secret)).toBe(false)
    expect(stored[0]?.sealed.includes(Buffer.from(secret, 'base64url'))).toBe(false)
  }
})

test('a token that was kept from before the sharing ended opens nothing after it', async () => {
  const other = await world.link()
  const { accessToken, dpopKey } = await world.record(other)
  await world.end(other, 'customer-on-page')
  expect(await world.banksToTell.links.revoke(await world.revokingPermit(other))).toMatchObject({ outcome: 'revoked' })
  const prover = await createProver(deps, { accessToken, dpopKey })
  const dpop = await prover.prove({ method: 'GET', url: new URL(accountsUrl()), nonce: undefined })
  expect(await ask({ authorization: `DPoP ${accessToken}`, dpop })).toBe(401)
})

test('the honest path still works after all of that', async () => {
  const permit = await world.permit(sharer, 'balance')
  if (typeof permit === 'string') throw new Error(permit)
  expect((await world.banks.bank.fetchBalances(permit)).ok).toBe(true)
})

const deps = { clock: systemClock, random: systemRandom, signingKeys: createSigningKeys(systemClock) }

function accountsUrl(): string {
  return `${world.fdxUrl}/accounts`
}

async function ask(headers: Readonly<Record<string, string>>): Promise<number> {
  const response = await fetch(accountsUrl(), { headers: { 'x-fapi-interaction-id': crypto.randomUUID(), ...headers } })
  return response.status
}

async function refresh(more: Readonly<Record<string, string>>, dpopKey?: DpopKey): Promise<Response> {
  const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'parley', ...more })
  const url = `${world.issuer}/token`
  const headers = dpopKey === undefined ? {} : { dpop: await proofFor(url, dpopKey) }
  return await fetch(url, { method: 'POST', body: form, headers })
}

/** A client assertion by a key that the bank does not know. */
async function assertionBy(key: DpopKey): Promise<Record<string, string>> {
  const seconds = Math.floor(Date.now() / 1000)
  const claims = {
    iss: 'parley',
    sub: 'parley',
    aud: world.issuer,
    jti: crypto.randomUUID(),
    iat: seconds,
    exp: seconds + 60,
  }
  const assertion = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256' }).sign(await importJWK(key, 'ES256'))
  return {
    client_assertion: assertion,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  }
}

async function proofFor(url: string, key: DpopKey): Promise<string> {
  const { d: _private, ...jwk } = key
  const claims = { htm: 'POST', htu: url, jti: crypto.randomUUID(), iat: Math.floor(Date.now() / 1000) }
  const header = { alg: 'ES256', typ: 'dpop+jwt', jwk }
  return await new SignJWT(claims).setProtectedHeader(header).sign(await importJWK(key, 'ES256'))
}
