// P5: a stop holds at the next read, the next send and the next redemption, whoever ended it and why.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { randomBytes } from 'node:crypto'
import { writeAnswerDocument } from '../../src/answers/answer-document.ts'
import { openAnswer } from '../../src/answers/open-answer.ts'
import type { AnswerLinkRow } from '../../src/answers/answer-links-store.ts'
import {
  bankTokens,
  endings,
  leaveHolds,
  openPermit,
  recordDisclosure,
  sealedAnswers,
} from '../../src/consent/index.ts'
import { endingReasons } from '../../src/consent/endings-store.ts'
import type { EndingReason } from '../../src/consent/endings-store.ts'
import { Secret, toInstant } from '../../src/kernel/index.ts'
import type { SealedAnswerId } from '../../src/kernel/index.ts'
import { systemRandom } from '../../src/platform/index.ts'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import { createEndingWorld } from '../setup/ending-world.ts'
import type { EndingWorld } from '../setup/ending-world.ts'
import { banks, createTrustWorld, newId } from '../setup/trust-world.ts'
import type { TrustWorld } from '../setup/trust-world.ts'

const idRow = z.object({ id: endings.idColumn })

let database: TestDatabase
let trust: TrustWorld
let world: EndingWorld

beforeAll(async () => {
  database = await cloneDatabase()
  trust = await createTrustWorld(database)
  world = createEndingWorld(database, trust)
})
afterAll(async () => {
  await trust.end()
  await database.drop()
})

type Linked = Awaited<ReturnType<EndingWorld['link']>>

/** Ends what somebody shares, for this reason: in the one place where all ways meet. */
async function end({ terms }: Linked, because: EndingReason): Promise<void> {
  const ended = await database.admin.run(
    'SELECT * FROM consent.end_grants(ARRAY(SELECT g.id FROM consent.grant_ g WHERE g.terms = $1), $2)',
    [terms.id, because],
  )
  expect(ended).toBe(1)
}

/** An answer that was sent as a link a moment ago, and the link. */
async function sealAnswer({ customer, terms, permit }: Linked): Promise<AnswerLinkRow> {
  const id = newId<SealedAnswerId>()
  const plain = writeAnswerDocument({
    v: 2,
    question: 'balance',
    institution: banks.north,
    institutionName: 'North Bank',
    checkedAt: toInstant(0),
    timeZone: 'UTC',
    asked: { words: undefined, lastDigits: undefined },
    result: { ok: true, blocks: new Secret([]), complete: true },
  })
  expect(await sealedAnswers.store(world.answer, permit, { id, plain, seconds: 600 })).toBe(true)
  const { conversation } = terms
  if (conversation === null) throw new Error('sharing has a conversation')
  const { admin } = database
  await admin.run('INSERT INTO customers.customer (id) VALUES ($1)', [customer.id])
  await admin.run(
    `INSERT INTO channels.conversation (id, channel, page_id, address_hash, address_sealed, customer)
     VALUES ($1, 'messenger', 'page', $2, '', $3)`,
    [conversation, randomBytes(32), customer.id],
  )
  const link = newId()
  await admin.run(
    `INSERT INTO answers.link (id, token_hash, customer, conversation, answers, institutions, question_sealed, expires_at)
     VALUES ($1, $2, $3, $4, $5::uuid[], $6, '', clock_timestamp() + interval '10 minutes')`,
    [link, randomBytes(32), customer.id, conversation, [id], [banks.north]],
  )
  return {
    id: link,
    customer: customer.id,
    conversation,
    answers: [{ id, institution: banks.north, classes: ['balance'] }],
    state: 'live',
  }
}

const disclose = (linked: Linked, level: 'full' | 'rounded' | 'sealed' | 'nothing') =>
  world.answer.transaction((tx) =>
    recordDisclosure({ random: systemRandom }, tx, linked.permit, { level, place: 'messenger' }),
  )

describe.each(endingReasons)('ended for the reason "%s"', (because) => {
  test('between ticket and read: no tokens, no keys', async () => {
    const linked = await world.link()
    expect(await bankTokens.read(world.answer, linked.permit)).toBeDefined()
    await end(linked, because)
    expect(await bankTokens.read(world.answer, linked.permit)).toBeUndefined()
    expect(await trust.keys.answer.release(linked.permit.ticket)).toEqual({ ok: false, code: 'keystore/not-live' })
    expect(await openPermit(world.permitDeps, { ...linked.terms, dataClass: 'balance' })).toMatchObject({ ok: false })
  })

  test('between read and send: a late answer of the bank is written down nowhere and goes nowhere', async () => {
    const linked = await world.link()
    const leave = [{ grant: linked.permit.grantId, level: 'rounded' }] as const
    expect(await leaveHolds(database.connect('channel'), leave)).toBe(true)
    await end(linked, because)
    for (const level of ['full', 'rounded', 'sealed', 'nothing'] as const) {
      expect(await disclose(linked, level)).toEqual({ ok: false, code: 'consent/stopped' })
    }
    const late = { id: newId<SealedAnswerId>(), plain: new Secret(Buffer.from('figures')), seconds: 600 }
    expect(await sealedAnswers.store(world.answer, linked.permit, late)).toBe(false)
    expect(
      await bankTokens.store(world.answer, linked.permit, { expectedVersion: 1, plain: new Secret('rotated') }),
    ).toBe(false)
    // And what lies in the outbox already: the sender asks at the last moment.
    expect(await leaveHolds(database.connect('channel'), leave)).toBe(false)
  })

  test('between send and redemption: the link opens nothing, neither before nor after the ending was followed', async () => {
    const linked = await world.link()
    const link = await sealAnswer(linked)
    await end(linked, because)
    const deps = world.permitDeps
    expect(await openAnswer(deps, link)).toEqual({ ok: false, code: 'answers/stopped' })
    const ending = await database.admin.maybe(
      idRow,
      'SELECT id FROM consent.ending WHERE customer = $1 AND done_at IS NULL',
      [linked.customer.id],
    )
    if (ending === undefined) return expect(because).toBe('replaced')
    await world.follow(ending.id)
    expect(await openAnswer(deps, link)).toEqual({ ok: false, code: 'answers/stopped' })
    expect(await openAnswer(deps, { ...link, state: 'stopped' })).toEqual({ ok: false, code: 'answers/stopped' })
  })
})

test('the honest path still works: what goes on being shared is read, sent and redeemed', async () => {
  const stopped = await world.link()
  const linked = await world.link({}, stopped.customer)
  await end(stopped, 'customer-in-chat')
  expect((await disclose(linked, 'rounded')).ok).toBe(true)
  expect(await bankTokens.read(world.answer, linked.permit)).toBeDefined()
  const look = await openPermit(world.permitDeps, { ...linked.terms, dataClass: 'balance' })
  expect(look.ok).toBe(true)
  const link = await sealAnswer(linked)
  expect(await openAnswer(world.permitDeps, link)).toMatchObject({ ok: true })
})

describe('the keystore and an ending', () => {
  test('gives the caller that revokes the token key alone, and to nobody else', async () => {
    const linked = await world.link()
    await end(linked, 'customer-on-page')
    const of = { customer: linked.customer.id, institution: banks.north }
    const opened = await endings.revoking.openTicket(world.deps, of)
    if (!opened.ok) throw new Error(opened.code)
    const { ticket } = opened.value
    const released = await trust.keys.revoke.releaseTokenKey(ticket)
    expect(released.ok && Buffer.from(released.value.reveal())).toEqual(
      Buffer.from(linked.permit.keys.bankToken.reveal()),
    )
    await expect(trust.keys.revoke.release(ticket)).rejects.toMatchObject({ code: 'keystore/caller-not-allowed' })
    await expect(trust.keys.revoke.conversationKey(newId())).rejects.toMatchObject({
      code: 'keystore/caller-not-allowed',
    })
    expect(await trust.keys.answer.release(ticket)).toEqual({ ok: false, code: 'keystore/not-live' })
    for (const caller of ['answer', 'notify', 'fraud', 'service', 'consent', 'channel'] as const) {
      await expect(trust.keys[caller].releaseTokenKey(ticket)).rejects.toMatchObject({
        code: 'keystore/caller-not-allowed',
      })
      await expect(trust.keys[caller].destroyBankKey(ticket)).rejects.toMatchObject({
        code: 'keystore/caller-not-allowed',
      })
    }
  })

  test('destroys nothing and gives nothing while a grant lives, were it granted a moment ago', async () => {
    const linked = await world.link()
    expect(await trust.keys.revoke.destroyBankKey(linked.permit.ticket)).toEqual({
      ok: false,
      code: 'keystore/not-live',
    })
    await end(linked, 'customer-in-chat')
    const of = { customer: linked.customer.id, institution: banks.north }
    const opened = await endings.revoking.openTicket(world.deps, of)
    if (!opened.ok) throw new Error(opened.code)
    const again = await world.link({}, linked.customer)
    expect(await trust.keys.revoke.releaseTokenKey(opened.value.ticket)).toEqual({
      ok: false,
      code: 'keystore/not-live',
    })
    expect(await trust.keys.revoke.destroyBankKey(opened.value.ticket)).toEqual({
      ok: false,
      code: 'keystore/not-live',
    })
    expect(await endings.revoking.openTicket(world.deps, of)).toEqual({ ok: false, code: 'consent/still-shared' })
    // The key is the one it was: what the new link sealed can be read.
    expect((await bankTokens.read(world.answer, again.permit))?.plain.reveal()).toBe('token')
  })

  test('never makes a key to revoke with, and destroys it for good', async () => {
    const linked = await world.link()
    await end(linked, 'customer-on-page')
    const of = { customer: linked.customer.id, institution: banks.north }
    const opened = await endings.revoking.openTicket(world.deps, of)
    if (!opened.ok) throw new Error(opened.code)
    const { ticket } = opened.value
    expect((await trust.keys.revoke.destroyBankKey(ticket)).ok).toBe(true)
    expect((await trust.keys.revoke.destroyBankKey(ticket)).ok).toBe(true)
    expect(await trust.keys.revoke.releaseTokenKey(ticket)).toEqual({ ok: false, code: 'keystore/no-key' })
    await trust.restart()
    expect(await trust.keys.revoke.releaseTokenKey(ticket)).toEqual({ ok: false, code: 'keystore/no-key' })
    const again = await world.link({}, linked.customer)
    expect(Buffer.from(again.permit.keys.data.reveal())).not.toEqual(Buffer.from(linked.permit.keys.data.reveal()))
  })

  test('a link made while the key is being destroyed gets a key that lives, however the two meet', async () => {
    for (let round = 0; round < 12; round += 1) {
      const linked = await world.link()
      await end(linked, 'customer-on-page')
      const of = { customer: linked.customer.id, institution: banks.north }
      const opened = await endings.revoking.openTicket(world.deps, of)
      if (!opened.ok) throw new Error(opened.code)
      const [, again] = await Promise.all([
        trust.keys.revoke.destroyBankKey(opened.value.ticket),
        world.link({}, linked.customer, 'relinked'),
      ])
      const look = await world.look(again.terms)
      expect((await bankTokens.read(world.answer, look))?.plain.reveal()).toBe('relinked')
    }
  })
})
