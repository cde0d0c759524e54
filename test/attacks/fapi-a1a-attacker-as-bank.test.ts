import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { makeClientKeys } from '../../src/banks/index.ts'
import { testPermit } from '../../src/banks/test-support/test-permit.ts'
import type { Heard } from '../conformance/fapi-stock-bank.ts'
import { startFapiSide } from './fapi-world.ts'
import type { FapiSide } from './fapi-world.ts'

// FAPI attacker A1a: a web attacker who also runs one of the configured banks, and wants what belongs to another one. What its
// metadata may name is shown by threat-22-fake-bank.test.ts.

let good: FapiSide
let evil: FapiSide
beforeAll(async () => {
  // One key at every bank, as in life: what is signed for one must be worthless at another.
  const clientKeys = await makeClientKeys()
  good = await startFapiSide('honest-bank', { clientKeys })
  evil = await startFapiSide('evil-bank', { clientKeys })
})
afterAll(async () => {
  await good?.stop()
  await evil?.stop()
})
beforeEach(() => {
  evil.stock.overhear = undefined
  evil.stock.requests.length = 0
})

test("mix-up: the honest bank's code is not carried to the bank that the attacker runs", async () => {
  const callback = await good.signIn(await good.depart())
  // The customer chose the evil bank, whose login page sent the browser on to the honest one.
  const departure = await evil.depart()
  const mixed = new URL(callback)
  mixed.searchParams.set('state', departure.state.reveal())
  evil.stock.requests.length = 0
  expect(await evil.outcome(departure, mixed)).toBe('banks/callback-issuer')
  expect(evil.stock.requests).toEqual([])
  expect(evil.vault.peek()).toBeUndefined()
})

test('mix-up the other way: a code of the evil bank is not shown to the honest one, and an error of it means nothing', async () => {
  const departure = await good.depart()
  const foreign = await evil.signIn(await evil.depart())
  foreign.searchParams.set('state', departure.state.reveal())
  good.stock.requests.length = 0
  expect(await good.outcome(departure, foreign)).toBe('banks/callback-issuer')
  const error = new URL(foreign)
  error.searchParams.delete('code')
  error.searchParams.set('error', 'access_denied')
  expect(await good.outcome(departure, error)).toBe('banks/callback-issuer')
  expect(good.stock.requests).toEqual([])
})

test('what our client shows the evil bank opens nothing at the honest one: assertions name one bank, proofs one address', async () => {
  const shown: Heard[] = []
  evil.stock.overhear = (heard) => {
    shown.push(heard)
    return 'pass'
  }
  const departure = await evil.depart()
  expect(await evil.outcome(departure, await evil.signIn(departure))).toBe('linked')
  const assertions = shown.flatMap(({ body }) => new URLSearchParams(body).get('client_assertion') ?? [])
  expect(assertions.length).toBeGreaterThanOrEqual(2)
  expect(new Set(assertions.map((assertion) => decodeJwt(assertion).aud))).toEqual(new Set([evil.stock.issuer]))
  expect(shown.map(({ path }) => path)).toEqual(expect.arrayContaining(['/request', '/token']))
  for (const heard of shown) {
    const replayed = await fetch(`${good.stock.issuer}${heard.path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...dpopOf(heard) },
      body: heard.body,
    })
    if (!new URLSearchParams(heard.body).has('client_assertion')) continue
    expect([replayed.status, await replayed.json()]).toMatchObject([401, { error: 'invalid_client' }])
  }
})

test('tokens of the evil bank are never shown to the honest one, though the configuration of a bank were swapped', async () => {
  const departure = await evil.depart()
  expect(await evil.outcome(departure, await evil.signIn(departure))).toBe('linked')
  good.vault.replace(evil.vault.peek()?.plain ?? fail())
  good.stock.requests.length = 0
  const look = await good.banks.bank.fetchBalances(testPermit('balance', { institution: good.institution }))
  expect(look).toEqual({ ok: false, code: 'banks/link-expired' })
  expect(good.stock.requests).toEqual([])
})

test("a carry for one bank does not finish another bank's login", async () => {
  const departure = await good.depart()
  const callback = await good.signIn(departure)
  const permit = testPermit('account-list', { institution: evil.institution })
  const mixed = { institution: evil.institution, carry: departure.carry, currentUrl: callback, permit }
  await expect(evil.banks.links.finish(mixed)).rejects.toThrow('banks/institution-mismatch')
  // The honest path.
  expect(await good.outcome(departure, callback)).toBe('linked')
})

function dpopOf({ headers }: Heard): Record<string, string> {
  const { dpop } = headers
  return dpop === undefined ? {} : { dpop }
}

function fail(): never {
  throw new Error('nothing is stored')
}
