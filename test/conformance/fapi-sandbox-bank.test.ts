import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { startBank } from '../../sandbox/bank/start-bank.ts'
import type { AccountBook, Entry } from '../../sandbox/bank/world/book.ts'
import { openWorld } from '../../sandbox/bank/world/open-world.ts'
import { createCookieBrowser } from '../../sandbox/bank/test-support/cookie-browser.ts'
import { share, signIn } from '../../sandbox/bank/test-support/outside-client.ts'
import { createBanks, makeClientKeys, publicJwks, saveInstitution } from '../../src/banks/index.ts'
import type { Banks } from '../../src/banks/index.ts'
import { consentVault } from '../../src/banks/bank-token-vault.ts'
import { parseTokenRecord } from '../../src/banks/token-record.ts'
import { bankContract } from '../../src/banks/test-support/bank-contract.ts'
import type { BankBooks, BankUnderTest, Trouble } from '../../src/banks/test-support/bank-contract.ts'
import { testLinkSecret } from '../../src/banks/test-support/test-permit.ts'
import { openPermit, signedTerms } from '../../src/consent/index.ts'
import type { Permit } from '../../src/consent/index.ts'
import { Secret, decimalText } from '../../src/kernel/index.ts'
import type { CustomerId, DataClass, InstitutionId, Terms } from '../../src/kernel/index.ts'
import { createLogger, createMetrics, systemClock, systemRandom } from '../../src/platform/index.ts'
import type { Clock, Database } from '../../src/platform/index.ts'
import { createBankControl } from '../setup/bank-control.ts'
import type { BankControl, BankLogin } from '../setup/bank-control.ts'
import { controlCall } from '../setup/control-call.ts'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import { agree, createTrustWorld, enrolCustomer, sharingTerms } from '../setup/trust-world.ts'
import type { EnrolledCustomer, TrustWorld } from '../setup/trust-world.ts'
import { testPromises } from '../setup/test-promises.ts'

const institution = 'sandbox-bank' as InstitutionId
const redirectUri = 'http://127.0.0.1:9/callback'

// For the contract deadlines come four times sooner; what is measured and signed keeps to the real time.
const impatient: Clock = { ...systemClock, after: (ms, run) => systemClock.after(ms / 4, run) }

let folder: string
let bank: Awaited<ReturnType<typeof startBank>>
let control: BankControl
let database: TestDatabase
let answer: Database
let consent: Database
let world: TrustWorld
let banks: Banks
let impatientBanks: Banks
let person: BankLogin

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-bank-'))
  const clientKeys = await makeClientKeys()
  const clientConfig = join(folder, 'clients.json')
  const client = {
    client_id: 'parley',
    client_name: 'Parley',
    redirect_uris: [redirectUri],
    jwks: publicJwks(clientKeys),
  }
  await writeFile(clientConfig, JSON.stringify({ clients: [client] }))
  const dataDir = join(folder, 'bank')
  const options = { port: 0, host: '127.0.0.1', dataDir, issuer: undefined, seed: 'first-valley', empty: false }
  bank = await startBank({ ...options, ofxFiles: [], clientConfig })
  control = createBankControl(bank.issuer, dataDir)
  const [first] = control.logins()
  if (first === undefined) throw new Error('the bank has no people')
  person = first

  database = await cloneDatabase()
  const { issuer, fdxUrl } = bank
  const row = { id: institution, name: 'Sandbox Bank', issuer, fdxUrl, clientId: 'parley', callsPerDay: 1000 }
  await saveInstitution(database.admin, row)
  world = await createTrustWorld(database)
  answer = database.connect('answer')
  consent = database.connect('consent')
  const logger = createLogger({ role: 'test', level: 'silent' })
  const metrics = createMetrics({ processMetrics: false })
  const open = (clock: Clock): Banks =>
    createBanks(
      { database: answer, clock, random: systemRandom, logger, metrics },
      { clientKeys, allowLoopback: true, linkSecret: testLinkSecret },
    )
  banks = open(systemClock)
  impatientBanks = open(impatient)
})

afterAll(async () => {
  banks?.close()
  impatientBanks?.close()
  await world?.end()
  await database?.drop()
  await bank?.stop()
  await rm(folder, { recursive: true, force: true })
})

const canDo = [
  'the bank is down',
  'the bank never answers',
  'the bank answers 503',
  'the bank cuts its answer in half',
  'the bank answers something that is not JSON',
  'the bank asks for a pause',
  'the link is dead at the bank',
] as const satisfies readonly Trouble[]

describe('the FDX connector at the sandbox bank, behind the real gate', () => {
  bankContract(start, canDo, books)

  test('a card that is reported lost stays lost, and says so', async () => {
    const customer = await linkedCustomer()
    const accountId = (await ownBooks()).find(({ account }) => account.kind === 'CHECKING')?.account.id ?? ''
    const change = async (to: 'lost' | 'active'): ReturnType<Banks['bank']['changeCard']> =>
      banks.bank.changeCard(await permitOf(customer, 'card-status', [accountId]), { accountId, to, key: crypto.randomUUID() }) // prettier-ignore
    expect(await change('lost')).toMatchObject({ ok: true, value: { status: 'lost' } })
    expect(await change('active')).toEqual({ ok: false, code: 'banks/conflict' })
    const report = await banks.bank.fetchCards(await permitOf(customer, 'card-status', [accountId]))
    expect(report).toMatchObject({ ok: true, value: { cards: [{ accountId, status: 'lost' }] } })
  })

  test('an account without a card, or one that was not shared, cannot be frozen', async () => {
    const customer = await linkedCustomer()
    const [checking, savings] = (await accountsOfPerson()).map(({ accountId }) => accountId)
    const freeze = { to: 'frozen', key: crypto.randomUUID() } as const
    const noCard = await banks.bank.changeCard(await permitOf(customer, 'card-status', [savings ?? '']), { ...freeze, accountId: savings ?? '' }) // prettier-ignore
    expect(noCard).toEqual({ ok: false, code: 'banks/conflict' })
    const notShared = await banks.bank.changeCard(await permitOf(customer, 'card-status', [savings ?? '']), { ...freeze, accountId: checking ?? '' }) // prettier-ignore
    expect(notShared).toEqual({ ok: false, code: 'banks/consent-ended' })
  })

  test('a bank that leaves something out says so, and the report does too', async () => {
    const customer = await linkedCustomer()
    await control.turn({ partial: true })
    const days = { from: day(-30), to: day(0) }
    const report = await banks.bank.fetchTransactions(await permitOf(customer, 'transactions', []), days)
    await control.turn({ partial: false })
    expect(report).toMatchObject({ ok: true, value: { complete: false } })
    expect(report.ok && report.value.transactions.length).toBeGreaterThan(0)
  })

  test('the bills are the same from a bank that knows only the older fields', async () => {
    const customer = await linkedCustomer()
    const ask = async (): Promise<string> => {
      const bills = await banks.bank.fetchCardBills(await permitOf(customer, 'card-bills', []))
      if (!bills.ok) throw new Error(bills.code)
      // The older fields have no automatic payment.
      return JSON.stringify(bills.value.map(({ autoPay: _none, ...bill }) => revealed(bill)))
    }
    const fresh = await ask()
    await control.turn({ onlyOldFields: true })
    const old = await ask()
    await control.turn({ onlyOldFields: false })
    expect(old).toBe(fresh)
  })

  test('an expired access token is refreshed while forty looks ask at once', async () => {
    const customer = await linkedCustomer()
    await control.turn({ expireTokens: true, refreshGraceSeconds: 0 })
    const permits = await Promise.all(Array.from({ length: 40 }, () => permitOf(customer, 'balance', [])))
    const outcomes = await Promise.all(permits.map((permit) => banks.bank.fetchBalances(permit)))
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([])
    await control.turn({ refreshGraceSeconds: 600 })
  })

  test('a bank that wants nonces in proofs gets them', async () => {
    const customer = await linkedCustomer()
    await control.turn({ resourceNonce: true })
    expect((await banks.bank.fetchBalances(await permitOf(customer, 'balance', []))).ok).toBe(true)
    await control.turn({ resourceNonce: false })
  })

  test('a consent that the customer ended at the bank is over here too', async () => {
    const customer = await linkedCustomer()
    for (const { id, status } of await control.consents()) if (status === 'ACTIVE') await control.revokeConsent(id)
    const look = await banks.bank.fetchBalances(await permitOf(customer, 'balance', []))
    expect(look).toEqual({ ok: false, code: 'banks/consent-ended' })
  })

  test("a bank's day budget stops our own calls before they are made", async () => {
    const customer = await linkedCustomer()
    await database.admin.run(
      `INSERT INTO institutions.call_count VALUES ($1, $2, (clock_timestamp() AT TIME ZONE 'UTC')::date, 1000)
       ON CONFLICT (customer, institution, day) DO UPDATE SET calls = 1000`,
      [customer.id, institution],
    )
    const before = (await control.accessLog()).length
    const look = await banks.bank.fetchBalances(await permitOf(customer, 'balance', []))
    expect(look).toEqual({ ok: false, code: 'banks/over-budget' })
    expect(await control.accessLog()).toHaveLength(before)
    // What makes the customer safer is not ours to refuse for want of calls; what loosens something waits.
    const { account } = (await ownBooks()).find(({ account: { kind } }) => kind === 'CREDITCARD') ?? fail()
    const change = async (to: 'frozen' | 'active'): ReturnType<Banks['bank']['changeCard']> =>
      banks.bank.changeCard(await permitOf(customer, 'card-status', []), { accountId: account.id, to, key: crypto.randomUUID() }) // prettier-ignore
    expect(await change('frozen')).toMatchObject({ ok: true, value: { status: 'frozen' } })
    expect(await change('active')).toEqual({ ok: false, code: 'banks/over-budget' })
    await database.admin.run('DELETE FROM institutions.call_count WHERE customer = $1', [customer.id])
    expect(await change('active')).toMatchObject({ ok: true, value: { status: 'active' } })
  })

  test('the health of a bank is what it says of itself', async () => {
    expect(await banks.health(institution)).toBe('ok')
  })

  test('a fresh login at the bank names the person who linked', async () => {
    const permit = await open((await linkedCustomer()).id, 'account-list', null)
    const stored = await consentVault(answer).read(permit)
    if (stored === undefined) throw new Error('nothing is stored')
    const nonce = 'n'.repeat(43)
    const started = await banks.links.startFreshLogin({ institution, redirectUri, nonce })
    if (!started.ok) throw new Error(started.code)
    const back = await signIn(createCookieBrowser(redirectUri), started.value.url, person)
    const callback = { institution, carry: started.value.carry, currentUrl: new URL(back.url), nonce }
    const finished = await banks.links.finishFreshLogin(callback)
    expect(finished.ok && finished.value.subject.reveal()).toBe(parseTokenRecord(stored.plain).subject)
    // It took nothing from the link.
    expect((await banks.bank.fetchAccounts(await open(permit.customer, 'account-list', null))).ok).toBe(true)
  })
})

async function start(): Promise<BankUnderTest> {
  let customer = await linkedCustomer()
  let seenUntil = 0
  return {
    bank: impatientBanks.bank,
    permit: (dataClass, accounts = []) => permitOf(customer, dataClass, accounts),
    begin: (trouble) => begin(trouble),
    async end() {
      const well = { slowMs: 0, failStatus: null, halfClose: false, garbage: false, down: false, budgetPerDay: 0 }
      await control.turn(well)
      customer = await linkedCustomer()
    },
    async expected() {
      return Object.fromEntries((await accountsOfPerson()).map((account) => [account.accountId, balancesOf(account)]))
    },
    async seen() {
      const lines = await control.accessLog()
      const fresh = lines.slice(seenUntil)
      seenUntil = lines.length
      return fresh
    },
  }
}

async function begin(trouble: Trouble): Promise<void> {
  switch (trouble) {
    case 'the bank is down':
      return await control.turn({ down: true })
    case 'the bank never answers':
      return await control.turn({ slowMs: 60_000 })
    case 'the bank answers 503':
      return await control.turn({ failStatus: 503 })
    case 'the bank cuts its answer in half':
      return await control.turn({ halfClose: true })
    case 'the bank answers something that is not JSON':
      return await control.turn({ garbage: true })
    case 'the bank asks for a pause':
      return await control.turn({ failStatus: 429 })
    case 'the link is dead at the bank':
      return await control.turn({ expireTokens: true, revokeRefresh: true })
    default:
      throw new Error(`the sandbox bank has no switch for: ${trouble}`)
  }
}

const accountShape = z.object({
  accountId: z.string(),
  kind: z.string(),
  currency: z.string(),
  currentMinor: z.string(),
  availableMinor: z.string(),
  creditLineMinor: z.string().optional(),
})
const peopleShape = z.object({ people: z.array(z.object({ login: z.string(), accounts: z.array(accountShape) })) })

/** What the bank's own books say, credit lines included. */
async function accountsOfPerson(): Promise<readonly z.infer<typeof accountShape>[]> {
  const secret = z.object({ controlSecret: z.string() })
  const { controlSecret } = secret.parse(JSON.parse(await readFile(join(folder, 'bank', 'control.json'), 'utf8')))
  const answered = await controlCall({ url: bank.controlUrl, secret: controlSecret }, 'GET', '/people')
  return peopleShape.parse(answered).people.find(({ login }) => login === person.login)?.accounts ?? []
}

function balancesOf(account: z.infer<typeof accountShape>): Record<string, string> {
  const text = (minor: string): string => decimalText({ minor: BigInt(minor), currency: account.currency })
  const { currentMinor, availableMinor, creditLineMinor } = account
  if (account.kind !== 'CREDITCARD') return { current: text(currentMinor), available: text(availableMinor) }
  const card = { owed: text(currentMinor), 'credit-available': text(availableMinor) }
  return creditLineMinor === undefined ? card : { ...card, 'credit-limit': text(creditLineMinor) }
}

// What the bank has, from its own story: the same seed and day tell the same one.
let told: Promise<readonly AccountBook[]> | undefined

function ownBooks(): Promise<readonly AccountBook[]> {
  return (told ??= tell())
}

async function tell(): Promise<readonly AccountBook[]> {
  const kept = new Map<string, unknown>()
  const store = {
    get: (key: string) => kept.get(key),
    set: async (key: string, value: unknown) => void kept.set(key, value),
    delete: async (key: string) => void kept.delete(key),
    keys: () => [...kept.keys()],
    close: async () => undefined,
  }
  const story = await openWorld({ seed: 'first-valley', empty: false, ofxFiles: [], store, now: Date.now })
  const who = story.people().find(({ login }) => login === person.login)
  return story.accountsOf(who?.id ?? '').flatMap(({ id }) => story.book(id) ?? [])
}

async function books(): Promise<BankBooks> {
  const all = await ownBooks()
  const money = (minor: bigint): string => decimalText({ minor, currency: 'USD' })
  const madeOn = (entry: Entry): string => entry.authorizedAt.slice(0, 10)
  const bookedLater = all
    .flatMap(({ entries }) => entries)
    .filter(({ authorizedAt, postedAt = authorizedAt }) => Date.parse(postedAt) - Date.parse(authorizedAt) > 43_200_000)
  return {
    days: { from: day(-60), to: day(1) },
    oneDay: bookedLater.map(madeOn).find((made) => made < day(-10)) ?? '',
    transactions: async ({ from, to }) =>
      all.flatMap(({ account, entries }) =>
        entries
          .filter((entry) => madeOn(entry) >= from && madeOn(entry) <= to)
          .map(({ id, direction, status, amountMinor }) =>
            [account.id, id, direction.toLowerCase(), status.toLowerCase(), money(amountMinor)].join(' '),
          ),
      ),
    bills: async () =>
      all.flatMap(({ account, bill }) =>
        bill === undefined
          ? []
          : [[account.id, money(bill.totalDueMinor), money(bill.minimumDueMinor), bill.dueDate].join(' ')],
      ),
    cards: async () =>
      all.filter(({ account }) => account.kind === 'CREDITCARD' || account.cardDisplay !== undefined).map(({ account }) => account.id).reverse(), // prettier-ignore
    declines: async () => all.flatMap(({ declines }) => declines.map(({ id }) => id)),
    numbers: async () =>
      Object.fromEntries(all.flatMap(({ account: { id, accountNumber } }) => (accountNumber === undefined ? [] : [[id, accountNumber]]))), // prettier-ignore
  }
}

function day(offset: number): string {
  return new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)
}

/** Every figure in the open, for comparison. */
function revealed(value: object): object {
  return Object.fromEntries(
    Object.entries(value).map(([name, each]: [string, unknown]) => [name, each instanceof Secret ? String(Object.values(Object(each.reveal()))) : each && typeof each === 'object' ? revealed(each) : each]), // prettier-ignore
  )
}

function fail(): never {
  throw new Error('the bank has no such account')
}

/** A customer with a passkey, setup terms and a link to the bank, made the way the link page makes it. */
async function linkedCustomer(): Promise<EnrolledCustomer> {
  const customer = await enrolCustomer(world.keys.consent)
  const setup = { kind: 'setup', channel: 'link-page', conversation: null, accounts: [], institution } as const
  await agree(consent, customer, terms(customer.id, { ...setup, purposes: { 'answer-customer': ['account-list'] } }))
  const dataClasses = signedTerms.offered.toAnswer
  const linkId = crypto.randomUUID()
  const started = await banks.links.start({ institution, redirectUri, days: 90, linkId, dataClasses })
  if (!started.ok) throw new Error(started.code)
  const browser = createCookieBrowser(redirectUri)
  const back = await share(browser, await signIn(browser, started.value.url, person), (ids) => ids)
  const permit = await open(customer.id, 'account-list', null)
  const { carry } = started.value
  const finished = await banks.links.finish({ institution, carry, currentUrl: new URL(back.url), permit })
  if (!finished.ok) throw new Error(finished.code)
  return customer
}

/** A permit for these accounts (none: all of them), from terms signed for this one look. */
async function permitOf<Class extends DataClass>(
  customer: EnrolledCustomer,
  dataClass: Class,
  accounts: readonly string[],
): Promise<Permit<Class>> {
  const named = accounts.length > 0 ? accounts : (await accountsOfPerson()).map(({ accountId }) => accountId)
  const signed = terms(customer.id, { accounts: named, purposes: { 'answer-customer': signedTerms.offered.toAnswer } })
  await agree(consent, customer, signed)
  return await open(customer.id, dataClass, signed.conversation)
}

function terms(customer: CustomerId, change: Partial<Terms>): Terms {
  return sharingTerms(customer, { institution, ...change })
}

async function open<Class extends DataClass>(
  customer: CustomerId,
  dataClass: Class,
  conversation: Terms['conversation'],
): Promise<Permit<Class>> {
  const deps = { database: answer, keystore: world.keys.answer, random: systemRandom, promises: testPromises }
  const permit = await openPermit(deps, { customer, institution, conversation, dataClass })
  if (!permit.ok) throw new Error(permit.code)
  return permit.value
}
