import { afterAll, beforeAll, expect, test } from 'vitest'
import { createConsoleWorld } from '../setup/console-world.ts'
import type { ConsolePerson, ConsoleWorld } from '../setup/console-world.ts'
import { banks } from '../setup/trust-world.ts'
import { addBareGrant, mustOpen } from './gate-scene.ts'

let world: ConsoleWorld
let olivia: ConsolePerson
let aki: ConsolePerson
let nora: ConsolePerson
let anna: ConsolePerson

beforeAll(async () => {
  world = await createConsoleWorld({
    change: {
      settings: [
        { path: 'timeZone', value: 'UTC', from: 'default', since: undefined, institution: undefined },
        { path: 'institutions.1.name', value: 'Southern', from: 'file', since: 0, institution: banks.south },
        { path: 'messenger.appSecret', value: undefined, from: 'file', since: 0, institution: undefined },
        { path: 'metricsToken', value: undefined, from: 'default', since: undefined, institution: undefined },
      ],
    },
  })
  olivia = await world.person('olivia', 'operator')
  aki = await world.person('aki', 'auditor')
  nora = await world.person('nora', 'auditor', [banks.north])
  anna = await world.person('anna', 'agent')
})
afterAll(() => world.end())

const pages = [
  '',
  '/connectors',
  '/consents',
  '/models',
  '/audit',
  '/incidents',
  '/configuration',
  '/rules',
  '/cutoffs',
]

test('every page shows itself to who may see it, and says 403 to who may not, and nothing of it', async () => {
  for (const path of pages) {
    expect([path, (await olivia.get(`/console${path}`)).status]).toEqual([path, 200])
    expect([path, (await nora.get(`/console${path}`)).status]).toEqual([path, 200])
    const refused = await anna.get(`/console${path}`)
    expect([path, refused.status]).toEqual([path, path === '/cutoffs' ? 200 : 403])
  }
  expect((await world.server.inject({ url: '/console/audit?look=1' })).headers.location).toBe('/staff/sign-in')
})

test('an empty house says that all is well, and when that was found out', async () => {
  const { body } = await olivia.get('/console')
  expect(body).toContain('All is well')
  expect(body).toMatch(/Checked .*\d/)
})

test('another bank’s name, settings and connections are on no page of who is there for one', async () => {
  await world.database.admin.run(`UPDATE institutions.institution SET name = 'Southern Cross' WHERE id = $1`, [
    banks.south,
  ])
  await world.database.connect('answer').run('SELECT institutions.add_looks($1::jsonb)', [
    JSON.stringify([
      {
        institution: banks.south,
        looks: 1,
        failed: 1,
        refused: 0,
        calls: 1,
        initiated: 1,
        good_ms: null,
        bad_ms: 5,
        bad: 'banks/unreachable',
      },
    ]),
  ])
  for (const path of pages) {
    const { body } = await nora.get(`/console${path}`)
    expect([path, body.includes('Southern')]).toEqual([path, false])
  }
  expect((await olivia.get('/console')).body).toContain('Southern Cross (answers): the last look failed')
  const incidents = (await olivia.get('/console/incidents')).body
  expect(incidents).toContain('Southern Cross: the last look failed, and nobody has told of it.')
  expect((await olivia.get('/console/configuration')).body).toContain('secret, not set')
})

test('the record of looks is shown only behind a look that stands in it', async () => {
  const grant = await addBareGrant(world.database.admin, banks.north)
  await mustOpen(world.database.connect('answer'), grant)
  const looks = () => world.database.admin.run('SELECT FROM console.audit_look')
  expect((await aki.get('/console/audit')).body).toContain('Looking is itself logged')
  expect(await looks()).toBe(0)
  const { body } = await aki.get('/console/audit?look=1')
  expect(body).toContain('Looked at: Balances, for Answers')
  expect(body).not.toContain(grant.customer)
  expect(await looks()).toBe(1)
  expect(world.log()).not.toContain(grant.customer)
  // Nonsense in the filter is no filter, and no error.
  expect((await aki.get('/console/audit?look=1&day=yesterday&entry=x&purpose=advertising&before=-1')).status).toBe(200)
})

test('figures that cannot be read are shown as they last were, with their time; where there never were any, the page says so', async () => {
  const { admin } = world.database
  await olivia.get('/console/consents')
  await admin.run('ALTER FUNCTION console.consents(bytea) RENAME TO consents_gone')
  const stale = (await olivia.get('/console/consents')).body
  expect(stale).toContain('data-stale')
  expect(stale).toContain('They are from')
  // Whoever has other banks is not shown what was read for somebody else.
  const zoe = await world.person('zoe', 'operator', [banks.south])
  expect((await zoe.get('/console/consents')).status).toBeGreaterThanOrEqual(500)
  await admin.run('ALTER FUNCTION console.consents_gone(bytea) RENAME TO consents')
  expect((await olivia.get('/console/consents')).body).not.toContain('data-stale')
  // One thing that cannot be found out hides nothing of the others.
  await admin.run('ALTER FUNCTION console.standing(bytea) RENAME TO standing_gone')
  const partly = (await olivia.get('/console')).body
  expect(partly).toContain('Cannot be found out at the moment.')
  expect(partly).toContain('Southern Cross (answers)')
  await admin.run('ALTER FUNCTION console.standing_gone(bytea) RENAME TO standing')
})

test('an incident is told, added to and resolved; a form that lacks something loses nothing that was typed', async () => {
  const wrong = await olivia.post('/console/incidents', {
    bank: 'all',
    title: 'ab',
    what: 'Looks take long.',
    minutes: '5',
  })
  expect(wrong.status).toBe(422)
  expect(wrong.body).toContain('Looks take long.')
  const told = await olivia.post('/console/incidents', {
    bank: 'all',
    title: 'Slow answers',
    what: 'Looks take long.',
    minutes: '5',
  })
  expect(told.location).toBe('/console/incidents?done=told')
  const page = (await olivia.get('/console/incidents')).body
  const id = /\/console\/incidents\/([0-9a-f-]{36})/.exec(page)?.[1] ?? ''
  expect((await aki.post(`/console/incidents/${id}`, { note: 'mine', resolve: 'yes' })).status).toBe(403)
  expect((await olivia.post(`/console/incidents/${id}`, { note: 'x' })).status).toBe(403)
  expect((await olivia.post(`/console/incidents/${id}`, { note: 'It is mended.', resolve: 'yes' })).location).toContain(
    'resolved',
  )
  expect((await olivia.post(`/console/incidents/${id}`, { note: 'It is mended.', resolve: 'yes' })).body).toContain(
    'resolved already',
  )
})
