// Threat row 24, the part about accounts: an agent sees what a bank knows by the customer's passkey alone, for the one conversation, while it is theirs.
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { agentOfSession } from '../../src/desk/agent-name.ts'
import { agentsDesk } from '../../src/desk/index.ts'
import type { HandoverId } from '../../src/desk/index.ts'
import { lookForCustomer } from '../../src/desk/look-for-customer.ts'
import type { LookDeps } from '../../src/desk/look-for-customer.ts'
import { createReadNames } from '../../src/desk/read-names.ts'
import { openPermit } from '../../src/consent/index.ts'
import { askToSee, createAskedBank, lookDeps, openCentre } from '../setup/agent-leave.ts'
import type { AskedBank, LeavingCustomer } from '../setup/agent-leave.ts'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import { createDeskWorld } from '../setup/desk-world.ts'
import type { DeskWorld } from '../setup/desk-world.ts'
import { createErasureWorld } from '../setup/erasure-world.ts'
import type { ErasureWorld, LinkedCustomer } from '../setup/erasure-world.ts'
import { agree, banks, createTrustWorld, newId, sharingTerms, wholeSeconds } from '../setup/trust-world.ts'
import type { TrustWorld } from '../setup/trust-world.ts'
import { countOf, refusalOf } from './gate-scene.ts'

const noLeave = { ok: false, code: 'desk/no-leave' }

let database: TestDatabase
let world: TrustWorld
let people: ErasureWorld
let desk: DeskWorld
let bank: AskedBank
let deps: LookDeps
let agent: Buffer
let other: Buffer
beforeAll(async () => {
  database = await cloneDatabase()
  world = await createTrustWorld(database)
  people = createErasureWorld(database, world)
  desk = createDeskWorld(database, world)
  for (const login of ['north.agent', 'north.second']) await desk.addAgent(login, { institutions: [banks.north] })
  ;[agent, other] = [await desk.signIn('north.agent'), await desk.signIn('north.second')]
  bank = createAskedBank()
  deps = lookDeps(desk, world, bank)
})
afterAll(async () => {
  await world.end()
  await database.drop()
})

type Case = { readonly maya: LinkedCustomer; readonly centre: LeavingCustomer; readonly handover: HandoverId }

async function take(session: Uint8Array, handover?: HandoverId): Promise<HandoverId> {
  const taken = await agentsDesk.take(deps, { agent: agentOfSession(session), handover, name: 'Agent' })
  if (!taken.ok) throw new Error(taken.code)
  return taken.value.handover
}
async function back(session: Uint8Array, handover: HandoverId): Promise<void> {
  const wish = { agent: agentOfSession(session), handover, note: undefined, closesCase: false }
  expect(await agentsDesk.giveBack(deps, wish)).toMatchObject({ ok: true })
}
async function openCase(): Promise<Case> {
  const maya = await people.addCustomer()
  await desk.ask(maya, 'why is my balance so low?')
  return { maya, centre: await openCentre(database, world, maya), handover: await take(agent) }
}
const look = (session: Uint8Array, handover: HandoverId, dataClass: 'balance' | 'transactions' = 'balance') =>
  lookForCustomer(deps, { session, handover, dataClass })
const entries = (maya: LinkedCustomer) =>
  countOf(database.admin, `audit.entry WHERE customer = '${maya.id}' AND purpose = 'customer-service'`)

test('threat 24: asked in the chat, allowed with the passkey, looked at, written down, shown to the customer, and over with the hand-back', async () => {
  const { maya, centre, handover } = await openCase()
  expect(await look(agent, handover)).toEqual(noLeave)
  expect(await askToSee(desk, { session: agent, handover })).toBe('asked')
  expect(await askToSee(desk, { session: agent, handover })).toBe('desk/asked-already')
  const told = (await desk.told(maya.conversation)).at(-1)
  expect(told?.text).toContain('Agent from north-bank asks to see your balances')
  expect(told?.links).toEqual(['https://parley.test/me/person'])
  expect(await look(agent, handover)).toEqual(noLeave)
  expect(bank.asked()).toBe(0)

  expect(await centre.allow()).toBe(true)
  const seen = await look(agent, handover)
  expect(seen).toMatchObject({ ok: true, value: { found: { dataClass: 'balance' } } })
  expect(bank.asked()).toBe(1)
  // Two entries: that it was opened, before the bank was asked, and that it was shown at the desk.
  const place = `audit.entry WHERE customer = '${maya.id}' AND purpose = 'customer-service' AND login LIKE '%service'`
  expect(await countOf(database.admin, `${place} AND event = 'opened'`)).toBe(1)
  expect(
    await countOf(database.admin, `${place} AND event = 'disclosed' AND place = 'agent-desk' AND level = 'full'`),
  ).toBe(1)
  expect((await centre.own.looks(centre.session))[0]).toMatchObject({ name: 'Agent', dataClass: 'balance' })
  // Only what was asked for and signed.
  expect(await look(agent, handover, 'transactions')).toEqual(noLeave)
  // What is shared for answers goes on beside it.
  const answers = `consent.grant_ g WHERE g.customer = '${maya.id}' AND g.purpose = 'answer-customer' AND consent.holds_now(g)`
  expect(await countOf(database.admin, answers)).toBe(2)

  await back(agent, handover)
  expect(await look(agent, handover)).toEqual(noLeave)
  expect(
    await countOf(
      database.admin,
      `consent.grant_ g WHERE g.customer = '${maya.id}' AND g.purpose = 'customer-service' AND g.revoked_because <> 'handed-back'`,
    ),
  ).toBe(0)
  expect(await countOf(database.admin, answers)).toBe(2)
  expect(await centre.own.leaves(centre.session)).toMatchObject([{ answer: 'allowed', isOver: true, until: undefined }])
})

test('leave is one agent’s, for one conversation: not a colleague’s, not for another customer, and not after the lease', async () => {
  const { maya, centre, handover } = await openCase()
  await askToSee(desk, { session: agent, handover })
  expect(await centre.allow()).toBe(true)
  const stranger = await people.addCustomer()
  await desk.ask(stranger, 'and mine?')
  const theirs = await take(agent)
  expect(await look(agent, theirs)).toEqual(noLeave)
  expect(await look(other, handover)).toEqual(noLeave)
  await expect(look(randomBytes(32), handover)).rejects.toThrow()
  // The gate itself, past the desk's code: without an agent's word of this moment there is no ticket, whatever grant there is.
  const direct = {
    customer: maya.id,
    institution: banks.north,
    conversation: maya.conversation,
    dataClass: 'balance',
  } as const
  expect(await openPermit(deps, direct)).toEqual({ ok: false, code: 'consent/no-grant' })
  expect(await look(agent, handover)).toMatchObject({ ok: true })

  await desk.age(handover, 'lease_until', '1 second')
  expect(await look(agent, handover)).toEqual(noLeave)
  // Also for a ticket that was opened a moment before the lease ended, and for whoever takes the conversation next.
  expect(await openPermit(deps, direct)).toEqual({ ok: false, code: 'consent/no-grant' })
  await take(other, handover)
  expect(await look(other, handover)).toEqual(noLeave)
  expect(await look(agent, handover)).toEqual(noLeave)
  expect(await entries(maya)).toBe(2)
  await back(other, handover)
  await back(agent, theirs)
})

test('what is signed must be what was asked: no more, no longer, for no other conversation, and only by the customer', async () => {
  const { maya, centre, handover } = await openCase()
  await askToSee(desk, { session: agent, handover })
  const tooMuch = { purposes: { 'customer-service': ['balance' as const, 'transactions' as const] } }
  expect(await centre.allow(tooMuch)).toBe(false)
  expect(await centre.allow({ expiresAt: wholeSeconds(Date.now() + 25 * 3_600_000) })).toBe(false)
  expect(await centre.allow({ conversation: newId() })).toBe(false)
  expect(await centre.allow({ institution: banks.south })).toBe(false)
  expect(await centre.allow({ purposes: { 'customer-service': ['balance'], 'answer-customer': ['balance'] } })).toBe(
    false,
  )
  const stranger = await openCentre(database, world, await people.addCustomer())
  expect(await stranger.own.leaves(stranger.session)).toEqual([])
  const [leave] = await centre.own.leaves(centre.session)
  if (leave === undefined) throw new Error('nothing was asked')
  const consent = database.connect('consent', { poolMax: 1 })
  const terms = sharingTerms(maya.id, {
    conversation: maya.conversation,
    purposes: { 'customer-service': ['balance'] },
    expiresAt: wholeSeconds(Date.now() + 3_600_000),
  })
  await agree(consent, maya, terms)
  expect(await stranger.own.allow(consent, { session: stranger.session, leave, terms: terms.id })).toBe(false)
  expect(await stranger.own.refuse(consent, { session: stranger.session, leave })).toBe(false)
  // Signed and kept, and yet worth nothing: no question of an agent stands behind it.
  expect(await look(agent, handover)).toEqual(noLeave)
  expect(await centre.allow()).toBe(true)
  expect(await look(agent, handover)).toMatchObject({ ok: true })
  await back(agent, handover)
})

test('no is no: refused on the page or in the chat, taken back at any time, and a stop in the chat ends it too', async () => {
  const first = await openCase()
  await askToSee(desk, { session: agent, handover: first.handover })
  expect(await first.centre.refuse()).toBe(true)
  expect(await first.centre.allow()).toBe(false)
  await askToSee(desk, { session: agent, handover: first.handover })
  expect(await desk.answer.transaction((tx) => desk.port.refuseLook(tx, first.maya.conversation))).toBe(true)
  expect(await first.centre.allow()).toBe(false)
  await askToSee(desk, { session: agent, handover: first.handover })
  expect(await first.centre.allow()).toBe(true)
  expect(await desk.answer.transaction((tx) => desk.port.refuseLook(tx, first.maya.conversation))).toBe(true)
  expect(await look(agent, first.handover)).toEqual(noLeave)
  await askToSee(desk, { session: agent, handover: first.handover })
  expect(await first.centre.allow()).toBe(true)
  await desk.answer.run('SELECT consent.stop_answers($1)', [first.maya.conversation])
  expect(await look(agent, first.handover)).toEqual(noLeave)
  await back(agent, first.handover)
})

test('what was read for a conversation never goes into its chat, however full that is; a process that does not know the names sends all words sealed', async () => {
  const { maya, centre, handover } = await openCase()
  const consent = database.connect('consent', { poolMax: 1 })
  await agree(consent, maya, sharingTerms(maya.id, { conversation: maya.conversation, disclosure: 'full' }))
  const say = (words: string, by: LookDeps = deps) =>
    agentsDesk.say(by, { agent: agentOfSession(agent), handover, words })
  expect(await say('It is $1,842.17 in Everyday Checking.')).toMatchObject({ value: { carried: 'chat' } })
  await askToSee(desk, { session: agent, handover })
  expect(await centre.allow()).toBe(true)
  expect(await say('I look now.')).toMatchObject({ value: { carried: 'chat' } })
  expect(await look(agent, handover)).toMatchObject({ ok: true })
  expect(await say('It is $1,842.17.')).toMatchObject({ value: { carried: 'sealed-page' } })
  expect(await say('It is the checking account.')).toMatchObject({ value: { carried: 'sealed-page' } })
  expect(await say('All is well.')).toMatchObject({ value: { carried: 'chat' } })
  expect(await say('All is well.', { ...deps, names: createReadNames() })).toMatchObject({
    value: { carried: 'sealed-page' },
  })
  await back(agent, handover)
})

test('notes and questions take a session: a login that is named proves nothing, and an ended session is nobody’s', async () => {
  const { handover } = await openCase()
  const { database: service } = desk.deps
  const named = Buffer.from('north.agent')
  for (const session of [named, randomBytes(32), Buffer.alloc(0)]) {
    expect(
      await refusalOf(service.run('SELECT desk.begin_look($1, $2, $3, 600)', [session, handover, 'balance'])),
    ).toBe('PD001')
    expect(await refusalOf(service.run('SELECT desk.notes($1, $2)', [session, handover]))).toBe('PD001')
    expect(await refusalOf(service.run('SELECT desk.inbox($1)', [session]))).toBe('PD001')
  }
  await back(agent, handover)
  const ending = await desk.signIn('north.agent')
  expect(await refusalOf(service.run('SELECT desk.inbox($1)', [ending]))).toBe('done')
  await database.admin.run('UPDATE staff.session SET ended_at = clock_timestamp() WHERE id_hash = $1', [ending])
  expect(await refusalOf(service.run('SELECT desk.inbox($1)', [ending]))).toBe('PD001')
  for (const table of ['leave', 'note', 'agent', 'bot_failure']) {
    for (const login of ['service', 'answer', 'consent', 'centre', 'console'] as const) {
      const pool = database.connect(login, { poolMax: 1 })
      expect(await refusalOf(pool.run(`SELECT FROM desk.${table}`)), `${login} ${table}`).toBe('42501')
    }
  }
})
