// What is counted, for whom, and what it costs: against the real database.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { readFileSync } from 'node:fs'
import { sqlState, systemRandom } from '../platform/index.ts'
import type { Database } from '../platform/index.ts'
import { createStatsWorld } from '../../test/setup/stats-world.ts'
import type { SignedInStaff, StatsWorld } from '../../test/setup/stats-world.ts'
import { banks } from '../../test/setup/trust-world.ts'
import { catalogue, questionNames, unitsOfRho, yearlyCapUnits } from './catalogue.ts'
import type { QuestionName } from './catalogue.ts'
import { rational, rationals } from './rational.ts'
import { releaseCounts } from './release-counts.ts'
import { releaseStore } from './release-store.ts'

let world: StatsWorld
let meta: SignedInStaff
let assistants: SignedInStaff
beforeAll(async () => {
  world = await createStatsWorld()
  meta = await world.addStaff({ role: 'platform', platform: 'meta' })
  assistants = await world.addStaff({ role: 'platform', platform: 'assistants' })
})
afterAll(() => world.end())

const ask = (question: string, week: string, who = meta, database: Database = world.statistics) =>
  releaseStore.ask(database, { session: who.session, question, week })

async function counted(question: QuestionName, week: string, who = meta): Promise<Record<string, bigint>> {
  const asked = await ask(question, week, who)
  if (!('release' in asked)) throw new Error(asked.code)
  return Object.fromEntries(await releaseStore.countPeople(world.statistics, asked.release))
}

const budgetOf = async (platform: string) =>
  await world.clone.admin.rows(
    z.object({ spent: z.number() }),
    'SELECT spent FROM statistics.budget WHERE platform = $1 AND spent > 0',
    [platform],
  )
const refusalOf = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => 'done',
    (fault: unknown) => sqlState(fault),
  )

describe('the catalogue', () => {
  test('is the same in the database and here: names, cells in their order, bounds and costs', async () => {
    const rows = await world.clone.admin.rows(
      z.object({ name: z.string(), bound: z.number(), cost: z.number(), cells: z.array(z.string()) }),
      `SELECT q.name, q.bound, q.cost, array_agg(c.name ORDER BY c.position) AS cells
       FROM statistics.question q JOIN statistics.cell c ON c.question = q.name GROUP BY q.name, q.bound, q.cost`,
    )
    const here = questionNames.map((name) => {
      const { bound, costUnits, cells } = catalogue[name]
      return { name, bound: Number(bound), cost: costUnits, cells: [...cells] }
    })
    const byName = (left: { name: string }, right: { name: string }): number => (left.name < right.name ? -1 : 1)
    expect(rows.toSorted(byName)).toEqual(here.toSorted(byName))
  })

  test('charges exactly what its noise costs, and the cap is a quarter of rho for each of two platforms', () => {
    for (const name of questionNames) {
      const { rho, costUnits } = catalogue[name]
      expect(rationals.isSame(rho, rational(BigInt(costUnits), unitsOfRho)), name).toBe(true)
    }
    expect(rationals.isSame(rational(BigInt(yearlyCapUnits), unitsOfRho), rational(1n, 4n))).toBe(true)
  })

  test('draws its noise without any float', () => {
    for (const file of [
      'rational',
      'draw-uniform',
      'draw-bernoulli',
      'draw-discrete-laplace',
      'draw-discrete-gaussian',
    ]) {
      const code = readFileSync(new URL(`./${file}.ts`, import.meta.url), 'utf8').replaceAll(
        /\/\*\*[^]*?\*\/|\/\/.*$/gm,
        '',
      )
      const drawing = code.replace(/toNumber:.*$/m, '')
      expect(drawing, file).not.toMatch(/Math\.|Number\(|parseFloat|\d\.\d/)
    }
  })
})

describe('what is counted', () => {
  test('one customer counts once in a cell, in no more cells than the bound, and every empty cell is there', async () => {
    const week = await world.week(1)
    const { id } = await world.addCustomer([banks.north, banks.south])
    const all = catalogue['questions-by-kind'].cells.map((cell) => ({ measure: 'asked', cell }) as const)
    await world.act(id, week, [...all, ...all.map((act) => ({ ...act, bank: banks.south }))])
    await world.act(
      id,
      week,
      catalogue['alert-response'].cells.map((cell) => ({ measure: 'alert', cell })),
    )
    for (const name of questionNames) {
      const { cells, bound } = catalogue[name]
      const found = await counted(name, week)
      expect(Object.keys(found), name).toEqual(cells)
      const values = Object.values(found)
      expect(
        values.every((value) => value <= 1n),
        name,
      ).toBe(true)
      expect(
        values.reduce((sum, value) => sum + value, 0n),
        name,
      ).toBe(bound)
    }
    expect((await counted('people-by-region', week))['north-america']).toBe(1n)
  })

  test('nobody counts whose leave ended, who is of another platform, or whose messenger is cut off', async () => {
    const week = await world.week(2)
    const [stays, leaves, elsewhere] = [
      await world.addCustomer(),
      await world.addCustomer(),
      await world.addCustomer([banks.north], 'assistant'),
    ]
    for (const { id } of [stays, leaves]) await world.act(id, week, [{ measure: 'asked', cell: 'bills' }])
    await world.act(elsewhere.id, week, [{ measure: 'asked', cell: 'bills' }], 'assistants')
    // A row of a platform where this customer gave no leave.
    await world.act(elsewhere.id, week, [{ measure: 'asked', cell: 'bills' }], 'meta')
    expect((await counted('questions-by-kind', week))['bills']).toBe(2n)
    await world.clone.admin.run('UPDATE consent.grant_ SET revoked_at = clock_timestamp() WHERE customer = $1', [
      leaves.id,
    ])
    expect((await counted('questions-by-kind', week))['bills']).toBe(1n)
    expect((await counted('questions-by-kind', week, assistants))['bills']).toBe(1n)
    await world.clone.admin.run('DELETE FROM statistics.contribution WHERE customer = $1', [stays.id])
  })

  test('the acts of a customer without leave leave no row; with it three kinds a week, and the first answer to an alert', async () => {
    const { id, conversation } = await world.addCustomer()
    const stranger = await world.addCustomer([])
    const answer = world.clone.connect('answer')
    const fraud = world.clone.connect('fraud')
    const note = async (customer: string, kind: string) =>
      (
        await answer.one(z.object({ done: z.boolean() }), 'SELECT statistics.note_answer($1, $2, $3, $4) AS done', [
          customer,
          banks.north,
          conversation,
          kind,
        ])
      ).done
    const alert = async (seconds: number | null) =>
      (
        await fraud.one(z.object({ done: z.boolean() }), 'SELECT statistics.note_alert($1, $2, $3, $4) AS done', [
          id,
          banks.north,
          conversation,
          seconds,
        ])
      ).done
    expect(await note(stranger.id, 'balances')).toBe(false)
    const done = []
    for (const kind of ['balances', 'bills', 'nonsense', 'places', 'spending', 'bills']) done.push(await note(id, kind))
    expect(done).toEqual([true, true, false, true, false, false])
    expect([await alert(61), await alert(10), await alert(null)]).toEqual([true, false, false])
    const rows = await world.clone.admin.rows(
      z.object({ cell: z.string() }),
      'SELECT cell FROM statistics.contribution WHERE customer = $1 ORDER BY cell',
      [id],
    )
    expect(rows.map(({ cell }) => cell)).toEqual(['balances', 'bills', 'five-minutes', 'places'])
  })

  test('what no question can reach is forgotten, and a customer’s rows go with the customer', async () => {
    const { admin } = world.clone
    const rows = async () =>
      (await admin.one(z.object({ n: z.bigint() }), 'SELECT count(*) AS n FROM statistics.contribution')).n
    const gone = await world.addCustomer()
    await admin.run('DELETE FROM statistics.contribution')
    await world.act(gone.id, await world.week(13), [{ measure: 'asked', cell: 'bills' }])
    await world.act(gone.id, await world.week(12), [{ measure: 'asked', cell: 'bills' }])
    expect(await releaseStore.sweep(world.statistics)).toBe(1)
    const left = await world.addCustomer()
    await world.act(left.id, await world.week(1), [{ measure: 'asked', cell: 'bills' }])
    await admin.run('UPDATE consent.grant_ SET revoked_at = clock_timestamp() WHERE customer = $1', [left.id])
    expect(await releaseStore.sweep(world.statistics)).toBe(1)
    expect(await rows()).toBe(1n)
    await admin.run('DELETE FROM customers.customer WHERE id = $1', [gone.id])
    expect(await rows()).toBe(0n)
  })
})

describe('what goes out', () => {
  test('is stored once and replayed: the same question costs nothing and gives the same numbers', async () => {
    const week = await world.week(3)
    const first = await ask('people-by-region', week)
    expect(first.code).toBe('stats/asked')
    if (!('release' in first)) return
    expect((await releaseStore.find(world.statistics, meta.session, first.release))?.numbers).toBeUndefined()
    const spent = await budgetOf('meta')
    await releaseCounts({ database: world.statistics, random: systemRandom })
    const numbers = (await releaseStore.find(world.statistics, meta.session, first.release))?.numbers
    expect(numbers).toHaveLength(catalogue['people-by-region'].cells.length)
    expect(await ask('people-by-region', week)).toEqual({ code: 'stats/known', release: first.release })
    expect(await releaseCounts({ database: world.statistics, random: systemRandom })).toBe(0)
    expect((await releaseStore.find(world.statistics, meta.session, first.release))?.numbers).toEqual(numbers)
    expect(await budgetOf('meta')).toEqual(spent)
    // Neither counted nor written again, also not by who holds the login.
    expect(await refusalOf(releaseStore.countPeople(world.statistics, first.release))).toBe('42501')
    const others = catalogue['people-by-region'].cells.map(() => 7n)
    expect(await releaseStore.keep(world.statistics, first.release, others)).toBe(false)
  })

  test('is nobody else’s: other platforms, agents and analysts, staff of single banks, and nobody at all', async () => {
    const release = await ask('people-answered', await world.week(4))
    if (!('release' in release)) throw new Error(release.code)
    const auditor = await world.addStaff({ role: 'auditor' })
    const others = [
      assistants,
      await world.addStaff({ role: 'agent' }),
      await world.addStaff({ role: 'analyst' }),
      await world.addStaff({ role: 'operator', institutions: [banks.north] }),
      { session: Buffer.alloc(32), cookie: '' },
    ]
    for (const { session } of others) {
      expect(await releaseStore.find(world.statistics, session, release.release)).toBeUndefined()
      expect(await releaseStore.list(world.statistics, { session, platform: 'meta' })).toEqual([])
      expect(await releaseStore.listBudgets(world.statistics, { session, platform: 'meta' })).toEqual([])
      expect(await releaseStore.listRefused(world.statistics, { session, platform: 'meta' })).toEqual([])
    }
    expect(await releaseStore.find(world.statistics, auditor.session, release.release)).toBeDefined()
    // Who may see may not spend.
    const week = await world.week(5)
    for (const who of [auditor, ...others.slice(1)])
      expect(await ask('people-answered', week, who)).toEqual({ code: 'stats/not-allowed' })
  })

  test('what cannot be asked is refused with its reason, written down where it names a question, and costs nothing', async () => {
    const before = await budgetOf('meta')
    expect(await ask('people-answered', await world.week(0))).toEqual({ code: 'stats/week-open' })
    expect(await ask('people-answered', await world.week(-1))).toEqual({ code: 'stats/week-open' })
    expect(await ask('people-answered', await world.week(13))).toEqual({ code: 'stats/week-gone' })
    expect(await ask('people-answered', '2026-11-17')).toEqual({ code: 'stats/week-unknown' })
    expect(await ask('people-answered', '1970-01-05')).toEqual({ code: 'stats/week-unknown' })
    expect(await ask('salaries', await world.week(1))).toEqual({ code: 'stats/question-unknown' })
    const refused = await releaseStore.listRefused(world.statistics, { session: meta.session, platform: 'meta' })
    expect(refused.map(({ code }) => code).toSorted()).toEqual([
      'stats/week-gone',
      'stats/week-open',
      'stats/week-open',
    ])
    expect(await budgetOf('meta')).toEqual(before)
  })

  test('a login that may count may read no row, and nothing of the gate', async () => {
    for (const table of ['contribution', 'release', 'budget', 'question']) {
      expect(await refusalOf(world.statistics.run(`SELECT FROM statistics.${table}`)), table).toBe('42501')
    }
    expect(await refusalOf(world.statistics.run('SELECT FROM consent.grant_'))).toBe('42501')
    expect(
      await refusalOf(
        world.statistics.run(`SELECT statistics.note_answer(gen_random_uuid(), 'x', gen_random_uuid(), 'bills')`),
      ),
    ).toBe('42501')
  })
})

describe('the yearly cap', () => {
  test('holds over restarts and under requests at once; then refusals say why, and what was asked before still answers', async () => {
    const own = await createStatsWorld()
    try {
      const who = await own.addStaff({ role: 'platform', platform: 'meta' })
      const weeks = await releaseStore.listWeeks(own.statistics)
      const last = weeks[0] ?? ''
      await own.clone.admin.run(
        `INSERT INTO statistics.budget (year, platform, spent) SELECT y, 'meta', 900 - 30 FROM (
           SELECT DISTINCT extract(isoyear FROM w::date)::int AS y FROM unnest($1::text[]) AS w) AS years`,
        [weeks],
      )
      let granted = 0
      // Each round is a process of its own: its own pool, nothing remembered.
      for (let round = 0; round < 3; round += 1) {
        const database = own.clone.connect('statistics')
        const asks = questionNames.flatMap((name) => weeks.map((week) => ({ name, week })))
        const codes = await Promise.all(asks.map(async ({ name, week }) => (await ask(name, week, who, database)).code))
        granted += codes.filter((code) => code === 'stats/asked').length
        expect(codes.filter((code) => code === 'stats/budget-spent').length).toBeGreaterThan(30)
        await database.close()
      }
      const rows = await own.clone.admin.rows(
        z.object({ spent: z.number(), cost: z.number() }),
        `SELECT b.spent, coalesce(sum(r.cost), 0)::int AS cost FROM statistics.budget b
         LEFT JOIN statistics.release r USING (year, platform) GROUP BY b.year, b.platform, b.spent`,
      )
      for (const { spent, cost } of rows) {
        expect(spent).toBe(870 + cost)
        expect(spent).toBeLessThanOrEqual(900)
      }
      expect(granted).toBe((await releaseStore.list(own.statistics, { session: who.session, platform: 'meta' })).length)
      const [first] = await releaseStore.list(own.statistics, { session: who.session, platform: 'meta' })
      expect(await ask(first?.question ?? '', first?.week ?? last, who, own.statistics)).toMatchObject({
        code: 'stats/known',
      })
    } finally {
      await own.end()
    }
  })
})
