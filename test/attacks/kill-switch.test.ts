import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  bankTokens,
  cutoffs,
  leaveHolds,
  openPermit,
  recordDisclosure,
  sealedAnswers,
} from '../../src/consent/index.ts'
import type { Permit } from '../../src/consent/index.ts'
import { Secret, staffActDocument } from '../../src/kernel/index.ts'
import type { CutoffId, CutoffTarget, DataClass, SealedAnswerId, Terms } from '../../src/kernel/index.ts'
import { systemRandom } from '../../src/platform/index.ts'
import type { Database } from '../../src/platform/index.ts'
import { staffActs, staffSignIn } from '../../src/staff/index.ts'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import { testLogins } from '../setup/server.ts'
import { addStaff, cutOff, cutOffAct, liftAct, liftTogether, signAct, staffDeps } from '../setup/staff-people.ts'
import type { StaffPerson } from '../setup/staff-people.ts'
import { testPromises } from '../setup/test-promises.ts'
import { agree, banks, createTrustWorld, enrolCustomer, newId, sharingTerms } from '../setup/trust-world.ts'
import type { EnrolledCustomer, TrustWorld } from '../setup/trust-world.ts'
import { addBareGrant, countOf, refusalOf } from './gate-scene.ts'

const denied = '42501'

let database: TestDatabase
let world: TrustWorld
let answer: Database
let channel: Database
let console: Database
let first: StaffPerson
let second: StaffPerson

beforeAll(async () => {
  database = await cloneDatabase()
  world = await createTrustWorld(database)
  answer = database.connect('answer')
  channel = database.connect('channel')
  console = database.connect('console')
  first = await addStaff(database, 'olivia')
  second = await addStaff(database, 'omar')
})
afterAll(async () => {
  await world.end()
  await database.drop()
})

const look = (terms: Terms) =>
  openPermit(
    { database: answer, keystore: world.keys.answer, random: systemRandom, promises: testPromises },
    { ...terms, dataClass: 'balance' },
  )

type Sharing = { readonly customer: EnrolledCustomer; readonly terms: Terms; readonly permit: Permit<'balance'> }

/** Somebody who shares, with tokens in the vault and a sealed answer that waits. */
async function sharer(change: Partial<Terms> = {}): Promise<Sharing & { readonly sealed: SealedAnswerId }> {
  const customer = await enrolCustomer(world.keys.consent)
  const terms = sharingTerms(customer.id, { disclosure: 'sealed', ...change })
  await agree(database.connect('consent', { poolMax: 1 }), customer, terms)
  const permit = await mustLook(terms)
  await bankTokens.store(answer, permit, { expectedVersion: 0, plain: new Secret('tokens') })
  const sealed = newId<SealedAnswerId>()
  await sealedAnswers.store(answer, permit, { id: sealed, plain: new Secret(Buffer.from('balance')), seconds: 600 })
  return { customer, terms, permit, sealed }
}

async function mustLook(terms: Terms): Promise<Permit<'balance'>> {
  const opened = await look(terms)
  if (!opened.ok) throw new Error(`the honest path is broken: ${opened.code}`)
  return opened.value
}

/** Everything that a permit, once given, could still be used for; empty when nothing goes. */
async function whatGoes(permit: Permit<DataClass>, sealed: SealedAnswerId): Promise<readonly string[]> {
  const leave = [{ grant: permit.grantId, level: 'sealed' }] as const
  const tried = {
    keys: (await world.keys.answer.release(permit.ticket)).ok,
    tokens: (await bankTokens.read(answer, permit)) !== undefined,
    answer: (await sealedAnswers.read(answer, permit, sealed)) !== undefined,
    stored: await sealedAnswers.store(answer, permit, {
      id: newId(),
      plain: new Secret(Buffer.from('x')),
      seconds: 60,
    }),
    disclosed: (
      await answer.transaction((tx) =>
        recordDisclosure({ random: systemRandom }, tx, permit, { level: 'sealed', place: 'messenger' }),
      )
    ).ok,
    shown: (
      await answer.transaction((tx) =>
        recordDisclosure({ random: systemRandom }, tx, permit, { level: 'full', place: 'sealed-page' }),
      )
    ).ok,
    sent: await leaveHolds(channel, leave),
  }
  return Object.entries(tried).flatMap(([name, went]) => (went ? [name] : []))
}

const everything = ['keys', 'tokens', 'answer', 'stored', 'disclosed', 'shown', 'sent']

describe('one committed row', () => {
  const targets: readonly (CutoffTarget & { readonly spares: Partial<Terms> })[] = [
    { kind: 'platform', target: 'meta', spares: { channel: 'web-chat' } },
    { kind: 'channel', target: 'messenger', spares: { channel: 'whatsapp' } },
    { kind: 'institution', target: banks.north, spares: { institution: banks.south } },
  ]
  test.each(targets)(
    'of a cut-off $kind stops every read, send and redemption it covers, and no other',
    async (each) => {
      const { spares, ...target } = each
      const [covered, spared] = [await sharer(), await sharer(spares)]
      expect(await whatGoes(covered.permit, covered.sealed)).toEqual(everything)
      const cutoff = await cutOff(console, first, target)
      expect(await whatGoes(covered.permit, covered.sealed)).toEqual([])
      expect(await look(covered.terms)).toEqual({ ok: false, code: 'consent/no-grant' })
      expect(await whatGoes(spared.permit, spared.sealed)).toEqual(everything)
      await mustLook(spared.terms)
      await liftTogether(console, world.keys.console, [first, second], cutoff)
      expect(await whatGoes(covered.permit, covered.sealed)).toEqual(everything)
      await mustLook(covered.terms)
    },
  )

  test('suspends and ends nothing: the conversation stays its customer’s, and no ending follows', async () => {
    const { terms, customer } = await sharer()
    const cutoff = await cutOff(console, first, { kind: 'platform', target: 'meta' })
    const free = z.object({ free: z.boolean() })
    const stranger = randomUUID()
    expect(
      await database
        .connect('consent', { poolMax: 1 })
        .one(free, 'SELECT consent.is_free_for($1, $2) AS free', [terms.conversation, stranger]),
    ).toEqual({ free: false })
    expect(
      await countOf(database.admin, `consent.grant_ WHERE customer = '${customer.id}' AND revoked_at IS NOT NULL`),
    ).toBe(0)
    const over = await database.admin.one(z.object({ over: z.boolean() }), 'SELECT consent.is_over($1, $2) AS over', [
      customer.id,
      terms.institution,
    ])
    expect(over).toEqual({ over: false })
    await liftTogether(console, world.keys.console, [first, second], cutoff)
  })

  test('holds whatever transaction it meets: a read in a transaction begun before it sees it', async () => {
    const { permit, sealed } = await sharer()
    let cutoff: CutoffId | undefined
    await answer.transaction(async (tx) => {
      expect(await sealedAnswers.read(tx, permit, sealed)).toBeDefined()
      cutoff = await cutOff(console, first, { kind: 'channel', target: 'messenger' })
      expect(await sealedAnswers.read(tx, permit, sealed)).toBeUndefined()
      expect(await bankTokens.read(tx, permit)).toBeUndefined()
    })
    if (cutoff !== undefined) await liftTogether(console, world.keys.console, [first, second], cutoff)
  })

  test('still lets the customer stop, and the bank’s tokens be taken back after it', async () => {
    const { terms, customer } = await sharer()
    const cutoff = await cutOff(console, first, { kind: 'platform', target: 'meta' })
    await answer.run('SELECT consent.stop_answers($1)', [terms.conversation])
    const revoker = database.connect('revoker', { poolMax: 1 })
    const ticket = await revoker.maybe(z.object({ ticket: z.bigint() }), 'SELECT ticket FROM gate.open_revoking($1, $2, $3, $4)', [
      customer.id, terms.institution, randomBytes(32), randomBytes(60),
    ]) // prettier-ignore
    const tokens = await revoker.rows(z.object({}), 'SELECT sealed FROM gate.bank_token($1)', [ticket?.ticket ?? 0n])
    expect(tokens).toHaveLength(1)
    await liftTogether(console, world.keys.console, [first, second], cutoff)
  })
})

describe('lifting takes two people', () => {
  let cutoff: CutoffId
  let permit: Permit<'balance'>
  let sealed: SealedAnswerId
  beforeAll(async () => {
    const shared = await sharer()
    permit = shared.permit
    sealed = shared.sealed
    cutoff = await cutOff(console, first, { kind: 'institution', target: banks.north })
  })
  const isOpen = async () =>
    (await countOf(database.admin, `consent.cutoff WHERE id = '${cutoff}' AND lifted_at IS NULL`)) === 1

  test('not one, and not one twice', async () => {
    expect(await cutoffs.signLift(console, signAct(first, liftAct(first, cutoff)))).toBe('first')
    expect(await world.keys.console.liftCutoff(cutoff)).toEqual({ ok: false, code: 'keystore/refused' })
    expect(await cutoffs.signLift(console, signAct(first, liftAct(first, cutoff)))).toBe('same-person')
    expect(await world.keys.console.liftCutoff(cutoff)).toEqual({ ok: false, code: 'keystore/refused' })
    expect(await isOpen()).toBe(true)
  })

  test('not an analyst, not an operator of another bank, not somebody who has left', async () => {
    const analyst = await addStaff(database, 'ada', { role: 'analyst' })
    const other = await addStaff(database, 'otto', { institutions: [banks.south] })
    const gone = await addStaff(database, 'gina')
    await database.connect('staff', { poolMax: 1 }).run('SELECT staff.remove_member($1)', ['gina'])
    for (const person of [analyst, other, gone]) {
      expect(await refusalOf(cutoffs.signLift(console, signAct(person, liftAct(person, cutoff)))), person.login).toBe(
        denied,
      )
      expect(
        await refusalOf(
          cutoffs.cutOff(console, signAct(person, cutOffAct(person, { kind: 'institution', target: banks.north }))),
        ),
        person.login,
      ).toBe(denied)
    }
    expect(await isOpen()).toBe(true)
  })

  test('not with a forged second signature: the database writes it down, and the keystore does not believe it', async () => {
    const forged = signAct(second, liftAct(second, cutoff))
    expect(await cutoffs.signLift(console, { ...forged, signature: randomBytes(70) })).toBe('second')
    expect(await world.keys.console.liftCutoff(cutoff)).toEqual({ ok: false, code: 'keystore/refused' })
    expect(await isOpen()).toBe(true)
    expect(await whatGoes(permit, sealed)).toEqual([])
  })

  test('not with the first person’s key in the second one’s name, nor with a page of another site', async () => {
    const third = await addStaff(database, 'oskar')
    const inTheirName = signAct({ passkey: first.passkey }, liftAct(third, cutoff))
    expect(await refusalOf(cutoffs.signLift(console, inTheirName))).toBe(denied)
    const unsure = await addStaff(database, 'odette')
    await cutoffs.signLift(console, signAct(third, liftAct(third, cutoff), { origin: 'https://evil.test' }))
    await cutoffs.signLift(console, signAct(unsure, liftAct(unsure, cutoff), { isUnverified: true }))
    expect(await world.keys.console.liftCutoff(cutoff)).toEqual({ ok: false, code: 'keystore/refused' })
  })

  test('not with what was signed to lift another cut-off', async () => {
    const elsewhere = await cutOff(console, first, { kind: 'channel', target: 'web-chat' })
    const replayed = signAct(second, liftAct(second, elsewhere))
    expect(await cutoffs.signLift(console, replayed)).toBe('first')
    expect(await refusalOf(cutoffs.signLift(console, replayed))).not.toBe('second')
    const renamed = staffActDocument({ ...liftAct(second, cutoff) })
    expect(await refusalOf(cutoffs.signLift(console, { ...replayed, document: renamed }))).toBe(denied)
    expect(await world.keys.console.liftCutoff(elsewhere)).toEqual({ ok: false, code: 'keystore/refused' })
  })

  test('not by SQL, with any login', async () => {
    for (const login of testLogins) {
      const tried = database.connect(login, { poolMax: 1 })
      const texts = [
        `UPDATE consent.cutoff SET lifted_at = clock_timestamp(), lifted_with = ARRAY[gen_random_uuid(), gen_random_uuid()]`,
        `DELETE FROM consent.cutoff`,
        `TRUNCATE consent.cutoff`,
        `INSERT INTO consent.cutoff_lift (id, cutoff, staff) VALUES (gen_random_uuid(), '${cutoff}', '${second.id}')`,
        `DELETE FROM consent.cutoff_lift`,
        `INSERT INTO staff.passkey (credential_id, member, public_key) VALUES ('x', '${second.id}', 'x')`,
        `UPDATE staff.passkey SET public_key = 'x'`,
        `UPDATE staff.member SET role = 'operator'`,
        `INSERT INTO staff.member (login, role) VALUES ('mallory', 'operator')`,
        `CREATE OR REPLACE FUNCTION consent.is_cut_off(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT false'`,
        ...(login === 'keystore' ? [] : [`SELECT consent.lift_cutoff('${cutoff}', ARRAY(SELECT gen_random_uuid()))`]),
        ...(login === 'staff' ? [] : [`SELECT staff.add_member('mallory', 'operator', NULL, sha256('x'), 24)`]),
        ...(login === 'console'
          ? []
          : [`SELECT consent.cut_off('{}', '', '', '', '')`, `SELECT consent.sign_lift('{}', '', '', '', '')`]),
      ]
      for (const text of texts) expect(await refusalOf(tried.run(text)), `${login}: ${text}`).toMatch(/^42/)
    }
    const keystore = database.connect('keystore', { poolMax: 1 })
    const lifted = await keystore.one(
      z.object({ at: z.number().nullable() }),
      'SELECT consent.lift_cutoff($1, $2) AS at',
      [cutoff, [randomUUID(), randomUUID()]],
    )
    expect(lifted).toEqual({ at: null })
    const writer = database.admin.transaction(async (tx) => {
      await tx.run(`SET LOCAL ROLE ${database.prefix}consent_writer`)
      await tx.run(`UPDATE consent.cutoff SET reason = 'never mind, nothing happened'`)
    })
    expect(await refusalOf(writer)).toBe(denied)
    expect(await isOpen()).toBe(true)
  })

  test('and two different people do lift it', async () => {
    const [helen, henry] = [await addStaff(database, 'helen'), await addStaff(database, 'henry')]
    await liftTogether(console, world.keys.console, [helen, henry], cutoff)
    expect(await whatGoes(permit, sealed)).toEqual(everything)
    expect(await cutoffs.signLift(console, signAct(helen, liftAct(helen, cutoff)))).toBe('over')
  })
})

describe('cutting off', () => {
  test('is no customer’s: their passkey is nobody’s here', async () => {
    const customer = await enrolCustomer(world.keys.consent)
    const act = cutOffAct(first, { kind: 'channel', target: 'assistant' })
    expect(await refusalOf(cutoffs.cutOff(console, signAct(customer, act)))).toBe(denied)
    const response = JSON.stringify(customer.passkey.assert(randomBytes(32)))
    expect(await staffSignIn.finish(staffDeps(console), response)).toEqual({ ok: false, code: 'staff/challenge-spent' })
  })

  test('needs the signature over this very act: changed, replayed or another’s is refused', async () => {
    const deps = staffDeps(console)
    const act = cutOffAct(first, { kind: 'channel', target: 'assistant' })
    await staffActs.draft(deps, act)
    const begun = await staffActs.begin(deps, act.id, first.id)
    const challenge = Buffer.from(begun?.challenge ?? '', 'base64url')
    expect(await staffActs.begin(deps, act.id, second.id)).toBeUndefined()
    const response = JSON.stringify(first.passkey.assert(challenge))
    expect(await staffActs.finish(deps, { id: act.id, member: second.id, response })).toEqual({
      ok: false,
      code: 'staff/challenge-spent',
    })
    const signed = await staffActs.finish(deps, { id: act.id, member: first.id, response })
    if (!signed.ok) throw new Error(signed.code)
    expect(await staffActs.finish(deps, { id: act.id, member: first.id, response })).toEqual({
      ok: false,
      code: 'staff/challenge-spent',
    })
    const widened = staffActDocument({ ...act, kind: 'channel', target: 'messenger' })
    expect(await refusalOf(cutoffs.cutOff(console, { ...signed.value, document: widened }))).toBe(denied)
    expect(await cutoffs.cutOff(console, signed.value)).toBeDefined()
    expect(
      await cutoffs.cutOff(console, signAct(second, cutOffAct(second, { kind: 'channel', target: 'assistant' }))),
    ).toBeUndefined()
  })

  test('by an operator of one bank reaches that bank and nothing else', async () => {
    const scoped = await addStaff(database, 'sofia', { institutions: [banks.south] })
    const tried = (target: CutoffTarget) =>
      refusalOf(cutoffs.cutOff(console, signAct(scoped, cutOffAct(scoped, target))))
    expect(await tried({ kind: 'platform', target: 'meta' })).toBe(denied)
    expect(await tried({ kind: 'institution', target: banks.north })).toBe(denied)
    expect(await tried({ kind: 'institution', target: banks.south })).toBe('done')
  })
})

test('while it is cut off, a bare row of a grant is not enough for any login', async () => {
  const grant = await addBareGrant(database.admin, banks.north, { channel: `'whatsapp'` })
  await cutOff(console, first, { kind: 'channel', target: 'whatsapp' })
  const opened = await answer.rows(z.object({}), 'SELECT ticket FROM gate.open($1, $2, $3, $4, $5, $6)', [
    grant.customer, grant.institution, grant.conversation, 'balance', randomBytes(32), randomBytes(60),
  ]) // prettier-ignore
  expect(opened).toEqual([])
})
