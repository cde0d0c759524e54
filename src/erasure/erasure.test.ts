import { afterAll, beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/setup/database.ts'
import type { TestDatabase } from '../../test/setup/database.ts'
import { createErasureWorld, tablesWith } from '../../test/setup/erasure-world.ts'
import type { ErasureWorld } from '../../test/setup/erasure-world.ts'
import { banks, createTrustWorld, newId } from '../../test/setup/trust-world.ts'
import type { TrustWorld } from '../../test/setup/trust-world.ts'
import { eraseChallenge } from '../keystore/index.ts'
import { systemRandom } from '../platform/index.ts'
import { countOf } from '../../test/attacks/gate-scene.ts'
import { beginErasure, eraseConversation, loadEraseStatus, sweepErasures } from './index.ts'
import type { ErasureId } from './index.ts'

let database: TestDatabase
let world: TrustWorld
let erasing: ErasureWorld
beforeAll(async () => {
  database = await cloneDatabase()
  world = await createTrustWorld(database)
  erasing = createErasureWorld(database, world)
})
afterAll(async () => {
  await world.end()
  await database.drop()
})

test('an erased customer leaves no row but the log, and a receipt that says what became of everything', async () => {
  const customer = await erasing.addCustomer()
  const bystander = await erasing.addCustomer()
  const ids = [customer.id, customer.conversation]
  expect((await tablesWith(database.admin, ids)).length).toBeGreaterThan(6)

  const erasure = await erasing.begin(customer)
  expect((await erasing.status(erasure))?.state).toBe('begun')
  await erasing.follow(erasure)

  expect(new Set(await tablesWith(database.admin, ids))).toEqual(new Set(['platform.job.key', 'platform.job.payload']))
  expect((await tablesWith(database.admin, [bystander.id, bystander.conversation])).length).toBeGreaterThan(6)
  const receipt = await erasing.receiptOf(erasure)
  expect(receipt).toMatchObject({
    kind: 'erasure',
    erasure,
    asked: 'with-passkey',
    keys: ['customer', 'banks', 'conversations', 'passkeys'],
    notDeleted: ['messages-in-messenger'],
    banks: [{ institution: banks.north, outcome: 'could-not-be-told' }],
  })
  expect(receipt['kept']).toMatchObject([
    { item: 'signed-authorization', basis: '12 CFR 1033.441', how: 'sealed-under-hold-key', record: customer.terms.id },
    { item: 'log-entries' },
  ])
  expect(JSON.stringify(receipt)).not.toContain(customer.id)
  expect(JSON.stringify(receipt)).not.toContain(customer.conversation)
})

test('the last day of a copy of a key is a rotation, an hour and the backups away', async () => {
  const customer = await erasing.addCustomer()
  const erasure = await erasing.begin(customer)
  await erasing.follow(erasure)
  const status = await erasing.status(erasure)
  if (status?.state !== 'done') throw new Error('not done')
  const daysAhead = (status.lastCopyAt - Date.now()) / (24 * 3600 * 1000)
  expect(daysAhead).toBeGreaterThan(7.9)
  expect(daysAhead).toBeLessThan(8.1)
  const receipt = await erasing.receiptOf(erasure)
  expect(receipt['lastKeyCopyDay']).toBe(new Date(status.lastCopyAt).toISOString().slice(0, 10))
})

test('once begun, nothing is shared any more, and beginning again is the same erasure', async () => {
  const customer = await erasing.addCustomer()
  const erasure = await erasing.begin(customer)
  expect(await erasing.begin(customer)).toBe(erasure)
  const live = `consent.grant_ WHERE customer = '${customer.id}' AND revoked_at IS NULL`
  expect(await countOf(database.admin, live)).toBe(0)
  expect(await countOf(database.admin, `platform.job WHERE key = 'notice:${customer.id}'`)).toBe(1)
  await erasing.follow(erasure)
  await erasing.follow(erasure)
  expect((await erasing.status(erasure))?.state).toBe('done')
})

test('without the passkey of this very customer nothing is destroyed', async () => {
  const customer = await erasing.addCustomer()
  const other = await erasing.addCustomer()
  const wish = { customer: customer.id, approval: other.passkey.assert(eraseChallenge(customer.id)) }
  const begun = await beginErasure({ database: database.connect('consent'), random: systemRandom }, wish)
  if (!begun.ok) throw new Error(begun.code)
  await erasing.follow(begun.value)
  expect((await erasing.status(begun.value))?.state).toBe('refused')
  expect(await countOf(database.admin, `customers.customer WHERE id = '${customer.id}'`)).toBe(1)
  expect((await world.keys.answer.auditKey(customer.id)).reveal().length).toBe(32)
  const erasure = await erasing.begin(customer)
  await erasing.follow(erasure)
  expect((await erasing.status(erasure))?.state).toBe('done')
})

test('nobody who does not exist is erased', async () => {
  const customer = await erasing.addCustomer()
  const wish = { customer: newId<typeof customer.id>(), approval: customer.passkey.assert(eraseChallenge(customer.id)) }
  const begun = await beginErasure({ database: database.connect('consent'), random: systemRandom }, wish)
  expect(begun).toEqual({ ok: false, code: 'erasure/no-such-customer' })
  expect(await loadEraseStatus(database.connect('consent'), newId<ErasureId>())).toBeUndefined()
})

test('somebody who never linked is erased by words in the chat: messages, and the key they lay under', async () => {
  const conversation = await erasing.addStranger()
  const answer = database.connect('answer')
  const erasure = await answer.transaction((tx) => eraseConversation({ random: systemRandom }, tx, conversation))
  if (erasure === undefined) throw new Error('not begun')
  await erasing.follow(erasure)
  expect(await tablesWith(database.admin, [conversation])).toEqual([])
  expect(await erasing.receiptOf(erasure)).toMatchObject({
    asked: 'in-chat-never-linked',
    keys: ['conversation'],
    kept: [],
  })
  await expect(world.keys.notify.conversationKey(conversation)).rejects.toMatchObject({ code: 'keystore/erased' })
})

test('words in the chat of a customer erase nothing', async () => {
  const customer = await erasing.addCustomer()
  const answer = database.connect('answer')
  const begin = () => answer.transaction((tx) => eraseConversation({ random: systemRandom }, tx, customer.conversation))
  expect(await begin()).toBeUndefined()
  // Nor where the conversation lost its customer, but something agreed to there still lives.
  await database.admin.run('UPDATE channels.conversation SET customer = NULL WHERE id = $1', [customer.conversation])
  expect(await begin()).toBeUndefined()
})

test('an erasure whose job was lost is begun again by the sweep', async () => {
  const customer = await erasing.addCustomer()
  const erasure = await erasing.begin(customer)
  await database.admin.run(`DELETE FROM platform.job WHERE key = 'erase:${erasure}'`)
  await database.admin.run(
    `UPDATE erasure.erasure SET begun_at = begun_at - interval '1 minute' WHERE id = '${erasure}'`,
  )
  expect(await sweepErasures(erasing.deps.database)).toBe(1)
  expect(await countOf(database.admin, `platform.job WHERE key = 'erase:${erasure}'`)).toBe(1)
  expect(await sweepErasures(erasing.deps.database)).toBe(0)
})
