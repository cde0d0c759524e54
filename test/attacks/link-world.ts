import { randomBytes } from 'node:crypto'
import { createServer as createHttpServer } from 'node:http'
import { join } from 'node:path'
import * as ownAnswers from '../../src/answers/index.ts'
import type { AnswerDocument } from '../../src/answers/index.ts'
import type { Account, Banks, LinkRefusal } from '../../src/banks/index.ts'
import { silentBank } from '../../src/banks/test-support/silent-bank.ts'
import { openPermit } from '../../src/consent/index.ts'
import { createPlaceReports } from '../../src/desk/index.ts'
import { assets } from '../../src/pages/index.ts'
import { Secret, refusal, success } from '../../src/kernel/index.ts'
import type { ConversationId, CustomerId, Disclosure, InstitutionId } from '../../src/kernel/index.ts'
import * as ownLinking from '../../src/linking/index.ts'
import type { LinkPurpose } from '../../src/linking/index.ts'
import { createLogger, createMetrics, createServer, systemClock, systemRandom } from '../../src/platform/index.ts'
import type { Database } from '../../src/platform/index.ts'
import { buildFolder } from '../setup/build-folder.ts'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import { freePort } from '../setup/free-port.ts'
import { createSoftPasskey } from '../setup/soft-passkey.ts'
import type { SoftPasskey } from '../setup/soft-passkey.ts'
import { agree, createTrustWorld, newId, sharingTerms } from '../setup/trust-world.ts'
import { testPromises } from '../setup/test-promises.ts'

/** The pages of Parley on a real database and keystore, with a bank that only these tests see. */
export type LinkWorld = {
  readonly origin: string
  readonly database: TestDatabase
  readonly consent: Database
  readonly answer: Database
  readonly admin: Database
  /** Every line the server logged. */
  readonly log: () => string
  readonly bank: StandInBank
  readonly linkSecret: Secret<Uint8Array>
  addConversation(customer?: CustomerId): Promise<ConversationId>
  /** Somebody who has linked the bank: a pinned passkey, a conversation, signed terms that hold. */
  addCustomer(disclosure?: Disclosure): Promise<LinkedCustomer>
  offer(conversation: ConversationId, purpose?: LinkPurpose): Promise<string>
  /** A live link to an answer of this customer, as the chat makes it. */
  makeAnswer(of: {
    customer: CustomerId
    conversation: ConversationId
    document?: Partial<AnswerDocument>
  }): Promise<string>
  readonly trust: Awaited<ReturnType<typeof createTrustWorld>>
  end(): Promise<void>
}

export type LinkedCustomer = {
  readonly id: CustomerId
  readonly passkey: SoftPasskey
  readonly conversation: ConversationId
}

/** The bank that these tests link: what it does next can be set. */
export type StandInBank = {
  readonly institution: InstitutionId
  refuseWith: LinkRefusal | undefined
  health: 'ok' | 'degraded' | 'down'
  subject: string
}

export const northBank = 'north-bank' as InstitutionId

export type LinkWorldOptions = {
  /** Whether a bank tells of card uses; the one unless given. */
  readonly sendsCardEvents?: (institution: InstitutionId) => boolean
  readonly recoveryWaitMs?: number
  readonly limits?: boolean
  readonly product?: LinkProduct
}

/** The parts that a mutant brings its own of. */
export type LinkProduct = { readonly answers: typeof ownAnswers; readonly linking: typeof ownLinking }

/** Starts all of it on free loopback ports. */
export async function createLinkWorld(options: LinkWorldOptions = {}): Promise<LinkWorld> {
  const { answers, linking } = options.product ?? { answers: ownAnswers, linking: ownLinking }
  const pageLimits = { ...answers.answerPageLimits, ...linking.linkPageLimits }
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const database = await cloneDatabase()
  const trust = await createTrustWorld(database, {
    origins: [origin],
    rpId: 'localhost',
    ...(options.recoveryWaitMs === undefined ? {} : { recoveryWaitMs: options.recoveryWaitMs }),
  })
  await database.admin.run(`UPDATE institutions.institution SET name = 'First Valley Bank' WHERE id = 'north-bank'`)
  await database.admin.run(`UPDATE institutions.institution SET name = 'Southern Savings' WHERE id = 'south-bank'`)
  const lines: string[] = []
  const logger = createLogger({ role: 'test', level: 'debug', destination: { write: (line) => void lines.push(line) } })
  const metrics = createMetrics({ processMetrics: false })
  const consent = database.connect('consent', { poolMax: 12 })
  const answer = database.connect('answer', { poolMax: 12 })
  const linkSecret = new Secret<Uint8Array>(randomBytes(32))
  const bank: StandInBank = { institution: northBank, refuseWith: undefined, health: 'ok', subject: 'person-1' }
  const elsewhere = await startStandInBank()
  const server = await createServer(
    { logger, metrics, random: systemRandom },
    {
      title: 'test',
      version: '0',
      limits: options.limits === true ? pageLimits : unlimited,
    },
  )
  const webAssets = assets.load(join(buildFolder(), 'web'))
  assets.add(server, webAssets)
  const deps = {
    random: systemRandom,
    clock: systemClock,
    assets: webAssets,
    logger,
    origin,
    party: { id: 'localhost', name: 'Parley', origin },
    linkSecret,
    consent: { database: consent, keystore: trust.keys.consent },
    answer: { database: answer, keystore: trust.keys.answer, promises: testPromises },
    banks: standInBanks(bank, elsewhere.origin),
    returnUrl: () => `${elsewhere.origin}/messenger`,
    sendsCardEvents: options.sendsCardEvents ?? ((institution: InstitutionId) => institution === northBank),
    reportPlaces: createPlaceReports({ keystore: trust.keys.answer, random: systemRandom }),
  }
  await linking.addLinkPages(server, deps)
  await answers.addAnswerPages(server, deps)
  await server.listen({ host: '127.0.0.1', port })
  const addConversation = async (customer?: CustomerId): Promise<ConversationId> => {
    const id = newId<ConversationId>()
    await database.admin.run(
      `INSERT INTO channels.conversation (id, channel, page_id, address_hash, address_sealed, customer)
         VALUES ($1, 'messenger', 'page', $2, $3, $4)`,
      [id, randomBytes(32), randomBytes(64), customer ?? null],
    )
    return id
  }
  return {
    origin,
    database,
    consent,
    answer,
    admin: database.admin,
    trust,
    bank,
    linkSecret,
    log: () => lines.join(''),
    addConversation,
    async addCustomer(disclosure = 'sealed') {
      const id = newId<CustomerId>()
      const passkey = createSoftPasskey({ origin, rpId: 'localhost' })
      const { challenge } = await trust.keys.consent.beginEnrolment(id)
      const pinned = await trust.keys.consent.finishEnrolment({ customer: id, response: passkey.register(challenge) })
      if (!pinned.ok) throw new Error(pinned.code)
      await consent.run('INSERT INTO customers.customer (id) VALUES ($1)', [id])
      await consent.run(
        `INSERT INTO customers.passkey (credential_id, customer, public_key, effective_at)
         VALUES ($1, $2, $3, clock_timestamp())`,
        [pinned.value.credentialId, id, pinned.value.publicKey],
      )
      const conversation = await addConversation(id)
      await agree(consent, { id, passkey }, sharingTerms(id, { conversation, institution: northBank, disclosure }))
      return { id, passkey, conversation }
    },
    offer: (conversation, purpose = 'link') =>
      answer.transaction((tx) =>
        linking.offerLink({ random: systemRandom, publicUrl: origin }, tx, { conversation, purpose }),
      ),
    async makeAnswer({ customer, conversation, document }) {
      const permit = await openPermit(
        { database: answer, keystore: trust.keys.answer, random: systemRandom, promises: testPromises },
        { customer, institution: northBank, conversation, dataClass: 'balance' },
      )
      if (!permit.ok) throw new Error(permit.code)
      const key = await trust.keys.answer.conversationKey(conversation)
      return answer.transaction(async (tx) => {
        const stored = await answers.storeAnswer({ random: systemRandom }, tx, permit.value, {
          ...someAnswer(),
          ...document,
        })
        if (!stored.ok) throw new Error(stored.code)
        const link = await answers.answerLinks.make({ random: systemRandom, publicUrl: origin }, tx, {
          customer,
          conversation,
          answers: [{ id: stored.value, institution: northBank }],
          question: new Secret('what is my balance?'),
          conversationKey: key,
        })
        return link.url
      })
    },
    async end() {
      await server.close()
      await elsewhere.close()
      await trust.end()
      await database.drop()
    },
  }
}

const unlimited = Object.fromEntries(
  Object.keys({ ...ownAnswers.answerPageLimits, ...ownLinking.linkPageLimits }).map((name) => [
    name,
    { max: 1_000_000, windowMs: 60_000 },
  ]),
)

/** The figure that must not be seen anywhere before the passkey. */
export const canary = { minor: 184_217n, shown: '1,842.17', plain: '1842.17' } as const

/** An answer with the canary in it. */
export function someAnswer(): AnswerDocument {
  const usd = (minor: bigint) => ({ minor, currency: 'USD' })
  const now = systemClock.now()
  const figure = (kind: 'available' | 'current' | 'owed', minor: bigint, asOf?: typeof now) => ({
    kind,
    amount: usd(minor),
    asOf,
    main: kind !== 'current' || asOf !== undefined,
  })
  const account = (name: string, lastDigits: string, category: 'deposit' | 'card') => ({ name, lastDigits, category })
  return {
    v: 2,
    question: 'balance',
    institution: northBank,
    institutionName: 'First Valley Bank',
    checkedAt: now,
    timeZone: 'UTC',
    asked: { words: undefined, lastDigits: undefined },
    result: {
      ok: true,
      complete: true,
      blocks: new Secret([
        {
          kind: 'account',
          account: account('Everyday Checking', '4821', 'deposit'),
          figures: [figure('available', canary.minor), figure('current', 190_217n)],
          meant: true,
        },
        {
          kind: 'account',
          account: account('Rainy Day Savings', '0093', 'deposit'),
          figures: [figure('current', 1_204_000n, now)],
          meant: true,
        },
        {
          kind: 'account',
          account: account('Travel Rewards Card', '7730', 'card'),
          figures: [figure('owed', 63_455n)],
          meant: true,
        },
      ]),
    },
  }
}

const accounts: readonly Account[] = [
  account('acc-1', 'Everyday Checking', '4821', 'deposit'),
  account('acc-2', 'Rainy Day Savings', '0093', 'deposit'),
  account('acc-3', 'Travel Rewards Card', '7730', 'card'),
]

function account(id: string, name: string, digits: string, category: Account['category']): Account {
  return { id, name: new Secret(name), lastDigits: new Secret(digits), category, kind: 'CHECKING', balances: [] }
}

function standInBanks(bank: StandInBank, origin: string): Pick<Banks, 'bank' | 'links' | 'health'> {
  const depart = (redirectUri: string) => {
    const state = randomBytes(16).toString('base64url')
    const url = `${origin}/authorize?state=${state}&redirect_uri=${encodeURIComponent(redirectUri)}`
    return success({ url, carry: new Secret(JSON.stringify({ state })), state: new Secret(state) })
  }
  const check = (currentUrl: URL): LinkRefusal | undefined => {
    if (bank.refuseWith !== undefined) return bank.refuseWith
    if (currentUrl.searchParams.get('iss') !== 'https://north-bank.test') return 'banks/callback-issuer'
    return currentUrl.searchParams.get('code') === 'good' ? undefined : 'banks/code-refused'
  }
  return {
    health: async () => bank.health,
    bank: {
      ...silentBank,
      fetchAccounts: async () => success(accounts),
    },
    links: {
      start: async ({ redirectUri }) => depart(redirectUri),
      async finish({ currentUrl }) {
        const refused = check(currentUrl)
        if (refused !== undefined) return refusal(refused)
        return success({ subject: new Secret(bank.subject), consentId: undefined })
      },
      startFreshLogin: async ({ redirectUri }) => depart(redirectUri),
      async finishFreshLogin({ currentUrl }) {
        const refused = check(currentUrl)
        if (refused !== undefined) return refusal(refused)
        return success({ subject: new Secret(bank.subject), loggedInAt: systemClock.now() })
      },
      revoke: async () => ({ outcome: 'revoked', version: 1 }),
    },
  }
}

/** Another site, on another origin: the bank's login page, and the messenger. */
async function startStandInBank(): Promise<{ readonly origin: string; close(): Promise<void> }> {
  const server = createHttpServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://bank')
    const back = new URL(url.searchParams.get('redirect_uri') ?? 'http://bank')
    back.searchParams.set('state', url.searchParams.get('state') ?? '')
    back.searchParams.set('iss', 'https://north-bank.test')
    back.searchParams.set('code', 'good')
    response.setHeader('content-type', 'text/html')
    response.end(
      `<!doctype html><html lang="en"><title>Bank</title><h1>Bank</h1><a id="allow" href="${back.href.replaceAll('&', '&amp;')}">Allow</a></html>`,
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
