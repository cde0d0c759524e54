// Each page of the staff when what it shows cannot be read: the last good value with its time for whoever saw it, an error with a reference for
// everybody else, and never anything that takes a look of its own.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { systemRandom } from '../../src/platform/index.ts'
import { releaseCounts } from '../../src/stats/index.ts'
import type { StaffRole } from '../../src/staff/index.ts'
import { createStaffSite } from '../setup/staff-site.ts'
import type { StaffSite, Visitor } from '../setup/staff-site.ts'
import { banks } from '../setup/trust-world.ts'

type Role = Extract<StaffRole, 'agent' | 'analyst' | 'operator' | 'auditor' | 'platform'>

let site: StaffSite
let number: string
let release: string
/** Of each role somebody who sees pages while all is well, and somebody of another scope who comes when it is not. */
let people: Readonly<Record<Role, { readonly seen: Visitor; readonly late: Visitor }>>

beforeAll(async () => {
  site = await createStaffSite()
  const pair = async (role: Role) => {
    const scope = role === 'platform' ? ({ platform: 'meta' } as const) : {}
    const narrow = role === 'platform' ? scope : { institutions: [banks.north] }
    return { seen: await site.person(`s.${role}`, role, scope), late: await site.person(`l.${role}`, role, narrow) }
  }
  people = {
    agent: await pair('agent'),
    analyst: await pair('analyst'),
    operator: await pair('operator'),
    auditor: await pair('auditor'),
    platform: await pair('platform'),
  }
  number = (await site.world.stolenCard()).number
  const { admin, connect } = site.world.clone
  const { week } = await admin.one(z.object({ week: z.string() }), `SELECT (statistics.this_week() - 14)::text AS week`)
  const asked = await site.ask(people.platform.seen, { method: 'POST', path: '/statistics/ask' }, { fields: { question: 'questions-by-kind', week } }) // prettier-ignore
  await releaseCounts({ database: connect('statistics'), random: systemRandom })
  release = String(asked.headers.location)
})
afterAll(() => site.end())

const get = (who: Visitor, path: string) => site.ask(who, { method: 'GET', path }, {})

/** Does something while the database has no function of this name. */
async function without<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const { admin } = site.world.clone
  const [schema = '', own = ''] = name.split('.')
  const { sql } = await admin.one(
    z.object({ sql: z.string() }),
    'SELECT oid::regprocedure::text AS sql FROM pg_proc WHERE pronamespace = $1::regnamespace AND proname = $2',
    [schema, own],
  )
  await admin.run(`ALTER FUNCTION ${sql} RENAME TO ${own}_gone`)
  try {
    return await work()
  } finally {
    await admin.run(`ALTER FUNCTION ${sql.replace(`${name}(`, `${name}_gone(`)} RENAME TO ${own}`)
  }
}

const time = /from [A-Z][a-z]{2} \d{1,2}, \d{4}/
const pages = (): readonly (readonly [Role, path: string, needs: string])[] => [
  ['agent', '/desk', 'desk.inbox'],
  ['analyst', '/cases', 'cases.list'],
  ['analyst', '/cases?state=all&order=risk', 'cases.list'],
  ['analyst', `/cases/${number}`, 'cases.timeline'],
  ['platform', '/statistics', 'statistics.budgets'],
  ['platform', release, 'statistics.release_of'],
  ['operator', '/console/connectors', 'console.connections'],
  ['operator', '/console/cutoffs', 'staff.people'],
  ['operator', '/console/consents', 'console.consents'],
  ['analyst', '/console/rules', 'staff.people'],
  ['operator', '/console/models', 'staff.banks'],
  ['auditor', '/console/audit', 'console.audit_looks'],
  ['operator', '/console/incidents', 'console.incident_notes'],
  ['operator', '/console/configuration', 'staff.banks'],
  ['operator', '/staff/sessions', 'staff.list_sessions'],
]

test('every page: the last good value with its time for whoever saw it; for others that something broke, with a reference', async () => {
  for (const [role, path, needs] of pages()) {
    const { seen, late } = people[role]
    const fresh = await get(seen, path)
    expect([path, fresh.statusCode, fresh.body.includes('data-stale')]).toEqual([path, 200, false])
    const [stale, unseen] = await without(needs, () => Promise.all([get(seen, path), get(late, path)]))
    expect([path, stale.statusCode, stale.body.includes('data-stale')]).toEqual([path, 200, true])
    expect(stale.body).toMatch(time)
    expect([path, unseen.statusCode, unseen.body.includes('class="reference"')]).toEqual([path, 500, true])
    expect([path, (await get(seen, path)).body.includes('data-stale')]).toEqual([path, false])
  }
})

test('the overview: one thing that cannot be found out is as it was then, and hides nothing of the others', async () => {
  const { seen, late } = people.operator
  await get(seen, '/console')
  const [stale, unseen] = await without('console.connections', () =>
    Promise.all([get(seen, '/console'), get(late, '/console')]),
  )
  expect(stale.body).toContain('data-stale')
  expect(stale.body).toMatch(time)
  expect(unseen.body).toContain('data-error')
  expect([stale.statusCode, unseen.statusCode]).toEqual([200, 200])
})

test('a case that cannot be read shows how it stood, and nothing that somebody wrote or that takes a look', async () => {
  const { seen } = people.analyst
  const path = `/cases/${number}`
  await site.ask(seen, { method: 'POST', path: `${path}/note` }, { fields: { note: 'Called the merchant' } })
  const fresh = (await get(seen, path)).body
  for (const said of ['Called the merchant', 'answered to fraud alert', 'Open the evidence', 'Propose it']) {
    expect(fresh).toContain(said)
  }
  const looks = () => site.world.clone.admin.run('SELECT FROM desk.look')
  const before = await looks()
  const { body } = await without('cases.begin_look', () => get(seen, path))
  expect(body).toContain('data-stale')
  expect(body).toContain('How it stands')
  for (const said of [
    'Called the merchant',
    'answered to fraud alert',
    'Open the evidence',
    'Propose it',
    '<textarea',
  ]) {
    expect([said, body.includes(said)]).toEqual([said, false])
  }
  expect(await looks()).toBe(before)
})

test('where a list is old, nothing can be done to all that match it, and nothing can be asked of totals', async () => {
  const list = await without('cases.list', () => get(people.analyst.seen, '/cases'))
  expect(list.body).toContain(number)
  expect(list.body).not.toContain('action="/cases/bulk"')
  const totals = await without('statistics.budgets', () => get(people.platform.seen, '/statistics'))
  expect(totals.body).toContain('Questions by kind')
  expect(totals.body).not.toContain('action="/statistics/ask"')
})

test('entries of the record are never shown again: where no look can be written down, there are none', async () => {
  const { seen } = people.auditor
  const path = '/console/audit?look=1'
  expect((await get(seen, path)).body).toContain('Looked at: Card use')
  const broken = await without('console.begin_audit_look', () => get(seen, path))
  expect(broken.statusCode).toBe(500)
  expect(broken.body).not.toContain('Looked at')
})
