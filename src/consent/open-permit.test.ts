import { afterAll, beforeAll, expect, test } from 'vitest'
import { Secret } from '../kernel/index.ts'
import type { SealedAnswerId } from '../kernel/index.ts'
import { systemRandom } from '../platform/index.ts'
import type { Database } from '../platform/index.ts'
import { cloneDatabase } from '../../test/setup/database.ts'
import type { TestDatabase } from '../../test/setup/database.ts'
import { agree, createTrustWorld, enrolCustomer, newId, sharingTerms } from '../../test/setup/trust-world.ts'
import type { TrustWorld } from '../../test/setup/trust-world.ts'
import {
  leaseRefresh,
  openPermit,
  readBankToken,
  readSealedAnswer,
  recordDisclosure,
  storeBankToken,
  storeSealedAnswer,
} from './index.ts'

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

const deps = () => ({ database: answer, keystore: world.keys.answer, random: systemRandom })

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
  expect(await readBankToken(answer, permit)).toBeUndefined()
  expect(await storeBankToken(answer, permit, { expectedVersion: 0, plain: new Secret('token-1') })).toBe(true)
  const token = await readBankToken(answer, permit)
  expect(token?.version).toBe(1)
  expect(token?.plain.reveal()).toBe('token-1')

  expect(await leaseRefresh(answer, permit, 1)).toBe(true)
  expect(await leaseRefresh(answer, permit, 1)).toBe(false)
  expect(await storeBankToken(answer, permit, { expectedVersion: 1, plain: new Secret('token-2') })).toBe(true)
  expect(await storeBankToken(answer, permit, { expectedVersion: 1, plain: new Secret('token-3') })).toBe(false)
  expect((await readBankToken(answer, permit))?.plain.reveal()).toBe('token-2')

  const id = newId<SealedAnswerId>()
  const stored = await answer.transaction((tx) =>
    storeSealedAnswer(tx, permit, id, new Secret(Buffer.from('sealed')), 600),
  )
  expect(stored).toBe(true)
  const read = await readSealedAnswer(answer, permit, id)
  expect(Buffer.from(read?.plain.reveal() ?? []).toString()).toBe('sealed')

  const disclosed = await answer.transaction((tx) =>
    recordDisclosure({ random: systemRandom }, tx, permit, { level: 'rounded', place: 'messenger' }),
  )
  expect(disclosed.ok).toBe(true)
})
