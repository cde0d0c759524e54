import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createBanks, makeClientKeys, publicJwks } from '../../src/banks/index.ts'
import type { Banks, Departure, LinkRefusal } from '../../src/banks/index.ts'
import { createMemoryVault } from '../../src/banks/test-support/memory-vault.ts'
import type { MemoryVault } from '../../src/banks/test-support/memory-vault.ts'
import { oneBankDatabase } from '../../src/banks/test-support/one-bank-database.ts'
import { testPermit } from '../../src/banks/test-support/test-permit.ts'
import { toInstant } from '../../src/kernel/index.ts'
import type { InstitutionId, Outcome } from '../../src/kernel/index.ts'
import { createLogger, createMetrics, systemClock, systemRandom } from '../../src/platform/index.ts'
import { signInAndAgree, startStockBank } from '../conformance/fapi-stock-bank.ts'
import type { StockBank } from '../conformance/fapi-stock-bank.ts'

// Threat row 22 and the FAPI attacker model (A1, A1a, A3a): what comes back in the browser is in the attacker's hands.

const honest = 'honest-bank' as InstitutionId
const evil = 'evil-bank' as InstitutionId
const redirectUri = 'https://parley.example/link/callback'

type Side = { readonly stock: StockBank; readonly vault: MemoryVault; readonly banks: Banks }
let good: Side
let bad: Side
let departure: Departure
let callback: URL
let clockSkewMs = 0

beforeAll(async () => {
  good = await side(honest)
  bad = await side(evil)
})
afterAll(async () => {
  for (const { banks, stock } of [good, bad]) {
    banks.close()
    await stock.stop()
  }
})

beforeEach(async () => {
  clockSkewMs = 0
  const started = await good.banks.links.start({
    institution: honest,
    redirectUri,
    days: 90,
    linkId: crypto.randomUUID(),
  })
  if (!started.ok) throw new Error(started.code)
  departure = started.value
  callback = await signInAndAgree(departure.url, 'alice', redirectUri)
})

test.each<[string, (url: URL) => void, LinkRefusal]>([
  ['another state', (url) => url.searchParams.set('state', 'A'.repeat(43)), 'banks/callback-state'],
  ['no state', (url) => url.searchParams.delete('state'), 'banks/callback-state'],
  ['an empty state', (url) => url.searchParams.set('state', ''), 'banks/callback-state'],
  ['two states', (url) => url.searchParams.append('state', 'x'), 'banks/callback-malformed'],
  ['no iss', (url) => url.searchParams.delete('iss'), 'banks/callback-issuer'],
  ['another iss', (url) => url.searchParams.set('iss', bad.stock.issuer), 'banks/callback-issuer'],
  ['two issuers', (url) => url.searchParams.append('iss', good.stock.issuer), 'banks/callback-malformed'],
  ['an iss with a slash more', (url) => url.searchParams.set('iss', `${good.stock.issuer}/`), 'banks/callback-issuer'],
  [
    'an iss in other letters',
    (url) => url.searchParams.set('iss', good.stock.issuer.toUpperCase()),
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
  expect((await finish(good, honest, departure, callback)).ok).toBe(true)
})

test.each<[Readonly<Record<string, string>>, LinkRefusal]>([
  [{ error: 'access_denied' }, 'banks/access-denied'],
  [{ error: 'login_required' }, 'banks/access-denied'],
  [{ error: 'temporarily_unavailable' }, 'banks/unreachable'],
  [{ error: 'server_error' }, 'banks/unreachable'],
  [{ error: 'invalid_scope', error_description: 'x' }, 'banks/bank-refused'],
])('an error of the bank itself, %o, has its own refusal', async (answer, code) => {
  const state = departure.state.reveal()
  const url = new URL(`${redirectUri}?${new URLSearchParams({ ...answer, state, iss: good.stock.issuer }).toString()}`)
  expect(await refusalOf(url)).toBe(code)
})

test('an error that another bank sends says nothing about this one', async () => {
  const state = departure.state.reveal()
  const forged = { error: 'access_denied', state, iss: bad.stock.issuer }
  expect(await refusalOf(new URL(`${redirectUri}?${new URLSearchParams(forged).toString()}`))).toBe(
    'banks/callback-issuer',
  )
})

test('a code is redeemed once', async () => {
  expect((await finish(good, honest, departure, callback)).ok).toBe(true)
  expect(await refusalOf(callback)).toBe('banks/code-refused')
})

test('a login that took longer than twenty minutes has to start again', async () => {
  clockSkewMs = 20 * 60_000 + 1_000
  expect(await refusalOf(callback)).toBe('banks/login-expired')
})

test("mix-up: the honest bank's code is not carried to the bank that the attacker runs", async () => {
  // The customer chose the evil bank, whose login page sent the browser on to the honest one.
  const started = await bad.banks.links.start({ institution: evil, redirectUri, days: 90, linkId: crypto.randomUUID() })
  if (!started.ok) throw new Error(started.code)
  const mixed = new URL(callback)
  mixed.searchParams.set('state', started.value.state.reveal())
  bad.stock.requests.length = 0
  expect(codeOf(await finish(bad, evil, started.value, mixed))).toBe('banks/callback-issuer')
  expect(bad.stock.requests).toEqual([])
  expect(bad.vault.peek()).toBeUndefined()
})

test("code injection: somebody else's code in the customer's own callback is not redeemed", async () => {
  const other = await good.banks.links.start({
    institution: honest,
    redirectUri,
    days: 90,
    linkId: crypto.randomUUID(),
  })
  if (!other.ok) throw new Error(other.code)
  const theirs = await signInAndAgree(other.value.url, 'mallory', redirectUri)
  const injected = new URL(callback)
  injected.searchParams.set('code', theirs.searchParams.get('code') ?? '')
  expect(await refusalOf(injected)).toBe('banks/code-refused')
})

test("a carry for one bank does not finish another bank's login, and a link is not a fresh login", async () => {
  const permit = testPermit('account-list', { institution: evil })
  const { carry } = departure
  await expect(bad.banks.links.finish({ institution: evil, carry, currentUrl: callback, permit })).rejects.toThrow(
    'banks/institution-mismatch',
  )
  const nonce = 'n'.repeat(43)
  const fresh = good.banks.links.finishFreshLogin({ institution: honest, carry, currentUrl: callback, nonce })
  expect(codeOf(await fresh)).toBe('banks/identity-unproven')
})

test('a setup grant that ended meanwhile leaves nothing stored, and the bank gets its tokens back', async () => {
  const before = good.vault.stores
  good.vault.failNextStore('refuse')
  good.stock.requests.length = 0
  expect(await refusalOf(callback)).toBe('banks/link-stopped')
  expect(good.vault.stores).toBe(before)
  expect(good.stock.requests.at(-1)).toBe('POST /token/revocation')
})

async function refusalOf(url: URL): Promise<string> {
  const before = good.vault.stores
  const outcome = await finish(good, honest, departure, url)
  expect(good.vault.stores).toBe(before)
  return codeOf(outcome)
}

function finish(
  at: Side,
  institution: InstitutionId,
  left: Departure,
  currentUrl: URL,
): ReturnType<Banks['links']['finish']> {
  const permit = testPermit('account-list', { institution })
  return at.banks.links.finish({ institution, carry: left.carry, currentUrl, permit })
}

function codeOf(outcome: Outcome<unknown, string>): string {
  return outcome.ok ? 'linked' : outcome.code
}

async function side(institution: InstitutionId): Promise<Side> {
  const clientKeys = await makeClientKeys()
  const accounts = { accounts: [] }
  const stock = await startStockBank({ clientId: 'parley', redirectUri, jwks: publicJwks(clientKeys), accounts })
  const vault = createMemoryVault(Date.now)
  const { issuer, fdxUrl } = stock
  const database = oneBankDatabase({
    id: institution,
    name: institution,
    issuer,
    fdxUrl,
    clientId: 'parley',
    callsPerDay: 0,
  })
  const clock = { ...systemClock, now: () => toInstant(Date.now() + clockSkewMs) }
  const logger = createLogger({ role: 'test', level: 'silent' })
  const metrics = createMetrics({ processMetrics: false })
  const deps = { database, tokens: vault, clock, random: systemRandom, logger, metrics }
  return { stock, vault, banks: createBanks(deps, { clientKeys, allowLoopback: true }) }
}
