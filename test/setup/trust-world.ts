import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signedTerms } from '../../src/consent/index.ts'
import type { SignedTerms } from '../../src/consent/index.ts'
import { Secret, termsChallenge, termsDocument } from '../../src/kernel/index.ts'
import type { ConversationId, CustomerId, InstitutionId, Terms, TermsId } from '../../src/kernel/index.ts'
import { connectKeystore, startKeystore } from '../../src/keystore/index.ts'
import type { Caller, Keystore, KeystoreClient, KeystoreOptions } from '../../src/keystore/index.ts'
import { createLogger, createMetrics, systemClock, systemRandom } from '../../src/platform/index.ts'
import type { Clock, Tx } from '../../src/platform/index.ts'
import type { TestDatabase } from './database.ts'
import { createSoftPasskey } from './soft-passkey.ts'
import type { PasskeyFlaws, SoftPasskey } from './soft-passkey.ts'

/** The site of tests' pages. */
export const testSite = { origin: 'https://parley.test', rpId: 'parley.test' } as const

/** Two banks that every trust world knows. */
export const banks = { north: 'north-bank' as InstitutionId, south: 'south-bank' as InstitutionId } as const

const callers = [
  'channel',
  'answer',
  'notify',
  'fraud',
  'service',
  'consent',
  'centre',
  'revoke',
  'erase',
  'console',
] as const satisfies readonly Caller[]

/** A keystore on a database, with a client for each caller. */
export type TrustWorld = {
  readonly folder: string
  readonly keys: Readonly<Record<Caller, KeystoreClient>>
  readonly keystore: () => Keystore
  /** Stops the keystore and starts another on the same folder. */
  restart(change?: Partial<KeystoreOptions>): Promise<void>
  stop(): Promise<void>
  end(): Promise<void>
}

/** The two halves of the keystore; mutants bring their own. */
export type KeystoreProduct = {
  readonly startKeystore: typeof startKeystore
  readonly connectKeystore: typeof connectKeystore
}

/** Starts a keystore in this process for a test database, and makes two institutions there. */
export async function createTrustWorld(
  database: TestDatabase,
  options: Partial<KeystoreOptions> & { readonly clock?: Clock; readonly product?: KeystoreProduct } = {},
): Promise<TrustWorld> {
  for (const bank of Object.values(banks)) await addInstitution(database.admin, bank)
  const base = await mkdtemp(join(tmpdir(), 'parley-trust-'))
  const folder = join(base, 'keys')
  const { clock = systemClock, product = { startKeystore, connectKeystore }, ...changes } = options
  const bearers = Object.fromEntries(
    callers.map((caller) => [caller, new Secret(randomBytes(24).toString('base64url'))]),
  )
  const settings: KeystoreOptions = {
    folder,
    listen: { socketPath: join(base, 'keys.sock') },
    bearers,
    origins: [testSite.origin],
    rpId: testSite.rpId,
    ...changes,
  }
  const start = (change: Partial<KeystoreOptions> = {}): Promise<Keystore> =>
    product.startKeystore(
      {
        database: database.connect('keystore'),
        clock,
        random: systemRandom,
        logger: createLogger({ role: 'test', level: 'silent' }),
        metrics: createMetrics({ processMetrics: false }),
      },
      { ...settings, ...change },
    )
  let running = await start()
  let isRunning = true
  const client = (caller: Caller): KeystoreClient =>
    product.connectKeystore(
      { clock: systemClock },
      { at: settings.listen, bearer: settings.bearers[caller] ?? new Secret(''), deadlineMs: 10_000 },
    )
  const keys = {
    channel: client('channel'),
    answer: client('answer'),
    notify: client('notify'),
    fraud: client('fraud'),
    service: client('service'),
    consent: client('consent'),
    centre: client('centre'),
    revoke: client('revoke'),
    erase: client('erase'),
    console: client('console'),
  }
  return {
    folder,
    keys,
    keystore: () => running,
    stop,
    async restart(change) {
      await stop()
      running = await start(change)
      isRunning = true
    },
    async end() {
      for (const each of Object.values(keys)) each.close()
      await stop()
      await rm(base, { recursive: true, force: true })
    },
  }

  async function stop(): Promise<void> {
    if (isRunning) await running.stop()
    isRunning = false
  }
}

/** An institution row like the demo's. */
export async function addInstitution(admin: Tx, id: InstitutionId): Promise<void> {
  await admin.run(
    `INSERT INTO institutions.institution (id, name, issuer, fdx_url, client_id)
     VALUES ($1, $1, 'https://' || $1 || '.test', 'https://' || $1 || '.test/fdx', 'parley') ON CONFLICT DO NOTHING`,
    [id],
  )
}

/** A person with a passkey that the keystore pinned. */
export type EnrolledCustomer = { readonly id: CustomerId; readonly passkey: SoftPasskey }

/** Enrols a new customer, or a further passkey-less id, as the consent pages do. */
export async function enrolCustomer(
  keys: KeystoreClient,
  passkey = createSoftPasskey(testSite),
): Promise<EnrolledCustomer> {
  const id = newId<CustomerId>()
  const { challenge } = await keys.beginEnrolment(id)
  const pinned = await keys.finishEnrolment({ customer: id, response: passkey.register(challenge) })
  if (!pinned.ok) throw new Error(`not enrolled: ${pinned.code}`)
  return { id, passkey }
}

/** Terms for one conversation, sharing balances, account list included; change what the test is about. */
export function sharingTerms(customer: CustomerId, change: Partial<Terms> = {}): Terms {
  return {
    v: 1,
    kind: 'sharing',
    id: newId<TermsId>(),
    customer,
    institution: banks.north,
    channel: 'messenger',
    conversation: newId<ConversationId>(),
    accounts: ['account-1'],
    purposes: { 'answer-customer': ['account-list', 'balance'] },
    disclosure: 'rounded',
    expiresAt: wholeSeconds(Date.now() + 90 * 24 * 3600 * 1000),
    ...change,
  }
}

/** A moment as terms write it. */
export function wholeSeconds(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`
}

/** Signs terms (or any document) with a passkey, as the browser does. */
export function signTerms(passkey: SoftPasskey, terms: Terms | string, flaws: PasskeyFlaws = {}): SignedTerms {
  const document = typeof terms === 'string' ? terms : termsDocument(terms)
  const challenge = termsChallenge(document, (bytes) => createHash('sha256').update(bytes).digest())
  const { response } = passkey.assert(challenge, flaws)
  return {
    document,
    credentialId: passkey.credentialId,
    authenticatorData: Buffer.from(response.authenticatorData, 'base64url'),
    clientData: Buffer.from(response.clientDataJSON, 'base64url'),
    signature: Buffer.from(response.signature, 'base64url'),
  }
}

/** Signs and stores terms that hold at once. */
export async function agree(consent: Tx, customer: EnrolledCustomer, terms: Terms): Promise<void> {
  await signedTerms.record(consent, signTerms(customer.passkey, terms), { unconfirmed: false })
}

/** A fresh id of any kind. */
export function newId<Kind extends string>(): Kind {
  return randomUUID() as Kind
}
