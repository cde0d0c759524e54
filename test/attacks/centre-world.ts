import { generateKeyPairSync, randomBytes } from 'node:crypto'

import { join } from 'node:path'
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server'
import { readLogKey } from '../../src/audit/log-key.ts'
import { addAnswerPages } from '../../src/answers/index.ts'
import { silentBank } from '../../src/banks/test-support/silent-bank.ts'
import { openPermit, recordDisclosure } from '../../src/consent/index.ts'
import { Secret, success } from '../../src/kernel/index.ts'
import type { ConversationId, CustomerId, Disclosure, Terms } from '../../src/kernel/index.ts'
import { assets } from '../../src/pages/index.ts'
import { createLogger, createMetrics, createServer, systemClock, systemRandom } from '../../src/platform/index.ts'
import type { Database } from '../../src/platform/index.ts'
import { addCentrePages, centrePageLimits, createPhrases } from '../../src/privacy-centre/index.ts'
import type { CentrePagesDeps } from '../../src/privacy-centre/index.ts'
import { createReceipts } from '../../src/receipts/index.ts'
import { buildFolder } from '../setup/build-folder.ts'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import { freePort } from '../setup/free-port.ts'
import { createSoftPasskey } from '../setup/soft-passkey.ts'
import type { SoftPasskey } from '../setup/soft-passkey.ts'
import { testPromiseKey, testPromises } from '../setup/test-promises.ts'
import { agree, banks, createTrustWorld, newId, sharingTerms } from '../setup/trust-world.ts'
import type { KeystoreProduct } from '../setup/trust-world.ts'
import { cookieOf, ownForm, ownScript, send } from './link-requests.ts'
import type { Answer } from './link-requests.ts'

/** The privacy centre on a real database and keystore, with a bank that answers at once. */
export type CentreWorld = {
  readonly origin: string
  readonly database: TestDatabase
  readonly consent: Database
  readonly answer: Database
  readonly centre: Database
  readonly admin: Database
  readonly log: () => string
  readonly trust: Awaited<ReturnType<typeof createTrustWorld>>
  /** Somebody who has linked the bank; their balance was looked at once. */
  addCustomer(options?: {
    readonly disclosure?: Disclosure
    readonly looks?: number
    readonly purposes?: Terms['purposes']
  }): Promise<CentreCustomer>
  /** One more look, disclosed to the messenger. */
  look(customer: CentreCustomer): Promise<void>
  end(): Promise<void>
}

export type CentreCustomer = {
  readonly id: CustomerId
  readonly passkey: SoftPasskey
  readonly conversation: ConversationId
  readonly terms: Terms
}

/** The parts that a mutant brings its own of. */
export type CentreProduct = {
  readonly centre?: { readonly addCentrePages: typeof addCentrePages; readonly createPhrases: typeof createPhrases }
  readonly keystore?: KeystoreProduct
}

export const cookieName = '__Host-parley-me'

/** Starts all of it on free loopback ports. */
export async function createCentreWorld(
  options: {
    readonly limits?: boolean
    readonly product?: CentreProduct
    readonly bank?: Partial<typeof silentBank>
  } = {},
): Promise<CentreWorld> {
  const { centre: doors = { addCentrePages, createPhrases }, keystore } = options.product ?? {}
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const database = await cloneDatabase()
  const trust = await createTrustWorld(database, {
    origins: [origin],
    rpId: 'localhost',
    ...(keystore === undefined ? {} : { product: keystore }),
  })
  await database.admin.run(`UPDATE institutions.institution SET name = 'First Valley Bank' WHERE id = 'north-bank'`)
  const lines: string[] = []
  const logger = createLogger({ role: 'test', level: 'debug', destination: { write: (line) => void lines.push(line) } })
  const metrics = createMetrics({ processMetrics: false })
  const consent = database.connect('consent', { poolMax: 12 })
  const answer = database.connect('answer', { poolMax: 12 })
  const centre = database.connect('centre', { poolMax: 8 })
  const limits = Object.fromEntries(
    Object.entries(centrePageLimits).map(([name, limit]) => [name, options.limits === true ? limit : { max: 1_000_000, windowMs: 60_000 }]), // prettier-ignore
  )
  const answerLimits = { 'answer-page': { max: 1_000_000, windowMs: 60_000 }, 'answer-open': { max: 1_000_000, windowMs: 60_000 } } // prettier-ignore
  const server = await createServer(
    { logger, metrics, random: systemRandom },
    { title: 'test', version: '0', limits: { ...limits, ...answerLimits } },
  )
  const webAssets = assets.load(join(buildFolder(), 'web'))
  assets.add(server, webAssets)
  const phrases = doors.createPhrases({ database: centre, keystore: trust.keys.centre })
  const receiptKey = makeKey('log.test/parley/receipt')
  const deps: CentrePagesDeps = {
    random: systemRandom,
    clock: systemClock,
    assets: webAssets,
    logger,
    origin,
    origins: [origin],
    party: { id: 'localhost', name: 'Parley', origin },
    consent: { database: consent, keystore: trust.keys.consent },
    centre: { database: centre, keystore: trust.keys.centre },
    answer: { database: answer, keystore: trust.keys.answer, promises: testPromises },
    banks: {
      bank: {
        ...silentBank,
        fetchBalances: async () => success({ complete: true, accounts: [someAccount] }),
        ...options.bank,
      },
    },
    sendsCardEvents: (institution) => institution === banks.north,
    phrases,
    receipts: createReceipts({ key: receiptKey, published: async () => undefined, random: systemRandom }),
    log: {
      prove: async () => 'waiting',
      origin: 'log.test/parley',
      keys: {
        log: makeKey('log.test/parley').verifierKey,
        promise: testPromiseKey.verifierKey,
        receipt: receiptKey.verifierKey,
      },
    },
  }
  await doors.addCentrePages(server, deps)
  await addAnswerPages(server, { ...deps, phraseOf: phrases.find })
  await server.listen({ host: '127.0.0.1', port })

  const look = async (customer: CentreCustomer): Promise<void> => {
    const permit = await openPermit(
      { ...deps.answer, random: systemRandom },
      { customer: customer.id, institution: banks.north, conversation: customer.conversation, dataClass: 'balance' },
    )
    if (!permit.ok) throw new Error(permit.code)
    const told = await recordDisclosure({ random: systemRandom }, answer, permit.value, { level: 'sealed', place: 'messenger' }) // prettier-ignore
    if (!told.ok) throw new Error(told.code)
  }

  return {
    origin,
    database,
    consent,
    answer,
    centre,
    admin: database.admin,
    trust,
    log: () => lines.join(''),
    look,
    async addCustomer({ disclosure = 'sealed', looks = 1, purposes } = {}) {
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
      const conversation = newId<ConversationId>()
      await database.admin.run(
        `INSERT INTO channels.conversation (id, channel, page_id, address_hash, address_sealed, customer, linked_at)
         VALUES ($1, 'messenger', 'page', $2, $3, $4, clock_timestamp())`,
        [conversation, randomBytes(32), randomBytes(64), id],
      )
      const asked = purposes === undefined ? {} : { purposes }
      const terms = sharingTerms(id, { conversation, institution: banks.north, disclosure, ...asked })
      await agree(consent, { id, passkey }, terms)
      const customer = { id, passkey, conversation, terms }
      for (let count = 0; count < looks; count += 1) await look(customer)
      return customer
    },
    async end() {
      await server.close()
      await trust.end()
      await database.drop()
    },
  }
}

/** A browser with one cookie jar of one cookie, which says exactly what it is told to say. */
export type CentreBrowser = {
  cookie: string | undefined
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>
  post(
    path: string,
    fields?: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>
  /** Options of a challenge, fetched as a page's script does. */
  options(path: string): Promise<PublicKeyCredentialRequestOptionsJSON>
  /** Sends a passkey's form: fetches its challenge, has it signed, sends it. */
  approve(path: string, passkey: SoftPasskey, fields?: Readonly<Record<string, string>>): Promise<Answer>
  signIn(passkey: SoftPasskey): Promise<Answer>
}

/** `kept`: the cookie that it keeps. */
export function createCentreBrowser(origin: string, kept = cookieName): CentreBrowser {
  const browser: CentreBrowser = {
    cookie: undefined,
    get: (path, headers = {}) => keep(send('GET', `${origin}${path}`, { ...cookies(), ...headers })),
    post: (path, fields = {}, headers = ownForm) =>
      keep(send('POST', `${origin}${path}`, { ...cookies(), ...headers }, new URLSearchParams(fields).toString())),
    async options(path) {
      const { status, text } = await keep(send('POST', `${origin}${path}`, { ...cookies(), ...ownScript }))
      if (status !== 200) throw new Error(`${path}: ${status}`)
      const options: PublicKeyCredentialRequestOptionsJSON = JSON.parse(text)
      return options
    },
    async approve(path, passkey, fields = {}) {
      const { challenge } = await browser.options(`${path}/challenge`)
      return browser.post(path, { ...fields, response: signed(passkey, challenge) })
    },
    signIn: (passkey) => browser.approve('/me/sign-in', passkey, { timeZone: 'Europe/Berlin' }),
  }
  return browser

  function cookies(): Record<string, string> {
    return browser.cookie === undefined ? {} : { cookie: `${kept}=${browser.cookie}` }
  }

  async function keep(answered: Promise<Answer>): Promise<Answer> {
    const answer = await answered
    const value = cookieOf(answer, kept)
    if (value !== undefined) browser.cookie = value === '' ? undefined : value
    return answer
  }
}

/** The authenticator's answer over a challenge, as a form carries it. */
export function signed(passkey: SoftPasskey, challenge: string): string {
  return JSON.stringify(passkey.assert(Buffer.from(challenge, 'base64url')))
}

const someAccount = {
  id: 'account-1',
  name: new Secret('=Everyday "Checking"'),
  lastDigits: new Secret('4821'),
  category: 'deposit',
  kind: 'CHECKING',
  balances: [
    { kind: 'available', amount: new Secret({ minor: 184_217n, currency: 'USD' }), asOf: undefined },
    { kind: 'current', amount: new Secret({ minor: -217n, currency: 'USD' }), asOf: undefined },
  ],
} as const

function makeKey(name: string) {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  return readLogKey(new Secret(pem), name)
}
