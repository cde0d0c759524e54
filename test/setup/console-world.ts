import { addConsolePages } from '../../src/console/index.ts'
import type { ConsoleDeps } from '../../src/console/index.ts'
import { featureNames, fraudModels } from '../../src/fraud/index.ts'
import { createLogger, createMetrics, createServer, systemClock, systemRandom } from '../../src/platform/index.ts'
import type { HttpServer } from '../../src/platform/index.ts'
import { staffPageLimits } from '../../src/staff-pages/index.ts'
import type { StaffRole } from '../../src/staff/index.ts'
import { cloneDatabase } from './database.ts'
import type { TestDatabase } from './database.ts'
import { addStaff } from './staff-people.ts'
import { beginStaffVisit } from './staff-session.ts'
import { addInstitution, banks, testSite } from './trust-world.ts'

/** The console's pages over a database of their own, asked without a network. */
export type ConsoleWorld = {
  readonly database: TestDatabase
  readonly server: HttpServer
  readonly log: () => string
  /** Somebody of the staff with a session: their hash, and a way to ask for pages. */
  person(login: string, role: StaffRole, institutions?: readonly string[]): Promise<ConsolePerson>
  end(): Promise<void>
}

export type ConsolePerson = {
  readonly hash: Buffer
  get(path: string): Promise<{ readonly status: number; readonly body: string }>
  post(
    path: string,
    fields: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly body: string; readonly location: string | undefined }>
}

/** @param product a mutated copy's way to add the pages; `change` what the pages are given instead */
export async function createConsoleWorld(
  options: {
    readonly product?: { readonly addConsolePages: typeof addConsolePages }
    readonly change?: Partial<ConsoleDeps>
  } = {},
): Promise<ConsoleWorld> {
  const database = await cloneDatabase()
  await addInstitution(database.admin, banks.north)
  await addInstitution(database.admin, banks.south)
  const lines: string[] = []
  const logger = createLogger({ role: 'test', level: 'debug', destination: { write: (line) => void lines.push(line) } })
  const metrics = createMetrics({ processMetrics: false })
  const limits = Object.fromEntries(
    Object.keys(staffPageLimits).map((name) => [name, { max: 1_000_000, windowMs: 60_000 }]),
  )
  const server = await createServer({ logger, metrics, random: systemRandom }, { title: 'test', version: '0', limits })
  const console_ = database.connect('console')
  await (options.product?.addConsolePages ?? addConsolePages)(server, {
    random: systemRandom,
    clock: systemClock,
    logger,
    metrics,
    timeZone: 'UTC',
    assets: { path: (name) => `/assets/${name}`, files: [] },
    origin: testSite.origin,
    party: { id: testSite.rpId, name: 'Parley', origin: testSite.origin },
    database: console_,
    keystore: {
      liftCutoff: () => Promise.reject(new Error('not here')),
      changeRules: () => Promise.reject(new Error('not here')),
    },
    health: () => Promise.resolve('ok'),
    models: { list: [{ institution: undefined, scorer: fraudModels.readDefault(featureNames) }], rows: () => [] },
    settings: [],
    ...options.change,
  })
  await server.ready()
  return {
    database,
    server,
    log: () => lines.join(''),
    async person(login, role, institutions) {
      const somebody = await addStaff(database, login, {
        role,
        ...(institutions === undefined ? {} : { institutions }),
      })
      const { hash, cookie } = await beginStaffVisit(console_, somebody)
      const headers = {
        cookie,
        'accept-language': 'en-US',
        'user-agent':
          'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36',
      }
      return {
        hash,
        async get(path) {
          const { statusCode: status, body } = await server.inject({ method: 'GET', url: path, headers })
          return { status, body }
        },
        async post(path, fields) {
          const answer = await server.inject({
            method: 'POST',
            url: path,
            headers: {
              ...headers,
              origin: testSite.origin,
              'sec-fetch-site': 'same-origin',
              'content-type': 'application/x-www-form-urlencoded',
            },
            payload: new URLSearchParams(fields).toString(),
          })
          const { location } = answer.headers
          return {
            status: answer.statusCode,
            body: answer.body,
            location: typeof location === 'string' ? location : undefined,
          }
        },
      }
    },
    async end() {
      await server.close()
      await database.drop()
    },
  }
}
