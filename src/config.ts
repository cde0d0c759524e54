import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { Fault } from './kernel/index.ts'

/** Who may call the keystore, each with a secret of its own. */
export const keystoreCallers = ['channel', 'answer', 'notify', 'fraud', 'service', 'consent'] as const
export type KeystoreCaller = (typeof keystoreCallers)[number]

/** The logins of the database that processes use; the purpose of a read is one of these. */
export const databaseLogins = [
  'parley_answer',
  'parley_notify',
  'parley_fraud',
  'parley_service',
  'parley_statistics',
  'parley_channel',
  'parley_consent',
  'parley_keystore',
  'parley_inspector',
  'parley_sequencer',
] as const
export type DatabaseLogin = (typeof databaseLogins)[number]

const secretText = z.string().min(32).max(256)
const origin = z.url().refine((text) => new URL(text).origin === text, 'an origin: scheme, host and port, no path')

const databaseShape = z.object({
  host: z.string().min(1), // a host name, or the folder of a unix socket
  port: z.number().int().min(1).max(65535),
  database: z.string().min(1),
  /** Off behind a pooler in transaction mode that cannot keep prepared statements. */
  prepare: z.boolean().default(true),
  passwords: z.partialRecord(z.enum(databaseLogins), z.string().min(1)),
})

const relyingPartyShape = z.object({
  /** The WebAuthn RP ID: fixed for the life of an installation, since passkeys are bound to it. */
  id: z.string().min(1),
  name: z.string().min(1).default('Parley'),
  /** Where assertions may come from; the first is where pages are served now. */
  origins: z.array(origin).min(1).max(16),
})

const institutionShape = z.object({
  id: z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/),
  name: z.string().min(1).max(80),
  issuer: z.url(),
  fdxUrl: z.url(),
  clientId: z.string().min(1).max(200),
  callsPerDay: z.number().int().min(0).default(1000),
})

const gatewayShape = z.object({
  mode: z.enum(['demo', 'production']),
  listen: z.object({ host: z.string().default('127.0.0.1'), port: z.number().int().min(0).max(65535) }),
  publicUrl: origin,
  relyingParty: relyingPartyShape,
  database: databaseShape,
  keystore: z.object({
    address: z.string().min(1), // a unix socket's path, or http://127.0.0.1:port
    secrets: z.partialRecord(z.enum(keystoreCallers), secretText),
  }),
  /** Keys the hashes of addresses, codes and bank subjects: 32 bytes, base64url. */
  linkSecret: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  recoveryWaitHours: z.number().min(0).max(240).default(24),
  messenger: z.object({
    appId: z.string().min(1),
    appSecret: z.string().min(1),
    verifyToken: z.string().min(1),
    pageId: z.string().min(1),
    pageAccessToken: z.string().min(1),
    graphUrl: z.url(),
    /** Where "Back to Messenger" leads, if the page has such an address (`https://m.me/…`). */
    threadUrl: z.url().optional(),
  }),
  bankClientKeys: z.string().min(1), // a file with the private keys this client signs with
  institutions: z.array(institutionShape).min(1).max(500),
  /** Demo only: banks and messenger on loopback addresses. */
  allowLoopback: z.boolean().default(false),
  /** How many conversations a process answers at once. */
  workers: z.number().int().min(1).max(256).default(32),
  /** How long an in-doubt message waits for its echo before it is sent again. */
  echoWaitMs: z.number().int().min(100).max(600_000).default(15_000),
  metricsToken: z.string().min(16).optional(),
  /** The zone in which the chat says times of day (IANA name). */
  timeZone: z.string().default('UTC').refine(isTimeZone, 'a time zone such as America/New_York'),
})

const keystoreShape = z.object({
  mode: z.enum(['demo', 'production']),
  address: z.string().min(1),
  folder: z.string().min(1),
  secrets: z.partialRecord(z.enum(keystoreCallers), secretText),
  relyingParty: relyingPartyShape,
  database: databaseShape,
  recoveryWaitHours: z.number().min(0).max(240).default(24),
})

// Intl knows the zones; asking it is the only way to find out which.
function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** What `parley serve` and `parley work` need to know. */
export type GatewayConfig = z.infer<typeof gatewayShape>
/** What `parley keys` needs to know. */
export type KeystoreConfig = z.infer<typeof keystoreShape>
export type InstitutionConfig = z.infer<typeof institutionShape>
export type DatabaseConfig = z.infer<typeof databaseShape>

/** What the environment may say about one value: `PARLEY_MESSENGER_APP_SECRET` stands above the file's `messenger.appSecret`. */
const prefix = 'PARLEY_'

/** Reads and checks the gateway's configuration: environment above file above default. Throws `config/invalid`. */
export function loadGatewayConfig(file: string): GatewayConfig {
  const config = checked(gatewayShape, file)
  refuseDemoValues(config)
  return config
}

/** Reads and checks the keystore's configuration. Throws `config/invalid`. */
export function loadKeystoreConfig(file: string): KeystoreConfig {
  const config = checked(keystoreShape, file)
  if (config.mode === 'production') {
    requireHttps(config.relyingParty.origins)
    requireDayOfWaiting(config.recoveryWaitHours)
  }
  return config
}

/** A configuration that cannot be used; `problems` names settings and reasons, never values. */
export class ConfigFault extends Fault {
  readonly problems: readonly string[]

  constructor(problems: readonly string[], cause?: unknown) {
    super('config/invalid', cause === undefined ? { retry: 'never' } : { retry: 'never', cause })
    this.problems = problems
  }
}

function checked<Shape extends z.ZodType>(shape: Shape, file: string): z.infer<Shape> {
  const result = shape.safeParse(withEnvironment(readJson(file), process.env))
  if (result.success) return result.data
  throw new ConfigFault(
    result.error.issues.map((issue) => `${issue.path.join('.') || '(whole file)'}: ${issue.message}`),
  )
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new ConfigFault([`${file}: cannot be read as JSON`], cause)
  }
}

/** Lays `PARLEY_A_B=value` over `{ a: { b } }` for every setting the file could hold; camelCase parts become A_B_C. */
function withEnvironment(value: unknown, env: NodeJS.ProcessEnv, path = prefix.slice(0, -1)): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fromEnvironment(value, env[path])
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, withEnvironment(member, env, `${path}_${shout(key)}`)]),
  )
}

function fromEnvironment(value: unknown, text: string | undefined): unknown {
  if (text === undefined) return value
  if (typeof value === 'number') return Number(text)
  if (typeof value === 'boolean') return text === 'true'
  return text
}

function shout(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
}

/** What every secret that a demo makes up begins with, so that none of them ever guards a service for people. */
export const demoSecretPrefix = 'demo_'

// What a demo may do and a service for people may not.
function refuseDemoValues(config: GatewayConfig): void {
  if (config.mode === 'demo') return
  refuseDemoSecrets(config)
  requireHttps([config.publicUrl, ...config.relyingParty.origins])
  requireDayOfWaiting(config.recoveryWaitHours)
  if (config.allowLoopback) throw new ConfigFault(['allowLoopback: only the demo may talk to banks on this machine'])
  if (['localhost', '127.0.0.1'].includes(config.relyingParty.id)) {
    throw new ConfigFault(['relyingParty.id: passkeys need the host name that customers will always see'])
  }
}

function refuseDemoSecrets(config: GatewayConfig): void {
  const { appSecret, verifyToken, pageAccessToken } = config.messenger
  const secrets = [
    ...Object.values(config.database.passwords),
    ...Object.values(config.keystore.secrets),
    appSecret,
    verifyToken,
    pageAccessToken,
  ]
  if (secrets.some((secret) => secret?.startsWith(demoSecretPrefix) === true)) {
    throw new ConfigFault(['a secret made for the demo: make new ones for a service'])
  }
}

function requireHttps(origins: readonly string[]): void {
  if (!origins.every((text) => text.startsWith('https://'))) {
    throw new ConfigFault(['publicUrl and relyingParty.origins: production needs https'])
  }
}

function requireDayOfWaiting(hours: number): void {
  if (hours < 24) throw new ConfigFault(['recoveryWaitHours: a recovered passkey waits at least 24 hours'])
}
