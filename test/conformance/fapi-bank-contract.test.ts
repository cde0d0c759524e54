import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll, describe, expect, test } from 'vitest'
import { createBanks, makeClientKeys, publicJwks } from '../../src/banks/index.ts'
import { bankContract, everyTrouble } from '../../src/banks/test-support/bank-contract.ts'
import type { BankUnderTest, Trouble } from '../../src/banks/test-support/bank-contract.ts'
import { createMemoryVault } from '../../src/banks/test-support/memory-vault.ts'
import { oneBankDatabase } from '../../src/banks/test-support/one-bank-database.ts'
import { testLinkSecret, testPermit } from '../../src/banks/test-support/test-permit.ts'
import { parseTokenRecord, tokenRecordText } from '../../src/banks/token-record.ts'
import type { InstitutionId } from '../../src/kernel/index.ts'
import { createLogger, createMetrics, systemClock, systemRandom } from '../../src/platform/index.ts'
import type { Clock } from '../../src/platform/index.ts'
import { signInAndAgree, startStockBank } from './fapi-stock-bank.ts'

const institution = 'stock-bank' as InstitutionId
const redirectUri = 'https://parley.example/link/callback'

// Deadlines come five times sooner; what is measured and signed keeps to the real time.
const impatient: Clock = {
  ...systemClock,
  after: (ms, run) => systemClock.after(ms / 5, run),
  sleep: (ms, signal) => systemClock.sleep(ms / 5, signal),
}

const checking = {
  accountCategory: 'DEPOSIT_ACCOUNT',
  accountId: 'checking-1',
  accountType: 'CHECKING',
  accountNumberDisplay: '5820',
  nickname: 'Everyday',
  status: 'OPEN',
  currency: { currencyCode: 'USD' },
  balanceAsOf: '2026-11-20T08:00:00.000Z',
  currentBalance: 1399.02,
  availableBalance: -12.5,
}
const card = {
  accountCategory: 'LOC_ACCOUNT',
  accountId: 'card-1',
  accountType: 'CREDITCARD',
  accountNumberDisplay: '**** 8200',
  productName: 'Rewards card',
  status: 'OPEN',
  currency: { currencyCode: 'USD' },
  principalBalance: 132.28,
  availableCredit: 8302.73,
  creditLine: 10000,
}

const ended: (() => unknown)[] = []
afterAll(async () => {
  for (const end of ended) await end()
})

describe('the FDX connector on the stock authorization server', () => {
  let made: ReturnType<typeof start> | undefined
  const once = (): ReturnType<typeof start> => (made ??= start())
  bankContract(once, everyTrouble)

  test('a pause that a bank asks for is kept, for this customer alone', async () => {
    const { bank, begin, end, seen, permit } = await once()
    const customer = crypto.randomUUID()
    const ask = () => bank.fetchBalances(testPermit('balance', { institution, customer }))
    await begin('the bank asks for a pause')
    expect(await ask()).toEqual({ ok: false, code: 'banks/over-budget' })
    await end()
    await seen()
    expect(await ask()).toEqual({ ok: false, code: 'banks/over-budget' })
    expect(await seen()).toEqual([])
    expect((await bank.fetchBalances(await permit('balance'))).ok).toBe(true)
  })
})

async function start(): Promise<BankUnderTest> {
  const clientKeys = await makeClientKeys()
  const accounts = { page: { totalElements: 2 }, accounts: [checking, card] }
  const stock = await startStockBank({ clientId: 'parley', redirectUri, jwks: publicJwks(clientKeys), accounts })
  const vault = createMemoryVault(Date.now)
  const database = oneBankDatabase({
    id: institution,
    name: 'Stock Bank',
    issuer: stock.issuer,
    fdxUrl: stock.fdxUrl,
    clientId: 'parley',
    callsPerDay: 0,
  })
  const logger = createLogger({ role: 'test', level: 'silent' })
  const metrics = createMetrics({ processMetrics: false })
  const banks = createBanks(
    { database, tokens: vault, clock: impatient, random: systemRandom, logger, metrics },
    { clientKeys, allowLoopback: true, linkSecret: testLinkSecret },
  )
  ended.push(
    () => banks.close(),
    () => stock.stop(),
  )

  async function link(): Promise<void> {
    const started = await banks.links.start({ institution, redirectUri, days: 90, linkId: crypto.randomUUID() })
    if (!started.ok) throw new Error(started.code)
    const currentUrl = await signInAndAgree(started.value.url, 'alice', redirectUri)
    const { carry } = started.value
    const permit = testPermit('account-list', { institution })
    const finished = await banks.links.finish({ institution, carry, currentUrl, permit })
    if (!finished.ok) throw new Error(finished.code)
  }
  await link()

  const requests: { interactionId: string; actorType: string }[] = []
  stock.misbehave = remember
  function remember(request: IncomingMessage): false {
    requests.push({
      interactionId: String(request.headers['x-fapi-interaction-id']),
      actorType: String(request.headers['fdx-api-actor-type']),
    })
    return false
  }
  return {
    bank: banks.bank,
    permit: (dataClass, accounts = []) =>
      Promise.resolve(testPermit(dataClass, { institution, accounts, customer: crypto.randomUUID() })),
    async begin(trouble) {
      if (trouble === 'the link is dead at the bank') {
        const dead = vault.peek()
        if (dead === undefined) throw new Error('nothing is stored')
        const record = parseTokenRecord(dead.plain)
        vault.replace(tokenRecordText({ ...record, accessToken: 'dead', refreshToken: 'dead' }))
      } else stock.misbehave = (_request, response) => misbehaviours[trouble](response)
    },
    async end() {
      stock.misbehave = remember
      await link()
    },
    expected: () =>
      Promise.resolve({
        'checking-1': { current: '1399.02', available: '-12.50' },
        'card-1': { owed: '132.28', 'credit-available': '8302.73', 'credit-limit': '10000.00' },
      }),
    seen: () => Promise.resolve(requests.splice(0)),
  }
}

type Misbehave = (response: ServerResponse) => true

const misbehaviours: Readonly<Record<Exclude<Trouble, 'the link is dead at the bank'>, Misbehave>> = {
  'the bank is down': (response) => {
    response.socket?.destroy()
    return true
  },
  'the bank never answers': () => true,
  'the bank answers 503': answering(503, {}),
  'the bank cuts its answer in half': (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    response.write('{"accounts":[', () => response.destroy())
    return true
  },
  'the bank answers something that is not JSON': answering(200, '<html>please log in</html>'),
  'the bank redirects elsewhere': (response) => {
    response.writeHead(302, { location: 'http://127.0.0.1:9/accounts' }).end()
    return true
  },
  'the bank sends an amount as text': answering(200, { accounts: [{ ...checking, currentBalance: '1399.02' }] }),
  'the bank sends an amount that is no exact number of cents': answering(200, {
    accounts: [{ ...checking, currentBalance: 0.1 + 0.2 }],
  }),
  'the bank sends an account without a currency': answering(200, { accounts: [{ ...checking, currency: null }] }),
  'the bank sends pages without end': answering(200, { page: { nextPageKey: 'again' }, accounts: [] }),
  'the bank names a member twice': answering(200, '{"accounts":[],"accounts":[]}'),
  'the bank refuses for want of consent': answering(403, { code: 706 }),
  'the bank refuses every access token': answering(401, { code: 602 }),
  'the bank asks for a pause': (response) => {
    response.writeHead(429, { 'retry-after': '120' }).end()
    return true
  },
}

function answering(status: number, body: string | object): Misbehave {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
    return true
  }
}
