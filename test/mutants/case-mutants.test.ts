// For each defence of the cases: the attack fails while it stands, and succeeds, or meets the next lock, once it is gone.
import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { caseActs, caseRows } from '../../src/cases/case-store.ts'
import { sqlState } from '../../src/platform/index.ts'
import type { Database } from '../../src/platform/index.ts'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import { addStaff } from '../setup/staff-people.ts'
import { beginStaffVisit } from '../setup/staff-session.ts'
import { addInstitution, banks } from '../setup/trust-world.ts'
import { caseMutants } from './case-mutants.ts'
import type { CaseMutant } from './case-mutants.ts'

type Scene = { readonly database: TestDatabase; readonly pages: Database; readonly id: string; readonly number: string }

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
  return { database, pages: database.connect('console'), id, number }
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
