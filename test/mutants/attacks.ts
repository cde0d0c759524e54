import { appendFile, readFile } from 'node:fs/promises'
import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { openPermit, bankTokens } from '../../src/consent/index.ts'
import type { Permit } from '../../src/consent/index.ts'
import { Secret, termsDocument } from '../../src/kernel/index.ts'
import type { DataClass, SealedAnswerId, Terms } from '../../src/kernel/index.ts'
import { bytesColumn, systemRandom } from '../../src/platform/index.ts'
import type { Database } from '../../src/platform/index.ts'
import { moneyNeedles, searchFolder, searchTables } from '../setup/canary.ts'
import type { TestDatabase } from '../setup/database.ts'
import { createSoftPasskey } from '../setup/soft-passkey.ts'
import type { SoftPasskey } from '../setup/soft-passkey.ts'
import { agree, enrolCustomer, newId, sharingTerms, signTerms, testSite } from '../setup/trust-world.ts'
import type { EnrolledCustomer, TrustWorld } from '../setup/trust-world.ts'
import type { Product } from './load-product.ts'

/** Where an attack happens: one copy of the product on one copy of the database. */
export type Scene = { readonly product: Product; readonly database: TestDatabase; readonly world: TrustWorld }

/** How an attack ends: `succeeds`, or the lock that stopped it. */
export type Verdict = 'succeeds' | { readonly stoppedBy: string }

type Attack = {
  /** The lock that stops it in the product as it is. */
  readonly stoppedBy: string
  run(scene: Scene): Promise<Verdict>
}

/** The token that every attack is after. */
const treasure = 'refresh-token-of-the-victim'

type Victim = {
  readonly customer: EnrolledCustomer
  readonly terms: Terms
  readonly permit: Permit<'balance'>
  readonly answer: Database
}

/** Somebody who linked a bank as they should; their token lies in the vault. */
async function honestCustomer(scene: Scene, terms?: Partial<Terms>): Promise<Victim> {
  const customer = await enrolCustomer(scene.world.keys.consent)
  const agreed = sharingTerms(customer.id, terms)
  await agree(scene.database.connect('consent'), customer, agreed)
  const answer = scene.database.connect('answer')
  // By the product as it is: the attack alone is the mutant's.
  const deps = { database: answer, keystore: scene.world.keys.answer, random: systemRandom }
  const opened = await openPermit(deps, { ...agreed, dataClass: 'balance' })
  if (!opened.ok) throw new Error(`the honest path is broken: ${opened.code}`)
  const stored = await bankTokens.store(answer, opened.value, {
    expectedVersion: 0,
    plain: new Secret(treasure),
  })
  if (!stored) throw new Error('the honest path is broken: nothing stored')
  return { customer, terms: agreed, permit: opened.value, answer }
}

function look(scene: Scene, terms: Terms, database: Database) {
  const deps = { database, keystore: scene.world.keys.answer, random: systemRandom }
  return scene.product.consent.openPermit(deps, { ...terms, dataClass: 'balance' })
}

/** Whether a permit, however it came about, gives the treasure. */
async function plunder(scene: Scene, database: Database, permit: Permit<DataClass>): Promise<Verdict> {
  const token = await scene.product.consent.bankTokens.read(database, permit)
  if (token === undefined) return { stoppedBy: 'the row policy' }
  return token.plain.reveal() === treasure ? 'succeeds' : { stoppedBy: 'the keys' }
}

/** A look under terms that nobody signed, or signed otherwise; succeeds if it opens. */
async function lookForged(scene: Scene, terms: Terms): Promise<Verdict> {
  const database = scene.database.connect('answer')
  const opened = await look(scene, terms, database)
  if (!opened.ok) return { stoppedBy: opened.code === 'consent/unsigned' ? 'the keystore' : 'the gate' }
  return await plunder(scene, database, opened.value)
}

async function stopAnswers(victim: Victim): Promise<void> {
  await victim.answer.run('SELECT consent.stop_answers($1)', [victim.terms.conversation])
}

/** As the database's superuser: terms for the victim's own conversation, by whatever passkey. */
async function recordForged(scene: Scene, terms: Terms, passkey: SoftPasskey, credentialId: Buffer): Promise<void> {
  const signed = signTerms(passkey, terms)
  await scene.database.admin.run('SELECT consent.record_terms($1, $2, $3, $4, $5, false)', [
    signed.document, credentialId, signed.authenticatorData, signed.clientData, signed.signature,
  ]) // prettier-ignore
}

export const attacks = {
  'look without a grant': {
    stoppedBy: 'the gate',
    async run(scene) {
      const victim = await honestCustomer(scene)
      await stopAnswers(victim)
      return await lookForged(scene, victim.terms)
    },
  },

  'read with a ticket whose grant ended': {
    stoppedBy: 'the row policy',
    async run(scene) {
      const victim = await honestCustomer(scene)
      await stopAnswers(victim)
      const rows = await victim.answer.rows(
        z.object({ sealed: bytesColumn }),
        'SELECT sealed FROM gate.bank_token($1)',
        [victim.permit.ticket],
      )
      if (rows.length === 0) return { stoppedBy: 'the row policy' }
      const released = await scene.world.keys.answer.release(victim.permit.ticket)
      return released.ok ? 'succeeds' : { stoppedBy: 'the keystore' }
    },
  },

  'read and log in one transaction, then roll back': {
    stoppedBy: 'the row policy',
    async run(scene) {
      const { terms, answer } = await honestCustomer(scene)
      const counted = z.object({ count: z.bigint() })
      const before = await scene.database.admin.one(counted, 'SELECT count(*) FROM audit.entry')
      let delivered = 0
      const undone = new Error('rolled back on purpose')
      const work = answer.transaction(async (tx) => {
        const { ticket } = await tx.one(
          z.object({ ticket: z.bigint() }),
          'SELECT ticket FROM gate.open($1, $2, $3, $4, $5, $5)',
          [terms.customer, terms.institution, terms.conversation, 'balance', randomBytes(32)],
        )
        delivered = (await tx.rows(z.object({}), 'SELECT sealed FROM gate.bank_token($1)', [ticket])).length
        throw undone
      })
      await work.catch((thrown: unknown) => {
        if (thrown !== undone) throw thrown
      })
      const after = await scene.database.admin.one(counted, 'SELECT count(*) FROM audit.entry')
      return delivered > 0 && after.count === before.count ? 'succeeds' : { stoppedBy: 'the row policy' }
    },
  },

  'look after "stop"': {
    stoppedBy: 'the gate',
    async run(scene) {
      const victim = await honestCustomer(scene)
      await stopAnswers(victim)
      return await lookForged(scene, victim.terms)
    },
  },

  'forge a grant by SQL': {
    stoppedBy: 'the keystore',
    async run(scene) {
      const { customer, terms } = await honestCustomer(scene)
      const forged = sharingTerms(customer.id, { conversation: newId() })
      await recordForged(scene, forged, createSoftPasskey(testSite), customer.passkey.credentialId)
      return await lookForged(scene, { ...forged, institution: terms.institution })
    },
  },

  'widen what was signed by SQL': {
    stoppedBy: 'the keystore',
    async run(scene) {
      const { terms } = await honestCustomer(scene, { purposes: { 'answer-customer': ['account-list', 'balance'] } })
      const elsewhere = { ...terms, conversation: newId<NonNullable<Terms['conversation']>>() }
      await scene.database.admin.run(
        `INSERT INTO consent.grant_ (terms, customer, institution, channel, conversation, data_class, purpose, disclosure, expires_at)
         SELECT terms, customer, institution, channel, $2, data_class, purpose, 'full', expires_at FROM consent.grant_ WHERE terms = $1`,
        [terms.id, elsewhere.conversation],
      )
      return await lookForged(scene, elsewhere)
    },
  },

  'sign without being verified': {
    stoppedBy: 'the keystore',
    async run(scene) {
      const { customer } = await honestCustomer(scene)
      const terms = sharingTerms(customer.id)
      const signed = signTerms(customer.passkey, terms, { isUnverified: true })
      await scene.product.consent.signedTerms.record(scene.database.connect('consent'), signed, { unconfirmed: false })
      return await lookForged(scene, terms)
    },
  },

  'sign on a page of another site': {
    stoppedBy: 'the keystore',
    async run(scene) {
      const { customer } = await honestCustomer(scene)
      const terms = sharingTerms(customer.id)
      const signed = signTerms(customer.passkey, terms, { origin: 'https://evil.example' })
      await scene.product.consent.signedTerms.record(scene.database.connect('consent'), signed, { unconfirmed: false })
      return await lookForged(scene, terms)
    },
  },

  'release with the ticket of another caller': {
    stoppedBy: 'the keystore',
    async run(scene) {
      const { permit } = await honestCustomer(scene)
      const released = await scene.world.keys.fraud.release(permit.ticket)
      return released.ok ? 'succeeds' : { stoppedBy: 'the keystore' }
    },
  },

  'recover a passkey at once': {
    stoppedBy: 'the keystore',
    async run(scene) {
      const { customer } = await honestCustomer(scene)
      const thief = createSoftPasskey(testSite)
      const { challenge } = await scene.world.keys.consent.beginEnrolment(customer.id)
      const response = thief.register(challenge)
      await scene.world.keys.consent.finishEnrolment({ customer: customer.id, response, recovery: true })
      const terms = sharingTerms(customer.id)
      await recordForged(scene, terms, thief, thief.credentialId)
      return await lookForged(scene, terms)
    },
  },

  'add a passkey without leave': {
    stoppedBy: 'the keystore',
    async run(scene) {
      const { customer } = await honestCustomer(scene)
      const thief = createSoftPasskey(testSite)
      const { challenge } = await scene.world.keys.consent.beginEnrolment(customer.id)
      const response = thief.register(challenge)
      const approval = thief.assert(challenge)
      await scene.world.keys.consent.finishEnrolment({ customer: customer.id, response, approval })
      const terms = sharingTerms(customer.id)
      await recordForged(scene, terms, thief, thief.credentialId)
      return await lookForged(scene, terms)
    },
  },

  'plant a passkey in a key file': {
    stoppedBy: 'the mark of the line',
    async run(scene) {
      const { customer } = await honestCustomer(scene)
      const thief = createSoftPasskey(testSite)
      await scene.world.stop()
      const shard = (createHash('sha256').update(customer.id).digest()[0] ?? 0).toString(16).padStart(2, '0')
      const file = join(scene.world.folder, 'shards', `${shard}.keys`)
      const own = /"is":"passkey".*?"publicKey":"([\w-]+)"/.exec(await readFile(file, 'utf8'))?.[1]
      if (own === undefined) throw new Error('the honest path is broken: no passkey in the file')
      const planted = {
        is: 'passkey', customer: customer.id, id: thief.credentialId.toString('base64url'), publicKey: publicKeyOf(thief),
        signCount: 0, transports: [], pinnedAt: 0, effectiveAt: 0,
      } // prettier-ignore
      await appendFile(file, `1 ${'A'.repeat(22)} ${JSON.stringify([planted])}\n`)
      try {
        await scene.world.restart()
      } catch {
        return { stoppedBy: 'the mark of the line' }
      }
      const terms = sharingTerms(customer.id)
      await recordForged(scene, terms, thief, thief.credentialId)
      return await lookForged(scene, terms)
    },
  },

  'search the disk': {
    stoppedBy: 'the encryption',
    async run(scene) {
      const { permit, answer } = await honestCustomer(scene)
      const money = { minor: 4_682_159_073n, currency: 'USD' }
      const plain = new Secret<Uint8Array>(Buffer.from(JSON.stringify({ balance: '46821590.73' })))
      const id = newId<SealedAnswerId>()
      await answer.transaction((tx) =>
        scene.product.consent.sealedAnswers.store(tx, permit, { id, plain, seconds: 600 }),
      )
      const { admin } = scene.database
      await admin.run('CHECKPOINT')
      const { folder, oid } = await admin.one(
        z.object({ folder: z.string(), oid: z.string() }),
        `SELECT current_setting('data_directory') AS folder, oid::text FROM pg_database WHERE datname = current_database()`,
      )
      const needles = moneyNeedles(money)
      const found = [
        await searchTables(admin, needles),
        await searchFolder(join(folder, 'base', oid), needles, 1),
        await searchFolder(join(folder, 'pg_wal'), needles, 1),
      ]
      // Either nowhere, or (with the mutant) in values, pages and WAL alike; anything else says the search is broken.
      const places = found.filter((findings) => findings.length > 0).length
      if (places !== 0 && places !== found.length) throw new Error(`found in ${places} of ${found.length} places`)
      return places > 0 ? 'succeeds' : { stoppedBy: 'the encryption' }
    },
  },

  'open a look as statistics': {
    stoppedBy: 'the privileges of the gate',
    async run(scene) {
      const { terms } = await honestCustomer(scene)
      const statistics = scene.database.connect('statistics')
      try {
        const rows = await statistics.rows(z.object({}), 'SELECT ticket FROM gate.open($1, $2, $3, $4, $5, $5)', [
          terms.customer, terms.institution, terms.conversation, 'balance', randomBytes(32),
        ]) // prettier-ignore
        return rows.length > 0 ? 'succeeds' : { stoppedBy: 'the purpose in the grant' }
      } catch {
        return { stoppedBy: 'the privileges of the gate' }
      }
    },
  },

  'look for advertising': {
    stoppedBy: 'the list of purposes',
    async run(scene) {
      const { customer } = await honestCustomer(scene)
      const { admin, prefix } = scene.database
      try {
        await admin.run(`INSERT INTO consent.purpose VALUES ('advertising')`)
      } catch {
        return { stoppedBy: 'the list of purposes' }
      }
      await admin.run(`UPDATE consent.purpose_login SET purpose = 'advertising' WHERE login = $1`, [`${prefix}fraud`])
      const terms = sharingTerms(customer.id)
      const document = termsDocument(terms).replace('answer-customer', 'advertising')
      const signed = signTerms(customer.passkey, document)
      await scene.product.consent.signedTerms.record(scene.database.connect('consent'), signed, { unconfirmed: false })
      const deps = { database: scene.database.connect('fraud'), keystore: scene.world.keys.fraud, random: systemRandom }
      try {
        const opened = await scene.product.consent.openPermit(deps, { ...terms, dataClass: 'balance' })
        return opened.ok ? 'succeeds' : { stoppedBy: 'the keystore' }
      } catch {
        return { stoppedBy: 'the keystore' }
      }
    },
  },
} as const satisfies Record<string, Attack>

export type AttackName = keyof typeof attacks

/** The COSE key of a soft passkey, as its attestation carries it: after RP hash, flags, counter, AAGUID, length and id. */
function publicKeyOf(passkey: SoftPasskey): string {
  const attestation = Buffer.from(passkey.register(randomBytes(32)).response.attestationObject, 'base64url')
  const at = attestation.indexOf(passkey.credentialId) + passkey.credentialId.length
  return attestation.subarray(at).toString('base64url')
}
