// Threat rows 10, 20 and 21 at the keystore: what must be true before a key leaves it.
import { appendFile, chmod, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPermit, signedTerms, bankTokens } from '../../src/consent/index.ts'
import type { SignedTerms } from '../../src/consent/index.ts'
import { Secret, termsDocument, toInstant } from '../../src/kernel/index.ts'
import type { ConversationId, CustomerId, Terms } from '../../src/kernel/index.ts'
import {
  connectKeystore,
  eraseChallenge,
  newPasskeyChallenge,
  recoveryWaitMsMin,
  removalChallenge,
} from '../../src/keystore/index.ts'
import { systemClock, systemRandom } from '../../src/platform/index.ts'
import type { Clock, Database } from '../../src/platform/index.ts'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import { createSoftPasskey } from '../setup/soft-passkey.ts'
import type { PasskeyAlgorithm, PasskeyFlaws } from '../setup/soft-passkey.ts'
import {
  agree,
  banks,
  createTrustWorld,
  enrolCustomer,
  newId,
  sharingTerms,
  signTerms,
  testSite,
  wholeSeconds,
} from '../setup/trust-world.ts'
import type { EnrolledCustomer, TrustWorld } from '../setup/trust-world.ts'
import { testPromises } from '../setup/test-promises.ts'

let database: TestDatabase
let world: TrustWorld
let answer: Database
let consent: Database
let aheadMs = 0
const clock: Clock = { ...systemClock, now: () => toInstant(Date.now() + aheadMs) }

beforeAll(async () => {
  database = await cloneDatabase()
  world = await createTrustWorld(database, { clock })
  answer = database.connect('answer')
  consent = database.connect('consent')
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

/** Stores what was signed, signs well otherwise, and looks; the honest path next to it must work. */
async function lookWith(_customer: EnrolledCustomer, terms: Terms, signed: SignedTerms) {
  await signedTerms.record(consent, signed, { unconfirmed: false })
  return await look(terms)
}

describe('terms count only as the customer signed them', () => {
  test.each<PasskeyAlgorithm>(['ES256', 'Ed25519', 'RS256'])(
    'a %s passkey signs terms that release keys',
    async (algorithm) => {
      const customer = await enrolCustomer(world.keys.consent, createSoftPasskey(testSite, algorithm))
      const terms = sharingTerms(customer.id)
      await agree(consent, customer, terms)
      expect((await look(terms)).ok).toBe(true)
      // The second look takes the remembered signature, and asks for everything else again.
      expect((await look(terms)).ok).toBe(true)
    },
  )

  test('the passkey of another person is refused', async () => {
    const [customer, other] = [await enrolCustomer(world.keys.consent), await enrolCustomer(world.keys.consent)]
    const terms = sharingTerms(customer.id)
    expect(await lookWith(customer, terms, signTerms(other.passkey, terms))).toEqual({
      ok: false,
      code: 'consent/unsigned',
    })
    const own = sharingTerms(customer.id)
    expect((await lookWith(customer, own, signTerms(customer.passkey, own))).ok).toBe(true)
  })

  test('a passkey that claims the id of a pinned one but holds another key is refused', async () => {
    const customer = await enrolCustomer(world.keys.consent)
    const terms = sharingTerms(customer.id)
    const forged = signTerms(createSoftPasskey(testSite), terms)
    const signed = { ...forged, credentialId: customer.passkey.credentialId }
    expect(await lookWith(customer, terms, signed)).toEqual({ ok: false, code: 'consent/unsigned' })
  })

  test('a document altered by one byte is refused', async () => {
    const customer = await enrolCustomer(world.keys.consent)
    const terms = sharingTerms(customer.id, { disclosure: 'sealed' })
    const signed = signTerms(customer.passkey, terms)
    const altered = { ...terms, disclosure: 'full' } as const
    const stored = { ...signed, document: termsDocument(altered) }
    expect(await lookWith(customer, altered, stored)).toEqual({ ok: false, code: 'consent/unsigned' })
  })

  test('a signed text that is not the one canonical form is refused', async () => {
    const customer = await enrolCustomer(world.keys.consent)
    const terms = sharingTerms(customer.id)
    const spaced = termsDocument(terms).replace('{', '{ ')
    expect(await lookWith(customer, terms, signTerms(customer.passkey, spaced))).toEqual({
      ok: false,
      code: 'consent/unsigned',
    })
  })

  test.each<[string, PasskeyFlaws]>([
    ['from another origin', { origin: 'https://parley.test.evil.example' }],
    ['for another RP ID', { rpId: 'evil.example' }],
    ['without user verification', { isUnverified: true }],
    ['from inside a frame of another site', { isCrossOrigin: true }],
    ['of another type', { type: 'webauthn.create' }],
  ])('an assertion %s is refused', async (_what, flaws) => {
    const customer = await enrolCustomer(world.keys.consent)
    const terms = sharingTerms(customer.id)
    expect(await lookWith(customer, terms, signTerms(customer.passkey, terms, flaws))).toEqual({
      ok: false,
      code: 'consent/unsigned',
    })
  })

  test.each(['signature', 'authenticatorData', 'clientData'] as const)(
    'one flipped bit in the %s is refused',
    async (part) => {
      const customer = await enrolCustomer(world.keys.consent)
      const terms = sharingTerms(customer.id)
      const signed = signTerms(customer.passkey, terms)
      const flipped = Buffer.from(signed[part])
      flipped[flipped.length - 1] = (flipped[flipped.length - 1] ?? 0) ^ 1
      expect(await lookWith(customer, terms, { ...signed, [part]: flipped })).toEqual({
        ok: false,
        code: 'consent/unsigned',
      })
    },
  )

  test('rows widened by SQL beyond the document are refused, the rows it spells out are not', async () => {
    const customer = await enrolCustomer(world.keys.consent)
    const terms = sharingTerms(customer.id)
    await agree(consent, customer, terms)
    const widened: readonly (readonly [string, string])[] = [
      ['data_class', 'transactions'],
      ['institution', banks.south],
      ['conversation', newId<ConversationId>()],
      ['purpose', 'notify-customer'],
    ]
    for (const [column, value] of widened) {
      const columns = [
        'customer',
        'institution',
        'channel',
        'conversation',
        'data_class',
        'purpose',
        'disclosure',
        'expires_at',
      ]
      const values = columns.map((name) => (name === column ? `'${value}'` : name))
      await database.admin.run(
        `INSERT INTO consent.grant_ (terms, ${columns.join(', ')})
         SELECT terms, ${values.join(', ')} FROM consent.grant_ WHERE terms = $1 AND data_class = 'balance' LIMIT 1`,
        [terms.id],
      )
    }
    const answerDeps = { database: answer, keystore: world.keys.answer, random: systemRandom, promises: testPromises }
    const notifyDeps = {
      database: database.connect('notify'),
      keystore: world.keys.notify,
      random: systemRandom,
      promises: testPromises,
    }
    const last = widened[2]?.[1] as ConversationId
    const unsigned = { ok: false, code: 'consent/unsigned' }
    expect(await openPermit(answerDeps, { ...terms, dataClass: 'transactions' })).toEqual(unsigned)
    expect(await openPermit(answerDeps, { ...terms, institution: banks.south, dataClass: 'balance' })).toEqual(unsigned)
    expect(await openPermit(answerDeps, { ...terms, conversation: last, dataClass: 'balance' })).toEqual(unsigned)
    expect(await openPermit(notifyDeps, { ...terms, dataClass: 'balance' })).toEqual(unsigned)
    expect((await look(terms)).ok).toBe(true)
  })

  test('a row that promises fuller disclosure than was signed gives what was signed', async () => {
    const customer = await enrolCustomer(world.keys.consent)
    const terms = sharingTerms(customer.id, { disclosure: 'sealed' })
    await agree(consent, customer, terms)
    await database.admin.run(`UPDATE consent.grant_ SET disclosure = 'full' WHERE terms = $1`, [terms.id])
    const opened = await look(terms)
    expect(opened.ok && opened.value.disclosure).toBe('sealed')
  })

  test('terms that ran out are refused though the rows say otherwise', async () => {
    const customer = await enrolCustomer(world.keys.consent)
    const terms = sharingTerms(customer.id, { expiresAt: wholeSeconds(Date.now() + 60_000) })
    await agree(consent, customer, terms)
    expect((await look(terms)).ok).toBe(true)
    aheadMs = 120_000
    expect(await look(terms)).toEqual({ ok: false, code: 'consent/unsigned' })
    aheadMs = 0
    const past = sharingTerms(customer.id, { expiresAt: wholeSeconds(Date.now() - 60_000) })
    await expect(
      signedTerms.record(consent, signTerms(customer.passkey, past), { unconfirmed: false }),
    ).rejects.toThrow()
  })

  test('a date that is none, or more than a year ahead, is refused though the customer signed it', async () => {
    const customer = await enrolCustomer(world.keys.consent)
    for (const expiresAt of ['2099-01-01T00:00:00Z', '2026-99-99T00:00:00Z']) {
      const terms = sharingTerms(customer.id, { expiresAt })
      await forgeGrant(terms, signTerms(customer.passkey, terms))
      expect(await look(terms)).toEqual({ ok: false, code: 'consent/unsigned' })
    }
  })

  test('setup terms let accounts be listed and nothing else', async () => {
    const customer = await enrolCustomer(world.keys.consent)
    const setup = {
      kind: 'setup',
      channel: 'link-page',
      conversation: null,
      accounts: [],
      disclosure: 'sealed',
    } as const
    const honest = sharingTerms(customer.id, { ...setup, purposes: { 'answer-customer': ['account-list'] } })
    await agree(consent, customer, honest)
    const deps = { database: answer, keystore: world.keys.answer, random: systemRandom, promises: testPromises }
    expect((await openPermit(deps, { ...honest, dataClass: 'account-list' })).ok).toBe(true)
    const wide = sharingTerms(customer.id, {
      ...setup,
      institution: banks.south,
      purposes: { 'answer-customer': ['balance'] },
    })
    await agree(consent, customer, wide)
    expect(await openPermit(deps, { ...wide, dataClass: 'balance' })).toEqual({ ok: false, code: 'consent/unsigned' })
  })
})

/** What a database superuser can write: rows that say yes. */
async function forgeGrant(terms: Terms, signed: SignedTerms): Promise<void> {
  await database.admin.run(
    `INSERT INTO consent.terms (id, customer, institution, document, credential_id, authenticator_data, client_data, signature)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [terms.id, terms.customer, terms.institution, signed.document, signed.credentialId, signed.authenticatorData,
      signed.clientData, signed.signature],
  ) // prettier-ignore
  await database.admin.run(
    `INSERT INTO consent.grant_ (terms, customer, institution, channel, conversation, data_class, purpose, disclosure, expires_at)
     VALUES ($1, $2, $3, $4, $5, 'balance', 'answer-customer', 'full', clock_timestamp() + interval '1 day')`,
    [terms.id, terms.customer, terms.institution, terms.channel, terms.conversation],
  )
}

describe('a grant forged in the database', () => {
  test('by its superuser, with an invented passkey, is refused by the keystore', async () => {
    const customer = await enrolCustomer(world.keys.consent)
    const terms = sharingTerms(customer.id)
    await forgeGrant(terms, signTerms(createSoftPasskey(testSite), terms))
    expect(await look(terms)).toEqual({ ok: false, code: 'consent/unsigned' })
  })

  test('for a customer who never enrolled is refused before anything is opened', async () => {
    const nobody = newId<CustomerId>()
    const terms = sharingTerms(nobody)
    await forgeGrant(terms, signTerms(createSoftPasskey(testSite), terms))
    expect(await look(terms)).toEqual({ ok: false, code: 'consent/unsigned' })
  })

  test('with the signed terms of one customer and the name of another is refused', async () => {
    const [signer, victim] = [await enrolCustomer(world.keys.consent), await enrolCustomer(world.keys.consent)]
    const honest = sharingTerms(victim.id)
    await agree(consent, victim, honest)
    const terms = sharingTerms(signer.id)
    await forgeGrant({ ...terms, customer: victim.id }, signTerms(signer.passkey, terms))
    expect(await look({ ...terms, customer: victim.id })).toEqual({ ok: false, code: 'consent/unsigned' })
    // Also where the copy of the passkey on the pages' side was exchanged: only the keystore's own counts.
    expect((await look(honest)).ok).toBe(true)
  })
})

describe('a ticket', () => {
  test('releases keys to the caller whose login opened it, and to no other', async () => {
    const customer = await enrolCustomer(world.keys.consent)
    const terms = sharingTerms(customer.id)
    await agree(consent, customer, terms)
    const opened = await look(terms)
    if (!opened.ok) throw new Error(opened.code)
    for (const caller of ['notify', 'fraud', 'service'] as const) {
      expect(await world.keys[caller].release(opened.value.ticket)).toEqual({ ok: false, code: 'keystore/refused' })
    }
    await expect(world.keys.channel.release(opened.value.ticket)).rejects.toMatchObject({
      code: 'keystore/caller-not-allowed',
    })
    await expect(world.keys.consent.release(opened.value.ticket)).rejects.toMatchObject({
      code: 'keystore/caller-not-allowed',
    })
    expect((await world.keys.answer.release(opened.value.ticket)).ok).toBe(true)
  })

  test('that does not exist, is not committed or whose grant ended releases nothing', async () => {
    const customer = await enrolCustomer(world.keys.consent)
    const terms = sharingTerms(customer.id)
    await agree(consent, customer, terms)
    const opened = await look(terms)
    if (!opened.ok) throw new Error(opened.code)
    expect(await world.keys.answer.release(opened.value.ticket + 1_000n)).toEqual({
      ok: false,
      code: 'keystore/not-live',
    })
    await consent.run('SELECT consent.revoke_terms($1, $2)', [terms.id, 'customer-on-page'])
    expect(await world.keys.answer.release(opened.value.ticket)).toEqual({ ok: false, code: 'keystore/not-live' })
  })

  test('gives each class, bank and customer a key of its own, the same one each time', async () => {
    const customer = await enrolCustomer(world.keys.consent)
    const terms = sharingTerms(customer.id)
    await agree(consent, customer, terms)
    const deps = { database: answer, keystore: world.keys.answer, random: systemRandom, promises: testPromises }
    const [balance, again, list] = [
      await openPermit(deps, { ...terms, dataClass: 'balance' }),
      await openPermit(deps, { ...terms, dataClass: 'balance' }),
      await openPermit(deps, { ...terms, dataClass: 'account-list' }),
    ]
    if (!balance.ok || !again.ok || !list.ok) throw new Error('not opened')
    const text = (key: Secret<Uint8Array>): string => Buffer.from(key.reveal()).toString('hex')
    expect(text(again.value.keys.data)).toBe(text(balance.value.keys.data))
    expect(text(list.value.keys.data)).not.toBe(text(balance.value.keys.data))
    expect(text(list.value.keys.bankToken)).toBe(text(balance.value.keys.bankToken))
    expect(text(balance.value.keys.bankToken)).not.toBe(text(balance.value.keys.data))
  })
})

describe('enrolment', () => {
  const begin = async (customer: CustomerId) => (await world.keys.consent.beginEnrolment(customer)).challenge

  test.each<[string, PasskeyFlaws]>([
    ['another origin', { origin: 'https://evil.example' }],
    ['another RP ID', { rpId: 'evil.example' }],
    ['no user verification', { isUnverified: true }],
    ['an assertion in its place', { type: 'webauthn.get' }],
  ])('with %s is refused', async (_what, flaws) => {
    const customer = newId<CustomerId>()
    const response = createSoftPasskey(testSite).register(await begin(customer), flaws)
    expect(await world.keys.consent.finishEnrolment({ customer, response })).toEqual({
      ok: false,
      code: 'keystore/passkey-refused',
    })
  })

  test('with a challenge of its own, of another customer, or that ran out is refused', async () => {
    const [customer, other] = [newId<CustomerId>(), newId<CustomerId>()]
    const own = createSoftPasskey(testSite).register(systemRandom.bytes(32))
    const theirs = createSoftPasskey(testSite).register(await begin(other))
    const late = createSoftPasskey(testSite).register(await begin(customer))
    const refused = { ok: false, code: 'keystore/passkey-refused' }
    expect(await world.keys.consent.finishEnrolment({ customer, response: own })).toEqual(refused)
    expect(await world.keys.consent.finishEnrolment({ customer, response: theirs })).toEqual(refused)
    aheadMs = 6 * 60_000
    expect(await world.keys.consent.finishEnrolment({ customer, response: late })).toEqual(refused)
    aheadMs = 0
  })

  test('finished twice, as after a lost answer, pins one passkey and says the same', async () => {
    const customer = newId<CustomerId>()
    const response = createSoftPasskey(testSite).register(await begin(customer))
    const first = await world.keys.consent.finishEnrolment({ customer, response })
    expect(first.ok).toBe(true)
    expect(await world.keys.consent.finishEnrolment({ customer, response })).toEqual(first)
  })

  test('of two first passkeys at the same time pins one', async () => {
    const customer = newId<CustomerId>()
    const challenge = await begin(customer)
    const tried = await Promise.all(
      Array.from({ length: 8 }, () =>
        world.keys.consent.finishEnrolment({ customer, response: createSoftPasskey(testSite).register(challenge) }),
      ),
    )
    expect(tried.filter((one) => one.ok)).toHaveLength(1)
  })

  test('of a further passkey needs the word of an existing one over this very passkey', async () => {
    const { id: customer, passkey } = await enrolCustomer(world.keys.consent)
    const stranger = createSoftPasskey(testSite)
    const added = createSoftPasskey(testSite)
    const response = added.register(await begin(customer))
    const needed = { ok: false, code: 'keystore/approval-needed' }
    const otherResponse = createSoftPasskey(testSite).register(await begin(customer))
    const forThis = newPasskeyChallenge(customer, response)
    const approvals = [
      stranger.assert(forThis),
      added.assert(forThis),
      passkey.assert(newPasskeyChallenge(customer, otherResponse)),
      passkey.assert(newPasskeyChallenge(newId<CustomerId>(), response)),
      passkey.assert(forThis, { isUnverified: true }),
      passkey.assert(forThis, { origin: 'https://evil.example' }),
    ]
    expect(await world.keys.consent.finishEnrolment({ customer, response })).toEqual(needed)
    for (const approval of approvals) {
      expect(await world.keys.consent.finishEnrolment({ customer, response, approval })).toEqual(needed)
    }
    const approved = await world.keys.consent.finishEnrolment({ customer, response, approval: passkey.assert(forThis) })
    expect(approved.ok).toBe(true)
    const terms = sharingTerms(customer)
    await agree(consent, { id: customer, passkey: added }, terms)
    expect((await look(terms)).ok).toBe(true)
  })

  test('of a passkey that another customer holds is refused', async () => {
    const { passkey } = await enrolCustomer(world.keys.consent)
    const customer = newId<CustomerId>()
    const response = passkey.register(await begin(customer))
    expect(await world.keys.consent.finishEnrolment({ customer, response })).toEqual({
      ok: false,
      code: 'keystore/passkey-known',
    })
  })

  test('stops at a number of passkeys a customer can have', async () => {
    const { id: customer, passkey } = await enrolCustomer(world.keys.consent)
    const codes: string[] = []
    for (let count = 0; count < 9; count += 1) {
      const response = createSoftPasskey(testSite).register(await begin(customer))
      const approval = passkey.assert(newPasskeyChallenge(customer, response))
      const added = await world.keys.consent.finishEnrolment({ customer, response, approval })
      codes.push(added.ok ? 'added' : added.code)
    }
    expect(codes).toEqual([
      ...Array<string>(7).fill('added'),
      'keystore/too-many-passkeys',
      'keystore/too-many-passkeys',
    ])
  })
})

describe('a recovered passkey', () => {
  async function recover(customer: CustomerId) {
    const passkey = createSoftPasskey(testSite)
    const { challenge } = await world.keys.consent.beginEnrolment(customer)
    const response = passkey.register(challenge)
    const pinned = await world.keys.consent.finishEnrolment({ customer, response, recovery: true })
    if (!pinned.ok) throw new Error(pinned.code)
    return { passkey, effectiveAt: pinned.value.effectiveAt }
  }

  test('counts after a day by the keystore clock, and not a minute before', async () => {
    const { id } = await enrolCustomer(world.keys.consent)
    const askedAt = Date.now()
    const { passkey, effectiveAt } = await recover(id)
    // Times are stored in milliseconds; a second's slack for how they are rounded.
    expect(effectiveAt - askedAt).toBeGreaterThan(recoveryWaitMsMin - 1_000)
    const terms = sharingTerms(id)
    await agree(consent, { id, passkey }, terms)
    expect(await look(terms)).toEqual({ ok: false, code: 'consent/unsigned' })
    aheadMs = recoveryWaitMsMin - 60_000
    expect(await look(terms)).toEqual({ ok: false, code: 'consent/unsigned' })
    aheadMs = recoveryWaitMsMin + 10_000
    expect((await look(terms)).ok).toBe(true)
    aheadMs = 0
  })

  test('cannot let in another one while it waits', async () => {
    const { id } = await enrolCustomer(world.keys.consent)
    const { passkey } = await recover(id)
    const { challenge } = await world.keys.consent.beginEnrolment(id)
    const response = createSoftPasskey(testSite).register(challenge)
    const approval = passkey.assert(newPasskeyChallenge(id, response))
    expect((await world.keys.consent.finishEnrolment({ customer: id, response, approval })).ok).toBe(false)
  })

  test('is gone for good once an existing passkey cancels it; nobody else can', async () => {
    const owner = await enrolCustomer(world.keys.consent)
    const stranger = await enrolCustomer(world.keys.consent)
    const { passkey } = await recover(owner.id)
    const challenge = removalChallenge(owner.id, passkey.credentialId)
    const removal = { customer: owner.id, credentialId: passkey.credentialId }
    const refused = { ok: false, code: 'keystore/passkey-refused' }
    expect(
      await world.keys.consent.cancelRecovery({ ...removal, approval: stranger.passkey.assert(challenge) }),
    ).toEqual(refused)
    expect(await world.keys.consent.cancelRecovery({ ...removal, approval: passkey.assert(challenge) })).toEqual(
      refused,
    )
    expect(
      (await world.keys.consent.cancelRecovery({ ...removal, approval: owner.passkey.assert(challenge) })).ok,
    ).toBe(true)
    aheadMs = recoveryWaitMsMin + 10_000
    const terms = sharingTerms(owner.id)
    await agree(consent, { id: owner.id, passkey }, terms)
    expect(await look(terms)).toEqual({ ok: false, code: 'consent/unsigned' })
    aheadMs = 0
    const again = passkey.register((await world.keys.consent.beginEnrolment(owner.id)).challenge)
    expect(await world.keys.consent.finishEnrolment({ customer: owner.id, response: again, recovery: true })).toEqual({
      ok: false,
      code: 'keystore/passkey-known',
    })
  })
})

describe('erasing', () => {
  test('a customer destroys every key, for good, at the word of a passkey and of nobody else', async () => {
    const customer = await enrolCustomer(world.keys.consent)
    const stranger = await enrolCustomer(world.keys.consent)
    const terms = sharingTerms(customer.id)
    await agree(consent, customer, terms)
    const opened = await look(terms)
    if (!opened.ok) throw new Error(opened.code)
    await bankTokens.store(answer, opened.value, { expectedVersion: 0, plain: new Secret('token') })

    const challenge = eraseChallenge(customer.id)
    const refused = { ok: false, code: 'keystore/passkey-refused' }
    const erase = (approval = customer.passkey.assert(challenge)) =>
      world.keys.consent.eraseCustomer({ customer: customer.id, approval })
    expect(await erase(stranger.passkey.assert(challenge))).toEqual(refused)
    expect(await erase(customer.passkey.assert(eraseChallenge(customer.id, banks.north)))).toEqual(refused)
    expect((await look(terms)).ok).toBe(true)
    expect((await erase()).ok).toBe(true)
    expect((await erase()).ok).toBe(true)
    expect(await look(terms)).toEqual({ ok: false, code: 'consent/unsigned' })
    const { challenge: fresh } = await world.keys.consent.beginEnrolment(customer.id)
    const response = createSoftPasskey(testSite).register(fresh)
    expect(await world.keys.consent.finishEnrolment({ customer: customer.id, response })).toEqual({
      ok: false,
      code: 'keystore/erased',
    })
    for (const name of await readdir(join(world.folder, 'shards'))) {
      expect(await readFile(join(world.folder, 'shards', name), 'utf8')).not.toContain(customer.id)
    }
    await world.restart()
    await expect(world.keys.service.auditKey(customer.id)).rejects.toMatchObject({ code: 'keystore/no-such-customer' })
  })

  test('one bank makes what lay under its key unreadable, and leaves the rest', async () => {
    const customer = await enrolCustomer(world.keys.consent)
    const north = sharingTerms(customer.id)
    const south = sharingTerms(customer.id, { institution: banks.south })
    await agree(consent, customer, north)
    await agree(consent, customer, south)
    const before = [await look(north), await look(south)] as const
    if (!before[0].ok || !before[1].ok) throw new Error('not opened')
    const approval = customer.passkey.assert(eraseChallenge(customer.id, banks.north))
    const erased = await world.keys.consent.dropInstitution({
      customer: customer.id,
      institution: banks.north,
      approval,
    })
    expect(erased.ok).toBe(true)
    const after = [await look(north), await look(south)] as const
    if (!after[0].ok || !after[1].ok) throw new Error('not opened')
    expect(after[0].value.keys.data.reveal()).not.toEqual(before[0].value.keys.data.reveal())
    expect(after[1].value.keys.data.reveal()).toEqual(before[1].value.keys.data.reveal())
  })
})

describe('the process', () => {
  test('keeps every key and passkey across a restart', async () => {
    const customer = await enrolCustomer(world.keys.consent)
    const conversation = newId<ConversationId>()
    const terms = sharingTerms(customer.id)
    await agree(consent, customer, terms)
    const before = [await look(terms), await world.keys.channel.conversationKey(conversation)] as const
    await world.restart()
    const after = [await look(terms), await world.keys.answer.conversationKey(conversation)] as const
    if (!before[0].ok || !after[0].ok) throw new Error('not opened')
    expect(after[0].value.keys.data.reveal()).toEqual(before[0].value.keys.data.reveal())
    expect(after[1].reveal()).toEqual(before[1].reveal())
  })

  test('answers nobody without a secret, and nobody beyond what the secret is for', async () => {
    const at = world.keystore().at
    const stranger = connectKeystore({ clock: systemClock }, { at, bearer: new Secret('x'.repeat(40)) })
    await expect(stranger.conversationKey(newId())).rejects.toMatchObject({ code: 'keystore/caller-unknown' })
    await expect(world.keys.channel.auditKey(newId())).rejects.toMatchObject({ code: 'keystore/caller-not-allowed' })
    await expect(world.keys.answer.beginEnrolment(newId())).rejects.toMatchObject({
      code: 'keystore/caller-not-allowed',
    })
    stranger.close()
  })

  test('answers malformed, oversized and misdirected requests with a problem, and goes on', async () => {
    const socketPath = join(world.folder, '..', 'keys.sock')
    const send = (path: string, body: string, authorization: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const outgoing = request({ socketPath, path, method: 'POST', headers: { authorization } }, (incoming) => {
          incoming.resume()
          incoming.on('end', () => resolve(incoming.statusCode ?? 0))
        })
        outgoing.on('error', reject)
        outgoing.end(body)
      })
    expect(await send('/release', '{}', '')).toBe(401)
    expect(await send('/release', '{}', 'Bearer')).toBe(401)
    expect(await send('/__proto__', '{}', 'Bearer x')).toBe(401)
    expect(await world.keys.answer.isReady()).toBe(true)
    await expect(world.keys.answer.conversationKey('nonsense' as ConversationId)).rejects.toMatchObject({
      code: 'keystore/request-malformed',
    })
    await expect(world.keys.answer.conversationKey('x'.repeat(100_000) as ConversationId)).rejects.toBeInstanceOf(Error)
    expect(await world.keys.answer.isReady()).toBe(true)
  })

  test('refuses a folder that is in use, open to others, without its root key, or damaged', async () => {
    const refusedWith = async (code: string) => {
      await expect(world.restart()).rejects.toMatchObject({ code })
    }
    const other = await cloneDatabase()
    await expect(createTrustWorld(other, { folder: world.folder })).rejects.toMatchObject({
      code: 'keystore/folder-in-use',
    })
    await other.drop()

    await chmod(world.folder, 0o755)
    await refusedWith('keystore/folder-unsafe')
    await chmod(world.folder, 0o700)

    const rootFile = join(world.folder, 'root-1.key')
    const rootText = await readFile(rootFile, 'utf8')
    await rm(rootFile)
    await refusedWith('keystore/root-missing')
    await writeFile(rootFile, rootText.replace(/ \w{5}/, ' AAAAA'), { mode: 0o600 })
    await refusedWith('keystore/root-corrupt')
    await writeFile(rootFile, rootText)
    await chmod(rootFile, 0o644)
    await refusedWith('keystore/folder-unsafe')
    await chmod(rootFile, 0o600)

    const shards = join(world.folder, 'shards')
    await mkdir(shards, { recursive: true })
    const [shard = ''] = await readdir(shards)
    const whole = await readFile(join(shards, shard))
    await writeFile(join(shards, shard), Buffer.concat([Buffer.from('rubbish\n'), whole]))
    await refusedWith('keystore/shard-corrupt')
    await writeFile(join(shards, shard), whole)
    await appendFile(join(shards, shard), '1 torn')
    await world.restart()
    expect(await world.keys.answer.isReady()).toBe(true)
  })
})
