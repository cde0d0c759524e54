// The pages and the API as a browser and a program find them.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { systemRandom } from '../platform/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { serveStatistics } from '../../test/setup/stats-server.ts'
import { createStatsWorld } from '../../test/setup/stats-world.ts'
import type { SignedInStaff, StatsWorld } from '../../test/setup/stats-world.ts'
import { releaseCounts } from './release-counts.ts'

let world: StatsWorld
let server: HttpServer
let log: () => string
let meta: SignedInStaff
beforeAll(async () => {
  world = await createStatsWorld()
  const served = await serveStatistics(world)
  server = served.server
  log = served.log
  meta = await world.addStaff({ role: 'platform', platform: 'meta' })
})
afterAll(async () => {
  await server.close()
  await world.end()
})

const get = (path: string, who: SignedInStaff | undefined = meta, language = 'en') =>
  server.inject({ url: path, headers: { cookie: who?.cookie ?? '', 'accept-language': language } })
const post = (path: string, fields: Record<string, string>, who = meta, from = 'same-origin') =>
  server.inject({
    method: 'POST',
    url: path,
    headers: { cookie: who.cookie, 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': from },
    payload: new URLSearchParams(fields).toString(),
  })
const askApi = (question: string, week: string, who = meta) =>
  server.inject({
    method: 'POST',
    url: '/statistics/api/releases',
    headers: { cookie: who.cookie },
    payload: { question, week },
  })

const releaseShape = z.object({
  id: z.string(),
  state: z.enum(['waiting', 'released']),
  rho: z.string(),
  halfWidth95: z.number(),
  cells: z.array(
    z.object({
      cell: z.string(),
      hidden: z.boolean(),
      value: z.number().nullable(),
      low: z.number(),
      high: z.number(),
    }),
  ),
})

test('from the first question to its numbers: asked, waiting, counted, shown with what they may be off by', async () => {
  const week = await world.week(1)
  for (let n = 0; n < 3; n += 1)
    await world.act((await world.addCustomer()).id, week, [{ measure: 'asked', cell: 'bills' }])
  expect((await get('/statistics')).body).toContain('Nothing has been asked yet')
  const asked = await post('/statistics/ask', { question: 'questions-by-kind', week })
  expect(asked.statusCode).toBe(303)
  const path = String(asked.headers.location)
  const waiting = await get(path)
  expect(waiting.body).toContain('This is being counted')
  expect(waiting.body).not.toContain('<svg')
  await releaseCounts({ database: world.statistics, random: systemRandom })
  const shown = await get(path)
  expect(shown.statusCode).toBe(200)
  expect(shown.body).toContain('<svg class="cells"')
  expect(shown.body).toContain('at most 48 from the true count')
  expect((await get('/statistics')).body).toContain('99 % left (99/400 of 1/4)')
  // The same question again: the same page, and nothing more is spent.
  expect((await post('/statistics/ask', { question: 'questions-by-kind', week })).headers.location).toBe(path)
  expect((await get('/statistics')).body).toContain('99 % left (99/400 of 1/4)')
})

test('small numbers are hidden everywhere: not on the page, not as JSON, not as CSV', async () => {
  const week = await world.week(2)
  const asked = releaseShape.parse((await askApi('people-by-region', week)).json())
  await world.statistics.one(z.object({ kept: z.boolean() }), 'SELECT statistics.keep($1, $2::bigint[]) AS kept', [
    asked.id,
    ['-31', '27', '28', '1733', '0', '5'],
  ])
  const json = releaseShape.parse((await get(`/statistics/api/releases/${asked.id}`)).json())
  expect(json.cells.map(({ hidden, value, low, high }) => [hidden, value, low, high])).toEqual([
    [true, null, 0, 56],
    [true, null, 0, 56],
    [false, 28, 0, 56],
    [false, 1733, 1705, 1761],
    [true, null, 0, 56],
    [true, null, 0, 56],
  ])
  const csv = await get(`/statistics/api/releases/${asked.id}/csv`)
  expect(csv.headers['content-type']).toContain('text/csv')
  expect(csv.body.split('\r\n')).toEqual([
    'question,week,cell,state,value,low95,high95',
    `people-by-region,${week},north-america,hidden,,0,56`,
    `people-by-region,${week},latin-america,hidden,,0,56`,
    `people-by-region,${week},europe,shown,28,0,56`,
    `people-by-region,${week},asia-pacific,shown,1733,1705,1761`,
    `people-by-region,${week},africa-middle-east,hidden,,0,56`,
    `people-by-region,${week},unnamed,hidden,,0,56`,
    '',
  ])
  const page = (await get(`/statistics/releases/${asked.id}`)).body
  expect(page).toContain('1,733')
  expect(page).not.toMatch(/-31|>27</)
  expect(page).toContain('4 groups are hidden')
})

test('a refused question says why, and that nothing was spent; the list keeps it', async () => {
  const refused = await post('/statistics/ask', { question: 'people-answered', week: await world.week(0) })
  expect(refused.statusCode).toBe(409)
  expect(refused.body).toContain('That week is not over')
  expect(refused.body).toContain('nothing was spent')
  expect((await get('/statistics')).body).toMatch(/Refused in the last 90 days[^]*People answered[^]*1 time, last/)
  expect((await post('/statistics/ask', { question: '<b>x', week: 'then' })).statusCode).toBe(422)
  const problem = await askApi('people-answered', await world.week(13))
  expect([problem.statusCode, problem.json()]).toMatchObject([410, { code: 'stats/week-gone' }])
  expect(problem.headers['content-type']).toContain('application/problem+json')
})

test('whose pages these are: a platform sees itself alone, operators and auditors look without asking, the rest of the staff nothing', async () => {
  const week = await world.week(3)
  const { id } = releaseShape.parse((await askApi('people-answered', week)).json())
  const assistants = await world.addStaff({ role: 'platform', platform: 'assistants' })
  for (const path of [
    `/statistics/releases/${id}`,
    `/statistics/api/releases/${id}`,
    `/statistics/api/releases/${id}/csv`,
  ]) {
    expect((await get(path, assistants)).statusCode, path).toBe(404)
    expect((await get(path)).statusCode, path).toBe(200)
  }
  expect((await get('/statistics?platform=meta', assistants)).body).not.toContain(id)
  expect((await get('/statistics/api/releases?platform=meta', assistants)).json()).toEqual({
    platform: 'assistants',
    releases: [],
  })
  const auditor = await world.addStaff({ role: 'auditor' })
  const looked = await get('/statistics?platform=meta', auditor)
  expect(looked.body).toContain(id)
  expect(looked.body).not.toContain('/statistics/ask')
  expect((await askApi('people-answered', await world.week(4), auditor)).json()).toMatchObject({
    code: 'stats/not-allowed',
  })
  for (const role of ['agent', 'analyst'] as const) {
    const nobody = await world.addStaff({ role })
    expect((await get('/statistics', nobody)).statusCode).toBe(403)
    expect((await get('/statistics/api/releases', nobody)).statusCode).toBe(403)
    expect((await askApi('people-answered', week, nobody)).statusCode).toBe(403)
  }
  const stranger = { session: Buffer.alloc(32), cookie: `__Host-parley-staff=${'A'.repeat(43)}` }
  expect((await get('/statistics', stranger)).headers.location).toBe('/staff/sign-in')
  expect((await get('/statistics/api/catalogue', stranger)).statusCode).toBe(401)
  expect((await askApi('people-answered', week, stranger)).statusCode).toBe(401)
})

test('no other site asks in somebody’s name, by a form or by what passes for JSON', async () => {
  const week = await world.week(5)
  for (const from of ['cross-site', 'same-site', 'none']) {
    expect((await post('/statistics/ask', { question: 'people-answered', week }, meta, from)).statusCode, from).toBe(
      403,
    )
  }
  const asForm = await server.inject({
    method: 'POST',
    url: '/statistics/api/releases',
    headers: { cookie: meta.cookie, 'content-type': 'text/plain' },
    payload: JSON.stringify({ question: 'people-answered', week }),
  })
  expect(asForm.statusCode).toBe(400)
  expect((await get('/statistics/api/releases')).body).not.toContain(`"week":"${week}"`)
})

test('the catalogue and what is left are there for programs, as exact fractions', async () => {
  const catalogue = (await get('/statistics/api/catalogue')).json()
  expect(catalogue).toMatchObject({ yearlyCapRho: '1/4' })
  expect(catalogue.questions).toHaveLength(4)
  expect(catalogue.questions[3]).toMatchObject({ noise: 'discrete Laplace, scale 15', rho: '1/450', halfWidth95: 45 })
  const { years } = z
    .object({ years: z.array(z.object({ capRho: z.string(), leftRho: z.string() })) })
    .parse((await get('/statistics/api/budget')).json())
  expect(years[0]).toMatchObject({ capRho: '1/4' })
})

test.each(['es', 'fr', 'de', 'pt'])('every page speaks %s', async (language) => {
  const page = await get('/statistics', meta, language)
  expect(page.body).toContain(`<html lang="${language}`)
  expect(page.body).not.toContain('Ask a question')
})

test('the log of the server names codes and people of the staff, and nothing that was counted', () => {
  expect(log()).toContain('statistics.asked')
  expect(log()).not.toMatch(/numbers|people"|contribution/)
})
