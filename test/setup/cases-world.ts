import { join } from 'node:path'
import { z } from 'zod'
import { caseJobs } from '../../src/cases/index.ts'
import type { BankClock } from '../../src/cases/index.ts'
import { addCasePages } from '../../src/cases/case-pages.ts'
import { staffPageLimits } from '../../src/staff-pages/index.ts'
import type { StaffRole } from '../../src/staff/index.ts'
import { assets } from '../../src/pages/index.ts'
import { createLogger, createMetrics, createServer, systemClock, systemRandom } from '../../src/platform/index.ts'
import type { Job } from '../../src/platform/index.ts'
import { createAlertsWorld } from './alerts-world.ts'
import type { WatchedCustomer } from './alerts-world.ts'
import { buildFolder } from './build-folder.ts'
import { addStaff, staffDeps } from './staff-people.ts'
import type { StaffPerson } from './staff-people.ts'
import { beginStaffVisit } from './staff-session.ts'
import { testSite } from './trust-world.ts'

/** Somebody of the staff with a session of the pages. */
export type CaseWorker = StaffPerson & { readonly hash: Buffer; readonly cookie: string }

/** Alerts, and the pages of the people who work on what they open. */
export type CasesWorld = Awaited<ReturnType<typeof createCasesWorld>>

const jobRow = z.object({
  id: z.bigint(),
  kind: z.string(),
  key: z.string(),
  payload: z.record(z.string(), z.string()),
})

export async function createCasesWorld() {
  const world = await createAlertsWorld()
  const database = world.clone.connect('console')
  const logger = createLogger({ role: 'test', level: 'silent' })
  const metrics = createMetrics({ processMetrics: false })
  const limits = Object.fromEntries(Object.keys(staffPageLimits).map((name) => [name, { max: 1_000_000, windowMs: 60_000 }])) // prettier-ignore
  const clocks: { [institution: string]: BankClock } = {}
  const server = await createServer({ logger, metrics, random: systemRandom }, { title: 'test', version: '0', limits })
  await addCasePages(server, {
    ...staffDeps(database),
    assets: assets.load(join(buildFolder(), 'web')),
    logger,
    metrics,
    clock: systemClock,
    origin: testSite.origin,
    timeZone: 'UTC',
    keystore: world.world.keys.service,
    alerts: world.alerts.parts,
    clocks,
  })
  await server.ready()
  const handlers = caseJobs({
    database: world.database,
    keystore: world.world.keys.fraud,
    random: systemRandom,
    publicUrl: testSite.origin,
  })

  return {
    ...world,
    console: database,
    /** How banks count their days: a test may change it. */
    clocks,
    addWorker,
    stolenCard,
    get,
    post,
    agree,
    follow,
    async end() {
      await server.close()
      await world.end()
    },
  }

  async function addWorker(login: string, role: StaffRole, institutions?: readonly string[]): Promise<CaseWorker> {
    const person = await addStaff(world.clone, login, { role, ...(institutions === undefined ? {} : { institutions }) })
    return { ...person, ...(await beginStaffVisit(database, person)) }
  }

  /** A customer who was asked about a use of their card and said "Not me": the number of the case that this opened. */
  async function stolenCard(change: Parameters<typeof world.use>[1] = {}, whose?: WatchedCustomer) {
    const customer = whose ?? (await world.addCustomer())
    const use = world.use(customer, change)
    await world.take(use)
    await world.run()
    const alert = (await world.rows(customer)).find(({ events }) => events.includes(use.id))
    if (alert === undefined) throw new Error('no alert')
    await world.reply(alert.id, 'not-me')
    await world.run()
    const row = (await world.rows(customer)).find(({ id }) => id === alert.id)
    if (row?.case_number === undefined || row.case_number === null) throw new Error('no case')
    return { customer, use, alert: alert.id, number: row.case_number }
  }

  async function get(who: CaseWorker, url: string) {
    return await server.inject({ method: 'GET', url, headers: { cookie: who.cookie } })
  }

  async function post(
    who: Pick<CaseWorker, 'cookie'>,
    url: string,
    fields: Readonly<Record<string, string>> = {},
    origin: string = testSite.origin,
  ) {
    return await server.inject({
      method: 'POST',
      url,
      headers: {
        cookie: who.cookie,
        origin,
        'sec-fetch-site': origin === testSite.origin ? 'same-origin' : 'cross-site',
        'content-type': 'application/x-www-form-urlencoded',
      },
      payload: new URLSearchParams(fields).toString(),
    })
  }

  /** Agrees with the proposal that waits for a case, by the pages and with this person's own passkey. */
  async function agree(who: CaseWorker, number: string) {
    const page = await get(who, `/cases/${number}`)
    const proposal = /\/cases\/proposals\/([0-9a-f-]{36})\/sign/.exec(page.body)?.[1]
    if (proposal === undefined) throw new Error('nothing to agree with')
    const onward = await post(who, `/cases/proposals/${proposal}/sign`)
    const act = String(onward.headers.location)
    const { challenge } = z.object({ challenge: z.string() }).parse((await post(who, `${act}/challenge`)).json())
    const response = JSON.stringify(who.passkey.assert(Buffer.from(challenge, 'base64url')))
    return await post(who, act, { response })
  }

  /** Does what follows from decisions; how many there were. */
  async function follow(): Promise<number> {
    const due = await world.clone.admin.rows(
      jobRow,
      `SELECT id, kind, key, payload FROM platform.job WHERE kind LIKE 'cases.%' ORDER BY id`,
    )
    for (const row of due) {
      const job: Job = { ...row, attempt: 1, createdAt: systemClock.now() }
      const outcome = await handlers[row.kind]?.(job)
      if (outcome === undefined || !('finish' in outcome)) throw new Error('not done')
      await world.database.transaction(async (tx) => {
        await tx.run('DELETE FROM platform.job WHERE id = $1', [row.id])
        await outcome.finish(tx)
      })
    }
    return due.length
  }
}
