import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { saveInstitution } from './banks/index.ts'
import { type GatewayConfig, ConfigFault, databaseLogins } from './config.ts'
import { Secret, isInstitutionId } from './kernel/index.ts'
import { createLogger, createMetrics, migrate, openDatabase, readConnectionUrl } from './platform/index.ts'

const passwordsShape = z.partialRecord(z.enum(databaseLogins), z.string().min(16))

/** Where the administrator is and what the logins' passwords shall be. */
export type MigrateWish = {
  readonly adminUrl: string | undefined
  /** A JSON file, login to password, for the logins that the gateway's configuration does not know. */
  readonly passwordsFile: string | undefined
  readonly directory: string
}

/** `parley migrate`: the newest schema, the logins' passwords and the configured institutions; safe to run again. */
export async function runMigrate(config: GatewayConfig, wish: MigrateWish): Promise<readonly string[]> {
  if (wish.adminUrl === undefined) throw new ConfigFault(['DATABASE_URL: names the database’s administrator'])
  const metrics = createMetrics()
  const logger = createLogger({ role: 'migrate', destination: process.stderr, metrics })
  const admin = readConnectionUrl(wish.adminUrl)
  const { applied } = await migrate({
    admin,
    directory: wish.directory,
    passwords: passwordsByName({ ...config.database.passwords, ...readPasswords(wish.passwordsFile) }),
    logger,
  })
  const database = openDatabase({ connection: admin, poolMax: 1, logger, metrics })
  try {
    for (const institution of config.institutions) {
      const { id } = institution
      if (!isInstitutionId(id)) throw new ConfigFault([`institutions: ${id} is not an id`])
      await saveInstitution(database, { ...institution, id })
    }
  } finally {
    await database.close()
  }
  return applied
}

function readPasswords(file: string | undefined): z.infer<typeof passwordsShape> {
  if (file === undefined) return {}
  const result = passwordsShape.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (result.success) return result.data
  throw new ConfigFault([`${file}: JSON of login to password, at least 16 characters each`])
}

function passwordsByName(passwords: { readonly [login: string]: string | undefined }): Record<string, Secret<string>> {
  return Object.fromEntries(
    Object.entries(passwords).map(([login, password]) => [login.replace(/^parley_/, ''), new Secret(password ?? '')]),
  )
}
