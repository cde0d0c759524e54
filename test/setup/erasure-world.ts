import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { logCrypto } from '../../src/audit/index.ts'
import type { LogKey } from '../../src/audit/index.ts'
import { readLogKey } from '../../src/audit/log-key.ts'
import { bankTokens, openPermit, sealedAnswers } from '../../src/consent/index.ts'
import type { Permit } from '../../src/consent/index.ts'
import { beginErasure, erasureJobs, loadEraseStatus } from '../../src/erasure/index.ts'
import type { EraseStatus, ErasureDeps, ErasureId } from '../../src/erasure/index.ts'
import { Secret, openReceipt, toInstant } from '../../src/kernel/index.ts'
import type { ConversationId, ReceiptBody, SealedAnswerId, Terms } from '../../src/kernel/index.ts'
import { eraseChallenge } from '../../src/keystore/index.ts'
import { createLogger, seal, systemRandom } from '../../src/platform/index.ts'
import type { Database } from '../../src/platform/index.ts'
import { createReceipts } from '../../src/receipts/index.ts'
import type { TestDatabase } from './database.ts'
import { testPromises } from './test-promises.ts'
import { agree, banks, enrolCustomer, newId, sharingTerms } from './trust-world.ts'
import type { EnrolledCustomer, TrustWorld } from './trust-world.ts'

/** Somebody who linked a bank, with rows in the tables that know people. */
export type LinkedCustomer = EnrolledCustomer & {
  readonly conversation: ConversationId
  readonly terms: Terms
  readonly permit: Permit<'balance'>
}

/** What is said or kept of a person, to be searched for afterwards. */
export type Canaries = { readonly message?: string; readonly token?: string; readonly answer?: string }

/** Customers with a life in the database, and their erasure, without pages, banks or messengers. */
export type ErasureWorld = {
  readonly deps: ErasureDeps
  addCustomer(canaries?: Canaries): Promise<LinkedCustomer>
  /** A conversation of somebody who never linked. */
  addStranger(message?: string): Promise<ConversationId>
  begin(customer: EnrolledCustomer): Promise<ErasureId>
  /** Runs the job until it ends, as the job runner does. */
  follow(erasure: ErasureId): Promise<void>
  status(erasure: ErasureId): Promise<EraseStatus | undefined>
  /** What the receipt says, its signature checked. */
  receiptOf(erasure: ErasureId): Promise<ReceiptBody>
}

/** What seals what is stored of a person; a build without encryption brings its own, to show that a search finds it then. */
export type Seals = {
  readonly bankTokens: Pick<typeof bankTokens, 'store'>
  readonly sealedAnswers: Pick<typeof sealedAnswers, 'store'>
  readonly seal: typeof seal
}

type Ground = {
  readonly seals: Seals
  readonly admin: Database
  readonly world: Pick<TrustWorld, 'keys'>
  readonly answer: Database
  readonly consent: Database
  readonly channel: Database
}

/** Makes one on the database and keystore of a trust world. */
export function createErasureWorld(
  database: TestDatabase,
  world: Pick<TrustWorld, 'keys'>,
  seals: Seals = { bankTokens, sealedAnswers, seal },
): ErasureWorld {
  const ground: Ground = {
    seals,
    admin: database.admin,
    world,
    answer: database.connect('answer'),
    consent: database.connect('consent'),
    channel: database.connect('channel'),
  }
  const receiptKey = newReceiptKey()
  const deps: ErasureDeps = {
    database: database.connect('eraser'),
    keystore: world.keys.erase,
    receipts: createReceipts({ key: receiptKey, published: async () => undefined, random: systemRandom }),
    logger: createLogger({ role: 'test', level: 'silent' }),
    waits: { bankMs: 0, messageMs: 0 },
    databaseBackupDays: 30,
  }
  const status = (erasure: ErasureId) => loadEraseStatus(ground.consent, erasure)
  return {
    deps,
    addCustomer: (canaries = {}) => addCustomer(ground, canaries),
    addStranger: (message = 'hello') => addConversation(ground, message),
    async begin({ id, passkey }) {
      const approval = passkey.assert(eraseChallenge(id))
      const begun = await beginErasure({ database: ground.consent, random: systemRandom }, { customer: id, approval })
      if (!begun.ok) throw new Error(begun.code)
      return begun.value
    },
    follow: (erasure) => follow(deps, erasure),
    status,
    async receiptOf(erasure) {
      const end = await status(erasure)
      if (end?.state !== 'done') throw new Error(`no receipt: ${end?.state ?? 'no erasure'}`)
      const opened = openReceipt(end.note, receiptKey.noteKey, logCrypto.verify)
      if (!opened.ok) throw new Error(opened.code)
      return opened.value
    },
  }
}

/** A receipt's key of a test's own. */
function newReceiptKey(): LogKey {
  const { privateKey } = generateKeyPairSync('ed25519')
  return readLogKey(new Secret(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()), 'parley.test/receipt')
}

async function addCustomer(ground: Ground, canaries: Canaries): Promise<LinkedCustomer> {
  const { admin, seals, world, answer, consent } = ground
  const customer = await enrolCustomer(world.keys.consent)
  await consent.run(`INSERT INTO customers.customer (id) VALUES ($1)`, [customer.id])
  await consent.run(
    `INSERT INTO customers.passkey (credential_id, customer, public_key, effective_at)
     VALUES ($1, $2, $3, clock_timestamp())`,
    [customer.passkey.credentialId, customer.id, randomBytes(77)],
  )
  await consent.run(`INSERT INTO customers.bank_identity (institution, subject_hash, customer) VALUES ($1, $2, $3)`, [
    banks.north,
    randomBytes(32),
    customer.id,
  ])
  const conversation = await addConversation(ground, canaries.message ?? 'what is my balance?')
  // What linking.confirm does after the code was typed in the chat.
  await admin.run('UPDATE channels.conversation SET customer = $2, linked_at = clock_timestamp() WHERE id = $1', [
    conversation,
    customer.id,
  ])
  const terms = sharingTerms(customer.id, { conversation })
  await agree(consent, customer, terms)
  const permit = await mustOpen(ground, terms)
  await seals.bankTokens.store(answer, permit, { expectedVersion: 0, plain: new Secret(canaries.token ?? 'token') })
  await seals.sealedAnswers.store(answer, permit, {
    id: newId<SealedAnswerId>(),
    plain: new Secret<Uint8Array>(Buffer.from(canaries.answer ?? 'an answer')),
    seconds: 600,
  })
  await answer.run(
    `INSERT INTO institutions.call_count (customer, institution, day, calls) VALUES ($1, $2, current_date, 1)`,
    [customer.id, banks.north],
  )
  return { ...customer, conversation, terms, permit }
}

async function mustOpen({ world, answer }: Ground, terms: Terms): Promise<Permit<'balance'>> {
  const deps = { database: answer, keystore: world.keys.answer, random: systemRandom, promises: testPromises }
  const opened = await openPermit(deps, { ...terms, dataClass: 'balance' })
  if (!opened.ok) throw new Error(opened.code)
  return opened.value
}

async function addConversation({ seals, world, channel }: Ground, message: string): Promise<ConversationId> {
  const id = newId<ConversationId>()
  const key = (await world.keys.channel.conversationKey(id)).reveal()
  await channel.run(
    `INSERT INTO channels.conversation (id, channel, page_id, address_hash, address_sealed)
     VALUES ($1, 'messenger', '1', $2, $3)`,
    [id, randomBytes(32), seals.seal(key, Buffer.from(message), `address|${id}`)],
  )
  await channel.run(
    `INSERT INTO channels.inbound_message (conversation, carrier_id, id, kind, sealed, sent_at)
     VALUES ($1, $2, $3, 'text', $4, clock_timestamp())`,
    [id, `m_${newId<string>()}`, newId<string>(), seals.seal(key, Buffer.from(message), `inbound|${id}`)],
  )
  return id
}

/** Looks at a job that waits so often at most. */
const looksMax = 50

async function follow(deps: ErasureDeps, erasure: ErasureId): Promise<void> {
  const handle = erasureJobs(deps)['erasure.follow']
  if (handle === undefined) throw new Error('no handler')
  const job = { id: 1n, kind: 'erasure.follow', key: `erase:${erasure}`, payload: { erasure }, createdAt: toInstant(0) }
  for (let attempt = 1; attempt <= looksMax; attempt += 1) {
    const outcome = await handle({ ...job, attempt })
    if (!('finish' in outcome)) continue
    await deps.database.transaction((tx) => outcome.finish(tx))
    return
  }
  throw new Error('the erasure still waits')
}

const named = z.object({ found: z.string() })

/**
 * Every table and column in which one of these ids stands, as a whole value or as part of a text. `audit.entry` and the log are
 * left out unless asked for: there ids stay, and name nobody.
 */
export async function tablesWith(
  admin: Database,
  ids: readonly string[],
  schemas: readonly string[] = ['audit', 'log'],
) {
  const columns = await admin.rows(
    z.object({ name: z.string(), column: z.string() }),
    `SELECT c.oid::regclass::text AS name, quote_ident(a.attname) AS column
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid <> 'bytea'::regtype
       AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'migrations') AND n.nspname <> ALL ($1)`,
    [schemas],
  )
  const found: string[] = []
  for (const { name, column } of columns) {
    const rows = await admin.rows(
      named,
      `SELECT '${name}.${column.replaceAll("'", '')}' AS found FROM ${name}
       WHERE ${column}::text LIKE ANY ($1) LIMIT 1`,
      [ids.map((id) => `%${id}%`)],
    )
    found.push(...rows.map((row) => row.found))
  }
  return found
}
