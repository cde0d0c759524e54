import { decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signInAndAgree } from '../conformance/fapi-stock-bank.ts'
import type { Heard } from '../conformance/fapi-stock-bank.ts'
import { redirectUri, startFapiSide } from './fapi-world.ts'
import type { FapiSide } from './fapi-world.ts'

// FAPI attacker A3a: reads authorization requests, from a browser's history or a bank's web server log.

let bank: FapiSide
beforeAll(async () => {
  bank = await startFapiSide('honest-bank')
})
afterAll(async () => await bank?.stop())

test('the browser carries a reference and nothing else', async () => {
  const departure = await bank.depart()
  const url = new URL(departure.url)
  expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri'])
  const carried: unknown = JSON.parse(departure.carry.reveal())
  const secrets = Object.values(Object(carried)).filter((value) => typeof value === 'string' && value.length >= 43)
  expect(secrets.length).toBeGreaterThanOrEqual(3)
  for (const secret of secrets) expect(departure.url).not.toContain(String(secret))
})

test('what was asked for cannot be changed in the address: the bank takes pushed requests only', async () => {
  const departure = await bank.depart()
  const wider = new URL(departure.url)
  wider.searchParams.set('scope', 'openid offline_access')
  wider.searchParams.set('redirect_uri', 'https://evil.example/callback')
  const back = await signInAndAgree(wider.href, 'alice', redirectUri)
  expect(back.origin).toBe('https://parley.example')
  const plain = new URL(departure.url)
  plain.search = new URLSearchParams({
    client_id: 'parley',
    response_type: 'code',
    scope: 'openid',
    redirect_uri: redirectUri,
  }).toString()
  const refused = await signInAndAgree(plain.href, 'alice', redirectUri)
  expect([refused.searchParams.get('error'), refused.searchParams.has('code')]).toEqual(['invalid_request', false])
  // The honest path: what was changed in the address was not listened to.
  expect(await bank.outcome(departure, back)).toBe('linked')
})

test('a request that was read afterwards is used up', async () => {
  const departure = await bank.depart()
  expect(await bank.outcome(departure, await bank.signIn(departure))).toBe('linked')
  await expect(bank.signIn(departure, 'mallory')).rejects.toThrow('status 400')
})

test('a request that was read in time gives the reader no token: the code is bound to a key and a verifier that never left us', async () => {
  const departure = await bank.depart()
  const before = bank.vault.stores
  const code = (await bank.signIn(departure, 'mallory')).searchParams.get('code') ?? ''
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, client_id: 'parley' }
  for (const more of [{}, { code_verifier: 'A'.repeat(43) }]) {
    const body = new URLSearchParams({ ...form, ...more })
    expect((await fetch(`${bank.stock.issuer}/token`, { method: 'POST', body })).status).toBeGreaterThanOrEqual(400)
  }
  expect(bank.vault.stores).toBe(before)
})

test('a code of another login does not fit, though both requests were read (PKCE, nonce)', async () => {
  const [mine, theirs] = [await bank.depart(), await bank.depart()]
  const code = (await bank.signIn(theirs, 'mallory')).searchParams.get('code') ?? ''
  const callback = await bank.signIn(mine)
  const injected = new URL(callback)
  injected.searchParams.set('code', code)
  expect(await bank.outcome(mine, injected)).toBe('banks/code-refused')
})

test('every request is its own: no state, nonce, challenge or key is used twice', async () => {
  const pushed: Heard[] = []
  bank.stock.overhear = (heard) => {
    if (new URLSearchParams(heard.body).has('code_challenge')) pushed.push(heard)
    return 'pass'
  }
  for (let times = 0; times < 5; times += 1) await bank.depart()
  bank.stock.overhear = undefined
  const forms = pushed.map(({ body }) => new URLSearchParams(body))
  // The bank asks for its nonce in the proof, so each request may come twice, with an assertion of its own.
  for (const name of ['state', 'nonce', 'code_challenge']) {
    expect([name, new Set(forms.map((form) => form.get(name))).size]).toEqual([name, 5])
  }
  expect(new Set(pushed.map(({ headers }) => keyOf(headers['dpop']))).size).toBe(5)
  expect(new Set(forms.map((form) => form.get('client_assertion'))).size).toBe(forms.length)
  expect(forms.every((form) => form.get('code_challenge_method') === 'S256')).toBe(true)
})

/**
 * What the model does not promise here, and we do not claim: whoever reads a request before it is used, signs in under it as
 * themselves, and then gets the customer's browser to open the answer, has put their own login into the customer's session.
 * The reader learns nothing by it. What stands against it: the customer sees whose accounts they are before anything is
 * signed, and signs with a passkey.
 */
test('a login of the reader under the customer’s own request is the reader’s, and shows itself as theirs', async () => {
  const departure = await bank.depart()
  const back = await bank.signIn(departure, 'mallory')
  expect(await bank.outcome(departure, back)).toBe('linked')
  expect(bank.record().subject).toBe('mallory')
})

/** The key that a proof names. */
function keyOf(proof: string | undefined): string {
  return JSON.stringify(decodeProtectedHeader(proof ?? '').jwk)
}
