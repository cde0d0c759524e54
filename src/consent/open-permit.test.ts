import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { leafHashOf } from '../audit/leaf.ts'
import { openPromise } from '../audit/promise.ts'
import { Secret, toBase64 } from '../kernel/index.ts'
import type { SealedAnswerId } from '../kernel/index.ts'
import { bytesColumn, elapsedMs, instantColumn, systemRandom } from '../platform/index.ts'
import type { Database } from '../platform/index.ts'
import { cloneDatabase } from '../../test/setup/database.ts'
import type { TestDatabase } from '../../test/setup/database.ts'
import { eventually } from '../../test/setup/eventually.ts'
import { agree, createTrustWorld, enrolCustomer, newId, sharingTerms, signTerms } from '../../test/setup/trust-world.ts'
import type { TrustWorld } from '../../test/setup/trust-world.ts'
import type { Permit } from './index.ts'
import {
  leaveHolds,
  bankTokens,
  endings,
  listGrants,
  lowerDisclosure,
  openPermit,
  sealedAnswers,
  recordDisclosure,
  signedTerms,
} from './index.ts'
import { testPromiseKey, testPromises } from '../../test/setup/test-promises.ts'

let database: TestDatabase
let world: TrustWorld
let answer: Database
let consent: Database

beforeAll(async () => {
  database = await cloneDatabase()
  world = await createTrustWorld(database)
  answer = database.connect('answer')
  consent = database.connect('consent')
})
afterAll(async () => {
  await world.end()
  await database.drop()
})

const deps = () => ({ database: answer, keystore: world.keys.answer, random: systemRandom, promises: testPromises })

const entryRow = z.object({ commitment: bytesColumn, at: instantColumn })

test('a permit carries the log’s signed promise for the entry that opened it', async () => {
  const customer = await enrolCustomer(world.keys.consent)
  const terms = sharingTerms(customer.id)
  await agree(consent, customer, terms)
  const opened = await openPermit(deps(), { ...terms, dataClass: 'balance' })
  if (!opened.ok) throw new Error(opened.code)
  const entry = await database.admin.one(entryRow, 'SELECT commitment, at FROM audit.entry WHERE seq = $1', [
    opened.value.ticket,
  ])
  const promise = openPromise(testPromiseKey.noteKey, opened.value.promise)
  expect(toBase64(promise?.leafHash ?? Buffer.of())).toBe(toBase64(leafHashOf(entry.commitment)))
  expect(promise?.mergedBy.getTime()).toBe(entry.at + 1_000)
})

test('a signed grant opens a permit, and the permit reads and writes the bank tokens behind it', async () => {
  const customer = await enrolCustomer(world.keys.consent)
  const terms = sharingTerms(customer.id)
  await agree(consent, customer, terms)

  const opened = await openPermit(deps(), { ...terms, dataClass: 'balance' })
  if (!opened.ok) throw new Error(opened.code)
  const permit = opened.value
  expect(permit).toMatchObject({
    customer: customer.id,
    channel: 'messenger',
    disclosure: 'rounded',
    accounts: ['account-1'],
  })
  expect(await bankTokens.read(answer, permit)).toBeUndefined()
  expect(await bankTokens.store(answer, permit, { expectedVersion: 0, plain: new Secret('token-1') })).toBe(true)
  const token = await bankTokens.read(answer, permit)
  expect(token?.version).toBe(1)
  expect(token?.plain.reveal()).toBe('token-1')

  expect(await bankTokens.leaseRefresh(answer, permit, 1)).toBe(true)
  expect(await bankTokens.leaseRefresh(answer, permit, 1)).toBe(false)
  expect(await bankTokens.store(answer, permit, { expectedVersion: 1, plain: new Secret('token-2') })).toBe(true)
  expect(await bankTokens.store(answer, permit, { expectedVersion: 1, plain: new Secret('token-3') })).toBe(false)
  expect((await bankTokens.read(answer, permit))?.plain.reveal()).toBe('token-2')

  const id = newId<SealedAnswerId>()
  const stored = await answer.transaction((tx) =>
    sealedAnswers.store(tx, permit, { id, plain: new Secret(Buffer.from('sealed')), seconds: 600 }),
  )
  expect(stored).toBe(true)
  const read = await sealedAnswers.read(answer, permit, id)
  expect(Buffer.from(read?.plain.reveal() ?? []).toString()).toBe('sealed')

  const disclosed = await answer.transaction((tx) =>
    recordDisclosure({ random: systemRandom }, tx, permit, { level: 'rounded', place: 'messenger' }),
  )
  expect(disclosed.ok).toBe(true)
})

test('a look at a bank brings the tokens with its ticket: given once and unseen, then the gate is asked', async () => {
  const customer = await enrolCustomer(world.keys.consent)
  const terms = sharingTerms(customer.id)
  const look = { ...terms, dataClass: 'balance' } as const
  await agree(consent, customer, terms)
  const unlinked = await openPermit(deps(), look, 'bank-token')
  if (!unlinked.ok) throw new Error(unlinked.code)
  expect(await bankTokens.read(answer, unlinked.value)).toBeUndefined()
  expect(await bankTokens.store(answer, unlinked.value, { expectedVersion: 0, plain: new Secret('token-1') })).toBe(
    true,
  )

  let version = 1
  // On a busy machine what was brought may be too old already; then another look shows it.
  await eventually('a look gives what it brought', async () => {
    const opened = await openPermit(deps(), look, 'bank-token')
    if (!opened.ok) throw new Error(opened.code)
    expect(Object.keys(opened.value)).not.toContain('token')
    // Another process refreshes them meanwhile.
    const newer = { expectedVersion: version, plain: new Secret(`token-${version + 1}`) }
    expect(await bankTokens.store(answer, opened.value, newer)).toBe(true)
    const first = await bankTokens.read(answer, opened.value)
    const second = await bankTokens.read(answer, opened.value)
    version += 1
    expect([second?.version, second?.plain.reveal()]).toEqual([version, `token-${version}`])
    return first?.version === version - 1 && first.plain.reveal() === `token-${version - 1}`
  })
})

test('what a look has brought is given for half a second; after "stop" there is neither a look nor, later, a token', async () => {
  const customer = await enrolCustomer(world.keys.consent)
  const terms = sharingTerms(customer.id)
  const look = { ...terms, dataClass: 'balance' } as const
  await agree(consent, customer, terms)
  const linking = await openPermit(deps(), look)
  if (!linking.ok) throw new Error(linking.code)
  expect(await bankTokens.store(answer, linking.value, { expectedVersion: 0, plain: new Secret('token') })).toBe(true)
  const opened = await openPermit(deps(), look, 'bank-token')
  if (!opened.ok) throw new Error(opened.code)
  const openedMs = elapsedMs()
  await endings.stopAnswers(answer, terms.conversation ?? newId())
  await eventually('half a second has passed', async () => elapsedMs() - openedMs > 500)
  expect(await bankTokens.read(answer, opened.value)).toBeUndefined()
  expect(await openPermit(deps(), look, 'bank-token')).toEqual({ ok: false, code: 'consent/no-grant' })
})

test('a permit cannot be made by hand: neither a look-alike nor the class itself is one to the compiler', () => {
  const fields = { ticket: 1n, customer: 'c', dataClass: 'balance' }
  // @ts-expect-error a look-alike lacks the private field
  const lookAlike: Permit<'balance'> = { ...fields }
  // @ts-expect-error a permit for one class is none for another
  const asOther = (permit: Permit<'account-list'>): Permit<'balance'> => permit
  expect([lookAlike.ticket, typeof asOther]).toEqual([1n, 'function'])
})

test('a customer without a grant, and one whose grant ended, get no permit and no entry', async () => {
  const customer = await enrolCustomer(world.keys.consent)
  const terms = sharingTerms(customer.id)
  const entries = z.object({ count: z.bigint() })
  const count = async () =>
    (await database.admin.one(entries, 'SELECT count(*) FROM audit.entry WHERE customer = $1', [customer.id])).count
  const refused = { ok: false, code: 'consent/no-grant' }
  expect(await openPermit(deps(), { ...terms, dataClass: 'balance' })).toEqual(refused)
  await agree(consent, customer, terms)
  expect((await openPermit(deps(), { ...terms, dataClass: 'balance' })).ok).toBe(true)
  expect(await endings.stopAnswers(answer, terms.conversation ?? newId())).toBe(2)
  expect(await openPermit(deps(), { ...terms, dataClass: 'balance' })).toEqual(refused)
  expect(await count()).toBe(1n)
})

test('after "stop" an open permit discloses, stores and reads nothing more', async () => {
  const customer = await enrolCustomer(world.keys.consent)
  const terms = sharingTerms(customer.id)
  await agree(consent, customer, terms)
  const opened = await openPermit(deps(), { ...terms, dataClass: 'balance' })
  if (!opened.ok) throw new Error(opened.code)
  const permit = opened.value
  expect(await bankTokens.store(answer, permit, { expectedVersion: 0, plain: new Secret('token') })).toBe(true)
  const sealed = { grant: permit.grantId, level: 'sealed' } as const
  expect(await leaveHolds(answer, [sealed, sealed])).toBe(true)
  await endings.stopAnswers(answer, terms.conversation ?? newId())
  const to = { level: 'sealed', place: 'messenger' } as const
  expect(await recordDisclosure({ random: systemRandom }, answer, permit, to)).toEqual({
    ok: false,
    code: 'consent/stopped',
  })
  expect(await bankTokens.read(answer, permit)).toBeUndefined()
  expect(await bankTokens.leaseRefresh(answer, permit, 1)).toBe(false)
  expect(await bankTokens.store(answer, permit, { expectedVersion: 0, plain: new Secret('late') })).toBe(false)
  const id = newId<SealedAnswerId>()
  expect(await sealedAnswers.store(answer, permit, { id, plain: new Secret(Buffer.from('late')), seconds: 60 })).toBe(
    false,
  )
  expect(await leaveHolds(answer, [sealed])).toBe(false)
  expect(await leaveHolds(answer, [])).toBe(true)
})

test('words in a chat lower what an answer may carry at once, and never raise it', async () => {
  const customer = await enrolCustomer(world.keys.consent)
  const terms = sharingTerms(customer.id, { disclosure: 'full' })
  await agree(consent, customer, terms)
  const conversation = terms.conversation ?? newId()
  const disclosure = async () => {
    const opened = await openPermit(deps(), { ...terms, dataClass: 'balance' })
    return opened.ok ? opened.value.disclosure : opened.code
  }
  expect(await disclosure()).toBe('full')
  expect(await lowerDisclosure(answer, conversation, 'rounded')).toBe(2)
  expect(await disclosure()).toBe('rounded')
  expect(await lowerDisclosure(answer, conversation, 'sealed')).toBe(2)
  expect(await lowerDisclosure(answer, conversation, 'rounded')).toBe(0)
  expect(await disclosure()).toBe('sealed')
})

test('once the customer lowered it, an answer under way may carry no more: not disclosed to the channel, not sent', async () => {
  const customer = await enrolCustomer(world.keys.consent)
  const terms = sharingTerms(customer.id, { disclosure: 'full' })
  await agree(consent, customer, terms)
  const opened = await openPermit(deps(), { ...terms, dataClass: 'balance' })
  if (!opened.ok) throw new Error(opened.code)
  const permit = opened.value
  const full = { grant: permit.grantId, level: 'full' } as const
  expect(await leaveHolds(answer, [full])).toBe(true)
  await lowerDisclosure(answer, terms.conversation ?? newId(), 'rounded')
  const tell = (level: 'full' | 'rounded', place: 'messenger' | 'sealed-page') =>
    recordDisclosure({ random: systemRandom }, answer, permit, { level, place })
  expect(await tell('full', 'messenger')).toEqual({ ok: false, code: 'consent/stopped' })
  expect(await leaveHolds(answer, [full])).toBe(false)
  expect((await tell('rounded', 'messenger')).ok).toBe(true)
  expect((await tell('full', 'sealed-page')).ok).toBe(true)
})

test('newer terms take the place of older ones for the same conversation and bank, and of no others', async () => {
  const customer = await enrolCustomer(world.keys.consent)
  const older = sharingTerms(customer.id)
  const elsewhere = sharingTerms(customer.id)
  const newer = sharingTerms(customer.id, { conversation: older.conversation, disclosure: 'full' })
  for (const terms of [older, elsewhere, newer]) await agree(consent, customer, terms)
  const grants = await listGrants(consent, { customer: customer.id })
  const holding = new Set(grants.filter((grant) => grant.holds).map((grant) => grant.terms))
  expect(holding).toEqual(new Set([elsewhere.id, newer.id]))
  expect(grants.filter((grant) => grant.terms === older.id).every((grant) => grant.revokedAt !== undefined)).toBe(true)
})

test('terms that wait for the code in the chat open nothing', async () => {
  const customer = await enrolCustomer(world.keys.consent)
  const terms = sharingTerms(customer.id)
  await signedTerms.record(consent, signTerms(customer.passkey, terms), { unconfirmed: true })
  expect((await openPermit(deps(), { ...terms, dataClass: 'balance' })).ok).toBe(false)
  await database.admin.run('SELECT consent.confirm_terms($1)', [terms.id])
  expect((await openPermit(deps(), { ...terms, dataClass: 'balance' })).ok).toBe(true)
})

test('an answer that ran out is gone, and the sweep leaves the others', async () => {
  const customer = await enrolCustomer(world.keys.consent)
  const terms = sharingTerms(customer.id)
  await agree(consent, customer, terms)
  const opened = await openPermit(deps(), { ...terms, dataClass: 'balance' })
  if (!opened.ok) throw new Error(opened.code)
  const [over, fresh] = [newId<SealedAnswerId>(), newId<SealedAnswerId>()]
  for (const id of [over, fresh])
    await sealedAnswers.store(answer, opened.value, { id, plain: new Secret(Buffer.from('x')), seconds: 60 })
  await database.admin.run(`UPDATE vault.sealed_answer SET expires_at = clock_timestamp() WHERE id = $1`, [over])
  expect(await sealedAnswers.read(answer, opened.value, over)).toBeUndefined()
  expect(await sealedAnswers.sweep(answer)).toBeGreaterThanOrEqual(1)
  expect(await sealedAnswers.read(answer, opened.value, fresh)).toBeDefined()
})
