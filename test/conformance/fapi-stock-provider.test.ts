import { afterAll, beforeAll, expect, test } from 'vitest'
import { createBanks, makeClientKeys, publicJwks } from '../../src/banks/index.ts'
import type { Banks } from '../../src/banks/index.ts'
import { createMemoryVault } from '../../src/banks/test-support/memory-vault.ts'
import type { MemoryVault } from '../../src/banks/test-support/memory-vault.ts'
import { oneBankDatabase } from '../../src/banks/test-support/one-bank-database.ts'
import { parseTokenRecord, tokenRecordText } from '../../src/banks/token-record.ts'
import type { TokenRecord } from '../../src/banks/token-record.ts'
import { testLinkSecret, testPermit, testRevokingPermit } from '../../src/banks/test-support/test-permit.ts'
import type { InstitutionId, Secret } from '../../src/kernel/index.ts'
import { decimalText, toInstant } from '../../src/kernel/index.ts'
import { createLogger, createMetrics, systemClock, systemRandom } from '../../src/platform/index.ts'
import { signInAndAgree, startStockBank } from './fapi-stock-bank.ts'
import type { StockBank } from './fapi-stock-bank.ts'

const institution = 'stock-bank' as InstitutionId
const redirectUri = 'https://parley.example/link/callback'
const accounts = {
  page: {},
  accounts: [
    {
      accountCategory: 'DEPOSIT_ACCOUNT',
      accountId: 'stock-1',
      accountType: 'CHECKING',
      accountNumberDisplay: '5820',
      nickname: 'Everyday',
      status: 'OPEN',
      currency: { currencyCode: 'USD' },
      currentBalance: 1399.02,
      availableBalance: 1350.5,
    },
  ],
}

let bank: StockBank
let vault: MemoryVault
let banks: Banks

beforeAll(async () => {
  const clientKeys = await makeClientKeys()
  bank = await startStockBank({ clientId: 'parley', redirectUri, jwks: publicJwks(clientKeys), accounts })
  vault = createMemoryVault(Date.now)
  const row = {
    id: institution,
    name: 'Stock Bank',
    issuer: bank.issuer,
    fdxUrl: bank.fdxUrl,
    clientId: 'parley',
    callsPerDay: 0,
  }
  const logger = createLogger({ role: 'test', level: 'silent' })
  banks = createBanks(
    {
      database: oneBankDatabase(row),
      tokens: vault,
      clock: systemClock,
      random: systemRandom,
      logger,
      metrics: createMetrics({ processMetrics: false }),
    },
    { clientKeys, allowLoopback: true, linkSecret: testLinkSecret },
  )
})

afterAll(async () => {
  banks.close()
  await bank.stop()
})

test('a bank on the stock authorization server can be linked and read', async () => {
  const { currentUrl, carry } = await comeBack()
  const finished = await finish(currentUrl, carry)
  if (!finished.ok) throw new Error(finished.code)
  expect(finished.value.subject.reveal()).toBe('alice')
  expect(await readBalances()).toEqual([
    ['current', '1399.02'],
    ['available', '1350.50'],
  ])
})

test('an access token at its end is refreshed, and the refreshed one stored', async () => {
  const before = record()
  vault.replace(tokenRecordText({ ...before, accessExpiresAt: toInstant(Date.now() + 1_000) }))
  expect(await readBalances()).toHaveLength(2)
  expect(record().accessToken).not.toBe(before.accessToken)
})

test('an access token that the bank does not know any more is refreshed once', async () => {
  const before = record()
  vault.replace(tokenRecordText({ ...before, accessToken: 'forgotten' }))
  expect(await readBalances()).toHaveLength(2)
  expect(record().accessToken).not.toBe('forgotten')
})

test('a code is taken once, and a second try changes nothing', async () => {
  const { currentUrl, carry } = await comeBack()
  expect((await finish(currentUrl, carry)).ok).toBe(true)
  const stores = vault.stores
  expect(await finish(currentUrl, carry)).toEqual({ ok: false, code: 'banks/code-refused' })
  expect(vault.stores).toBe(stores)
})

test('a fresh login names the person and the time, and asks for no data', async () => {
  const nonce = 'n'.repeat(43)
  const askedAt = Math.floor(Date.now() / 1_000) * 1_000
  const started = await banks.links.startFreshLogin({ institution, redirectUri, nonce })
  if (!started.ok) throw new Error(started.code)
  const currentUrl = await signInAndAgree(started.value.url, 'alice', redirectUri)
  const { carry } = started.value
  expect(await banks.links.finishFreshLogin({ institution, carry, currentUrl, nonce: 'o'.repeat(43) })).toEqual({
    ok: false,
    code: 'banks/identity-unproven',
  })
  const finished = await banks.links.finishFreshLogin({ institution, carry, currentUrl, nonce })
  if (!finished.ok) throw new Error(finished.code)
  expect(finished.value.subject.reveal()).toBe('alice')
  expect(finished.value.loggedInAt).toBeGreaterThanOrEqual(askedAt)
  expect(finished.value.loggedInAt).toBeLessThanOrEqual(Date.now())
})

test('tokens that were given back are dead, and the person is told to link again', async () => {
  const { currentUrl, carry } = await comeBack()
  expect((await finish(currentUrl, carry)).ok).toBe(true)
  expect(await banks.links.revoke(testRevokingPermit(institution))).toMatchObject({ outcome: 'revoked' })
  expect(await banks.bank.fetchBalances(testPermit('balance', { institution }))).toEqual({
    ok: false,
    code: 'banks/link-expired',
  })
})

test('the health of a bank without a health page comes from its discovery document', async () => {
  expect(await banks.health(institution)).toBe('ok')
})

async function comeBack(): Promise<{ currentUrl: URL; carry: Secret<string> }> {
  const started = await banks.links.start({ institution, redirectUri, days: 90, linkId: crypto.randomUUID() })
  if (!started.ok) throw new Error(started.code)
  return {
    currentUrl: await signInAndAgree(started.value.url, 'alice', redirectUri),
    carry: started.value.carry,
  }
}

function finish(currentUrl: URL, carry: Secret<string>): ReturnType<Banks['links']['finish']> {
  return banks.links.finish({ institution, carry, currentUrl, permit: testPermit('account-list', { institution }) })
}

async function readBalances(): Promise<readonly (readonly [string, string])[]> {
  const report = await banks.bank.fetchBalances(testPermit('balance', { institution, accounts: ['stock-1'] }))
  if (!report.ok) throw new Error(report.code)
  return report.value.accounts.flatMap(({ balances }) =>
    balances.map(({ kind, amount }) => [kind, decimalText(amount.reveal())] as const),
  )
}

function record(): TokenRecord {
  const row = vault.peek()
  if (row === undefined) throw new Error('nothing is stored')
  return parseTokenRecord(row.plain)
}
