// Who of the staff may do what: the whole table of roles and routes through HTTP, and what a stranger's page, a planted cookie or another
// bank's id comes to at each of them. Every route of the staff has a row here, or the first test says which lacks one.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { may, staffRoles } from '../../src/staff/index.ts'
import type { StaffAction, StaffRole } from '../../src/staff/index.ts'
import { createDeskWorld } from '../setup/desk-world.ts'
import { saveRules } from '../setup/rule-people.ts'
import { cutOff } from '../setup/staff-people.ts'
import { createStaffSite, staffSiteToken } from '../setup/staff-site.ts'
import type { StaffRoute, StaffSite, Visitor } from '../setup/staff-site.ts'
import { banks } from '../setup/trust-world.ts'

/** What each route asks of a role; `entry`: for who is not signed in yet, `leave`: for everybody, `machine`: by a token of its own. */
const rows: Readonly<Record<string, StaffAction | 'entry' | 'leave' | 'machine'>> = {
  'GET /staff/sign-in': 'entry',
  'POST /staff/sign-in': 'entry',
  'POST /staff/sign-in/challenge': 'entry',
  'GET /staff/enrol': 'entry',
  'POST /staff/enrol': 'entry',
  'POST /staff/enrol/:id/challenge': 'entry',
  'POST /staff/enrol/passkey': 'entry',
  'GET /staff/work-account': 'entry',
  'GET /staff/callback': 'entry',
  'POST /staff/sign-out': 'leave',
  'GET /staff/sessions': 'own-sessions',
  'POST /staff/sessions/end': 'own-sessions',
  'POST /staff/sessions/end-others': 'own-sessions',
  'GET /staff/events': 'machine',
  'GET /desk': 'serve-customers',
  'POST /desk/me': 'serve-customers',
  'POST /desk/take': 'serve-customers',
  'GET /desk/live': 'serve-customers',
  'GET /desk/list.json': 'serve-customers',
  'GET /desk/:id': 'serve-customers',
  'GET /desk/:id/thread.json': 'serve-customers',
  'POST /desk/:id/take': 'serve-customers',
  'POST /desk/:id/keep': 'serve-customers',
  'POST /desk/:id/say': 'serve-customers',
  'POST /desk/:id/note': 'serve-customers',
  'POST /desk/:id/return': 'serve-customers',
  'POST /desk/:id/ask': 'serve-customers',
  'POST /desk/:id/look': 'serve-customers',
  'GET /cases': 'see-cases',
  'GET /cases/:number': 'see-cases',
  'POST /cases/:number/evidence': 'decide-cases',
  'POST /cases/:number/take': 'decide-cases',
  'POST /cases/:number/release': 'decide-cases',
  'POST /cases/:number/unjoin': 'decide-cases',
  'POST /cases/:number/note': 'decide-cases',
  'POST /cases/:number/propose': 'decide-cases',
  'POST /cases/proposals/:id/turn-down': 'decide-cases',
  'POST /cases/proposals/:id/sign': 'decide-cases',
  'GET /cases/acts/:id': 'decide-cases',
  'POST /cases/acts/:id': 'decide-cases',
  'POST /cases/acts/:id/challenge': 'decide-cases',
  'POST /cases/bulk': 'decide-cases',
  'POST /cases/bulk/do': 'decide-cases',
  'POST /cases/export': 'decide-cases',
  'GET /console': 'see-overview',
  'GET /console/connectors': 'see-connectors',
  'GET /console/consents': 'see-consents',
  'GET /console/models': 'see-models',
  'GET /console/audit': 'see-audit',
  'GET /console/configuration': 'see-configuration',
  'GET /console/incidents': 'see-incidents',
  'POST /console/incidents': 'handle-incidents',
  'POST /console/incidents/:id': 'handle-incidents',
  'GET /console/cutoffs': 'see-cutoffs',
  'POST /console/cutoffs': 'cut-off',
  'POST /console/cutoffs/:cutoff/lift': 'cut-off',
  'GET /console/rules': 'see-rules',
  'POST /console/rules': 'change-rules',
  'POST /console/rules/complete': 'change-rules',
  'POST /console/rules/:id/backtest': 'change-rules',
  'POST /console/rules/:id/shadow': 'change-rules',
  'POST /console/rules/:id/promote': 'change-rules',
  'POST /console/rules/:id/roll-back': 'change-rules',
  'POST /console/rules/entries': 'change-rules',
  'POST /console/rules/entries/:id/end': 'change-rules',
  'POST /console/rules/changes/:id/sign': 'change-rules',
  'GET /console/acts/:id': 'sign-acts',
  'POST /console/acts/:id': 'sign-acts',
  'POST /console/acts/:id/challenge': 'sign-acts',
  'GET /statistics': 'see-statistics',
  'POST /statistics/ask': 'see-statistics',
  'GET /statistics/releases/:id': 'see-statistics',
  'GET /statistics/api/catalogue': 'see-statistics',
  'GET /statistics/api/budget': 'see-statistics',
  'GET /statistics/api/releases': 'see-statistics',
  'POST /statistics/api/releases': 'see-statistics',
  'GET /statistics/api/releases/:id': 'see-statistics',
  'GET /statistics/api/releases/:id/csv': 'see-statistics',
}

let site: StaffSite
const people = new Map<StaffRole, Visitor>()
const of = (role: StaffRole): Visitor => {
  const person = people.get(role)
  if (person === undefined) throw new Error(role)
  return person
}

beforeAll(async () => {
  site = await createStaffSite()
  for (const role of staffRoles) {
    const scope = role === 'platform' ? { platform: 'meta' as const } : { institutions: [banks.south] }
    people.set(role, await site.person(`the-${role}`, role, scope))
  }
})
afterAll(() => site.end())

const nameOf = ({ method, path }: StaffRoute): string => `${method} ${path}`
const filled = (route: StaffRoute, id: string): StaffRoute => ({ ...route, path: route.path.replaceAll(/:\w+/g, id) })
const isStream = ({ path }: StaffRoute): boolean => path === '/desk/live'
const isApi = ({ path }: StaffRoute): boolean => path.startsWith('/statistics/api/')
const guarded = (): readonly (readonly [StaffRoute, StaffAction])[] =>
  site.routes.flatMap((route) => {
    const action = rows[nameOf(route)]
    return action === undefined || action === 'entry' || action === 'leave' || action === 'machine'
      ? []
      : [[route, action] as const]
  })
const somebodyWho = (action: StaffAction): Visitor => {
  const role = staffRoles.find((each) => may(each, action))
  if (role === undefined) throw new Error(`nobody may ${action}`)
  return of(role)
}

test('every route of the staff’s has a row in this table, and every row has a route', () => {
  const known = site.routes.map(nameOf)
  const lacking = known.filter((name) => rows[name] === undefined)
  expect(
    lacking,
    'routes without a row in test/attacks/roles.test.ts: say which action of may.ts each asks for',
  ).toEqual([])
  expect(
    Object.keys(rows).filter((name) => !known.includes(name)),
    'rows whose route is gone',
  ).toEqual([])
})

test('role by role: what may.ts does not allow is 403; what it allows is never a fault, whatever stands where an id is to be', async () => {
  const wrong: string[] = []
  for (const [route, action] of guarded()) {
    const wish = {
      json: isApi(route),
      ...(isApi(route) && { fields: { question: 'alert-response', week: '2026-11-16' } }),
    }
    for (const role of staffRoles) {
      const allowed = may(role, action)
      // A page that streams would never end here.
      if (allowed && isStream(route)) continue
      const { statusCode } = await site.ask(of(role), filled(route, randomUUID()), wish)
      const fits = allowed ? statusCode < 500 : statusCode === 403
      if (!fits) wrong.push(`${role} ${nameOf(route)} (${action}): ${statusCode}`)
    }
    if (!route.path.includes(':')) continue
    for (const id of ['no-id', "'--\u0000", '0000-0000']) {
      const named = filled(route, encodeURIComponent(id))
      const { statusCode } = await site.ask(somebodyWho(action), named, wish)
      if (statusCode < 400 || statusCode >= 500) wrong.push(`${nameOf(named).slice(0, 80)}: ${statusCode}`)
    }
  }
  expect(wrong).toEqual([])
})

test('the refusals of roles stand in the record of what the staff did, by whom and for what, and without any id of a customer', async () => {
  await site.ask(of('platform'), { method: 'GET', path: '/console/audit?customer=0123456789' })
  const events = await site.world.clone.admin.rows(
    z.object({ kind: z.string(), about: z.string() }),
    `SELECT kind, about FROM staff.event WHERE member = $1 AND kind = 'not-allowed' ORDER BY xid DESC, seq DESC LIMIT 1`,
    [of('platform').id],
  )
  expect(events).toEqual([{ kind: 'not-allowed', about: 'see-audit' }])
})

test('whoever is not signed in, or no longer, is led to the sign-in at every route', async () => {
  const gone = await site.person('was-here', 'operator')
  await site.world.clone.admin.run('UPDATE staff.session SET ended_at = clock_timestamp() WHERE id_hash = $1', [
    gone.hash,
  ])
  const old = await site.person('from-yesterday', 'operator')
  await site.world.clone.admin.run('UPDATE staff.session SET expires_at = clock_timestamp() WHERE id_hash = $1', [
    old.hash,
  ])
  const left = await site.person('who-left', 'operator')
  await site.world.clone.admin.run('UPDATE staff.member SET removed_at = clock_timestamp() WHERE id = $1', [left.id])
  const planted = { cookie: `__Host-parley-staff=${randomBytes(32).toString('base64url')}` }
  const twice = { cookie: `${of('operator').cookie}; ${planted.cookie}` }
  const wrong: string[] = []
  for (const [route] of guarded()) {
    for (const who of [undefined, gone, old, left, planted, twice]) {
      const answer = await site.ask(who, filled(route, randomUUID()), { json: isApi(route) })
      const fits = isApi(route)
        ? [400, 401, 422].includes(answer.statusCode)
        : answer.statusCode === 303 && answer.headers.location === '/staff/sign-in'
      if (!fits) wrong.push(`${nameOf(route)}: ${answer.statusCode} ${String(answer.headers.location)}`)
    }
  }
  expect(wrong).toEqual([])
})

test('a form of another site, or of none that says so, is refused by every route that takes one', async () => {
  const wrong: string[] = []
  for (const route of site.routes.filter(({ method }) => method !== 'GET')) {
    const action = rows[nameOf(route)]
    const who =
      action === undefined || action === 'entry' || action === 'leave' || action === 'machine'
        ? of('operator')
        : somebodyWho(action)
    for (const from of ['other-site', 'silent'] as const) {
      const { statusCode } = await site.ask(who, filled(route, randomUUID()), { from })
      // What takes JSON alone does not read a form at all: no other origin can send it anything else without being asked first.
      const fits = isApi(route) ? [400, 415].includes(statusCode) : statusCode === 403
      if (!fits) wrong.push(`${nameOf(route)} from ${from}: ${statusCode}`)
    }
  }
  expect(wrong).toEqual([])
  // And nobody was signed out by it.
  expect((await site.ask(of('operator'), { method: 'GET', path: '/console/cutoffs' })).statusCode).toBe(200)
})

test('no page of the staff can be framed, cached or sniffed, whoever asks', async () => {
  for (const route of site.routes.filter((each) => each.method === 'GET' && !isStream(each))) {
    for (const who of [undefined, of('operator'), of('platform')]) {
      const { headers } = await site.ask(who, filled(route, randomUUID()))
      expect([nameOf(route), headers['content-security-policy']]).toEqual([
        nameOf(route),
        expect.stringContaining("frame-ancestors 'none'"),
      ])
      expect([nameOf(route), headers['cache-control']]).toEqual([nameOf(route), expect.stringContaining('no-store')])
      expect([nameOf(route), headers['x-content-type-options']]).toEqual([nameOf(route), 'nosniff'])
    }
  }
})

test('a cookie that was planted before the sign-in is not the session after it, and an old session ends with a new one', async () => {
  const nina = await site.person('nina', 'operator')
  const planted = `__Host-parley-staff=${randomBytes(32).toString('base64url')}`
  for (const before of [planted, nina.cookie]) {
    const begun = await site.ask({ cookie: before }, { method: 'POST', path: '/staff/sign-in/challenge' })
    const { challenge } = begun.json<{ challenge: string }>()
    const response = JSON.stringify(nina.passkey.assert(Buffer.from(challenge, 'base64url')))
    const signed = await site.ask(
      { cookie: before },
      { method: 'POST', path: '/staff/sign-in' },
      { fields: { response } },
    )
    const cookie = String(signed.headers['set-cookie']).split(';')[0] ?? ''
    expect(String(signed.headers['set-cookie'])).toMatch(
      /^__Host-parley-staff=[\w-]{43}; Path=\/; Max-Age=14400; Secure; HttpOnly; SameSite=Strict$|,__Host-parley-staff=[\w-]{43}; Path=\/; Max-Age=14400; Secure; HttpOnly; SameSite=Strict$/,
    )
    expect(cookie).not.toBe(before)
    const after = await site.ask({ cookie: before }, { method: 'GET', path: '/console/cutoffs' })
    expect(after.headers.location).toBe('/staff/sign-in')
  }
})

/** Things of the northern bank, and people of the southern one who may do as much at their own: by none of its ids do they get anywhere. */
test('another bank’s ids open nothing, at any route that takes one, and move nothing there', async () => {
  const { clone, console: database } = site.world
  const north = await site.person('north-operator', 'operator', { institutions: [banks.north] })
  const reader = await site.person('north-agent', 'agent', { institutions: [banks.north] })
  const { number, customer } = await site.world.stolenCard()
  await site.ask(
    north,
    { method: 'POST', path: `/cases/${number}/propose` },
    { fields: { finding: 'fraud', refund: 'yes' } },
  )
  const proposal = await idIn('SELECT id::text FROM cases.proposal LIMIT 1')
  const version = await saveRules(database, north, banks.north, 'night: review when at_night\n')
  const cutoff = await cutOff(database, north, { kind: 'institution', target: banks.north })
  await site.ask(
    north,
    { method: 'POST', path: '/console/incidents' },
    {
      fields: { bank: banks.north, title: 'Slow in the north', what: 'Looks take long there.', minutes: '5' },
    },
  )
  const incident = await idIn(`SELECT id::text FROM console.incident WHERE title = 'Slow in the north'`)
  const drafted = await site.ask(north, { method: 'POST', path: `/console/cutoffs/${cutoff}/lift` })
  const act = /acts\/([0-9a-f-]{36})/.exec(String(drafted.headers.location))?.[1] ?? ''
  const desk = createDeskWorld(clone, site.world.world)
  await desk.ask(customer, 'Is anybody there?')
  const handover = await idIn('SELECT id::text FROM desk.handover WHERE conversation = $1', [customer.conversation])
  const objects: readonly (readonly [RegExp, string])[] = [
    [/^\/cases\/:number/, number],
    [/^\/cases\/proposals\/:id/, proposal],
    [/^\/(?:cases|console)\/acts\/:id/, act],
    [/^\/console\/rules\/:id/, version.id],
    [/^\/console\/cutoffs\/:cutoff/, cutoff],
    [/^\/console\/incidents\/:id/, incident],
    [/^\/desk\/:id/, handover],
  ]
  // The ids are those of things that are there: their own bank’s people find them.
  await site.ask(reader, { method: 'POST', path: `/desk/${handover}/take` })
  for (const [who, path] of [
    [north, `/cases/${number}`],
    [north, `/console/acts/${act}`],
    [reader, `/desk/${handover}`],
  ] as const) {
    expect([path, (await site.ask(who, { method: 'GET', path })).statusCode]).toEqual([path, 200])
  }
  const before = await fingerprint()
  const wrong: string[] = []
  for (const [route, action] of guarded()) {
    const object = objects.find(([pattern]) => pattern.test(route.path))?.[1]
    if (object === undefined) continue
    for (const role of staffRoles.filter((each) => may(each, action))) {
      const fields = {
        finding: 'genuine',
        refund: 'no',
        note: 'not mine',
        reason: 'Not my business at all',
        resolve: 'yes',
        words: 'hello',
      }
      const answer = await site.ask(of(role), filled(route, object), { fields })
      // To begin a lift is a draft of one’s own, which cannot be signed for another bank: the database refuses the signature.
      const isDraft = route.path === '/console/cutoffs/:cutoff/lift' && answer.statusCode === 303
      if (isDraft) continue
      const fits = answer.statusCode >= 400 && answer.statusCode < 500 && !answer.body.includes('Slow in the north')
      if (!fits) wrong.push(`${role} ${nameOf(route)}: ${answer.statusCode} ${String(answer.headers.location)}`)
    }
  }
  expect(wrong).toEqual([])
  expect(await fingerprint()).toBe(before)

  async function idIn(query: string, values: readonly string[] = []): Promise<string> {
    return (await clone.admin.one(z.object({ id: z.string() }), query, [...values])).id
  }
  async function fingerprint(): Promise<string> {
    const tables = [
      'cases.file',
      'cases.event',
      'cases.proposal',
      'rules.rule_set',
      'consent.cutoff',
      'consent.cutoff_lift',
      'console.incident',
      'desk.handover',
    ]
    const parts = await Promise.all(
      tables.map(async (table) =>
        (await clone.admin.rows(z.object({ row: z.string() }), `SELECT t::text AS row FROM ${table} t ORDER BY 1`)).map(
          ({ row }) => row,
        ),
      ),
    )
    return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
  }
})

test('nobody ends a session that is not theirs to end, by whatever name; an operator ends those of their own bank’s people, and it is written down', async () => {
  const [north, south] = [banks.north, banks.south].map((bank) => ({ institutions: [bank] }))
  const theirs = await site.person('in-the-north', 'agent', north)
  const ours = await site.person('in-the-south', 'agent', south)
  const everywhere = await site.person('everywhere', 'operator')
  const handleOf = ({ hash }: Visitor): string => createHash('sha256').update(hash).digest('hex')
  const end = (who: Visitor, whose: Visitor, handle = handleOf(whose)) =>
    site.ask(who, { method: 'POST', path: '/staff/sessions/end' }, { fields: { handle } })
  const isIn = async (who: Visitor): Promise<boolean> =>
    (await site.ask(who, { method: 'GET', path: '/staff/sessions' })).statusCode === 200
  for (const role of staffRoles) await end(of(role), theirs)
  for (const role of ['agent', 'analyst', 'auditor', 'platform'] as const) {
    await end(of(role), ours)
    await end(of(role), everywhere)
  }
  await end(of('operator'), everywhere)
  await site.ask(of('operator'), { method: 'POST', path: '/staff/sessions/end-others' })
  expect(await Promise.all([theirs, ours, everywhere].map(isIn))).toEqual([true, true, true])
  // Only whose sessions they may end are they shown.
  const seen = (await site.ask(of('operator'), { method: 'GET', path: '/staff/sessions' })).body
  expect([seen.includes('in-the-south'), seen.includes('in-the-north'), seen.includes('everywhere')]).toEqual([
    true,
    false,
    false,
  ])
  await end(of('operator'), ours)
  expect(await Promise.all([theirs, ours].map(isIn))).toEqual([true, false])
  const { count } = await site.world.clone.admin.one(
    z.object({ count: z.bigint() }),
    `SELECT count(*) FROM staff.event WHERE member = $1 AND kind = 'session-ended'`,
    [ours.id],
  )
  expect(count).toBe(1n)
})

test('what the staff did is given to whoever has the token alone, and names nobody of the customers', async () => {
  const get = (authorization?: string) =>
    site.server.inject({
      url: '/staff/events',
      headers: { ...(authorization !== undefined && { authorization }), cookie: of('auditor').cookie },
    })
  for (const wrong of [undefined, 'Bearer ', 'Bearer x', `Basic ${staffSiteToken}`, staffSiteToken]) {
    expect([wrong, (await get(wrong)).statusCode]).toEqual([wrong, 401])
  }
  const { statusCode, body } = await get(`Bearer ${staffSiteToken}`)
  expect(statusCode).toBe(200)
  const customers = await site.world.clone.admin.rows(
    z.object({ id: z.string() }),
    'SELECT id::text FROM customers.customer',
  )
  expect(customers.filter(({ id }) => body.includes(id))).toEqual([])
  for (const line of body.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ metadata: { version: '1.3.0' } })
})
