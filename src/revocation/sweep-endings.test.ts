import { afterAll, beforeAll, expect, test } from 'vitest'
import { endings } from '../consent/index.ts'
import type { TermsId } from '../kernel/index.ts'
import { cloneDatabase } from '../../test/setup/database.ts'
import type { TestDatabase } from '../../test/setup/database.ts'
import { countRows, createEndingWorld } from '../../test/setup/ending-world.ts'
import type { EndingWorld } from '../../test/setup/ending-world.ts'
import { createTrustWorld } from '../../test/setup/trust-world.ts'
import type { TrustWorld } from '../../test/setup/trust-world.ts'
import { sweepEndings } from './index.ts'

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

const endedBecause = (terms: TermsId, because: string) =>
  countRows(database.admin, 'consent.grant_ WHERE terms = $1 AND revoked_because = $2', [terms, because])
const jobsOf = (customer: string) =>
  countRows(database.admin, `platform.job WHERE kind = 'revocation.follow' AND key LIKE $1`, [`revoke:${customer}:%`])

async function shift(terms: TermsId, by: string): Promise<void> {
  await database.admin.run(
    `UPDATE consent.grant_ SET starts_at = starts_at - $2::interval, expires_at = expires_at - $2::interval WHERE terms = $1`,
    [terms, by],
  )
}

test('sharing that reached its date is ended and followed like any other, and what has time left is left alone', async () => {
  const over = await world.link()
  const live = await world.link()
  await shift(over.terms.id, '91 days')
  expect(await sweepEndings(world.revoker)).toBe(1)
  expect(await endedBecause(over.terms.id, 'expired')).toBe(2)
  expect(await jobsOf(over.customer.id)).toBe(1)
  expect(await endedBecause(live.terms.id, 'expired')).toBe(0)
  expect(await sweepEndings(world.revoker)).toBe(0)
})

test('terms that no code confirmed within a day are ended, so that the bank hears of the link that never was', async () => {
  const begun = await world.link()
  await database.admin.run('UPDATE consent.grant_ SET unconfirmed = true WHERE terms = $1', [begun.terms.id])
  await shift(begun.terms.id, '23 hours')
  expect(await sweepEndings(world.revoker)).toBe(0)
  await shift(begun.terms.id, '2 hours')
  expect(await sweepEndings(world.revoker)).toBe(1)
  expect(await endedBecause(begun.terms.id, 'never-confirmed')).toBe(2)
  expect(await jobsOf(begun.customer.id)).toBe(1)
})

test('an ending whose job was given up is followed again an hour later', async () => {
  const { customer, terms } = await world.link()
  const [ended] = await endings.end(world.consent, { terms: terms.id }, 'customer-on-page')
  await database.admin.run(`DELETE FROM platform.job WHERE key LIKE $1`, [`revoke:${customer.id}:%`])
  expect(await sweepEndings(world.revoker)).toBe(0)
  await database.admin.run(`UPDATE consent.ending SET at = at - interval '61 minutes' WHERE customer = $1`, [
    customer.id,
  ])
  expect(await sweepEndings(world.revoker)).toBe(1)
  expect(await jobsOf(customer.id)).toBe(1)
  expect(await sweepEndings(world.revoker)).toBe(0)
  if (ended === undefined) throw new Error('nothing ended')
  await world.follow(ended.ending)
  expect(await world.receiptsOf(customer)).toMatchObject([{ bank: 'taken-back' }])
})
