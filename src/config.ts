import { readFileSync, statSync } from 'node:fs'
import { z } from 'zod'
import { Fault } from './kernel/index.ts'

/** Who may call the keystore, each with a secret of its own. */
export const keystoreCallers = [
  'channel',
  'answer',
  'notify',
  'fraud',
  'service',
  'consent',
  'centre',
  'revoke',
  'erase',
  'console',
] as const
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
  'parley_centre',
  'parley_revoker',
  'parley_eraser',
  'parley_console',
  'parley_staff',
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

const webhookSecret = z.string().min(24).max(256)

const cardEventsShape = z.object({
  /** What the bank signs its events and its card directory with (Standard Webhooks; `whsec_…`). */
  secret: webhookSecret,
  /** Secrets that count as well while the bank changes to another. */
  formerSecrets: z.array(webhookSecret).max(3).default([]),
  /** How long the bank waits for a verdict; what is later is `observe`. */
  deadlineMs: z.number().int().min(20).max(1_000).default(300),
  /** Whether the bank wants to be told to decline; else every verdict is `observe`. */
  declines: z.boolean().default(false),
  /** The bank's own model (`parley fraud train`); without one the model that Parley comes with scores its uses. Read at start. */
  model: z.string().min(1).optional(),
  /** A model that is tried beside it on live uses: it scores each and decides nothing (`parley fraud compare`). Read at start. */
  challenger: z.string().min(1).optional(),
  /** Citi Dual Auth: a proxy in front ends the mutual TLS, and shows which certificate came and that it is the proxy. */
  citi: z
    .object({
      proxySecret: secretText,
      /** SHA-256 of each client certificate that counts (DER), in hex. */
      certificates: z
        .array(z.string().regex(/^[0-9a-f]{64}$/))
        .min(1)
        .max(16),
    })
    .optional(),
  /** Stripe Issuing: the webhook endpoint's signing secrets. */
  stripe: z.object({ secrets: z.array(webhookSecret).min(1).max(4) }).optional(),
  /** Lithic Auth Stream Access: its HMAC secrets. */
  lithic: z.object({ secrets: z.array(webhookSecret).min(1).max(4) }).optional(),
})

/** Dates by which a bank's people must have done something about a case, where it counts otherwise than the law does. */
const caseStepShape = z.object({
  what: z.enum(['acknowledge', 'decide', 'extended', 'end']),
  days: z.number().int().min(1).max(3650),
  counted: z.enum(['business', 'calendar']),
  /** What says so: a law, a contract, the bank's own rule. */
  basis: z.string().min(1).max(80),
})
const caseStepsShape = z.array(caseStepShape).min(1).max(8).optional()
const caseClockShape = z.object({
  /** Days on which the bank does not work, beside weekends: `2026-12-25`. */
  holidays: z.array(z.iso.date()).max(400).default([]),
  steps: z.object({ fraud: caseStepsShape, dispute: caseStepsShape, 'card-lost': caseStepsShape }).prefault({}),
})

const institutionShape = z.object({
  id: z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/),
  name: z.string().min(1).max(80),
  issuer: z.url(),
  fdxUrl: z.url(),
  clientId: z.string().min(1).max(200),
  callsPerDay: z.number().int().min(0).default(1000),
  /** Where its customers are: the one word about a bank that totals for messengers name. */
  region: z
    .enum(['north-america', 'latin-america', 'europe', 'asia-pacific', 'africa-middle-east', 'unnamed'])
    .default('unnamed'),
  /** What the bank signs its notices with (Standard Webhooks; `whsec_…`); without one it sends none. */
  pushSecret: z.string().min(24).max(256).optional(),
  /** What the bank sends as its cards are used; without it customers cannot turn fraud alerts on there. */
  cardEvents: cardEventsShape.optional(),
  /** How it counts the days of cases; without it as the law does. */
  caseClock: caseClockShape.optional(),
})

const logShape = z.object({
  /** The log's name for ever: the address it is served at, without its scheme (`bank.example/log`). */
  origin: z.string().regex(/^[a-z0-9][a-z0-9.-]*(:\d{1,5})?(\/[a-z0-9._-]+)*$/, 'an address without its scheme'),
  /** Files with an Ed25519 private key each (PKCS #8 PEM): for checkpoints, for promises, for receipts. */
  key: z.string().min(1),
  promiseKey: z.string().min(1),
  receiptKey: z.string().min(1),
  /** Who is asked to co-sign each checkpoint: where it takes them, and its verifier key (`name+id+base64`). */
  witnesses: z
    .array(z.object({ url: z.url(), vkey: z.string().min(1) }))
    .max(16)
    .default([]),
  /** How often outsiders see the tree grow. */
  beatSeconds: z.number().min(0.2).max(3600).default(60),
  /** Entries older than this are no longer served; the tree stays whole. Law asks for three years. */
  retentionDays: z.number().int().min(1).default(1096),
})

const erasureShape = z.object({
  /** How long an erasure waits for banks to take their tokens back before it destroys Parley's copies all the same. */
  bankWaitMinutes: z.number().min(0).max(60).default(15),
  /** How long backups of the database are kept; receipts say until when rows that are not sealed can be in one. */
  databaseBackupDays: z.number().int().min(0).max(366).default(30),
})

const staffSignInShape = z.object({
  issuer: z.url(),
  clientId: z.string().min(1).max(200),
  /** A file with the private key (JWK set, ES256) that this client signs with at the provider. */
  clientKeys: z.string().min(1),
  /** The claim that is a member's login; never one that people choose themselves. */
  loginClaim: z
    .string()
    .regex(/^[a-z_]{1,40}$/)
    .default('preferred_username'),
  /** How long ago somebody may have proved at the provider who they are. */
  maxAgeSeconds: z.number().int().min(0).max(86_400).default(3_600),
  /** What the provider must say of how they proved it. */
  acr: z.string().min(1).max(200).optional(),
  /** Whether a passkey alone lets somebody in as well: for the day on which the provider is away. */
  passkeys: z.boolean().default(false),
})

const pushShape = z.object({
  /** Whom a push service writes to when something is wrong: `mailto:…` or `https://…` (RFC 8292). */
  subject: z.string().regex(/^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/, 'mailto: and an address, or an https address'),
  /** A file with a P-256 private key (PKCS #8 PEM): `parley push key`. Browsers that were added under another are not reached. */
  key: z.string().min(1),
  /** Demo only: the origin of a push service on this machine. */
  practice: origin.optional(),
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
    /** The other app of the page whose people answer when a person is asked for, by its id; without it they answer at the desk. */
    handOverTo: z
      .string()
      .regex(/^\d{5,20}$/)
      .optional(),
  }),
  erasure: erasureShape.prefault({}),
  bankClientKeys: z.string().min(1), // a file with the private keys this client signs with
  institutions: z.array(institutionShape).min(1).max(500),
  /** How far apart it is fetched what banks' notices may have missed. */
  noticePollSeconds: z.number().min(1).max(3600).default(180),
  log: logShape,
  /** The second way to customers with fraud alerts, their browsers; without it the messenger is the only one. */
  push: pushShape.optional(),
  /** Demo only: banks and messenger on loopback addresses. */
  allowLoopback: z.boolean().default(false),
  /** How many conversations a process answers at once. */
  workers: z.number().int().min(1).max(256).default(32),
  /** How long an in-doubt message waits for its echo before it is sent again. */
  echoWaitMs: z.number().int().min(100).max(600_000).default(15_000),
  metricsToken: z.string().min(16).optional(),
  /** What a SIEM shows to read what the staff did, at /staff/events; without one nobody may. */
  staffEventsToken: z.string().min(24).optional(),
  /** The OpenID provider of the staff's work accounts; without one they sign in with passkeys. */
  staffSignIn: staffSignInShape.optional(),
  /** The zone in which the chat says times of day (IANA name). */
  timeZone: z.string().default('UTC').refine(isTimeZone, 'a time zone such as America/New_York'),
})

/** What a process for totals alone needs to know (`parley serve --only statistics`). */
const statisticsShape = gatewayShape
  .pick({
    mode: true,
    listen: true,
    publicUrl: true,
    relyingParty: true,
    database: true,
    metricsToken: true,
    timeZone: true,
  })
  .strict()

/** What a process needs to know in which customers give leave, change it and take it back (`parley serve --only consent`). */
const consentShape = gatewayShape
  .pick({
    mode: true,
    listen: true,
    publicUrl: true,
    relyingParty: true,
    database: true,
    keystore: true,
    linkSecret: true,
    bankClientKeys: true,
    institutions: true,
    log: true,
    push: true,
    allowLoopback: true,
    metricsToken: true,
  })
  .extend({ messenger: z.object({ threadUrl: z.url().optional() }).strict().prefault({}) })
  .strict()

const keystoreShape = z.object({
  mode: z.enum(['demo', 'production']),
  address: z.string().min(1),
  folder: z.string().min(1),
  secrets: z.partialRecord(z.enum(keystoreCallers), secretText),
  relyingParty: relyingPartyShape,
  database: databaseShape,
  recoveryWaitHours: z.number().min(0).max(240).default(24),
  /** How old the root key may get before it is replaced: erased keys die with it. */
  rotationHours: z.number().min(0.001).max(24).default(24),
  /** How long backups of the keystore's folder are kept; erasures' receipts count with it. */
  backupDays: z.number().min(0).max(7).default(7),
})

const witnessShape = z.object({
  listen: z.object({
    host: z.string().default('127.0.0.1'),
    port: z.number().int().min(0).max(65535).default(4110),
  }),
  name: z.string().regex(/^[^\s+]{1,200}$/, 'a name without white space and plus signs, such as bank.example/witness'),
  key: z.string().min(1), // a file with an Ed25519 private key (PKCS #8 PEM)
  memory: z.string().min(1), // the folder in which it remembers what it signed
  logs: z.array(z.string().min(1)).min(1, 'at least one log’s verifier key').max(1_000),
})

const staffShape = z.object({
  mode: z.enum(['demo', 'production']),
  publicUrl: origin,
  database: databaseShape,
})

const deskShape = z.object({
  mode: z.enum(['demo', 'production']),
  publicUrl: origin,
  database: databaseShape,
  keystore: z.object({
    address: z.string().min(1),
    secrets: z.partialRecord(z.enum(keystoreCallers), secretText),
  }),
  timeZone: z.string().default('UTC').refine(isTimeZone, 'a time zone such as America/New_York'),
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
export type GatewayConfig = z.infer<typeof gatewayShape> & {
  /** Where every value came from, for the console; absent where the configuration was made by a program. */
  readonly settings?: readonly ConfigSetting[]
}
/** What `parley serve --only statistics` needs to know. */
export type StatisticsConfig = z.infer<typeof statisticsShape>
/** What `parley serve --only consent` needs to know. */
export type ConsentConfig = z.infer<typeof consentShape>
/** What `parley keys` needs to know. */
export type KeystoreConfig = z.infer<typeof keystoreShape>
/** What `parley witness` needs to know. */
export type WitnessConfig = z.infer<typeof witnessShape>
/** What `parley staff` needs to know. */
/** What `parley staff` needs to know; without the password of `parley_staff`, the administrator's address. */
export type StaffConfig = z.infer<typeof staffShape> & { readonly adminUrl: string | undefined }
/** What `parley desk` needs to know: the login `parley_service`, and the keystore's caller `service`. */
export type DeskConfig = z.infer<typeof deskShape>
export type InstitutionConfig = z.infer<typeof institutionShape>
export type LogConfig = z.infer<typeof logShape>
export type DatabaseConfig = z.infer<typeof databaseShape>

/** What the environment may say about one value: `PARLEY_MESSENGER_APP_SECRET` stands above the file's `messenger.appSecret`. */
const prefix = 'PARLEY_'

/** Reads and checks the gateway's configuration: environment above file above default. Throws `config/invalid`. */
export function loadGatewayConfig(file: string): GatewayConfig {
  const config = checked(gatewayShape, file)
  refuseDemoValues(config)
  return { ...config, settings: explainSettings(config, readJson(file), file) }
}

/** Reads what a process for totals alone needs to know; anything else in the file is refused. Throws `config/invalid`. */
export function loadStatisticsConfig(file: string): StatisticsConfig {
  const config = checked(statisticsShape, file)
  refuseDemoPart(config, Object.values(config.database.passwords))
  return config
}

/** Reads what a process for links and the privacy centre needs to know; anything else in the file is refused. Throws `config/invalid`. */
export function loadConsentConfig(file: string): ConsentConfig {
  const config = checked(consentShape, file)
  const { passwords } = config.database
  refuseDemoPart(config, [...Object.values(passwords), ...Object.values(config.keystore.secrets)])
  if (config.mode === 'production' && config.allowLoopback) {
    throw new ConfigFault(['allowLoopback: only the demo may talk to banks on this machine'])
  }
  return config
}

/** One value of a configuration and where it came from. Of a secret the value is not here. */
export type ConfigSetting = {
  /** `messenger.graphUrl`; of a list `institutions.0.name`. */
  readonly path: string
  readonly value: string | undefined
  readonly from: 'environment' | 'file' | 'default'
  /** Of a secret and of a file with a key, when the file that holds it was last written, ms since 1970. */
  readonly since: number | undefined
  /** Whose it is, where it is one bank's. */
  readonly institution: string | undefined
}

// What is told of by its name alone. Everything that ends so is secret, so that a new secret is hidden until somebody says otherwise.
const secretName = /(secret|secrets|token|passwords?|key|keys)$/i
// Names of files, and keys that are public.
const openPaths = /^(log\.(key|promiseKey|receiptKey)|push\.key|bankClientKeys|log\.witnesses\.\d+\.vkey)$/

/** Every value, by its path, with its provenance: the environment stands above the file, the file above the default. */
export function explainSettings(config: object, inFile: unknown, file: string): readonly ConfigSetting[] {
  const written = modifiedAt(file)
  const settings: ConfigSetting[] = []
  walk(config, inFile, [], { hidden: false, institution: undefined })
  for (const { path, institution } of unsetSecrets(config, settings)) {
    settings.push({ path, institution, value: undefined, from: 'default', since: undefined })
  }
  return settings

  function walk(
    value: unknown,
    held: unknown,
    path: readonly string[],
    known: { hidden: boolean; institution: string | undefined },
  ): void {
    if (value === undefined) return
    const name = path.join('.')
    const hidden = known.hidden || (secretName.test(path.at(-1) ?? '') && !openPaths.test(name))
    if (typeof value === 'object' && value !== null) {
      const institution =
        path.length === 2 && path[0] === 'institutions' && 'id' in value ? String(value.id) : known.institution
      for (const [key, member] of Object.entries(value)) {
        walk(member, memberOf(held, key), [...path, key], { hidden, institution })
      }
      return
    }
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    // The environment reaches members of objects that the file names, and nothing within lists (withEnvironment).
    const isNamed = held !== undefined && !path.some((part) => /^\d+$/.test(part))
    const inEnvironment = isNamed && process.env[`${prefix}${path.map(shout).join('_')}`] !== undefined
    const from = inEnvironment ? 'environment' : held === undefined ? 'default' : 'file'
    const isFile = openPaths.test(name) && !name.endsWith('vkey')
    settings.push({
      path: name,
      value: hidden ? undefined : text,
      from,
      since: isFile ? modifiedAt(text) : hidden && from === 'file' ? written : undefined,
      institution: known.institution,
    })
  }
}

function memberOf(held: unknown, key: string): unknown {
  if (typeof held !== 'object' || held === null) return undefined
  const found: readonly [string, unknown] | undefined = Object.entries(held).find(([own]) => own === key)
  return found?.[1]
}

/** Secrets that could be set and are not: the absence of one is worth knowing too. */
function unsetSecrets(
  config: object,
  settings: readonly ConfigSetting[],
): readonly Pick<ConfigSetting, 'path' | 'institution'>[] {
  const banks = 'institutions' in config && Array.isArray(config.institutions) ? config.institutions : []
  const wanted = [
    { path: 'metricsToken', institution: undefined },
    ...banks.flatMap((bank: unknown, at) => {
      const institution = typeof bank === 'object' && bank !== null && 'id' in bank ? String(bank.id) : undefined
      return ['pushSecret', 'cardEvents.secret'].map((name) => ({ path: `institutions.${at}.${name}`, institution }))
    }),
  ]
  return wanted.filter(({ path }) => !settings.some((setting) => setting.path === path))
}

function modifiedAt(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs
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

/** Reads and checks a witness' configuration: what the command line says, above the environment, above the file's. */
export function loadWitnessConfig(file: string | undefined, said: Partial<WitnessConfig>): WitnessConfig {
  return checkedValue(witnessShape, { listen: {}, ...(file === undefined ? {} : readObject(file)), ...said })
}

/** Reads what `parley staff` needs: any file with the gateway's address and the database's, the gateway's own included. */
export function loadStaffConfig(file: string): StaffConfig {
  return { ...checked(staffShape, file), adminUrl: process.env['DATABASE_URL'] }
}

/** Reads what `parley desk` needs: a file with its own password and secret alone, or the gateway's. */
export function loadDeskConfig(file: string): DeskConfig {
  return checked(deskShape, file)
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
  return checkedValue(shape, readJson(file))
}

function checkedValue<Shape extends z.ZodType>(shape: Shape, value: unknown): z.infer<Shape> {
  const result = shape.safeParse(withEnvironment(value, process.env))
  if (result.success) return result.data
  throw new ConfigFault(
    result.error.issues.map((issue) => `${issue.path.join('.') || '(whole file)'}: ${issue.message}`),
  )
}

function readObject(file: string): object {
  const value = readJson(file)
  if (typeof value === 'object' && value !== null) return value
  throw new ConfigFault([`${file}: is not a JSON object`])
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
  requireSteadyLog(config.log)
  if (config.push?.practice !== undefined) throw new ConfigFault(['push.practice: only the demo has one'])
  if (config.push?.subject.endsWith('@localhost') === true) {
    throw new ConfigFault(['push.subject: push services need an address of yours that they can write to'])
  }
  if (config.allowLoopback) throw new ConfigFault(['allowLoopback: only the demo may talk to banks on this machine'])
  requirePublicName(config.relyingParty)
}

/** The same for a process that runs one part alone. */
function refuseDemoPart(
  config: Pick<GatewayConfig, 'mode' | 'publicUrl' | 'relyingParty'>,
  secrets: readonly (string | undefined)[],
): void {
  if (config.mode === 'demo') return
  if (secrets.some((secret) => secret?.startsWith(demoSecretPrefix) === true)) {
    throw new ConfigFault(['a secret made for the demo: make new ones for a service'])
  }
  requireHttps([config.publicUrl, ...config.relyingParty.origins])
  requirePublicName(config.relyingParty)
}

function requirePublicName({ id }: GatewayConfig['relyingParty']): void {
  if (['localhost', '127.0.0.1'].includes(id)) {
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
    ...config.institutions.map(({ pushSecret }) => pushSecret),
    ...config.institutions.flatMap(({ cardEvents }) => [cardEvents?.secret, cardEvents?.citi?.proxySecret]),
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

// A quick beat shows outsiders when something happened; a slow one keeps customers waiting for their proof.
const beatSecondsLeast = 30
const beatSecondsMost = 600
const retentionDaysLeast = 1096

function requireSteadyLog({ beatSeconds, retentionDays, witnesses }: GatewayConfig['log']): void {
  if (beatSeconds < beatSecondsLeast || beatSeconds > beatSecondsMost) {
    throw new ConfigFault([`log.beatSeconds: production beats every ${beatSecondsLeast} to ${beatSecondsMost} seconds`])
  }
  if (retentionDays < retentionDaysLeast) {
    throw new ConfigFault([`log.retentionDays: the law asks for three years (${retentionDaysLeast} days)`])
  }
  if (!witnesses.every(({ url }) => url.startsWith('https://'))) {
    throw new ConfigFault(['log.witnesses: production speaks https to witnesses'])
  }
}
