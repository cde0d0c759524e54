import type { LightMyRequestResponse as Answer } from 'fastify'
import { addCasePages } from '../../src/cases/index.ts'
import { addConsolePages } from '../../src/console/index.ts'
import { createReadNames, deskPages } from '../../src/desk/index.ts'
import { featureNames, fraudModels } from '../../src/fraud/index.ts'
import { createLogger, createMetrics, createServer, systemClock, systemRandom } from '../../src/platform/index.ts'
import type { HttpServer } from '../../src/platform/index.ts'
import { addStaffPages, staffPageLimits } from '../../src/staff-pages/index.ts'
import { Secret, refusal } from '../../src/kernel/index.ts'
import type { PlatformName } from '../../src/kernel/index.ts'
import type { StaffRole, WorkAccounts } from '../../src/staff/index.ts'
import { addStatisticsPages, statsCodes } from '../../src/stats/index.ts'
import { createCasesWorld } from './cases-world.ts'
import type { CasesWorld } from './cases-world.ts'
import { addStaff, staffDeps } from './staff-people.ts'
import type { StaffPerson } from './staff-people.ts'
import { beginStaffVisit } from './staff-session.ts'
import { testPromises } from './test-promises.ts'
import { testSite } from './trust-world.ts'

/** A route as the server registered it. */
export type StaffRoute = { readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'; readonly path: string }

/** Somebody of the staff with a session of the pages. */
export type Visitor = StaffPerson & { readonly hash: Buffer; readonly cookie: string }

/** What a browser would say of where a request comes from. */
export type From = 'own-page' | 'other-site' | 'silent'

/** The pages that are tried: the product's, or a mutated copy of some. */
export type StaffProduct = {
  readonly addStaffPages: typeof addStaffPages
  readonly deskPages: Pick<typeof deskPages, 'add' | 'createLive' | 'limits'>
  readonly addConsolePages: typeof addConsolePages
  readonly addCasePages: typeof addCasePages
  readonly addStatisticsPages: typeof addStatisticsPages
}

/** All pages of the staff on one server, as the gateway has them, over a world with cases; asked without a network. */
export type StaffSite = {
  readonly world: CasesWorld
  readonly server: HttpServer
  /** Every route below the staff's prefixes that the server has. */
  readonly routes: readonly StaffRoute[]
  /** The version of the model that scores here. */
  readonly model: string
  person(
    login: string,
    role: StaffRole,
    scope?: { institutions?: readonly string[]; platform?: PlatformName },
  ): Promise<Visitor>
  ask(who: Pick<Visitor, 'cookie'> | undefined, route: StaffRoute, wish?: Wish): Promise<Answer>
  end(): Promise<void>
}

/** What a SIEM shows at this site. */
export const staffSiteToken = 'a-token-of-these-tests-and-of-no-other'

type Wish = { readonly fields?: Readonly<Record<string, string>>; readonly from?: From; readonly json?: boolean }

const prefixes = ['/staff', '/desk', '/cases', '/console', '/statistics']
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

export async function createStaffSite(product?: Partial<StaffProduct>): Promise<StaffSite> {
  const world = await createCasesWorld()
  const pages: StaffProduct = {
    addStaffPages,
    deskPages,
    addConsolePages,
    addCasePages,
    addStatisticsPages,
    ...product,
  }
  const logger = createLogger({ role: 'test', level: 'silent' })
  const metrics = createMetrics({ processMetrics: false })
  const limits = Object.fromEntries(
    Object.keys({ ...staffPageLimits, ...pages.deskPages.limits }).map((name) => [
      name,
      { max: 1_000_000, windowMs: 60_000 },
    ]),
  )
  const statusOf = (code: string) => Object.entries(statsCodes).find(([name]) => name === code)?.[1].status
  const server = await createServer(
    { logger, metrics, random: systemRandom },
    { title: 'test', version: '0', limits, statusOf },
  )
  const routes: StaffRoute[] = []
  server.addHook('onRoute', ({ method, url }) => {
    if (!prefixes.some((prefix) => url === prefix || url.startsWith(`${prefix}/`))) return
    for (const name of methods) if ([method].flat().includes(name)) routes.push({ method: name, path: url })
  })
  const { keys } = world.world
  const shared = {
    ...staffDeps(world.console),
    logger,
    metrics,
    clock: systemClock,
    timeZone: 'UTC',
    origin: testSite.origin,
    assets: { path: (name: string) => `/assets/${name}`, files: [] },
  }
  const service = world.clone.connect('service')
  const scorer = fraudModels.readDefault(featureNames)
  const notHere = () => Promise.reject(new Error('not here'))
  await pages.addStaffPages(server, {
    ...shared,
    work: noProvider,
    passkeyEntry: true,
    eventsToken: new Secret(staffSiteToken),
  })
  await pages.deskPages.add(server, {
    ...shared,
    desk: {
      database: service,
      keystore: keys.service,
      random: systemRandom,
      publicUrl: testSite.origin,
      timeZone: 'UTC',
      promises: testPromises,
      bank: { fetchBalances: notHere, fetchTransactions: notHere, fetchCardBills: notHere, fetchCards: notHere },
      clock: systemClock,
      names: createReadNames(),
    },
    live: pages.deskPages.createLive({ database: service, heard: [], clock: systemClock, logger, metrics }),
  })
  await pages.addConsolePages(server, {
    ...shared,
    keystore: { liftCutoff: notHere, changeRules: notHere },
    health: () => Promise.resolve('ok'),
    models: { list: [{ institution: undefined, scorer }], rows: () => [] },
    settings: [
      { path: 'timeZone', value: 'canary-of-settings', from: 'file', since: undefined, institution: undefined },
    ],
  })
  await pages.addCasePages(server, { ...shared, keystore: keys.service, alerts: world.alerts.parts, clocks: {} })
  await pages.addStatisticsPages(server, { ...shared, statistics: world.clone.connect('statistics') })
  await server.ready()

  return {
    world,
    server,
    routes,
    model: scorer.version,
    async person(login, role, scope = {}) {
      const person = await addStaff(world.clone, login, { role, ...scope })
      return { ...person, ...(await beginStaffVisit(world.console, person)) }
    },
    ask: async (who, { method, path }, { fields = {}, from = 'own-page', json = false } = {}) =>
      await server.inject({
        method,
        url: path,
        headers: {
          ...(who === undefined ? {} : { cookie: who.cookie }),
          ...origins[from],
          'accept-language': 'en-US',
          ...(method === 'GET'
            ? {}
            : { 'content-type': json ? 'application/json' : 'application/x-www-form-urlencoded' }),
        },
        ...(method === 'GET'
          ? {}
          : { payload: json ? JSON.stringify(fields) : new URLSearchParams(fields).toString() }),
      }),
    async end() {
      await server.close()
      await world.end()
    },
  }
}

/** A provider that is away: its routes are there, and nobody comes in by them. */
const noProvider: WorkAccounts = {
  issuer: 'https://work.test',
  begin: () => Promise.resolve(refusal('staff/provider-away')),
  finish: () => Promise.resolve(refusal('staff/entry-spent')),
}

const origins: Readonly<Record<From, Readonly<Record<string, string>>>> = {
  'own-page': { origin: testSite.origin, 'sec-fetch-site': 'same-origin' },
  'other-site': { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' },
  silent: {},
}
