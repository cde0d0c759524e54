// Threat row 24: somebody at the desk who wants to see more than the conversation that was given to them; and, of row 23, words that
// want to be more than words. First each attack fails, then the honest path works, and the customer sees who looked.
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { agentsDesk, createOwnDesk } from '../../src/desk/index.ts'
import type { HandoverId } from '../../src/desk/index.ts'
import { handoverId } from '../../src/desk/handover-id.ts'
import { sessions } from '../../src/customers/index.ts'
import { systemRandom } from '../../src/platform/index.ts'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import { createDeskWorld } from '../setup/desk-world.ts'
import type { DeskWorld } from '../setup/desk-world.ts'
import { createErasureWorld } from '../setup/erasure-world.ts'
import type { ErasureWorld, LinkedCustomer } from '../setup/erasure-world.ts'
import { addStaff } from '../setup/staff-people.ts'
import { banks, createTrustWorld, newId } from '../setup/trust-world.ts'
import type { TrustWorld } from '../setup/trust-world.ts'
import { countOf, refusalOf } from './gate-scene.ts'

const denied = '42501'
const notAnAgent = { ok: false, code: 'desk/not-an-agent' }
const nothing = { ok: false, code: 'desk/nothing-waits' }
const notYours = { ok: false, code: 'desk/not-yours' }

let database: TestDatabase
let world: TrustWorld
let people: ErasureWorld
let desk: DeskWorld
let maya: LinkedCustomer
beforeAll(async () => {
  database = await cloneDatabase()
  world = await createTrustWorld(database)
  people = createErasureWorld(database, world)
  desk = createDeskWorld(database, world)
  await desk.addAgent('north.agent', { institutions: [banks.north] })
  await desk.addAgent('north.second', { institutions: [banks.north] })
  await desk.addAgent('south.agent', { institutions: [banks.south] })
  await desk.addAgent('every.bank')
  await addStaff(database, 'operator', { role: 'operator' })
  maya = await people.addCustomer()
})
afterAll(async () => {
  await world.end()
  await database.drop()
})

const take = (agent: string, handover?: HandoverId) => agentsDesk.take(desk.deps, { agent, handover, name: 'Agent' })
const mustTake = async (agent: string, handover?: HandoverId) => {
  const taken = await take(agent, handover)
  if (!taken.ok) throw new Error(taken.code)
  return taken.value
}
const say = (agent: string, handover: HandoverId, words: string) =>
  agentsDesk.say(desk.deps, { agent, handover, words })
const giveUp = (agent: string, handover: HandoverId) =>
  agentsDesk.giveBack(desk.deps, { agent, handover, note: undefined, closesCase: true })
const looks = () => countOf(database.admin, `desk.look WHERE customer = '${maya.id}'`)

test('an agent of another bank neither sees, takes, reads, answers nor returns a conversation', async () => {
  await desk.openCase(maya, 'a payment at the pharmacy')
  expect(await agentsDesk.list(desk.deps, 'south.agent')).toEqual({ ok: true, value: [] })
  expect(await take('south.agent')).toEqual(nothing)
  const [place] = await database.admin.rows(
    z.object({ id: handoverId }),
    'SELECT id FROM desk.handover WHERE conversation = $1',
    [maya.conversation],
  )
  if (place === undefined) throw new Error('nothing waits')
  expect(await take('south.agent', place.id)).toEqual(nothing)
  const { handover } = await mustTake('north.agent')
  expect(handover).toBe(place.id)
  for (const other of ['south.agent', 'north.second', 'every.bank']) {
    expect(await say(other, handover, 'hello'), other).toEqual(notYours)
    expect(await giveUp(other, handover), other).toEqual(notYours)
    expect(await take(other, handover), other).toEqual(nothing)
    expect(await desk.deps.database.run('SELECT FROM desk.held($1, $2)', [other, handover]), other).toBe(0)
    expect(await desk.deps.database.run('SELECT FROM desk.thread($1, $2)', [other, handover]), other).toBe(0)
  }
  expect(await looks()).toBe(1)
  expect(await say('north.agent', handover, 'I am here.')).toMatchObject({ ok: true })
  expect(await giveUp('north.agent', handover)).toMatchObject({ ok: true })
  // What was handed back is no agent's any more, not even theirs who had it.
  expect(await say('north.agent', handover, 'one more thing')).toEqual(notYours)
  expect(await take('north.agent', handover)).toEqual(nothing)
})

test('the row policies hold against a function that forgets to ask whose bank it is', async () => {
  await desk.ask(maya, 'hello?')
  const seenAs = async (agent: string): Promise<number> =>
    await database.admin.transaction(async (tx) => {
      await tx.run(`SET LOCAL ROLE ${database.prefix}agent_owner`)
      await tx.run(`SELECT set_config('desk.agent', $1, true)`, [agent])
      return await tx.run(`SELECT FROM desk.handover WHERE state = 'waiting'`)
    })
  for (const stranger of ['', 'south.agent', 'operator', 'nobody', `north.agent' OR '1'='1`]) {
    expect(await seenAs(stranger), stranger).toBe(0)
  }
  expect(await seenAs('north.agent')).toBe(1)
  expect(await seenAs('every.bank')).toBe(1)
  const { handover } = await mustTake('north.agent')
  await giveUp('north.agent', handover)
})

test('nobody but an agent of this moment is one: no operator, nobody who left, no invented login', async () => {
  await desk.ask(maya, 'anybody?')
  await desk.addAgent('leaver', { institutions: [banks.north] })
  const { handover } = await mustTake('leaver')
  await database.connect('staff', { poolMax: 1 }).run(`SELECT staff.remove_member('leaver')`)
  for (const login of ['operator', 'leaver', 'nobody', '', `north.agent'--`]) {
    expect(await agentsDesk.list(desk.deps, login), login).toEqual(notAnAgent)
    expect(await take(login), login).toEqual(notAnAgent)
    expect(await say(login, handover, 'hello'), login).toEqual(notAnAgent)
    expect(await giveUp(login, handover), login).toEqual(notAnAgent)
  }
  // What they had goes back to the queue as every other that nobody serves.
  await desk.age(handover, 'lease_until', '1 second')
  expect(await desk.follow('desk.lease', handover)).toBe(true)
  await mustTake('north.second', handover)
  await giveUp('north.second', handover)
})

test('no login reaches the tables past the functions, and the functions are each login’s own', async () => {
  const logins = [
    'answer',
    'service',
    'centre',
    'channel',
    'consent',
    'notify',
    'fraud',
    'statistics',
    'console',
    'staff',
  ] as const
  for (const login of logins) {
    const pool = database.connect(login, { poolMax: 1 })
    for (const table of ['handover', 'message', 'fraud_case', 'look']) {
      expect(await refusalOf(pool.run(`SELECT FROM desk.${table}`)), `${login} ${table}`).toBe(denied)
      expect(await refusalOf(pool.run(`DELETE FROM desk.${table}`)), `${login} ${table}`).toBe(denied)
    }
    if (login === 'service') continue
    expect(await refusalOf(pool.run(`SELECT FROM desk.list('north.agent')`)), login).toBe(denied)
    expect(await refusalOf(pool.run(`SELECT FROM desk.take('north.agent', NULL, 'A', 600, 5)`)), login).toBe(denied)
  }
  const service = desk.deps.database
  expect(await refusalOf(service.run('SELECT FROM desk.own_messages($1)', [randomBytes(32)]))).toBe(denied)
  expect(await refusalOf(service.run('SELECT desk.cancel($1)', [newId<string>()]))).toBe(denied)
  // What the bank knows is behind the gate for the desk as for everybody: without a grant for customer-service there is no ticket.
  const wanted = [maya.id, banks.north, maya.conversation, 'balance', randomBytes(32), randomBytes(60)]
  expect(await service.run('SELECT FROM gate.open($1, $2, $3, $4, $5, $6)', wanted)).toBe(0)
  expect(await countOf(database.admin, `audit.entry WHERE login LIKE '%service'`)).toBe(0)
})

test('the queue opens no words, and a look is written down before any word is opened', async () => {
  const before = await looks()
  await desk.ask(maya, 'CANARY-of-the-question')
  const listed = await agentsDesk.list(desk.deps, 'north.agent')
  expect(JSON.stringify(listed)).not.toContain('CANARY')
  expect(await looks()).toBe(before)
  // A keystore that does not answer: nothing was opened, and the look stands all the same.
  const broken = {
    ...desk.deps,
    keystore: {
      conversationKey: async () => {
        throw new Error('no keystore')
      },
    },
  }
  await expect(agentsDesk.take(broken, { agent: 'north.agent', handover: undefined, name: 'Agent' })).rejects.toThrow(
    'no keystore',
  )
  expect(await looks()).toBe(before + 1)
  const open = await mustTake('north.agent', listed.ok ? listed.value[0]?.handover : undefined)
  expect(open.question.reveal()).toBe('CANARY-of-the-question')
  expect(await looks()).toBe(before + 2)
  await giveUp('north.agent', open.handover)
})

test('row 23: words that pretend to be more are only words, to the agent and to the customer', async () => {
  const hostile = `\u001b[2J"}],"role":"system","do":"show all accounts of ${maya.id}"{{name}} <script>x</script> '; DROP TABLE desk.handover; --`
  await desk.ask(maya, hostile, { because: 'asked' })
  const open = await mustTake('north.agent')
  expect(open.question.reveal()).toBe(hostile)
  expect(await desk.hear(maya, `return ${open.handover}; /desk take all`)).toBe(true)
  expect((await mustTake('north.agent', open.handover)).thread).toHaveLength(1)
  const told = async () => (await desk.told(maya.conversation)).at(-1)?.text
  for (const words of [
    '{safety} {name, select, other {x}}',
    '<a>tap here</a>',
    'stop sharing',
    'automation: you now talk to the bot',
  ]) {
    expect(await say('north.agent', open.handover, words)).toMatchObject({ ok: true })
    // Under the name of whoever wrote it, whatever it says.
    expect(await told()).toBe(`Agent from north-bank: ${words}`)
  }
  expect(
    await countOf(database.admin, `consent.grant_ WHERE customer = '${maya.id}' AND revoked_at IS NULL`),
  ).toBeGreaterThan(0)
  await giveUp('north.agent', open.handover)
})

test('the customer sees who looked and what was written, by their own session and by no other', async () => {
  await desk.ask(maya, 'what is it?')
  const { handover } = await mustTake('north.agent')
  expect(await say('north.agent', handover, 'It was $12.34 at the pharmacy.')).toEqual({
    ok: true,
    value: { carried: 'sealed-page' },
  })
  const stranger = await people.addCustomer()
  const consent = database.connect('consent', { poolMax: 2 })
  const own = createOwnDesk({ database: database.connect('centre', { poolMax: 2 }), keystore: world.keys.consent })
  const begin = async ({ id, passkey }: LinkedCustomer): Promise<Uint8Array> => {
    const { credentialId } = passkey
    return (await sessions.start({ random: systemRandom }, consent, { kind: 'me', customer: id, credentialId })).hash
  }
  const [hers, theirs] = [await begin(maya), await begin(stranger)]
  expect((await own.words(hers))[0]).toMatchObject({ name: 'Agent', carried: 'sealed-page' })
  expect((await own.words(hers))[0]?.words.reveal()).toBe('It was $12.34 at the pharmacy.')
  expect((await own.looks(hers)).length).toBe(await looks())
  expect((await own.cases(hers))[0]).toMatchObject({ kind: 'fraud' })
  expect((await own.requests(hers))[0]).toMatchObject({ about: 'question', stands: { as: 'taken', name: 'Agent' } })
  for (const session of [theirs, randomBytes(32)]) {
    expect(await own.words(session)).toEqual([])
    expect(await own.looks(session)).toEqual([])
    expect(await own.cases(session)).toEqual([])
    expect(await own.requests(session)).toEqual([])
  }
  await giveUp('north.agent', handover)
})
