import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Departure, LinkRefusal } from '../../src/banks/index.ts'
import { startFapiSide } from './fapi-world.ts'
import type { FapiSide } from './fapi-world.ts'

// FAPI attacker A1: a web attacker, who may send a customer's browser anywhere, also back to us with an answer of their own
// making, and who has a login at the bank. That only the browser that left may come back is shown by link.test.ts.

let bank: FapiSide
let departure: Departure
let callback: URL
beforeAll(async () => {
  bank = await startFapiSide('honest-bank')
})
afterAll(async () => await bank?.stop())
beforeEach(async () => {
  bank.clockSkewMs = 0
  departure = await bank.depart()
  callback = await bank.signIn(departure)
})

test.each<[string, (url: URL) => void, LinkRefusal]>([
  ['another state', (url) => url.searchParams.set('state', 'A'.repeat(43)), 'banks/callback-state'],
  ['no state', (url) => url.searchParams.delete('state'), 'banks/callback-state'],
  ['an empty state', (url) => url.searchParams.set('state', ''), 'banks/callback-state'],
  ['two states', (url) => url.searchParams.append('state', 'x'), 'banks/callback-malformed'],
  ['no iss', (url) => url.searchParams.delete('iss'), 'banks/callback-issuer'],
  ['another iss', (url) => url.searchParams.set('iss', 'https://evil.example'), 'banks/callback-issuer'],
  ['two issuers', (url) => url.searchParams.append('iss', bank.stock.issuer), 'banks/callback-malformed'],
  ['an iss with a slash more', (url) => url.searchParams.set('iss', `${bank.stock.issuer}/`), 'banks/callback-issuer'],
  [
    'an iss in other letters',
    (url) => url.searchParams.set('iss', bank.stock.issuer.toUpperCase()),
    'banks/callback-issuer',
  ],
  ['no code', (url) => url.searchParams.delete('code'), 'banks/callback-malformed'],
  ['an empty code', (url) => url.searchParams.set('code', ''), 'banks/callback-malformed'],
  ['two codes', (url) => url.searchParams.append('code', 'x'), 'banks/callback-malformed'],
  ['a made-up code', (url) => url.searchParams.set('code', 'x'.repeat(43)), 'banks/code-refused'],
  ['a code and an error', (url) => url.searchParams.set('error', 'access_denied'), 'banks/callback-malformed'],
  ['a JARM response beside the code', (url) => url.searchParams.set('response', 'a.b.c'), 'banks/callback-malformed'],
  ['an access token beside the code', (url) => url.searchParams.set('access_token', 'x'), 'banks/callback-malformed'],
])('a callback with %s is refused, stores nothing, and does not spoil the honest one', async (_name, tamper, code) => {
  const tampered = new URL(callback)
  tamper(tampered)
  expect(await refusalOf(tampered)).toBe(code)
  expect(await bank.outcome(departure, callback)).toBe('linked')
})

test.each<[Readonly<Record<string, string>>, LinkRefusal]>([
  [{ error: 'access_denied' }, 'banks/access-denied'],
  [{ error: 'login_required' }, 'banks/access-denied'],
  [{ error: 'temporarily_unavailable' }, 'banks/unreachable'],
  [{ error: 'server_error' }, 'banks/unreachable'],
  [{ error: 'invalid_scope', error_description: 'x' }, 'banks/bank-refused'],
])('an error of the bank itself, %o, has its own refusal', async (answer, code) => {
  const state = departure.state.reveal()
  expect(await refusalOf(comeBackWith({ ...answer, state, iss: bank.stock.issuer }))).toBe(code)
})

test("the attacker's own callback, opened in the customer's browser, links nothing (login CSRF)", async () => {
  const theirs = await bank.signIn(await bank.depart(), 'mallory')
  expect(await refusalOf(theirs)).toBe('banks/callback-state')
  expect(await bank.outcome(departure, callback)).toBe('linked')
  expect(bank.record().subject).toBe('alice')
})

test("code injection: the attacker's code in the customer's own callback is not redeemed", async () => {
  const theirs = await bank.signIn(await bank.depart(), 'mallory')
  const injected = new URL(callback)
  injected.searchParams.set('code', theirs.searchParams.get('code') ?? '')
  expect(await refusalOf(injected)).toBe('banks/code-refused')
})

test("the customer's code in the attacker's own session is not redeemed either", async () => {
  const theirs = await bank.depart()
  const stolen = new URL(await bank.signIn(theirs, 'mallory'))
  stolen.searchParams.set('code', callback.searchParams.get('code') ?? '')
  const before = bank.vault.stores
  expect(await bank.outcome(theirs, stolen)).toBe('banks/code-refused')
  expect(bank.vault.stores).toBe(before)
})

test('a code is redeemed once', async () => {
  expect(await bank.outcome(departure, callback)).toBe('linked')
  expect(await refusalOf(callback)).toBe('banks/code-refused')
})

test('a login that took longer than twenty minutes has to start again', async () => {
  bank.clockSkewMs = 20 * 60_000 + 1_000
  expect(await refusalOf(callback)).toBe('banks/login-expired')
})

test('where the browser is sent back to is ours and registered: the bank takes no other, and neither comes from a request', async () => {
  const elsewhere = { institution: bank.institution, days: 90, linkId: crypto.randomUUID() }
  for (const redirect of [
    'https://evil.example/callback',
    `${callback.origin}/link/callback/`,
    `${callback.origin}/`,
  ]) {
    expect((await bank.banks.links.start({ ...elsewhere, redirectUri: redirect })).ok).toBe(false)
  }
  // The code is redeemed for the address that was pushed, whatever host this request seemed to come to.
  const disguised = new URL(`https://evil.example/anything${callback.search}`)
  expect(await bank.outcome(departure, disguised)).toBe('linked')
})

test('a carry for a link does not finish a fresh login, which would prove who somebody is', async () => {
  const nonce = 'n'.repeat(43)
  const { carry } = departure
  const fresh = { institution: bank.institution, carry, currentUrl: callback, nonce }
  expect(await bank.banks.links.finishFreshLogin(fresh)).toMatchObject({ code: 'banks/identity-unproven' })
})

test('a setup grant that ended meanwhile leaves nothing stored, and the bank gets its tokens back', async () => {
  const before = bank.vault.stores
  bank.vault.failNextStore('refuse')
  bank.stock.requests.length = 0
  expect(await refusalOf(callback)).toBe('banks/link-stopped')
  expect(bank.vault.stores).toBe(before)
  expect(bank.stock.requests).toContain('POST /token/revocation')
})

function comeBackWith(query: Readonly<Record<string, string>>): URL {
  return new URL(`${callback.origin}${callback.pathname}?${new URLSearchParams(query).toString()}`)
}

async function refusalOf(url: URL): Promise<string> {
  const before = bank.vault.stores
  const word = await bank.outcome(departure, url)
  expect(bank.vault.stores).toBe(before)
  return word
}
