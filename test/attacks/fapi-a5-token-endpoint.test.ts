import { SignJWT, UnsecuredJWT, calculateJwkThumbprint, decodeJwt, exportJWK, generateKeyPair } from 'jose'
import type { JWTPayload } from 'jose'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { testPermit } from '../../src/banks/test-support/test-permit.ts'
import type { TokenRecord } from '../../src/banks/token-record.ts'
import type { Heard, SignIdToken, TokenAnswer } from '../conformance/fapi-stock-bank.ts'
import { startFapiSide } from './fapi-world.ts'
import type { FapiSide } from './fapi-world.ts'

// FAPI attacker A5: stands at the token endpoint, reads and changes what goes in and out. What comes back decides whose link or
// recovery it is; what went in must be worthless to the reader.

const nonce = 'n'.repeat(43)

let bank: FapiSide
beforeAll(async () => {
  bank = await startFapiSide('honest-bank')
})
afterEach(() => {
  bank.stock.tamper = undefined
  bank.stock.overhear = undefined
})
afterAll(async () => await bank?.stop())

type Tamper = (answer: TokenAnswer, claims: JWTPayload, sign: SignIdToken) => Promise<TokenAnswer> | TokenAnswer
const now = (): number => Math.floor(Date.now() / 1000)
const changed =
  (change: (claims: JWTPayload) => JWTPayload): Tamper =>
  async (answer, claims, sign) => ({ ...answer, id_token: await sign(change(claims)) })

test.each<[string, Tamper, string]>([
  [
    'without a signature',
    (answer, claims) => ({ ...answer, id_token: new UnsecuredJWT(claims).encode() }),
    'banks/identity-unproven',
  ],
  ['signed with a key of somebody else', signedByAnother, 'banks/identity-unproven'],
  ['for another login', changed((claims) => ({ ...claims, nonce: 'another' })), 'banks/identity-unproven'],
  ['without a nonce', changed(({ nonce: _none, ...claims }) => claims), 'banks/identity-unproven'],
  ['for another client', changed((claims) => ({ ...claims, aud: 'somebody-else' })), 'banks/identity-unproven'],
  ['of another issuer', changed((claims) => ({ ...claims, iss: 'https://evil.example' })), 'banks/identity-unproven'],
  ['that expired', changed((claims) => ({ ...claims, exp: now() - 3600 })), 'banks/identity-unproven'],
  ['that names nobody', changed(({ sub: _none, ...claims }) => claims), 'banks/identity-unproven'],
])('an ID token %s links nobody', async (_name, tamper, code) => {
  arm(tamper)
  const stores = bank.vault.stores
  expect(await link()).toBe(code)
  expect(bank.vault.stores).toBe(stores)
  bank.stock.tamper = undefined
  expect(await link()).toBe('linked')
})

test.each<[string, Tamper, string]>([
  ['no ID token', ({ id_token: _none, ...answer }) => answer, 'banks/unreadable'],
  ['an access token that anybody could use', (answer) => ({ ...answer, token_type: 'Bearer' }), 'banks/unreadable'],
  ['no access token', ({ access_token: _none, ...answer }) => answer, 'banks/unreadable'],
  [
    'an access token as long as a book',
    (answer) => ({ ...answer, access_token: 'x'.repeat(6_001) }),
    'banks/unreadable',
  ],
])('an answer with %s is not stored', async (_name, tamper, code) => {
  arm(tamper)
  const stores = bank.vault.stores
  expect(await link()).toBe(code)
  expect(bank.vault.stores).toBe(stores)
})

test.each<[string, Tamper, string]>([
  ['honest', (answer) => answer, 'alice'],
  ['from an hour ago', changed((claims) => ({ ...claims, auth_time: now() - 3600 })), 'banks/identity-unproven'],
  [
    'from half a minute before the start',
    changed((claims) => ({ ...claims, auth_time: now() - 30 })),
    'banks/identity-unproven',
  ],
  ['from the future', changed((claims) => ({ ...claims, auth_time: now() + 60 })), 'banks/identity-unproven'],
  ['of no known time', changed(({ auth_time: _none, ...claims }) => claims), 'banks/identity-unproven'],
  ['for another recovery', changed((claims) => ({ ...claims, nonce: 'm'.repeat(43) })), 'banks/identity-unproven'],
])('a login %s proves what it proves for a recovery', async (_name, tamper, expected) => {
  arm(tamper)
  const login = { institution: bank.institution, redirectUri: 'https://parley.example/link/callback', nonce }
  const started = await bank.banks.links.startFreshLogin(login)
  if (!started.ok) throw new Error(started.code)
  const currentUrl = await bank.signIn(started.value)
  const { carry } = started.value
  const callback = { institution: bank.institution, carry, currentUrl, nonce }
  const finished = await bank.banks.links.finishFreshLogin(callback)
  expect(finished.ok ? finished.value.subject.reveal() : finished.code).toBe(expected)
})

test.each<[string, (theirs: TokenRecord) => TokenAnswer, string]>([
  [
    'both tokens',
    ({ accessToken, refreshToken }) => ({ access_token: accessToken, refresh_token: refreshToken }),
    'banks/unreadable',
  ],
  [
    'an access token alone',
    ({ accessToken }) => ({ access_token: accessToken, refresh_token: undefined }),
    'banks/link-expired',
  ],
])(
  "%s of the attacker's, put into the customer's answer, never show the attacker's figures as the customer's",
  async (_name, take, code) => {
    expect(await link('mallory')).toBe('linked')
    const theirs = bank.record()
    arm((answer) => ({ ...answer, ...take(theirs) }))
    expect(await link()).toBe('linked')
    bank.stock.tamper = undefined
    const look = await bank.banks.bank.fetchBalances(testPermit('balance', { institution: bank.institution }))
    expect(look).toEqual({ ok: false, code })
    // The honest path.
    expect(await link()).toBe('linked')
    const honest = await bank.banks.bank.fetchBalances(testPermit('balance', { institution: bank.institution }))
    expect(honest.ok).toBe(true)
  },
)

test('a token request that was read and let through is used up', async () => {
  const heard = await readTokenRequest('pass')
  const replayed = await send(heard)
  expect(replayed.status).toBeGreaterThanOrEqual(400)
})

test('a token request that was read and kept gives no token to any key but the link’s', async () => {
  const heard = await readTokenRequest('keep')
  // The reader has code, verifier and the client's assertion: everything but the keys.
  for (const proof of [undefined, await proofOfAnotherKey()]) {
    const answer = await send({ ...heard, headers: { ...heard.headers, dpop: proof ?? '' } })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(await answer.text()).not.toContain('access_token')
  }
})

test('what went in names no more than the exchange: no state, no nonce, no account, no conversation', async () => {
  const { body } = await readTokenRequest('pass')
  const names = [...new URLSearchParams(body).keys()].sort()
  expect(names).toEqual([
    'client_assertion',
    'client_assertion_type',
    'client_id',
    'code',
    'code_verifier',
    'grant_type',
    'redirect_uri',
  ])
})

/** Links, and gives the request that redeemed the code. `keep`: it never reached the bank. */
async function readTokenRequest(mode: 'pass' | 'keep'): Promise<Heard> {
  const heard: Heard[] = []
  const departure = await bank.depart()
  const callback = await bank.signIn(departure)
  bank.stock.overhear = (each) => {
    if (!each.body.includes('authorization_code')) return 'pass'
    heard.push(each)
    return mode
  }
  await bank.outcome(departure, callback)
  bank.stock.overhear = undefined
  const last = heard.at(-1)
  if (last === undefined) throw new Error('no token request was heard')
  return last
}

async function send({ path, headers, body }: Heard): Promise<Response> {
  const { dpop = '' } = headers
  return await fetch(`${bank.stock.issuer}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...(dpop === '' ? {} : { dpop }) },
    body,
  })
}

/** A proof for the token endpoint by a key of the attacker's, with the nonce that the bank asks for. */
async function proofOfAnotherKey(): Promise<string> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(publicKey)
  expect(await calculateJwkThumbprint(jwk)).not.toBe('')
  const asked = await fetch(`${bank.stock.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'x' }),
  })
  const given = asked.headers.get('dpop-nonce')
  const claims = {
    htm: 'POST',
    htu: `${bank.stock.issuer}/token`,
    jti: crypto.randomUUID(),
    iat: now(),
    ...(given === null ? {} : { nonce: given }),
  }
  return await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk }).sign(privateKey)
}

function arm(tamper: Tamper): void {
  bank.stock.tamper = async (answer, sign) => await tamper(answer, decodeJwt(String(answer['id_token'])), sign)
}

async function signedByAnother(answer: TokenAnswer, claims: JWTPayload): Promise<TokenAnswer> {
  const { privateKey } = await generateKeyPair('ES256')
  const header = { alg: 'ES256', kid: 'stock' }
  return { ...answer, id_token: await new SignJWT(claims).setProtectedHeader(header).sign(privateKey) }
}

async function link(person = 'alice'): Promise<string> {
  const departure = await bank.depart()
  return await bank.outcome(departure, await bank.signIn(departure, person))
}
