// Threat row 19: whoever runs a messenger and may ask for totals tries to learn about one person: by many looks at noise, by the difference of
// two tables, by asking again, by spending more than there is. First each attack fails, then the honest path works.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemRandom } from '../../src/platform/index.ts'
import * as stats from '../../src/stats/index.ts'
import { createStatsWorld } from '../setup/stats-world.ts'
import type { SignedInStaff, StatsWorld } from '../setup/stats-world.ts'
import { isToldApart, statsAttacks } from './statistics-attacks.ts'
import type { StatsAttack } from './statistics-attacks.ts'

let world: StatsWorld
let operator: SignedInStaff
beforeAll(async () => {
  world = await createStatsWorld()
  operator = await world.addStaff({ role: 'platform', platform: 'meta' })
})
afterAll(() => world.end())

const stopped: readonly (readonly [StatsAttack, string])[] = [
  ['tell that people are counted, by many looks at noise', 'the noise'],
  ['tell people who did everything', 'the noise'],
  ['ask again and take the mean', 'the stored numbers'],
  ['count and take the spending back', '42501'],
  ['spend what is not there, all at once', 'the cap'],
]

test.each(stopped)('nobody can %s', async (attack, lock) => {
  const own = await createStatsWorld()
  try {
    const who = await own.addStaff({ role: 'platform', platform: 'meta' })
    expect(await statsAttacks[attack]({ world: own, stats, operator: who })).toBe(lock)
  } finally {
    await own.end()
  }
})

test('Laplace noise keeps its own, stricter bound: no event is likelier by more than e to the epsilon', async () => {
  expect(await isToldApart({ world, stats, operator }, 'alert-response')).toBe(false)
})

test('a customer who leaves between two questions is not the difference of two tables: the first one answers both', async () => {
  const week = await world.week(1)
  const leaver = await world.addCustomer()
  await world.act(leaver.id, week, [{ measure: 'asked', cell: 'bills' }])
  const ask = async () => {
    const asked = await stats.releaseStore.ask(world.statistics, {
      session: operator.session,
      question: 'people-answered',
      week,
    })
    if (!('release' in asked)) throw new Error(asked.code)
    await stats.releaseCounts({ database: world.statistics, random: systemRandom })
    return (await stats.releaseStore.find(world.statistics, operator.session, asked.release))?.numbers
  }
  const before = await ask()
  await world.clone.admin.run('UPDATE consent.grant_ SET revoked_at = clock_timestamp() WHERE customer = $1', [
    leaver.id,
  ])
  expect(await ask()).toEqual(before)
})

test('numbers of empty cells and of full ones come with noise of the same kind: which cells are empty does not show', async () => {
  const week = await world.week(4)
  const asked = await stats.releaseStore.ask(world.statistics, {
    session: operator.session,
    question: 'questions-by-kind',
    week,
  })
  if (!('release' in asked)) throw new Error(asked.code)
  await stats.releaseCounts({ database: world.statistics, random: systemRandom })
  const numbers = (await stats.releaseStore.find(world.statistics, operator.session, asked.release))?.numbers ?? []
  // Nobody did anything in that week; nine draws of this noise are all zero once in 10^16.
  expect(numbers).toHaveLength(9)
  expect(numbers.some((value) => value !== 0n)).toBe(true)
})
