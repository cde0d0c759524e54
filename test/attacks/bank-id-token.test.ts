import { SignJWT, UnsecuredJWT, decodeJwt, generateKeyPair } from 'jose'
import type { JWTPayload } from 'jose'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createBanks, makeClientKeys, publicJwks } from '../../src/banks/index.ts'
import type { Banks } from '../../src/banks/index.ts'
import { createMemoryVault } from '../../src/banks/test-support/memory-vault.ts'
import type { MemoryVault } from '../../src/banks/test-support/memory-vault.ts'
import { oneBankDatabase } from '../../src/banks/test-support/one-bank-database.ts'
import { testPermit } from '../../src/banks/test-support/test-permit.ts'
import type { InstitutionId } from '../../src/kernel/index.ts'
import { createLogger, createMetrics, systemClock, systemRandom } from '../../src/platform/index.ts'
import { signInAndAgree, startStockBank } from '../conformance/fapi-stock-bank.ts'
import type { SignIdToken, StockBank, TokenAnswer } from '../conformance/fapi-stock-bank.ts'

// FAPI attacker A5: token answers that were tampered with. What the ID token says decides whose link or recovery it is.

const institution = 'stock-bank' as InstitutionId
const redirectUri = 'https://parley.example/link/callback'
const nonce = 'n'.repeat(43)

let stock: StockBank
let vault: MemoryVault
let banks: Banks

beforeAll(async () => {
  const clientKeys = await makeClientKeys()
  const accounts = { accounts: [] }
  stock = await startStockBank({ clientId: 'parley', redirectUri, jwks: publicJwks(clientKeys), accounts })
  vault = createMemoryVault(Date.now)
  const { issuer, fdxUrl } = stock
  const row = { id: institution, name: 'Stock', issuer, fdxUrl, clientId: 'parley', callsPerDay: 0 }
  const logger = createLogger({ role: 'test', level: 'silent' })
  const metrics = createMetrics({ processMetrics: false })
  const deps = {
    database: oneBankDatabase(row),
    tokens: vault,
    clock: systemClock,
    random: systemRandom,
    logger,
    metrics,
  }
  banks = createBanks(deps, { clientKeys, allowLoopback: true })
})
afterEach(() => {
  stock.tamper = undefined
})
afterAll(async () => {
  banks.close()
  await stock.stop()
})

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
  const stores = vault.stores
  expect(await link()).toBe(code)
  expect(vault.stores).toBe(stores)
  stock.tamper = undefined
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
  const stores = vault.stores
  expect(await link()).toBe(code)
  expect(vault.stores).toBe(stores)
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
  const started = await banks.links.startFreshLogin({ institution, redirectUri, nonce })
  if (!started.ok) throw new Error(started.code)
  const currentUrl = await signInAndAgree(started.value.url, 'alice', redirectUri)
  const { carry } = started.value
  const finished = await banks.links.finishFreshLogin({ institution, carry, currentUrl, nonce })
  expect(finished.ok ? finished.value.subject.reveal() : finished.code).toBe(expected)
})

function arm(tamper: Tamper): void {
  stock.tamper = async (answer, sign) => await tamper(answer, decodeJwt(String(answer['id_token'])), sign)
}

async function signedByAnother(answer: TokenAnswer, claims: JWTPayload): Promise<TokenAnswer> {
  const { privateKey } = await generateKeyPair('ES256')
  const header = { alg: 'ES256', kid: 'stock' }
  return { ...answer, id_token: await new SignJWT(claims).setProtectedHeader(header).sign(privateKey) }
}

async function link(): Promise<string> {
  const started = await banks.links.start({ institution, redirectUri, days: 90, linkId: crypto.randomUUID() })
  if (!started.ok) throw new Error(started.code)
  const currentUrl = await signInAndAgree(started.value.url, 'alice', redirectUri)
  const permit = testPermit('account-list', { institution })
  const finished = await banks.links.finish({ institution, carry: started.value.carry, currentUrl, permit })
  return finished.ok ? 'linked' : finished.code
}
