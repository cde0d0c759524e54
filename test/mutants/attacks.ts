import { appendFile, cp, readFile, rm } from 'node:fs/promises'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { openPermit, bankTokens, cutoffs } from '../../src/consent/index.ts'
import type { Permit } from '../../src/consent/index.ts'
import { Secret, termsDocument } from '../../src/kernel/index.ts'
import type { ConversationId, CutoffId, DataClass, LiftId, SealedAnswerId, Terms } from '../../src/kernel/index.ts'
import { bytesColumn, sqlState, systemClock, systemRandom, unseal } from '../../src/platform/index.ts'
import type { Database } from '../../src/platform/index.ts'
import { eraseChallenge } from '../../src/keystore/index.ts'
import { moneyNeedles, searchFolder, searchTables } from '../setup/canary.ts'
import type { TestDatabase } from '../setup/database.ts'
import { createSoftPasskey } from '../setup/soft-passkey.ts'
import type { SoftPasskey } from '../setup/soft-passkey.ts'
import { addStaff, cutOff, liftAct, signAct } from '../setup/staff-people.ts'
import type { StaffPerson } from '../setup/staff-people.ts'
import { agree, banks, enrolCustomer, newId, sharingTerms, signTerms, testSite } from '../setup/trust-world.ts'
import type { EnrolledCustomer, TrustWorld } from '../setup/trust-world.ts'
import type { Product } from './load-product.ts'
import { testPromises } from '../setup/test-promises.ts'

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
  const deps = { database: answer, keystore: scene.world.keys.answer, random: systemRandom, promises: testPromises }
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
  const deps = { database, keystore: scene.world.keys.answer, random: systemRandom, promises: testPromises }
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

/** Ends other terms of the victim's with the same bank, so that an ending waits while the first still hold. */
async function endOther(scene: Scene, victim: Victim): Promise<void> {
  const other = sharingTerms(victim.customer.id)
  const consent = scene.database.connect('consent')
  await agree(consent, victim.customer, other)
  await consent.run(`SELECT consent.revoke_terms($1, 'customer-on-page')`, [other.id])
}

/** A revoking ticket, as the stolen login of the revoker would ask for one; undefined when the gate says no. */
async function openRevoking(scene: Scene, victim: Victim): Promise<bigint | undefined> {
  const row = await scene.database
    .connect('revoker')
    .maybe(z.object({ ticket: z.bigint() }), 'SELECT ticket FROM gate.open_revoking($1, $2, $3, $3)', [
      victim.customer.id, victim.terms.institution, randomBytes(32),
    ]) // prettier-ignore
  return row?.ticket
}

async function alertsLive(scene: Scene, terms: Terms): Promise<boolean> {
  const { live } = await scene.database.admin.one(
    z.object({ live: z.boolean() }),
    `SELECT bool_and(g.revoked_at IS NULL) AS live FROM consent.grant_ g WHERE g.terms = $1 AND g.purpose = 'fraud-alerts'`,
    [terms.id],
  )
  return live
}

/** A wish to erase the victim that nobody signed, written down by the pages' stolen login. */
async function inventErasure(scene: Scene, victim: Victim): Promise<string> {
  const consent = scene.database.connect('consent')
  await consent.run('INSERT INTO customers.customer (id) VALUES ($1)', [victim.customer.id])
  const approval = createSoftPasskey(testSite).assert(randomBytes(32))
  const erasure = randomUUID()
  await consent.run('SELECT erasure.begin_customer($1, $2, $3::jsonb)', [
    erasure, victim.customer.id, JSON.stringify(approval),
  ]) // prettier-ignore
  return erasure
}

const northBank = { kind: 'institution', target: banks.north } as const

/** A bank is cut off, somebody signs what they like, and the keystore is asked to lift it. */
async function liftForged(
  scene: Scene,
  sign: (console: Database, cutoff: CutoffId, people: readonly [StaffPerson, StaffPerson]) => Promise<void>,
): Promise<Verdict> {
  const people = [await addStaff(scene.database, 'olivia'), await addStaff(scene.database, 'omar')] as const
  const console = scene.database.connect('console')
  const cutoff = await cutOff(console, people[0], northBank)
  await sign(console, cutoff, people)
  try {
    return (await scene.world.keys.console.liftCutoff(cutoff)).ok ? 'succeeds' : { stoppedBy: 'the keystore' }
  } catch {
    return { stoppedBy: 'a constraint of the table' }
  }
}

export const attacks = {
  'remove what somebody signed while their keys live': {
    stoppedBy: 'the database',
    async run(scene) {
      const victim = await honestCustomer(scene)
      const erasure = await inventErasure(scene, victim)
      const eraser = scene.database.connect('eraser')
      // What must be held is held, with rubbish: the stolen login may write that.
      await eraser.run(
        `SELECT erasure.hold($1, $2, 'signed-authorization', 'none', clock_timestamp() + interval '1 day', $3)`,
        [erasure, victim.terms.id, randomBytes(40)],
      )
      try {
        await eraser.run('SELECT erasure.remove($1)', [erasure])
      } catch (thrown) {
        if (sqlState(thrown) === 'PE001') return { stoppedBy: 'the database' }
        throw thrown
      }
      const { count } = await scene.database.admin.one(
        z.object({ count: z.bigint() }),
        'SELECT count(*) FROM consent.terms WHERE customer = $1',
        [victim.customer.id],
      )
      return count === 0n ? 'succeeds' : { stoppedBy: 'the row policy' }
    },
  },

  'destroy somebody’s keys for a wish they did not sign': {
    stoppedBy: 'the keystore',
    async run(scene) {
      const victim = await honestCustomer(scene)
      const erasure = await inventErasure(scene, victim)
      const destroyed = await scene.world.keys.erase.carryOutErasure(erasure)
      return destroyed.ok ? 'succeeds' : { stoppedBy: 'the keystore' }
    },
  },

  'put yesterday’s key files back after an erasure': {
    stoppedBy: 'the new root key',
    async run(scene) {
      const victim = await honestCustomer(scene)
      const { world } = scene
      const shards = join(world.folder, 'shards')
      const kept = join(world.folder, '..', 'kept')
      await cp(shards, kept, { recursive: true })
      const approval = victim.customer.passkey.assert(eraseChallenge(victim.customer.id))
      const erased = await world.keys.consent.eraseCustomer({ customer: victim.customer.id, approval })
      if (!erased.ok) throw new Error('the honest path is broken: not erased')
      await scene.product.keystore.keystoreTools.rotateNow(
        { clock: systemClock, random: systemRandom },
        { folder: world.folder, at: world.keystore().at },
      )
      await world.stop()
      await rm(shards, { recursive: true })
      await cp(kept, shards, { recursive: true })
      try {
        await world.restart()
      } catch (thrown) {
        const isUnreadable = thrown instanceof Error && 'code' in thrown && thrown.code === 'keystore/shard-corrupt'
        if (isUnreadable) return { stoppedBy: 'the new root key' }
        throw thrown
      }
      const key = await world.keys.service.auditKey(victim.customer.id)
      return key.reveal().length === 32 ? 'succeeds' : { stoppedBy: 'the new root key' }
    },
  },

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

  'name another customer in a setting': {
    stoppedBy: 'the ticket',
    async run(scene) {
      const victim = await honestCustomer(scene)
      const own = await honestCustomer(scene)
      const settings = ['app.customer', 'gate.customer', 'request.customer']
      // SQL of the attacker's own on the login that answers, with a ticket that is really theirs.
      const rows = await own.answer.transaction(async (tx) => {
        for (const name of settings) await tx.run('SELECT set_config($1, $2, true)', [name, victim.customer.id])
        return tx.rows(z.object({ sealed: bytesColumn }), 'SELECT sealed FROM gate.bank_token($1)', [own.permit.ticket])
      })
      const stored = await storedToken(scene, victim)
      return rows.some(({ sealed }) => sealed.equals(stored))
        ? unsealWith(scene, own, stored)
        : { stoppedBy: 'the ticket' }
    },
  },

  'put an operator of one’s own before the gate’s': {
    stoppedBy: 'the fixed search path',
    async run(scene) {
      const { terms, answer } = await honestCustomer(scene, {
        purposes: { 'answer-customer': ['account-list', 'balance'], 'fraud-alerts': ['card-events'] },
      })
      // Somebody left a schema in which this login may make things.
      await scene.database.admin.run(`CREATE SCHEMA loose AUTHORIZATION ${scene.database.prefix}answer`)
      const ticket = await answer.transaction(async (tx) => {
        // Equal is what is equal, and the purpose of fraud alerts is equal to that of this login.
        await tx.run(`CREATE FUNCTION loose.same(a text, b text) RETURNS boolean LANGUAGE sql
          AS 'SELECT a OPERATOR(pg_catalog.=) b
            OR (a OPERATOR(pg_catalog.=) ''fraud-alerts'' AND b OPERATOR(pg_catalog.=) ''answer-customer'')'`)
        await tx.run('CREATE OPERATOR loose.= (LEFTARG = text, RIGHTARG = text, FUNCTION = loose.same)')
        await tx.run('GRANT USAGE ON SCHEMA loose TO PUBLIC')
        await tx.run('SET LOCAL search_path = loose, pg_catalog')
        const row = await tx.maybe(
          z.object({ ticket: z.bigint() }),
          'SELECT ticket FROM gate.open($1, $2, $3, $4, $5, $5)',
          [terms.customer, terms.institution, terms.conversation, 'card-events', randomBytes(32)],
        )
        return row?.ticket
      })
      if (ticket === undefined) return { stoppedBy: 'the fixed search path' }
      const released = await scene.world.keys.answer.release(ticket)
      return released.ok ? 'succeeds' : { stoppedBy: 'the keystore' }
    },
  },

  'read what the one before left on a connection': {
    stoppedBy: 'the transaction',
    async run(scene) {
      const victim = await honestCustomer(scene)
      const own = await honestCustomer(scene)
      // Stored once more by this copy, which may seal worse than the product does.
      const token = { expectedVersion: 1, plain: new Secret(treasure) }
      await scene.product.consent.bankTokens.store(victim.answer, victim.permit, token)
      const connection = scene.database.connect('answer', { poolMax: 1 })
      const read = (ticket: bigint) =>
        connection.one(z.object({ sealed: bytesColumn }), 'SELECT sealed FROM gate.bank_token($1)', [ticket])
      const stored = await storedToken(scene, victim)
      if (!(await read(victim.permit.ticket)).sealed.equals(stored)) throw new Error('the honest path is broken')
      const { sealed } = await read(own.permit.ticket)
      return sealed.equals(stored) ? unsealWith(scene, own, sealed) : { stoppedBy: 'the transaction' }
    },
  },

  'look at a bank that is cut off': {
    stoppedBy: 'the gate',
    async run(scene) {
      const victim = await honestCustomer(scene)
      await cutOff(scene.database.connect('console'), await addStaff(scene.database, 'olivia'), northBank)
      return await lookForged(scene, victim.terms)
    },
  },

  'lift a cut-off with the console’s login alone': {
    stoppedBy: 'the keystore',
    run: (scene) =>
      liftForged(scene, async (console, cutoff, [first, second]) => {
        const forged = signAct(second, liftAct(second, cutoff))
        await cutoffs.signLift(console, signAct(first, liftAct(first, cutoff)))
        await cutoffs.signLift(console, { ...forged, signature: randomBytes(70) })
      }),
  },

  'lift a cut-off as one person': {
    stoppedBy: 'the keystore',
    run: (scene) =>
      liftForged(scene, async (console, cutoff, [first]) => {
        await cutoffs.signLift(console, signAct(first, liftAct(first, cutoff)))
      }),
  },

  'lift a cut-off past the keystore': {
    stoppedBy: 'the privileges of the database',
    async run(scene) {
      const people = [await addStaff(scene.database, 'olivia'), await addStaff(scene.database, 'omar')] as const
      const console = scene.database.connect('console')
      const cutoff = await cutOff(console, people[0], northBank)
      const lifts: LiftId[] = []
      for (const person of people) {
        const act = liftAct(person, cutoff)
        await cutoffs.signLift(console, { ...signAct(person, act), signature: randomBytes(70) })
        lifts.push(act.id)
      }
      try {
        await console.run('SELECT consent.lift_cutoff($1, $2)', [cutoff, lifts])
      } catch {
        return { stoppedBy: 'the privileges of the database' }
      }
      return 'succeeds'
    },
  },

  'cut off as an auditor': {
    stoppedBy: 'the database',
    async run(scene) {
      const auditor = await addStaff(scene.database, 'ada', { role: 'auditor' })
      try {
        await cutOff(scene.database.connect('console'), auditor, northBank)
      } catch {
        return { stoppedBy: 'the database' }
      }
      return 'succeeds'
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
      const deps = {
        database: scene.database.connect('fraud'),
        keystore: scene.world.keys.fraud,
        random: systemRandom,
        promises: testPromises,
      }
      try {
        const opened = await scene.product.consent.openPermit(deps, { ...terms, dataClass: 'balance' })
        return opened.ok ? 'succeeds' : { stoppedBy: 'the keystore' }
      } catch {
        return { stoppedBy: 'the keystore' }
      }
    },
  },

  'take tokens back while they are shared': {
    stoppedBy: 'the gate',
    async run(scene) {
      const victim = await honestCustomer(scene)
      await endOther(scene, victim)
      const ticket = await openRevoking(scene, victim)
      if (ticket === undefined) return { stoppedBy: 'the gate' }
      const revoker = scene.database.connect('revoker')
      const sealed = z.object({ sealed: bytesColumn })
      const row = await revoker.maybe(sealed, 'SELECT sealed FROM gate.bank_token($1)', [ticket])
      if (row === undefined) return { stoppedBy: 'the row policy' }
      const key = await scene.world.keys.revoke.releaseTokenKey(ticket)
      if (!key.ok) return { stoppedBy: 'the keystore' }
      const context = `bank_token|${victim.customer.id}|${victim.terms.institution}`
      return unseal(key.value.reveal(), row.sealed, context).toString('utf8') === treasure
        ? 'succeeds'
        : { stoppedBy: 'the encryption' }
    },
  },

  'ask for a data key with a revoking ticket': {
    stoppedBy: 'the list of questions',
    async run(scene) {
      const victim = await honestCustomer(scene)
      await stopAnswers(victim)
      const ticket = await openRevoking(scene, victim)
      if (ticket === undefined) throw new Error('the honest path is broken: no revoking ticket')
      try {
        const released = await scene.world.keys.revoke.release(ticket)
        return released.ok ? 'succeeds' : { stoppedBy: 'the keystore' }
      } catch {
        return { stoppedBy: 'the list of questions' }
      }
    },
  },

  'destroy the key of what is shared again': {
    stoppedBy: 'the keystore',
    async run(scene) {
      const victim = await honestCustomer(scene)
      await stopAnswers(victim)
      const ticket = await openRevoking(scene, victim)
      if (ticket === undefined) throw new Error('the honest path is broken: no revoking ticket')
      await agree(scene.database.connect('consent'), victim.customer, sharingTerms(victim.customer.id))
      const destroyed = await scene.world.keys.revoke.destroyBankKey(ticket)
      return destroyed.ok ? 'succeeds' : { stoppedBy: 'the keystore' }
    },
  },

  'link anew while the key is being destroyed': {
    stoppedBy: 'the turn that a key takes',
    async run(scene) {
      const victim = await honestCustomer(scene)
      await stopAnswers(victim)
      const ticket = await openRevoking(scene, victim)
      if (ticket === undefined) throw new Error('the honest path is broken: no revoking ticket')
      const terms = sharingTerms(victim.customer.id)
      const relink = async (): Promise<void> => {
        await agree(scene.database.connect('consent'), victim.customer, terms)
        const opened = await look(scene, terms, victim.answer)
        if (!opened.ok) throw new Error(`the honest path is broken: ${opened.code}`)
        await bankTokens.store(victim.answer, opened.value, { expectedVersion: 0, plain: new Secret('relinked') })
      }
      await Promise.all([scene.world.keys.revoke.destroyBankKey(ticket), relink()])
      const opened = await look(scene, terms, victim.answer)
      if (!opened.ok) throw new Error(`the honest path is broken: ${opened.code}`)
      try {
        await scene.product.consent.bankTokens.read(victim.answer, opened.value)
        return { stoppedBy: 'the turn that a key takes' }
      } catch {
        // Nobody can read what was just linked: the customer has lost the link.
        return 'succeeds'
      }
    },
  },

  'end fraud alerts by words': {
    stoppedBy: 'the reach of words',
    async run(scene) {
      const { terms, answer } = await honestCustomer(scene, {
        purposes: { 'answer-customer': ['account-list', 'balance'], 'fraud-alerts': ['card-events'] },
      })
      await answer.run('SELECT consent.stop_answers($1)', [terms.conversation])
      return (await alertsLive(scene, terms)) ? { stoppedBy: 'the reach of words' } : 'succeeds'
    },
  },

  'end fraud alerts from the chat for a reason of the pages': {
    stoppedBy: 'the rights to end',
    async run(scene) {
      const { terms, answer } = await honestCustomer(scene, {
        purposes: { 'answer-customer': ['account-list', 'balance'], 'fraud-alerts': ['card-events'] },
      })
      const text = `SELECT consent.end_where('customer-on-page', NULL, NULL, $1, NULL, NULL, NULL, NULL, 100)`
      try {
        await answer.run(text, [terms.conversation])
      } catch {
        return { stoppedBy: 'the rights to end' }
      }
      return (await alertsLive(scene, terms)) ? { stoppedBy: 'the reach of words' } : 'succeeds'
    },
  },

  'end fraud alerts on the day of the words': {
    stoppedBy: 'the day of the database',
    async run(scene) {
      const { terms, answer } = await honestCustomer(scene, {
        purposes: { 'answer-customer': ['account-list', 'balance'], 'fraud-alerts': ['card-events'] },
      })
      const asked = await scene.product.consent.endings.alerts.ask(answer, conversationOf(terms))
      if (asked === undefined) throw new Error('the honest path is broken: nothing asked')
      await scene.product.consent.endings.alerts.end(scene.database.connect('revoker'), asked.id)
      return (await alertsLive(scene, terms)) ? { stoppedBy: 'the day of the database' } : 'succeeds'
    },
  },

  'destroy the key of a conversation that lives': {
    stoppedBy: 'the keystore',
    async run(scene) {
      const { terms } = await honestCustomer(scene)
      const conversation = conversationOf(terms)
      await scene.world.keys.channel.conversationKey(conversation)
      const forgotten = await scene.world.keys.channel.forgetConversation(conversation)
      return forgotten.ok ? 'succeeds' : { stoppedBy: 'the keystore' }
    },
  },

  'delete a conversation that shares': {
    stoppedBy: 'the function that deletes',
    async run(scene) {
      const { terms } = await honestCustomer(scene)
      const conversation = conversationOf(terms)
      await scene.database.admin.run(
        `INSERT INTO channels.conversation (id, channel, page_id, address_hash, address_sealed)
         VALUES ($1, 'messenger', '1', sha256($2), '\\x00')`,
        [conversation, randomBytes(16)],
      )
      await scene.database.connect('revoker').run('SELECT channels.forget_conversation($1)', [conversation])
      const left = await scene.database.admin.run('SELECT FROM channels.conversation WHERE id = $1', [conversation])
      return left === 0 ? 'succeeds' : { stoppedBy: 'the function that deletes' }
    },
  },

  'speak for the messenger without its secret': {
    stoppedBy: 'the signature',
    async run(scene) {
      const { readSignedRequest } = signedRequests.parse(
        await import(
          /* @vite-ignore */ scene.product.door('channels').replace('index.js', 'messenger/read-signed-request.js')
        ),
      )
      const facts = { algorithm: 'HMAC-SHA256', user_id: '1', issued_at: 1_700_000_000 }
      const payload = Buffer.from(JSON.stringify(facts)).toString('base64url')
      const read = readSignedRequest(
        { reveal: () => 'the real secret' },
        `${randomBytes(32).toString('base64url')}.${payload}`,
      )
      return isOk(read) ? 'succeeds' : { stoppedBy: 'the signature' }
    },
  },

  'stop and let nobody tell the bank': {
    stoppedBy: 'the job of the same transaction',
    async run(scene) {
      const victim = await honestCustomer(scene)
      await stopAnswers(victim)
      const counted = z.object({ count: z.bigint() })
      const key = `revoke:${victim.customer.id}:${victim.terms.institution}`
      const { count } = await scene.database.admin.one(counted, 'SELECT count(*) FROM platform.job WHERE key = $1', [
        key,
      ])
      return count === 0n ? 'succeeds' : { stoppedBy: 'the job of the same transaction' }
    },
  },
} as const satisfies Record<string, Attack>

export type AttackName = keyof typeof attacks

/** The bytes of somebody's token as the table holds them. */
async function storedToken(scene: Scene, victim: Victim): Promise<Buffer> {
  const { sealed } = await scene.database.admin.one(
    z.object({ sealed: bytesColumn }),
    'SELECT sealed FROM vault.bank_token WHERE customer = $1',
    [victim.customer.id],
  )
  return sealed
}

/** Whether the reader's own keys open these bytes. */
async function unsealWith(scene: Scene, reader: Victim, sealed: Buffer): Promise<Verdict> {
  const { unseal: unsealHere } = sealing.parse(await import(/* @vite-ignore */ scene.product.door('platform')))
  const released = await scene.world.keys.answer.release(reader.permit.ticket)
  if (!released.ok) return { stoppedBy: 'the keystore' }
  const context = `bank_token|${reader.customer.id}|${reader.terms.institution}`
  try {
    const plain = unsealHere(released.value.bankToken.reveal(), sealed, context)
    return plain.toString('utf8') === treasure ? 'succeeds' : { stoppedBy: 'the encryption' }
  } catch {
    return { stoppedBy: 'the encryption' }
  }
}

const sealing = z.object({
  unseal: z.custom<(key: Uint8Array, sealed: Uint8Array, context: string) => Buffer>(
    (value) => typeof value === 'function',
  ),
})

/** The one conversation that these terms are for. */
function conversationOf(terms: Terms): ConversationId {
  if (terms.conversation === null) throw new Error('the honest path is broken: no conversation')
  return terms.conversation
}

const signedRequests = z.object({ readSignedRequest: z.custom<(secret: object, text: string) => unknown>() })

function isOk(outcome: unknown): boolean {
  return z.object({ ok: z.literal(true) }).safeParse(outcome).success
}

/** The COSE key of a soft passkey, as its attestation carries it: after RP hash, flags, counter, AAGUID, length and id. */
function publicKeyOf(passkey: SoftPasskey): string {
  const attestation = Buffer.from(passkey.register(randomBytes(32)).response.attestationObject, 'base64url')
  const at = attestation.indexOf(passkey.credentialId) + passkey.credentialId.length
  return attestation.subarray(at).toString('base64url')
}
