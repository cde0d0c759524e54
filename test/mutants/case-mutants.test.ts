// For each defence of the cases: the attack fails while it stands, and succeeds, or meets the next lock, once it is gone.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { alertStore } from '../../src/alerts/alert-store.ts'
import { alertWords } from '../../src/alerts/alert-words.ts'
import { sendDispute } from '../../src/alerts/send-dispute.ts'
import { doToEach } from '../../src/cases/bulk-act.ts'
import { caseActs, caseRows } from '../../src/cases/case-store.ts'
import { askedFilter } from '../../src/cases/late-cases.ts'
import { toInstant } from '../../src/kernel/index.ts'
import type { FraudAlertId } from '../../src/alerts/fraud-alert.ts'
import { sqlState, systemRandom } from '../../src/platform/index.ts'
import type { Database } from '../../src/platform/index.ts'
import { createAlertsWorld } from '../setup/alerts-world.ts'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import { addStaff } from '../setup/staff-people.ts'
import { beginStaffVisit } from '../setup/staff-session.ts'
import { addInstitution, banks } from '../setup/trust-world.ts'
import { caseCodeMutants, caseMutants } from './case-mutants.ts'
import type { CaseMutant } from './case-mutants.ts'
import { loadProduct } from './load-product.ts'
import type { Product } from './load-product.ts'

type Scene = {
  readonly database: TestDatabase
  readonly pages: Database
  readonly id: string
  readonly number: string
  readonly customer: string
}

async function setUp(): Promise<Scene> {
  const database = await cloneDatabase()
  for (const bank of [banks.north, banks.south]) await addInstitution(database.admin, bank)
  const [customer, id, number] = [randomUUID(), randomUUID(), '0123-4567']
  await database.admin.run('INSERT INTO customers.customer (id) VALUES ($1)', [customer])
  await database.admin.run(
    `INSERT INTO desk.fraud_case (id, number, customer, conversation, institution, kind, asked_by, details_sealed, deadline_at)
     VALUES ($1, $2, $3, $4, $5, 'fraud', $4, '\\x00', now() + interval '1 day')`,
    [id, number, customer, randomUUID(), banks.north],
  )
  return { database, pages: database.connect('console'), id, number, customer }
}

async function worker({ database, pages }: Scene, login: string, bank: string) {
  const person = await addStaff(database, login, { role: 'analyst', institutions: [bank] })
  return { ...person, ...(await beginStaffVisit(pages, person)) }
}

/** What somebody signs of a case; the bytes of a signature are the page's matter. */
async function sign(
  { pages, number }: Scene,
  who: { readonly id: string; readonly hash: Buffer },
  of: { readonly proposal: string; readonly finding: string },
) {
  const document = { v: 1, act: 'decide-case', id: randomUUID(), staff: who.id, case: number, refund: 'no', ...of }
  const row = await pages.one(z.object({ step: z.string() }), 'SELECT cases.confirm($1, $2, $3, $3, $3, $3) AS step', [
    who.hash,
    JSON.stringify(document),
    new Uint8Array(8),
  ])
  return row.step === 'decided'
}

const attacks: { readonly [Name in CaseMutant['attack']]: (scene: Scene) => Promise<boolean> } = {
  async 'decide alone'(scene) {
    const piet = await worker(scene, 'piet', banks.north)
    const proposal = randomUUID()
    await caseActs.propose(scene.pages, piet.hash, {
      fraudCase: scene.id,
      id: proposal,
      finding: 'genuine',
      refund: 'no',
    })
    return await sign(scene, piet, { proposal, finding: 'genuine' })
  },
  async 'sign other words'(scene) {
    const [piet, quinn] = [await worker(scene, 'piet', banks.north), await worker(scene, 'quinn', banks.north)]
    const proposal = randomUUID()
    await caseActs.propose(scene.pages, piet.hash, {
      fraudCase: scene.id,
      id: proposal,
      finding: 'genuine',
      refund: 'no',
    })
    return await sign(scene, quinn, { proposal, finding: 'fraud' })
  },
  async 'decide many alone'(scene) {
    const piet = await worker(scene, 'piet', banks.north)
    const act = { do: 'propose', finding: 'genuine', refund: 'no' } as const
    // Many of them, of which this is one.
    await doToEach({ database: scene.pages, random: systemRandom }, piet.hash, act, [{ id: scene.id }])
    const { proposal } = await scene.database.admin.one(
      z.object({ proposal: z.string() }),
      'SELECT id::text AS proposal FROM cases.proposal',
    )
    return await sign(scene, piet, { proposal, finding: 'genuine' })
  },
  async 'open the evidence of another bank’s case'(scene) {
    const { hash } = await worker(scene, 'sofia', banks.south)
    return await caseActs.noteEvidenceOpened(scene.pages, hash, scene.id)
  },
  async 'take cases out unseen'(scene) {
    const { hash } = await worker(scene, 'piet', banks.north)
    const out = { id: randomUUID(), form: 'csv', filter: { state: 'all' }, shownAs: 'Piet', limit: 10 } as const
    const taken = await caseActs.takeOut(scene.pages, hash, out)
    return taken === 1 && (await scene.database.admin.run('SELECT FROM desk.look')) === 0
  },
  async 'have the same worked on twice'(scene) {
    return await isListed(scene, await reportAgain(scene, 'fraud'))
  },
  async 'have the same use of a card worked on twice'(scene) {
    const [again, event] = [await reportAgain(scene, 'dispute'), randomUUID()]
    for (const number of [scene.number, again]) {
      await scene.database
        .connect('fraud')
        .run(`SELECT cases.attach($3, $1, gen_random_uuid(), ARRAY[$2::uuid], NULL, NULL, NULL)`, [
          number,
          event,
          scene.customer,
        ])
    }
    return await isListed(scene, again)
  },
  async 'see another bank’s case'(scene) {
    const { hash } = await worker(scene, 'sofia', banks.south)
    const looked = await caseRows.beginLook(scene.pages, hash, { number: scene.number, shownAs: 'Sofia' })
    return looked !== undefined && (await caseRows.load(scene.pages, hash, looked)) !== undefined
  },
  async 'read a case without a look'(scene) {
    const { hash } = await worker(scene, 'piet', banks.north)
    return (await caseRows.load(scene.pages, hash, scene.id)) !== undefined
  },
}

/** Both of them reported within a minute, as two. */
async function reportAgain({ database, number }: Scene, kind: 'fraud' | 'dispute'): Promise<string> {
  const { again } = await database.admin.one(
    z.object({ again: z.string() }),
    `INSERT INTO desk.fraud_case (id, number, customer, conversation, institution, kind, asked_by, details_sealed, deadline_at)
     SELECT gen_random_uuid(), '7654-3210', customer, conversation, institution, $2, gen_random_uuid(), details_sealed, deadline_at
     FROM desk.fraud_case WHERE number = $1 RETURNING number AS again`,
    [number, kind],
  )
  return again
}

/** Whether a case waits by itself for somebody, as a line of the list. */
async function isListed(scene: Scene, number: string): Promise<boolean> {
  const { hash } = await worker(scene, 'piet', banks.north)
  const wanted = { filter: { state: 'waiting', number }, order: 'oldest', offset: 0, limit: 1 } as const
  return (await caseRows.list(scene.pages, hash, wanted)).length > 0
}

async function runAttack(name: CaseMutant['attack'], sql: readonly string[]): Promise<'succeeds' | 'stopped'> {
  const scene = await setUp()
  try {
    for (const change of sql) await scene.database.admin.run(change)
    return (await attacks[name](scene)) ? 'succeeds' : 'stopped'
  } catch (thrown) {
    // A policy or a constraint said no.
    if (['42501', '23514'].includes(sqlState(thrown) ?? '')) return 'stopped'
    throw thrown
  } finally {
    await scene.database.drop()
  }
}

test.each([...new Set(caseMutants.map(({ attack }) => attack))])(
  'with every defence in place nobody can %s',
  async (attack) => {
    expect(await runAttack(attack, [])).toBe('stopped')
  },
)

test.each(caseMutants.map((mutant) => [mutant.name, mutant] as const))('%s', async (_name, mutant) => {
  expect(await runAttack(mutant.attack, mutant.sql)).toBe(mutant.expect)
})

// One copy of what was built without both: each is tried in a place of its own, where the other plays no part.
type CaseCode = {
  readonly askedFilter: typeof askedFilter
  readonly sendDispute: typeof sendDispute
}
const codeAttacks: {
  readonly [Name in (typeof caseCodeMutants)[number]['attack']]: (code: CaseCode) => Promise<boolean>
} = {
  async 'be late by the bank’s own clock and not listed'(code) {
    const steps = { fraud: [{ what: 'decide', days: 3, counted: 'business', basis: 'our promise' }] } as const
    const asked = { clocks: { [banks.north]: { steps } }, now: toInstant(Date.parse('2026-11-20T12:00:00Z')) }
    const { late } = code.askedFilter({ state: 'waiting', late: 'yes' }, asked)
    // Opened on a Wednesday, of which three business days have passed by the Tuesday after.
    return (late?.banks[banks.north]?.fraud ?? 0) <= Date.parse('2026-11-11T12:00:00Z')
  },
  async 'dispute a use and teach nothing'(code) {
    const world = await createAlertsWorld()
    try {
      const customer = await world.addCustomer()
      const use = world.use(customer)
      await world.take(use)
      await world.run()
      const [alert] = await world.rows(customer)
      await world.reply(alert?.id ?? '', 'not-me')
      await world.run()
      const stored = alert && (await alertStore.load(world.database, alert.id as FraudAlertId))
      if (stored === undefined) throw new Error('no alert')
      const reader = { words: alertWords.for('en'), timeZone: 'UTC' }
      if (!(await code.sendDispute(world.alerts.parts, stored, reader))) throw new Error('not sent')
      return (
        (await world.clone.admin.run(`SELECT FROM alerts.label WHERE event = $1 AND source = 'dispute'`, [use.id])) ===
        0
      )
    } finally {
      await world.end()
    }
  },
}

test.each(caseCodeMutants.map(({ attack }) => attack))('with every defence in place nobody can %s', async (attack) => {
  expect(await codeAttacks[attack]({ askedFilter, sendDispute })).toBe(false)
})

describe('without what the code decides', () => {
  let copy: Product
  let code: CaseCode
  beforeAll(async () => {
    copy = await loadProduct(caseCodeMutants.map(({ change }) => change))
    const file = async <Door>(module: string, name: string): Promise<Door> => {
      const door: Door = await import(/* @vite-ignore */ copy.door(module).replace('index.js', name))
      return door
    }
    code = {
      ...(await file<Pick<CaseCode, 'askedFilter'>>('cases', 'late-cases.js')),
      ...(await file<Pick<CaseCode, 'sendDispute'>>('alerts', 'send-dispute.js')),
    }
  })
  afterAll(() => copy?.close())

  test.each(caseCodeMutants.map(({ name, attack }) => [name, attack] as const))('%s', async (_name, attack) => {
    expect(await codeAttacks[attack](code)).toBe(true)
  })
})
