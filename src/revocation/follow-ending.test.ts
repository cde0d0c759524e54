import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { bankTokens, endings, openPermit, sealedAnswers } from '../consent/index.ts'
import type { EndingId, EndingReason } from '../consent/index.ts'
import { Secret } from '../kernel/index.ts'
import type { SealedAnswerId } from '../kernel/index.ts'
import { cloneDatabase } from '../../test/setup/database.ts'
import type { TestDatabase } from '../../test/setup/database.ts'
import { countRows, createEndingWorld } from '../../test/setup/ending-world.ts'
import type { EndingWorld } from '../../test/setup/ending-world.ts'
import { agree, banks, createTrustWorld, newId, sharingTerms } from '../../test/setup/trust-world.ts'
import type { TrustWorld } from '../../test/setup/trust-world.ts'

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
beforeEach(() => {
  world.bank.answer = 'revoked'
  world.bank.shown = []
})

async function endOnly(
  of: Parameters<typeof endings.end>[1],
  because: EndingReason = 'customer-on-page',
): Promise<EndingId> {
  const [ended, ...more] = await endings.end(world.consent, of, because)
  if (ended === undefined || more.length > 0) throw new Error('not one ending')
  return ended.ending
}

const tokensOf = (customer: string) => countRows(database.admin, 'vault.bank_token WHERE customer = $1', [customer])

test('an ending is followed to its end: the bank told, the tokens gone, the key destroyed, one signed receipt', async () => {
  const { customer, terms } = await world.link()
  const ending = await endOnly({ terms: terms.id })
  await world.follow(ending)
  expect(world.bank.shown).toEqual(['token'])
  expect(await tokensOf(customer.id)).toBe(0)
  const [receipt, ...more] = await world.receiptsOf(customer)
  expect(more).toEqual([])
  expect(receipt).toMatchObject({
    kind: 'revocation',
    because: 'customer-on-page',
    institution: banks.north,
    bank: 'taken-back',
    keys: 'destroyed',
    notDeleted: ['messages-in-messenger'],
    earlier: null,
  })
  const done = await endings.load(database.admin, ending)
  expect(done?.doneAt).toBeDefined()
  // What was sealed under the key before can be read by nobody: a new link gets a new key.
  const again = sharingTerms(customer.id)
  await agree(world.consent, customer, again)
  const permit = await world.look(again)
  expect(permit.keys.bankToken.reveal()).not.toEqual(Buffer.alloc(32))
})

test('following an ending twice, or after it is done, tells the bank once and hands out one receipt', async () => {
  const { customer, terms } = await world.link()
  const ending = await endOnly({ terms: terms.id })
  await world.follow(ending)
  await world.follow(ending)
  expect(world.bank.shown).toHaveLength(1)
  expect(await world.receiptsOf(customer)).toHaveLength(1)
})

test('while another conversation still shares, tokens and key stay, and the receipt says so', async () => {
  const { customer, terms } = await world.link()
  const other = await world.link({}, customer, 'token')
  const ending = await endOnly({ terms: terms.id })
  await world.follow(ending)
  expect(world.bank.shown).toEqual([])
  expect(await tokensOf(customer.id)).toBe(1)
  expect(await world.receiptsOf(customer)).toMatchObject([
    { bank: 'still-shared-elsewhere', keys: 'kept-while-shared' },
  ])
  expect(await world.look(other.terms)).toBeDefined()
})

test('terms that wait for their code keep the tokens: a link that is being made is not torn down', async () => {
  const { customer, terms } = await world.link()
  const next = sharingTerms(customer.id)
  await agree(world.consent, customer, next)
  await database.admin.run('UPDATE consent.grant_ SET unconfirmed = true WHERE terms = $1', [next.id])
  await world.follow(await endOnly({ terms: terms.id }))
  expect(world.bank.shown).toEqual([])
  expect(await tokensOf(customer.id)).toBe(1)
})

test('a bank that is down delays nothing but its own part: a receipt now, another when it has answered', async () => {
  const { customer, terms } = await world.link()
  const ending = await endOnly({ terms: terms.id })
  world.bank.answer = 'unreachable'
  const first = await world.follow(ending)
  expect(first).toEqual({ againAfterMs: 60_000 })
  expect(await world.follow(ending, { attempt: 4 })).toEqual({ againAfterMs: 480_000 })
  const [early, ...none] = await world.receiptsOf(customer)
  expect(none).toEqual([])
  expect(early).toMatchObject({ bank: 'bank-not-reached-yet', keys: 'kept-until-bank-answers', bankAt: null })
  // The stop itself held from the first moment.
  expect(await openPermit(world.permitDeps, { ...terms, dataClass: 'balance' })).toMatchObject({ ok: false })
  world.bank.answer = 'revoked'
  await world.follow(ending)
  const [, late, ...more] = await world.receiptsOf(customer)
  expect(more).toEqual([])
  expect(late).toMatchObject({ bank: 'taken-back', keys: 'destroyed', earlier: early?.id })
  expect(
    await countRows(database.admin, `platform.job WHERE kind = 'notices.tell' AND key = $1`, [`notice:${customer.id}`]),
  ).toBe(1)
})

test('a bank that never answers is given up after thirty days, and the key is destroyed all the same', async () => {
  const { customer, terms } = await world.link()
  const ending = await endOnly({ terms: terms.id })
  world.bank.answer = 'unreachable'
  await world.follow(ending)
  await database.admin.run(`UPDATE consent.ending SET at = at - interval '30 days' WHERE id = $1`, [ending])
  await world.follow(ending)
  const receipts = await world.receiptsOf(customer)
  expect(receipts.at(-1)).toMatchObject({ bank: 'bank-never-answered', keys: 'destroyed', bankAt: null })
  expect(await tokensOf(customer.id)).toBe(0)
})

test('a link made anew while the bank was being told keeps its own tokens and a key that opens them', async () => {
  const { customer, terms } = await world.link()
  const ending = await endOnly({ terms: terms.id })
  let relinked: Awaited<ReturnType<EndingWorld['link']>> | undefined
  await world.follow(ending, {
    with: {
      revokeAtBank: async () => {
        relinked = await world.link({}, customer, 'new token')
        return 'revoked'
      },
    },
  })
  if (relinked === undefined) throw new Error('not relinked')
  const permit = await world.look(relinked.terms)
  expect((await bankTokens.read(world.answer, permit))?.plain.reveal()).toBe('new token')
  expect(await world.receiptsOf(customer)).toMatchObject([{ bank: 'taken-back', keys: 'kept-while-shared' }])
})

test('answers that wait and their links are closed with the sharing, and the page says why', async () => {
  const { customer, terms, permit } = await world.link()
  const id = newId<SealedAnswerId>()
  await sealedAnswers.store(world.answer, permit, { id, plain: new Secret(Buffer.from('figures')), seconds: 600 })
  await database.admin.run(`INSERT INTO customers.customer (id) VALUES ($1)`, [customer.id])
  await database.admin.run(
    `INSERT INTO channels.conversation (id, channel, page_id, address_hash, address_sealed, customer)
     VALUES ($1::uuid, 'messenger', 'p', sha256(convert_to($1::uuid::text, 'UTF8')), '', $2)`,
    [terms.conversation ?? '', customer.id],
  )
  await database.admin.run(
    `INSERT INTO chat.state (conversation, pending_sealed, pending_until) VALUES ($1, 'x', clock_timestamp() + interval '1 hour')`,
    [terms.conversation ?? ''],
  )
  await database.admin.run(
    `INSERT INTO answers.link (id, token_hash, customer, conversation, answers, institutions, question_sealed, expires_at)
     VALUES ($1::uuid, sha256(convert_to($1::uuid::text, 'UTF8')), $2, $3, ARRAY[$1::uuid], ARRAY['north-bank'], 'x', clock_timestamp() + interval '10 minutes')`,
    [id, customer.id, terms.conversation ?? ''],
  )
  await world.follow(await endOnly({ terms: terms.id }))
  expect(await countRows(database.admin, 'vault.sealed_answer WHERE id = $1', [id])).toBe(0)
  expect(await countRows(database.admin, 'answers.link WHERE id = $1 AND stopped_at IS NOT NULL', [id])).toBe(1)
  expect(
    await countRows(database.admin, 'chat.state WHERE pending_sealed IS NOT NULL AND conversation = $1', [
      terms.conversation ?? '',
    ]),
  ).toBe(0)
})

test('terms signed by a passkey that was removed: the bank cannot be told, and the key is destroyed all the same', async () => {
  const { customer, terms } = await world.link()
  await database.admin.run('UPDATE consent.terms SET credential_id = $2 WHERE id = $1', [terms.id, Buffer.from('gone')])
  await world.follow(await endOnly({ terms: terms.id }))
  expect(world.bank.shown).toEqual([])
  expect(await world.receiptsOf(customer)).toMatchObject([{ bank: 'could-not-be-told', keys: 'destroyed' }])
  expect(await tokensOf(customer.id)).toBe(0)
})

test('two endings of one bank are one taking-back, and each has its receipt', async () => {
  const { customer, terms } = await world.link()
  const other = await world.link({}, customer)
  const first = await endOnly({ terms: terms.id })
  const second = await endOnly({ terms: other.terms.id })
  await world.follow(first)
  await world.follow(second)
  expect(world.bank.shown).toHaveLength(1)
  expect(await world.receiptsOf(customer)).toMatchObject([
    { bank: 'taken-back', keys: 'destroyed', ending: first },
    { bank: 'taken-back', keys: 'destroyed', ending: second },
  ])
})

test('an ending is queued in the transaction that ends the grants, and a rolled back one leaves nothing', async () => {
  const { customer, terms } = await world.link()
  const jobs = () =>
    countRows(database.admin, `platform.job WHERE kind = 'revocation.follow' AND key LIKE $1`, [
      `revoke:${customer.id}:%`,
    ])
  const undone = new Error('undone on purpose')
  const rolledBack = world.consent.transaction(async (tx) => {
    await endings.end(tx, { terms: terms.id }, 'customer-on-page')
    throw undone
  })
  await expect(rolledBack).rejects.toBe(undone)
  expect(await jobs()).toBe(0)
  expect(await world.look(terms)).toBeDefined()
  await endOnly({ terms: terms.id })
  expect(await jobs()).toBe(1)
})

test('an ending whose customer was erased while it was followed leaves no receipt and no notice behind', async () => {
  const { customer, terms } = await world.link()
  const ending = await endOnly({ terms: terms.id })
  await world.follow(ending, {
    with: {
      revokeAtBank: async () => {
        await database.admin.run('DELETE FROM consent.ending WHERE customer = $1', [customer.id])
        return 'revoked'
      },
    },
  })
  expect(await world.receiptsOf(customer)).toEqual([])
  expect(await countRows(database.admin, `platform.job WHERE key = $1`, [`notice:${customer.id}`])).toBe(0)
})
