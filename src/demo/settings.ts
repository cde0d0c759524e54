import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { databaseLogins, demoSecretPrefix, keystoreCallers } from '../config.ts'
import { Fault } from '../kernel/index.ts'

const secretsShape = z.object({
  v: z.literal(1),
  passwords: z.record(z.string(), z.string()),
  keystore: z.record(z.string(), z.string()),
  linkSecret: z.string(),
  messenger: z.object({
    appId: z.string(),
    appSecret: z.string(),
    verifyToken: z.string(),
    pageId: z.string(),
    pageAccessToken: z.string(),
    controlSecret: z.string(),
  }),
  pushSecret: z.string(),
  metricsToken: z.string(),
  bankClientKey: z.record(z.string(), z.unknown()),
  /** Who runs the demo; each password is that of their work account, and the one-time code that their passkey is made with. */
  staff: z
    .array(
      z.object({ login: z.string(), role: z.string(), platform: z.string().exactOptional(), password: z.string() }),
    )
    .default([]),
  /** Every origin the gateway's pages have had: grants signed under an earlier port stay valid when ports move. */
  origins: z.array(z.string()),
})

/** What a demo makes up once for its data folder and keeps: passwords, keys, tokens. All of it starts with `demo`. */
export type DemoSecrets = z.infer<typeof secretsShape>

/** Files and folders of one demo, all inside its data folder. */
export type DemoFolder = ReturnType<typeof demoFolder>

/** Where things are in a demo's data folder. */
export function demoFolder(dataDir: string) {
  return {
    root: dataDir,
    postgres: join(dataDir, 'postgres'),
    keystore: join(dataDir, 'keystore'),
    bank: join(dataDir, 'bank'),
    messenger: join(dataDir, 'messenger'),
    logs: join(dataDir, 'logs'),
    log: join(dataDir, 'log'),
    logKey: join(dataDir, 'log', 'log-key.pem'),
    promiseKey: join(dataDir, 'log', 'promise-key.pem'),
    receiptKey: join(dataDir, 'log', 'receipt-key.pem'),
    pushKey: join(dataDir, 'log', 'push-key.pem'),
    witness: join(dataDir, 'witness'),
    witnessKey: join(dataDir, 'witness', 'witness-key.pem'),
    secrets: join(dataDir, 'secrets.json'),
    passwords: join(dataDir, 'passwords.json'),
    gatewayConfig: join(dataDir, 'gateway.json'),
    keystoreConfig: join(dataDir, 'keystore.json'),
    messengerConfig: join(dataDir, 'messenger.json'),
    staffConfig: join(dataDir, 'staff.json'),
    deskConfig: join(dataDir, 'desk.json'),
    staffPeople: join(dataDir, 'staff-people.json'),
    staffClient: join(dataDir, 'staff-client.json'),
    bankClients: join(dataDir, 'bank-clients.json'),
    bankClientKeys: join(dataDir, 'bank-client-keys.json'),
    witnessConfig: join(dataDir, 'witness.json'),
    controlRoomConfig: join(dataDir, 'control-room.json'),
    controlRoomMemory: join(dataDir, 'control-room-memory.json'),
    demo: join(dataDir, 'demo.json'),
  }
}

/** Makes the folders, and reads or makes the secrets. Throws `demo/data-folder-broken` when the file cannot be read. */
export function openDemoFolder(dataDir: string): { readonly folder: DemoFolder; readonly secrets: DemoSecrets } {
  const folder = demoFolder(dataDir)
  const { root, keystore, bank, messenger, logs, log, witness } = folder
  for (const one of [root, keystore, bank, messenger, logs, log, witness]) {
    mkdirSync(one, { recursive: true, mode: one === folder.root ? 0o755 : 0o700 })
  }
  if (!existsSync(folder.secrets)) writePrivately(folder.secrets, makeSecrets())
  for (const file of [folder.logKey, folder.promiseKey, folder.receiptKey, folder.witnessKey]) makeLogKey(file)
  makePushKey(folder.pushKey)
  return { folder, secrets: withNewOnes(folder.secrets, readSecrets(folder.secrets)) }
}

/** Adds an origin to those whose signatures count, and remembers it. */
export function rememberOrigin(folder: DemoFolder, secrets: DemoSecrets, origin: string): DemoSecrets {
  // The newest first: it is the one where pages are served now. The list is short, as ports seldom move.
  const origins = [origin, ...secrets.origins.filter((known) => known !== origin)].slice(0, 16)
  const remembered = { ...secrets, origins }
  writePrivately(folder.secrets, remembered)
  return remembered
}

/** Writes JSON for the owner's eyes only, whole or not at all. */
export function writePrivately(file: string, value: unknown): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

function readSecrets(file: string): DemoSecrets {
  try {
    return secretsShape.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    throw new Fault('demo/data-folder-broken', { retry: 'never', cause })
  }
}

// A folder that an older Parley made lacks the logins and callers that came since.
function withNewOnes(file: string, known: DemoSecrets): DemoSecrets {
  const made = makeSecrets()
  const passwords = { ...made.passwords, ...known.passwords }
  const keystore = { ...made.keystore, ...known.keystore }
  const isComplete =
    Object.keys(passwords).length === Object.keys(known.passwords).length &&
    Object.keys(keystore).length === Object.keys(known.keystore).length &&
    known.staff.length > 0
  if (isComplete) return known
  const staff = known.staff.length > 0 ? known.staff : made.staff
  const filled = { ...known, passwords, keystore, staff }
  writePrivately(file, filled)
  return filled
}

function makeSecrets(): DemoSecrets {
  // A page's id at the messenger looks like this; which one does not matter.
  const pageId = `1${String(randomBytes(6).readUIntBE(0, 6)).padStart(15, '0')}`
  return {
    v: 1,
    passwords: Object.fromEntries(databaseLogins.map((login) => [login, demoSecret()])),
    keystore: Object.fromEntries(keystoreCallers.map((caller) => [caller, demoSecret()])),
    linkSecret: randomBytes(32).toString('base64url'),
    messenger: {
      appId: '7001000000000001',
      appSecret: demoSecret(),
      verifyToken: demoSecret(),
      pageId,
      pageAccessToken: demoSecret(),
      controlSecret: demoSecret(),
    },
    pushSecret: demoSecret(),
    metricsToken: demoSecret(),
    bankClientKey: makeClientKey(),
    staff: demoStaff.map((person) => ({ ...person, password: demoSecret() })),
    origins: [],
  }
}

// Two operators and two analysts, because lifting a cut-off and deciding a case take two people; two agents, because one takes what another has.
const demoStaff = [
  { login: 'olivia', role: 'operator' },
  { login: 'omar', role: 'operator' },
  { login: 'anna', role: 'analyst' },
  { login: 'axel', role: 'analyst' },
  { login: 'agnes', role: 'agent' },
  { login: 'aaron', role: 'agent' },
  { login: 'ada', role: 'auditor' },
  { login: 'pia', role: 'platform', platform: 'meta' },
] as const

function demoSecret(): string {
  return `${demoSecretPrefix}${randomBytes(32).toString('base64url')}`
}

function makeLogKey(file: string): void {
  if (!existsSync(file)) writeKey(file, generateKeyPairSync('ed25519').privateKey)
}

function makePushKey(file: string): void {
  if (!existsSync(file)) writeKey(file, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
}

function writeKey(file: string, key: KeyObject): void {
  writeFileSync(`${file}.new`, key.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

function makeClientKey(): Record<string, unknown> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: randomBytes(8).toString('hex') }
}
