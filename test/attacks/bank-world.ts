import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createHmac } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { startBank } from '../../sandbox/bank/start-bank.ts'
import { createCookieBrowser } from '../../sandbox/bank/test-support/cookie-browser.ts'
import { share, signIn } from '../../sandbox/bank/test-support/outside-client.ts'
import {
  bankCodes,
  createBankNotices,
  createBanks,
  makeClientKeys,
  publicJwks,
  saveInstitution,
} from '../../src/banks/index.ts'
import type { BankNotices, Banks } from '../../src/banks/index.ts'
import { bankTokens, endings, openPermit } from '../../src/consent/index.ts'
import type { EndingReason, Permit, RevokingPermit } from '../../src/consent/index.ts'
import { bankConsents } from '../../src/banks/bank-consents-store.ts'
import { createSigningKeys } from '../../src/banks/fapi/signing-keys.ts'
import { createProver } from '../../src/banks/fdx/proof.ts'
import { parseTokenRecord } from '../../src/banks/token-record.ts'
import type { TokenRecord } from '../../src/banks/token-record.ts'
import { testLinkSecret } from '../../src/banks/test-support/test-permit.ts'
import { Secret } from '../../src/kernel/index.ts'
import type { ConversationId, CustomerId, DataClass, InstitutionId, Terms } from '../../src/kernel/index.ts'
import { createLogger, createMetrics, createServer, systemClock, systemRandom } from '../../src/platform/index.ts'
import type { HttpServer } from '../../src/platform/index.ts'
import { bankNoticeLimits } from '../../src/banks/notices/add-notice-route.ts'
import { createBankControl } from '../setup/bank-control.ts'
import type { BankControl } from '../setup/bank-control.ts'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import { freePort } from '../setup/free-port.ts'
import { testPromises } from '../setup/test-promises.ts'
import { agree, createTrustWorld, enrolCustomer, newId, sharingTerms } from '../setup/trust-world.ts'
import type { EnrolledCustomer, TrustWorld } from '../setup/trust-world.ts'

export const sandboxBank = 'sandbox-bank' as InstitutionId
const redirectUri = 'http://127.0.0.1:9/callback'
/** What the bank and the gateway share. */
export const pushSecret = 'whsec_' + Buffer.from('a secret of the bank and us alone').toString('base64')

/** Somebody who linked the bank and shares balances with one conversation. */
export type Sharer = EnrolledCustomer & { readonly conversation: ConversationId; readonly consentId: string }

/** A delivery of a notice, to be tampered with. */
export type Delivery = { readonly headers: Readonly<Record<string, string>>; readonly body: string }

/** The sandbox bank, the real gate and keystore, and the gateway's address for notices, all in this process. */
export type BankWorld = {
  readonly database: TestDatabase
  readonly control: BankControl
  readonly issuer: string
  readonly fdxUrl: string
  readonly banks: Banks
  readonly notices: BankNotices
  readonly server: HttpServer
  /** Where the gateway takes the bank's notices. */
  readonly noticeUrl: string
  /** Links a new customer over the real protocols; or again, for the same one. */
  link(again?: Sharer): Promise<Sharer>
  permit<Class extends DataClass>(sharer: Sharer, dataClass: Class): Promise<Permit<Class> | string>
  record(sharer: Sharer): Promise<TokenRecord>
  /** Whether anything of this customer's is still shared. */
  holds(sharer: Sharer): Promise<boolean>
  /** Why everything ended, as the endings say it. */
  endingsOf(sharer: Sharer): Promise<readonly string[]>
  end(sharer: Sharer, because: EndingReason): Promise<void>
  /** The permit to give the tokens of an ended link back, and banks under the login that may. */
  revokingPermit(sharer: Sharer): Promise<RevokingPermit>
  readonly banksToTell: Banks
  /** As a bank that gives a new consent the id of an earlier one. */
  reuseConsentId(earlier: Sharer): Promise<void>
  /** What whoever holds this record, key and all, gets at the bank. */
  askWith(record: TokenRecord): Promise<number>
  stop(): Promise<void>
}

/** A notice about a consent, signed as the bank signs. */
export function signedNotice(
  about: { readonly consentId: string; readonly type?: string; readonly id?: string },
  flaws: { readonly secret?: string; readonly atMs?: number } = {},
): Delivery {
  const id = about.id ?? `notice-${newId<string>()}`
  const body = JSON.stringify({
    notificationId: id,
    type: about.type ?? 'CONSENT_REVOKED',
    sentOn: new Date().toISOString(),
    category: 'CONSENT',
    publisher: { name: 'Bank', type: 'DATA_PROVIDER' },
    notificationPayload: { id: about.consentId, idType: 'CONSENT' },
  })
  const timestamp = String(Math.floor((flaws.atMs ?? Date.now()) / 1000))
  const secret = flaws.secret ?? pushSecret
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret)
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  }
  return { headers, body }
}

/** What of the product a test may swap for a mutated copy. */
export type BankWorldProduct = {
  readonly createBanks: typeof createBanks
  readonly createBankNotices: typeof createBankNotices
  readonly makeClientKeys: typeof makeClientKeys
  readonly publicJwks: typeof publicJwks
}

/** Starts it all; `pollMs` is how far apart the gateway fetches what it missed. */
export async function startBankWorld(
  options: { readonly pollMs?: number; readonly product?: BankWorldProduct } = {},
): Promise<BankWorld> {
  const { product = { createBanks, createBankNotices, makeClientKeys, publicJwks } } = options
  const folder = await mkdtemp(join(tmpdir(), 'parley-bank-world-'))
  const logger = createLogger({ role: 'test', level: 'silent' })
  const ambient = () => ({
    clock: systemClock,
    random: systemRandom,
    logger,
    metrics: createMetrics({ processMetrics: false }),
  })
  const server = await createServer(ambient(), {
    title: 'test',
    version: '1',
    limits: bankNoticeLimits,
    statusOf: (code) => Object.entries(bankCodes).find(([known]) => known === code)?.[1].status,
  })
  // The address is needed before the routes are: the bank registers it.
  let publicUrl = ''
  const clientKeys = await product.makeClientKeys()
  const clientConfig = join(folder, 'clients.json')
  const dataDir = join(folder, 'bank')
  const dull = { seed: 'first-valley', empty: false, ofxFiles: [] }
  const bank = await startBank({ port: 0, host: '127.0.0.1', dataDir, issuer: undefined, ...dull, clientConfig })
  const control = createBankControl(bank.issuer, dataDir)
  const database = await cloneDatabase()
  const { issuer, fdxUrl } = bank
  const row = { id: sandboxBank, name: 'Sandbox Bank', issuer, fdxUrl, clientId: 'parley', callsPerDay: 1000 }
  await saveInstitution(database.admin, row)
  const world: TrustWorld = await createTrustWorld(database)
  const answer = database.connect('answer')
  const consent = database.connect('consent')
  const revoker = database.connect('revoker')
  const bankOptions = { clientKeys, allowLoopback: true, linkSecret: testLinkSecret }
  const banks = product.createBanks({ ...ambient(), database: answer }, bankOptions)
  const banksToTell = product.createBanks({ ...ambient(), database: revoker }, bankOptions)
  const port = await freePort()
  publicUrl = `http://127.0.0.1:${port}`
  const notices = product.createBankNotices(
    { ...ambient(), database: consent },
    {
      ...bankOptions,
      publicUrl,
      pushSecrets: new Map([[sandboxBank, new Secret(pushSecret)]]),
      ...(options.pollMs === undefined ? {} : { pollMs: options.pollMs }),
    },
  )
  // A mutated copy has classes of its own; the server does not mind.
  await notices.addRoutes(server)
  await server.listen({ host: '127.0.0.1', port })
  const client = {
    client_id: 'parley',
    client_name: 'Parley',
    redirect_uris: [redirectUri, `${publicUrl}/link/callback`],
    jwks: product.publicJwks(clientKeys),
    push_secret: pushSecret,
  }
  await writeFile(clientConfig, JSON.stringify({ clients: [client] }))
  const permitDeps = { database: answer, keystore: world.keys.answer, random: systemRandom, promises: testPromises }

  async function open<Class extends DataClass>(
    customer: CustomerId,
    dataClass: Class,
    conversation: ConversationId | null,
  ): Promise<Permit<Class> | string> {
    const look = { customer, institution: sandboxBank, conversation, dataClass }
    const opened = await openPermit(permitDeps, look)
    return opened.ok ? opened.value : opened.code
  }

  async function mustOpen<Class extends DataClass>(...asked: Parameters<typeof open<Class>>): Promise<Permit<Class>> {
    const opened = await open<Class>(...asked)
    if (typeof opened === 'string') throw new Error(`the honest path is broken: ${opened}`)
    return opened
  }

  return {
    database,
    control,
    issuer,
    fdxUrl,
    banks,
    banksToTell,
    notices,
    server,
    noticeUrl: `${publicUrl}/banks/${sandboxBank}/notifications`,
    async link(again) {
      const [person] = control.logins()
      if (person === undefined) throw new Error('the bank has no people')
      const customer = again ?? (await enrolCustomer(world.keys.consent))
      const setup = { kind: 'setup', channel: 'link-page', conversation: null, accounts: [] } as const
      await agree(
        consent,
        customer,
        terms(customer.id, { ...setup, purposes: { 'answer-customer': ['account-list'] } }),
      )
      const started = await banks.links.start({ institution: sandboxBank, redirectUri, days: 90, linkId: newId() })
      if (!started.ok) throw new Error(started.code)
      const browser = createCookieBrowser(redirectUri)
      const back = await share(browser, await signIn(browser, started.value.url, person), (ids) => ids)
      const permit = await mustOpen(customer.id, 'account-list', null)
      const callback = { institution: sandboxBank, carry: started.value.carry, currentUrl: new URL(back.url), permit }
      const finished = await banks.links.finish(callback)
      if (!finished.ok) throw new Error(finished.code)
      const conversation = again?.conversation ?? newId<ConversationId>()
      await agree(consent, customer, terms(customer.id, { conversation }))
      return { ...customer, conversation, consentId: finished.value.consentId?.reveal() ?? '' }
    },
    permit: (sharer, dataClass) => open(sharer.id, dataClass, sharer.conversation),
    async record(sharer) {
      const stored = await bankTokens.read(answer, await mustOpen(sharer.id, 'balance', sharer.conversation))
      if (stored === undefined) throw new Error('nothing is stored')
      return parseTokenRecord(stored.plain)
    },
    async holds({ id }) {
      const shape = z.object({ holds: z.boolean() })
      const query = `SELECT EXISTS (SELECT FROM consent.grant_ g WHERE g.customer = $1 AND consent.holds_now(g)) AS holds`
      return (await database.admin.one(shape, query, [id])).holds
    },
    async endingsOf({ id }) {
      const query = `SELECT because FROM consent.ending WHERE customer = $1 AND because <> 'replaced' ORDER BY at`
      return (await database.admin.rows(z.object({ because: z.string() }), query, [id])).map(({ because }) => because)
    },
    async end({ id }, because) {
      await consent.transaction((tx) => endings.end(tx, { customer: id, institution: sandboxBank }, because))
    },
    async revokingPermit({ id }) {
      const deps = { database: revoker, keystore: world.keys.revoke, random: systemRandom, promises: testPromises }
      const ticket = await endings.revoking.openTicket(deps, { customer: id, institution: sandboxBank })
      if (!ticket.ok) throw new Error(ticket.code)
      const released = await endings.revoking.release(deps, ticket.value)
      if (!released.ok) throw new Error(released.code)
      return released.value
    },
    async reuseConsentId({ id, consentId }) {
      const hash = bankConsents.hash(testLinkSecret, sandboxBank, new Secret(consentId))
      const query = 'UPDATE institutions.bank_consent SET consent_hash = $2 WHERE customer = $1'
      if ((await database.admin.run(query, [id, hash])) !== 1) throw new Error('nothing is linked')
    },
    async askWith({ accessToken, dpopKey }) {
      const url = new URL(`${fdxUrl}/accounts`)
      const prover = await createProver(
        { ...ambient(), signingKeys: createSigningKeys(systemClock) },
        { accessToken, dpopKey },
      )
      const dpop = await prover.prove({ method: 'GET', url, nonce: undefined })
      const headers = { authorization: `DPoP ${accessToken}`, dpop, 'x-fapi-interaction-id': newId<string>() }
      return (await fetch(url, { headers })).status
    },
    async stop() {
      await notices.stop()
      await server.close()
      banks.close()
      banksToTell.close()
      await world.end()
      await database.drop()
      await bank.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function terms(customer: CustomerId, change: Partial<Terms>): Terms {
  return sharingTerms(customer, { institution: sandboxBank, ...change })
}
