import type * as Stats from '../../src/stats/index.ts'
import type { QuestionName } from '../../src/stats/index.ts'
import { sqlState, systemRandom } from '../../src/platform/index.ts'
import { seededBytes } from '../setup/seeded-bytes.ts'
import type { SignedInStaff, StatsWorld } from '../setup/stats-world.ts'
import { z } from 'zod'

/** Totals, somebody who may ask for them, and the code that makes them: this tree's, or a changed copy of the built product's. */
export type StatsScene = { readonly world: StatsWorld; readonly stats: typeof Stats; readonly operator: SignedInStaff }

/** What each gives: whether the attacker got what they wanted, or the lock that stopped them. */
export type StatsAttack =
  | 'tell that people are counted, by many looks at noise'
  | 'tell people who did everything'
  | 'ask again and take the mean'
  | 'count and take the spending back'
  | 'spend what is not there, all at once'

const draws = 4_000
const sigmas = 6

/** Everything that can be asked about and answered. */
export const everything = (stats: typeof Stats) => [
  ...stats.catalogue['questions-by-kind'].cells.map((cell) => ({ measure: 'asked', cell }) as const),
  ...stats.catalogue['alert-response'].cells.map((cell) => ({ measure: 'alert', cell }) as const),
]

/** Asks, and gives the counts without noise for the release, as the sampler gets them. */
async function countsOf(scene: StatsScene, question: QuestionName, week: string): Promise<ReadonlyMap<string, bigint>> {
  const { stats, world, operator } = scene
  const asked = await stats.releaseStore.ask(world.statistics, { session: operator.session, question, week })
  if (!('release' in asked)) throw new Error(asked.code)
  return await stats.releaseStore.countPeople(world.statistics, asked.release)
}

/**
 * Two weeks that differ in a group of people who did everything there is. Many tables are drawn of each, and the two kinds are told apart by
 * the best line through them. True: told apart better than what was spent allows, by six standard deviations.
 * Gaussian (rho-zCDP): for a group of k and every event, the Rényi divergence of order 2 is at most 2 k² rho (Bun and Steinke 2016,
 * propositions 1.9 and 1.10), on the two-point distribution of the event too. Laplace (epsilon-DP): no event gets likelier than by exp(k epsilon).
 */
export async function isToldApart(scene: StatsScene, name: QuestionName): Promise<boolean> {
  const { stats, world } = scene
  const question = stats.catalogue[name]
  const [week, emptyWeek] = [await world.week(2), await world.week(3)]
  const people = name === 'alert-response' ? 15 : 20
  for (let n = 0; n < people; n += 1) {
    const { id } = await world.addCustomer()
    await world.act(id, week, everything(stats))
  }
  const [full, empty] = [await countsOf(scene, name, week), await countsOf(scene, name, emptyWeek)]
  const direction = question.cells.map((cell) => Number((full.get(cell) ?? 0n) - (empty.get(cell) ?? 0n)))
  const drawn = (counts: ReadonlyMap<string, bigint>, seed: string): readonly number[] => {
    const random = seededBytes('tester', name, seed)
    return Array.from({ length: draws }, () =>
      stats
        .addNoise(random, question, counts)
        .reduce((sum, value, at) => sum + Number(value) * (direction[at] ?? 0), 0),
    )
  }
  const [with_, without] = [drawn(full, 'with'), drawn(empty, 'without')]
  // What was written down as spent, not what the code believes it costs.
  const rho = (await spentFor(scene, name)) / Number(stats.unitsOfRho)
  return with_
    .toSorted((a, b) => a - b)
    .filter((_value, at) => at % 80 === 79)
    .some((line) =>
      breaksBound(shareFrom(with_, line), shareFrom(without, line), { rho, people, kind: question.noise.kind }),
    )
}

type Spent = { readonly rho: number; readonly people: number; readonly kind: 'gaussian' | 'laplace' }

function breaksBound(p: number, q: number, { rho, people, kind }: Spent): boolean {
  // As kind to the product as six standard deviations of the estimates, and one draw, can be.
  const low = Math.max(0, p - sigmas * Math.sqrt((p * (1 - p)) / draws))
  const high = Math.min(1, q + sigmas * Math.sqrt((Math.max(q, 1 / draws) * (1 - q)) / draws))
  if (low <= high) return false
  if (kind === 'laplace') return low > Math.exp(people * Math.sqrt(2 * rho)) * high
  return low ** 2 / high + (1 - low) ** 2 / (1 - high) > Math.exp(2 * people ** 2 * rho)
}

function shareFrom(values: readonly number[], line: number): number {
  return values.filter((value) => value >= line).length / values.length
}

async function spentFor({ world }: StatsScene, question: QuestionName): Promise<number> {
  const row = await world.clone.admin.one(
    z.object({ cost: z.number() }),
    'SELECT cost FROM statistics.release WHERE question = $1 LIMIT 1',
    [question],
  )
  return row.cost
}

/** How many times somebody who wants the mean asks again. */
const again = 4

/** One attack, from beginning to end: `succeeds`, or what stopped it. */
export const statsAttacks: { readonly [Name in StatsAttack]: (scene: StatsScene) => Promise<string> } = {
  'tell that people are counted, by many looks at noise': async (scene) =>
    (await isToldApart(scene, 'people-answered')) ? 'succeeds' : 'the noise',

  'tell people who did everything': async (scene) =>
    (await isToldApart(scene, 'questions-by-kind')) ? 'succeeds' : 'the noise',

  // A customer whom somebody knows to have ended their leave in between would be the difference of two tables.
  async 'ask again and take the mean'(scene) {
    const { stats, world, operator } = scene
    const week = await world.week(1)
    const seen = new Set<string>()
    for (let n = 0; n < again; n += 1) {
      const asked = await stats.releaseStore.ask(world.statistics, {
        session: operator.session,
        question: 'questions-by-kind',
        week,
      })
      if (!('release' in asked)) return asked.code
      try {
        await stats.releaseCounts({ database: world.statistics, random: systemRandom })
      } catch (fault) {
        return sqlState(fault) ?? 'unknown'
      }
      const release = await stats.releaseStore.find(world.statistics, operator.session, asked.release)
      seen.add(String(release?.numbers))
    }
    return seen.size > 1 ? 'succeeds' : 'the stored numbers'
  },

  async 'count and take the spending back'({ stats, world, operator }) {
    const week = await world.week(1)
    const rolledBack = new Error('rolled back on purpose')
    let counted = false
    try {
      await world.statistics.transaction(async (tx) => {
        const asked = await stats.releaseStore.ask(tx, { session: operator.session, question: 'people-answered', week })
        if ('release' in asked) counted = (await stats.releaseStore.countPeople(tx, asked.release)).size > 0
        throw rolledBack
      })
    } catch (fault) {
      if (fault !== rolledBack) return sqlState(fault) ?? 'unknown'
    }
    return counted ? 'succeeds' : 'nothing counted'
  },

  async 'spend what is not there, all at once'({ stats, world, operator }) {
    const weeks = await stats.releaseStore.listWeeks(world.statistics)
    const years = new Set(weeks.map((week) => isoYear(week)))
    for (const year of years) {
      await world.clone.admin.run(`INSERT INTO statistics.budget (year, platform, spent) VALUES ($1, 'meta', 890)`, [
        year,
      ])
    }
    const asks = weeks.slice(0, 8).map(async (week) => {
      try {
        const asked = await stats.releaseStore.ask(world.statistics, {
          session: operator.session,
          question: 'people-answered',
          week,
        })
        return 'release' in asked
      } catch (fault) {
        if (sqlState(fault) === '23514') return false
        throw fault
      }
    })
    const granted = (await Promise.all(asks)).filter((isGranted) => isGranted).length
    // Nine are left ten times over: one more is in for each year.
    return granted > years.size ? 'succeeds' : 'the cap'
  },
}

function isoYear(monday: string): number {
  // The year of a week is its Thursday's (ISO 8601).
  return new Date(Date.parse(`${monday}T00:00:00Z`) + 3 * 86_400_000).getUTCFullYear()
}
