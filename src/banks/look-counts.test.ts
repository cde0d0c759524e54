import { afterAll, beforeAll, expect, test } from 'vitest'
import { addInstitution, banks } from '../../test/setup/trust-world.ts'
import { cloneDatabase } from '../../test/setup/database.ts'
import type { TestDatabase } from '../../test/setup/database.ts'
import { eventually } from '../../test/setup/eventually.ts'
import { toInstant } from '../kernel/index.ts'
import { createLogger } from '../platform/index.ts'
import { createLookCounts } from './look-counts.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await cloneDatabase()
  await addInstitution(database.admin, banks.north)
})
afterAll(() => database.drop())

/** A clock that waits until it is told that the time is over. */
function heldClock() {
  const waiting: (() => void)[] = []
  return {
    now: () => toInstant(1_000_000),
    sleep: () => Promise.resolve(),
    after(_ms: number, run: () => void) {
      waiting.push(run)
      return () => void waiting.splice(0)
    },
    pass: () => waiting.splice(0).forEach((run) => run()),
  }
}

test('looks of two processes come to one sum, written once for many and never on the way of a look', async () => {
  const logger = createLogger({ role: 'test', level: 'silent' })
  const clocks = [heldClock(), heldClock()]
  const written: number[] = []
  const counts = clocks.map((clock) => {
    const answer = database.connect('answer')
    const counted = { run: (...asked: Parameters<typeof answer.run>) => (written.push(1), answer.run(...asked)) }
    return createLookCounts({ database: counted, clock, logger })
  })
  for (const each of counts) {
    each.note(banks.north, { outcome: 'ok', calls: 3, initiated: true })
    each.note(banks.north, { outcome: 'banks/unreachable', calls: 1, initiated: true })
    each.note(banks.north, { outcome: 'banks/over-budget', calls: 0, initiated: false })
  }
  expect(written).toHaveLength(0)
  clocks.forEach((clock) => clock.pass())
  const sums = `SELECT FROM institutions.look_hour WHERE institution = 'north-bank' AND login LIKE '%answer'
    AND looks = 6 AND failed = 2 AND refused = 2 AND calls = 8 AND initiated = 8`
  await eventually('both were added', async () => (await database.admin.run(sums)) === 1)
  expect(written).toHaveLength(2)
  expect(
    await database.admin.run(
      `SELECT FROM institutions.look_state WHERE bad = 'banks/unreachable' AND good_at IS NOT NULL AND bad_at IS NOT NULL`,
    ),
  ).toBe(1)
  counts.forEach((each) => each.close())
  expect(written).toHaveLength(2)
})
