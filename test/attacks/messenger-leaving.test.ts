// Revocation by the messenger: whoever removes the app there, or asks for deletion, has stopped here too.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { endings, openPermit } from '../../src/consent/index.ts'
import type { ConversationId } from '../../src/kernel/index.ts'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import { countRows } from '../setup/ending-world.ts'
import { createLeavingWorld, signedRequest } from '../setup/leaving-world.ts'
import type { LeavingWorld } from '../setup/leaving-world.ts'
import { textMessage } from '../setup/messenger-harness.ts'
import { createTrustWorld } from '../setup/trust-world.ts'
import type { TrustWorld } from '../setup/trust-world.ts'

let database: TestDatabase
let trust: TrustWorld
let world: LeavingWorld

beforeAll(async () => {
  database = await cloneDatabase()
  trust = await createTrustWorld(database)
  world = await createLeavingWorld(database, trust)
})
afterAll(async () => {
  await world.end()
  await trust.end()
  await database.drop()
})

/** Somebody who wrote, linked a bank with answers and fraud alerts, and whom the platform knows by another id. */
async function linkedPerson(name: string, options: { readonly known?: boolean } = {}) {
  const psid = `psid_${name}`
  if (options.known !== false) world.known.set(psid, `app_${name}`)
  const conversation = await world.arrive(psid)
  const linked = await world.link({
    conversation,
    purposes: { 'answer-customer': ['account-list', 'balance'], 'fraud-alerts': ['card-events'] },
  })
  await database.admin.run('INSERT INTO customers.customer (id) VALUES ($1) ON CONFLICT DO NOTHING', [
    linked.customer.id,
  ])
  await database.admin.run('UPDATE channels.conversation SET customer = $2 WHERE id = $1', [
    conversation,
    linked.customer.id,
  ])
  return { ...linked, psid, user: `app_${name}`, conversation }
}

const live = (conversation: ConversationId): Promise<number> =>
  countRows(database.admin, 'consent.grant_ WHERE conversation = $1 AND revoked_at IS NULL', [conversation])

test('removing the app ends all that this conversation may ask, fraud alerts too, and what waited to be sent is gone', async () => {
  const person = await linkedPerson('anna')
  const other = await linkedPerson('ben')
  expect(await live(person.conversation)).toBe(3)
  await database.admin.run(
    `INSERT INTO platform.outbox (id, channel, conversation, priority, sealed) VALUES (gen_random_uuid(), 'messenger', $1, 1, 'x')`,
    [person.conversation],
  )
  expect((await world.post('deauthorize', { signed_request: signedRequest(person.user) })).status).toBe(200)
  await world.settled()
  expect(await live(person.conversation)).toBe(0)
  const opened = await openPermit(world.permitDeps, { ...person.terms, dataClass: 'balance' })
  expect(opened.ok).toBe(false)
  expect(await countRows(database.admin, 'platform.outbox WHERE conversation = $1', [person.conversation])).toBe(0)
  const [ending] = await endings.list(world.consent, person.customer.id)
  expect(ending).toMatchObject({ because: 'platform-deauthorized', grants: 3, bank: 'revoked' })
  expect(
    await countRows(database.admin, "channels.platform_request WHERE outcome = 'carried-out' AND grants = 3"),
  ).toBe(1)

  expect(await live(other.conversation)).toBe(3)
})

test('a data deletion destroys the conversation and its key, and hands out a receipt that names nobody', async () => {
  const person = await linkedPerson('carla')
  const key = await trust.keys.answer.conversationKey(person.conversation)
  expect(key.reveal()).toHaveLength(32)
  const answer = await world.post('data-deletion', { signed_request: signedRequest(person.user) })
  const { confirmation_code: code } = z.object({ confirmation_code: z.string() }).parse(await answer.json())
  await world.settled()

  const id = code.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  for (const table of [
    'channels.conversation WHERE id',
    'channels.inbound_message WHERE conversation',
    'channels.app_scoped_id WHERE conversation',
    'chat.state WHERE conversation',
    'platform.outbox WHERE conversation',
  ])
    // prettier-ignore
    expect(await countRows(database.admin, `${table}::text = $1`, [person.conversation]), table).toBe(0)
  await trust.restart()
  await expect(trust.keys.consent.conversationKey(person.conversation)).rejects.toMatchObject({
    code: 'keystore/erased',
  })
  const receipt = await world.receipts.loadOpen(world.consent, { id, kind: 'platform-deletion' })
  expect(receipt?.note).toContain('"conversation":"deleted"')
  for (const secret of [person.customer.id, person.conversation, person.user, person.psid])
    expect(receipt?.note).not.toContain(secret)
  const row = await database.admin.one(
    z.object({ line: z.string() }),
    'SELECT r::text AS line FROM channels.platform_request r WHERE code = $1',
    [id],
  )
  expect(row.line).not.toContain(person.conversation)

  // Whoever writes again begins anew.
  expect((await world.gateway.write(person.psid, textMessage('me again'))).status).toBe(200)
  await world.settled()
  expect(await countRows(database.admin, 'channels.conversation WHERE id = $1', [person.conversation])).toBe(0)
})

test('somebody whom the platform did not name before is found by asking it; whom it never names is nobody', async () => {
  const person = await linkedPerson('dora', { known: false })
  world.known.set(person.psid, person.user)
  await world.post('deauthorize', { signed_request: signedRequest(person.user) })
  await world.settled()
  expect(await live(person.conversation)).toBe(0)

  const stranger = await linkedPerson('emil', { known: false })
  await world.post('deauthorize', { signed_request: signedRequest(stranger.user) })
  await world.settled()
  expect(await live(stranger.conversation)).toBe(3)
  expect(await countRows(database.admin, "channels.platform_request WHERE outcome = 'nobody'")).toBe(1)
})

test('the keystore keeps the key of a conversation that is there, whoever asks', async () => {
  const person = await linkedPerson('fritz')
  expect(await trust.keys.channel.forgetConversation(person.conversation)).toMatchObject({ ok: false })
  expect(await trust.keys.revoke.forgetConversation(person.conversation)).toMatchObject({ ok: false })
  await expect(trust.keys.answer.forgetConversation(person.conversation)).rejects.toMatchObject({
    code: 'keystore/caller-not-allowed',
  })
})

test('the login that faces the messenger can end nothing and delete nobody by itself', async () => {
  const person = await linkedPerson('gina')
  const channel = database.connect('channel')
  for (const text of [
    `SELECT * FROM consent.end_where('platform-deauthorized', NULL, NULL, $1, NULL, NULL, NULL, NULL, 10)`,
    'SELECT channels.forget_conversation($1)',
    'SELECT channels.part_conversation($1)',
    'DELETE FROM channels.conversation WHERE id = $1',
    'UPDATE channels.platform_request SET done_at = now() WHERE conversation = $1',
  ])
    await expect(channel.run(text, [person.conversation]), text).rejects.toMatchObject({ code: expect.any(String) })
  expect(await live(person.conversation)).toBe(3)
})
