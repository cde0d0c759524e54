import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { ConfigFault } from './config.ts'
import type { StaffConfig } from './config.ts'
import { Secret, isInstitutionId, platformNames } from './kernel/index.ts'
import {
  createLogger,
  createMetrics,
  openDatabase,
  readConnectionUrl,
  sqlState,
  systemRandom,
} from './platform/index.ts'
import type { ConnectionConfig, Database } from './platform/index.ts'
import { staffAdministration, staffEvents, staffRoles } from './staff/index.ts'
import type { AddedMember, WantedMember } from './staff/index.ts'

type Write = (text: string) => void

/** Exit codes: 0 done, 1 nothing was done (the login is taken, or nobody has it). */
const exitCodes = { done: 0, undone: 1 } as const

/** What the command line said; either one person, or a file of several. */
export type StaffAddWish = {
  readonly login: string | undefined
  readonly role?: string
  readonly institution?: readonly string[]
  readonly platform?: string
  readonly hours?: string
  readonly people?: string
  readonly json: boolean
}

/** `parley staff add`: adds people and prints, once, where each makes a passkey. The code stands behind `#`, which no browser sends. */
export async function runStaffAdd(config: StaffConfig, wish: StaffAddWish, write: Write): Promise<number> {
  const wanted = wish.people === undefined ? [readOne(wish)] : readPeople(wish.people)
  return await withDatabase(config, async (database) => {
    const added: AddedMember[] = []
    for (const person of wanted) {
      const outcome = await addOne(database, person)
      if (outcome.ok) added.push(outcome.value)
      else if (wish.people === undefined) {
        write(`${person.login} is there already. "parley staff remove" first, to begin anew.\n`)
        return exitCodes.undone
      }
    }
    write(
      wish.json
        ? `${JSON.stringify(added.map((each) => jsonOf(config, each)))}\n`
        : added.map((each) => told(config, each)).join(''),
    )
    return exitCodes.done
  })
}

/** `parley staff list`. */
export async function runStaffList(
  config: StaffConfig,
  flags: { readonly json: boolean },
  write: Write,
): Promise<number> {
  return await withDatabase(config, async (database) => {
    const people = await staffAdministration.list(database)
    const rows = people.map(({ login, role, institutions, enrolled }) => ({
      login,
      role,
      institutions: institutions ?? null,
      enrolled,
    }))
    if (flags.json) write(`${JSON.stringify(rows)}\n`)
    else if (rows.length === 0) write('Nobody yet: "parley staff add".\n')
    else
      for (const row of rows)
        write(
          `${row.login.padEnd(24)} ${row.role.padEnd(9)} ${row.institutions?.join(', ') ?? 'every bank'}${row.enrolled ? '' : '   (no passkey yet)'}\n`,
        )
    return exitCodes.done
  })
}

/** `parley staff events`: every event after a place, a thousand at a time, until there are no more. */
export async function runStaffEvents(
  config: StaffConfig,
  wish: { readonly after?: string },
  write: Write,
): Promise<number> {
  if (wish.after !== undefined && !staffEvents.isPlace(wish.after)) {
    throw new ConfigFault(['--after: the metadata.uid of an event, such as 812-40'])
  }
  return await withDatabase(config, async (database) => {
    let after = wish.after
    for (;;) {
      const events = await staffEvents.list(database, after)
      for (const event of events) write(`${JSON.stringify(staffEvents.toOcsf(event))}\n`)
      after = events.at(-1)?.place
      if (events.length < staffEvents.max) return exitCodes.done
    }
  })
}

/** `parley staff remove`. */
export async function runStaffRemove(
  config: StaffConfig,
  wish: { readonly login: string; readonly json: boolean },
  write: Write,
): Promise<number> {
  return await withDatabase(config, async (database) => {
    const removed = await staffAdministration.remove(database, wish.login)
    if (wish.json) write(`${JSON.stringify({ login: wish.login, removed })}\n`)
    else
      write(
        removed ? `${wish.login} is removed: passkeys and sessions have ended.\n` : `Nobody is called ${wish.login}.\n`,
      )
    return removed ? exitCodes.done : exitCodes.undone
  })
}

async function addOne(database: Database, person: WantedMember) {
  try {
    return await staffAdministration.add({ random: systemRandom }, database, person)
  } catch (thrown) {
    if (sqlState(thrown) === '23503') throw new ConfigFault(['--institution: there is no such bank here'], thrown)
    throw thrown
  }
}

function told(config: StaffConfig, { login, code, hours }: AddedMember): string {
  return `${login}: open this once, within ${hours} hours, and make a passkey:\n  ${addressOf(config, login, code)}\n`
}

function jsonOf(config: StaffConfig, added: AddedMember) {
  return {
    login: added.login,
    code: added.code,
    address: addressOf(config, added.login, added.code),
    hours: added.hours,
  }
}

function addressOf({ publicUrl }: StaffConfig, login: string, code: string): string {
  return `${publicUrl}/staff/enrol#${login}:${code}`
}

const personShape = z.object({
  login: z
    .string()
    .refine(staffAdministration.isLogin, 'lower-case words joined by dots or hyphens, at most 40 characters'),
  role: z.enum(staffRoles),
  institutions: z.array(z.string().refine(isInstitutionId)).min(1).max(64).optional(),
  platform: z.enum(platformNames).optional(),
  /** The one-time code; long enough that nobody guesses it. */
  password: z
    .string()
    .regex(/^[\w-]{24,128}$/)
    .optional(),
  hours: z.coerce.number().int().min(1).max(8784).optional(),
})

function readOne(wish: StaffAddWish): WantedMember {
  const { login, role, institution: institutions, platform, hours } = wish
  return toWanted(personShape, { login, role, institutions, platform, hours }, 'staff add')
}

function readPeople(file: string): readonly WantedMember[] {
  const people: unknown = JSON.parse(readFileSync(file, 'utf8'))
  return z
    .array(z.unknown())
    .max(1_000)
    .parse(people)
    .map((person) => toWanted(personShape, person, file))
}

function toWanted(shape: typeof personShape, value: unknown, where: string): WantedMember {
  const parsed = shape.safeParse(value)
  if (!parsed.success) {
    throw new ConfigFault(
      parsed.error.issues.map((issue) => `${where}: ${issue.path.join('.') || 'person'}: ${issue.message}`),
    )
  }
  const { login, role, institutions, platform, password, hours } = parsed.data
  if ((role === 'platform') !== (platform !== undefined) || (platform !== undefined && institutions !== undefined)) {
    throw new ConfigFault([`${where}: the role platform, and no other, has a platform, and no banks`])
  }
  return {
    login,
    role,
    institutions,
    platform,
    ...(password === undefined ? {} : { code: password }),
    ...(hours === undefined ? {} : { hours }),
  }
}

async function withDatabase(config: StaffConfig, work: (database: Database) => Promise<number>): Promise<number> {
  const metrics = createMetrics({ processMetrics: false })
  const logger = createLogger({ role: 'staff', level: 'warn', destination: process.stderr, metrics })
  const database = openDatabase({ connection: connectionOf(config), poolMax: 1, logger, metrics })
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

// Its password is in no file of the processes that serve pages: an administrator brings it, or is one.
function connectionOf({ adminUrl, database: { host, port, database, passwords } }: StaffConfig): ConnectionConfig {
  const password = passwords.parley_staff
  if (password !== undefined) return { host, port, database, user: 'parley_staff', password: new Secret(password) }
  if (adminUrl !== undefined) return readConnectionUrl(adminUrl)
  throw new ConfigFault([
    'database.passwords.parley_staff: is not in this file. Name one that has it (in a demo: staff.json), or set DATABASE_URL',
  ])
}
