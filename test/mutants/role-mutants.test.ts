// No page of the staff rests on the question for a role alone: with that question gone from the code, every page is asked for as every role, of the own
// bank and of another, and shows nobody what is not theirs; nothing moves. With the database's question gone as well, it does.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { may, staffRoles } from '../../src/staff/index.ts'
import type { StaffAction, StaffRole } from '../../src/staff/index.ts'
import { releaseStore } from '../../src/stats/index.ts'
import { createDeskWorld } from '../setup/desk-world.ts'
import { saveRules } from '../setup/rule-people.ts'
import { cutOff } from '../setup/staff-people.ts'
import { createStaffSite } from '../setup/staff-site.ts'
import type { StaffProduct, StaffRoute, StaffSite, Visitor } from '../setup/staff-site.ts'
import { banks } from '../setup/trust-world.ts'
import { loadProduct } from './load-product.ts'
import type { Product } from './load-product.ts'
import { withoutPart } from './without-part.ts'

/** Words that stand on some page, and who may read them: of that action, at that bank. */
type Canary = { readonly what: string; readonly words: string; readonly action: StaffAction }

let copy: Product
let site: StaffSite
/** Of the bank that everything here is about; and of another one. */
const north = new Map<StaffRole, Visitor>()
const south = new Map<StaffRole, Visitor>()
let canaries: readonly Canary[]
let ids: readonly (readonly [RegExp, string])[]

const of = (people: ReadonlyMap<StaffRole, Visitor>, role: StaffRole): Visitor => {
  const person = people.get(role)
  if (person === undefined) throw new Error(role)
  return person
}

beforeAll(async () => {
  // The one table that every page asks, and what pages offer by: everybody may do everything.
  copy = await loadProduct([{ file: 'src/staff/may.js', override: 'may', to: '() => true' }])
  const door = async <Door>(module: string): Promise<Door> => {
    const pages: Door = await import(/* @vite-ignore */ copy.door(module))
    return pages
  }
  const { addStaffPages } = await door<Pick<StaffProduct, 'addStaffPages'>>('staff-pages')
  const { deskPages } = await door<Pick<StaffProduct, 'deskPages'>>('desk')
  const { addConsolePages } = await door<Pick<StaffProduct, 'addConsolePages'>>('console')
  const { addCasePages } = await door<Pick<StaffProduct, 'addCasePages'>>('cases')
  const { addStatisticsPages } = await door<Pick<StaffProduct, 'addStatisticsPages'>>('stats')
  site = await createStaffSite({ addStaffPages, deskPages, addConsolePages, addCasePages, addStatisticsPages })
  for (const role of staffRoles) {
    const scopeOf = (bank: string, platform: 'meta' | 'assistants') =>
      role === 'platform' ? { platform } : { institutions: [bank] }
    north.set(role, await site.person(`north-${role}`, role, scopeOf(banks.north, 'meta')))
    south.set(role, await site.person(`south-${role}`, role, scopeOf(banks.south, 'assistants')))
  }
  await fill()
}, 60_000)
afterAll(async () => {
  await site?.end()
  copy?.close()
})

/** Something on every page, all of it of the northern bank, or of the platform `meta`. */
async function fill(): Promise<void> {
  const { clone, console: database } = site.world
  const operator = of(north, 'operator')
  const { number, customer } = await site.world.stolenCard()
  const propose = { method: 'POST', path: `/cases/${number}/propose` } as const
  await site.ask(of(north, 'analyst'), propose, { fields: { finding: 'fraud', refund: 'yes' } })
  const version = await saveRules(database, operator, banks.north, 'canary-of-rules: review when at_night\n')
  const cutoff = await cutOff(database, operator, { kind: 'institution', target: banks.north })
  const fields = { bank: banks.north, title: 'Slow in the north', what: 'Canary of incidents', minutes: '5' }
  await site.ask(operator, { method: 'POST', path: '/console/incidents' }, { fields })
  const drafted = await site.ask(operator, { method: 'POST', path: `/console/cutoffs/${cutoff}/lift` })
  const act = /acts\/([0-9a-f-]{36})/.exec(String(drafted.headers.location))?.[1] ?? ''
  const desk = createDeskWorld(clone, site.world.world)
  await desk.ask(customer, 'Canary of the desk')
  const one = async (query: string, ...values: readonly string[]): Promise<string> =>
    (await clone.admin.one(z.object({ id: z.string() }), query, [...values])).id
  const handover = await one('SELECT id::text FROM desk.handover WHERE conversation = $1', customer.conversation)
  await site.ask(of(north, 'agent'), { method: 'POST', path: `/desk/${handover}/take` })
  const { id: week } = await clone.admin.one(
    z.object({ id: z.string() }),
    'SELECT (statistics.this_week() - 14)::text AS id',
  )
  const { hash: session } = of(north, 'platform')
  const asked = await releaseStore.ask(clone.connect('statistics'), { session, question: 'alert-response', week })
  if (asked.code !== 'stats/asked') throw new Error(asked.code)
  const { release } = asked
  ids = [
    [/^\/cases\/:number/, number],
    [/^\/cases\/proposals\/:id/, await one('SELECT id::text FROM cases.proposal LIMIT 1')],
    [/^\/(?:cases|console)\/acts\/:id/, act],
    [/^\/console\/rules\/:id/, version.id],
    [/^\/console\/cutoffs\/:cutoff/, cutoff],
    [/^\/console\/incidents\/:id/, await one('SELECT id::text FROM console.incident LIMIT 1')],
    [/^\/desk\/:id/, handover],
    [/^\/statistics\/releases\/:id/, release],
    [/^\/statistics\/api\/releases\/:id/, release],
  ]
  canaries = [
    { what: 'a case', words: `/cases/${number}`, action: 'see-cases' },
    { what: 'rules', words: 'canary-of-rules', action: 'see-rules' },
    { what: 'a cut-off', words: 'Reported to leak what it is told', action: 'see-cutoffs' },
    { what: 'an incident', words: 'Canary of incidents', action: 'see-incidents' },
    { what: 'a conversation', words: 'Canary of the desk', action: 'serve-customers' },
    { what: 'a setting', words: 'canary-of-settings', action: 'see-configuration' },
    { what: 'a model', words: site.model, action: 'see-models' },
    { what: 'a connection', words: `id="bank-${banks.north}"`, action: 'see-consents' },
    { what: 'an entry of the record of looks', words: '/console/audit?look=1&amp;customer=', action: 'see-audit' },
    { what: 'a release of totals', words: release, action: 'see-statistics' },
  ]
}

/** Pages that show one thing each, and the rest. */
const pageOf: { readonly [path: string]: string } = { '/console/audit': '/console/audit?look=1' }
const filled = (route: StaffRoute): StaffRoute => {
  const id = ids.find(([pattern]) => pattern.test(route.path))?.[1] ?? randomUUID()
  return { ...route, path: pageOf[route.path] ?? route.path.replaceAll(/:\w+/g, id) }
}
const pages = (): readonly StaffRoute[] =>
  site.routes.filter(({ method, path }) => method === 'GET' && path !== '/desk/live' && path !== '/staff/events')

type Read = { readonly role: StaffRole; readonly path: string; readonly body: string }

/** Every page as each of these people gets it. */
async function readAll(people: ReadonlyMap<StaffRole, Visitor>): Promise<readonly Read[]> {
  const read: Read[] = []
  for (const role of staffRoles) {
    for (const route of pages()) {
      const { body } = await site.ask(of(people, role), filled(route))
      read.push({ role, path: route.path, body })
    }
  }
  return read
}

/** What somebody read that is not theirs. */
function leaksIn(read: readonly Read[], theirs: (canary: Canary, role: StaffRole) => boolean): readonly string[] {
  return read.flatMap(({ role, path, body }) =>
    canaries
      .filter((canary) => body.includes(canary.words) && !theirs(canary, role))
      .map(({ what }) => `${role} at ${path}: ${what}`),
  )
}

test('without the question for the role, nobody reads on any page what their role may not, and whoever may still does', async () => {
  const read = await readAll(north)
  expect(leaksIn(read, ({ action }, role) => may(role, action))).toEqual([])
  for (const { what, words, action } of canaries) {
    // Totals of a messenger are its operator's, and of those at banks only theirs who are there for all of them.
    const readers =
      action === 'see-statistics' ? (['platform'] as const) : staffRoles.filter((each) => may(each, action))
    for (const role of readers) {
      const found = read.some((each) => each.role === role && each.body.includes(words))
      expect([what, role, found]).toEqual([what, role, true])
    }
  }
})

test('without it, nobody of another bank or platform reads anything of this one', async () => {
  // The model that Parley comes with, and settings that are no bank's, are everybody's whose role sees such things; so are totals at banks.
  const common: readonly StaffAction[] = ['see-models', 'see-configuration']
  const theirs = ({ action }: Canary, role: StaffRole) =>
    may(role, action) && (common.includes(action) || (action === 'see-statistics' && role !== 'platform'))
  expect(leaksIn(await readAll(south), theirs)).toEqual([])
})

test('without it, nothing moves by whoever may not: not of the own bank, nor of another', async () => {
  const before = await standing()
  const fields = {
    ...{ finding: 'genuine', refund: 'no', note: 'not mine', reason: 'Not my business at all', resolve: 'yes' },
    ...{
      words: 'hello',
      act: 'take',
      state: 'all',
      form: 'csv',
      bank: banks.north,
      title: 'Not mine',
      what: 'Not mine',
    },
    ...{ minutes: '0', file: 'other: review when at_night\n', target: `institution:${banks.south}`, typed: 'x' },
    ...{ purpose: 'block', list: 'countries', key: 'XX', days: '3', question: 'alert-response', week: '2026-11-02' },
  }
  const served = site.routes.filter(({ method, path }) => method === 'POST' && !path.startsWith('/staff/'))
  for (const route of served) {
    for (const people of [north, south]) {
      for (const role of staffRoles) {
        if (people === north && mayDo(role, route)) continue
        const json = route.path.startsWith('/statistics/api/')
        await site.ask(of(people, role), filled(route), { fields, json })
      }
    }
  }
  expect(await standing()).toEqual(before)
})

/** Roles that may do something with what is the northern bank's at these addresses. */
function mayDo(role: StaffRole, { path }: StaffRoute): boolean {
  const actions: readonly (readonly [string, StaffAction])[] = [
    ['/desk', 'serve-customers'],
    ['/cases', 'decide-cases'],
    ['/console/cutoffs', 'cut-off'],
    ['/console/incidents', 'handle-incidents'],
    ['/console/rules', 'change-rules'],
    ['/console/acts', 'sign-acts'],
    ['/statistics', 'see-statistics'],
  ]
  const action = actions.find(([prefix]) => path.startsWith(prefix))?.[1]
  return action !== undefined && may(role, action)
}

async function standing(): Promise<readonly (readonly [string, readonly string[]])[]> {
  const tables = [
    ...['cases.file', 'cases.event', 'cases.proposal', 'cases.export WHERE rows > 0', 'rules.rule_set', 'rules.change', 'rules.signature', 'rules.list_entry'],
    ...['consent.cutoff', 'consent.cutoff_lift', 'console.incident', 'console.incident_note', 'desk.handover', 'desk.message', 'desk.note'],
    ...['desk.leave', 'desk.look', `statistics.release WHERE platform = 'meta'`],
  ] // prettier-ignore
  const row = z.object({ row: z.string() })
  const read = async (table: string) => {
    const [name = '', where = 'true'] = table.split(' WHERE ')
    const query = `SELECT t::text AS row FROM ${name} t WHERE ${where} ORDER BY 1`
    return [table, (await site.world.clone.admin.rows(row, query)).map((each) => each.row)] as const
  }
  return await Promise.all(tables.map(read))
}

const roleOfRules = `m.role IN (''analyst'', ''operator'', ''auditor'') AND`
// Last, for what is gone stays gone here.
test.each([
  ['staff.banks(bytea, text)', 'WHERE m.role = ANY (', 'WHERE NOT m.role = ANY (', 'agent', '/console/configuration', 'a setting'],
  ['rules.reads(bytea, text)', roleOfRules, '', 'agent', '/console/rules', 'rules'],
  ['consent.cutoffs(bytea)', `WHERE m.role IN (`, `WHERE NOT m.role IN (`, 'platform', '/console/cutoffs', 'a cut-off'],
] as const)('with the question of %s gone as well, it shows', async (name, part, instead, role, path, what) => {
  const words = canaries.find((each) => each.what === what)?.words ?? '-'
  const shown = async () => (await site.ask(of(north, role), { method: 'GET', path })).body.includes(words)
  expect(await shown()).toBe(false)
  await site.world.clone.admin.run(withoutPart(name, part, instead))
  expect(await shown()).toBe(true)
}) // prettier-ignore
