import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
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
    secrets: join(dataDir, 'secrets.json'),
    passwords: join(dataDir, 'passwords.json'),
    gatewayConfig: join(dataDir, 'gateway.json'),
    keystoreConfig: join(dataDir, 'keystore.json'),
    messengerConfig: join(dataDir, 'messenger.json'),
    bankClients: join(dataDir, 'bank-clients.json'),
    bankClientKeys: join(dataDir, 'bank-client-keys.json'),
    controlRoomConfig: join(dataDir, 'control-room.json'),
    demo: join(dataDir, 'demo.json'),
  }
}

/** Makes the folders, and reads or makes the secrets. Throws `demo/data-folder-broken` when the file cannot be read. */
export function openDemoFolder(dataDir: string): { readonly folder: DemoFolder; readonly secrets: DemoSecrets } {
  const folder = demoFolder(dataDir)
  for (const one of [folder.root, folder.keystore, folder.bank, folder.messenger, folder.logs]) {
    mkdirSync(one, { recursive: true, mode: one === folder.root ? 0o755 : 0o700 })
  }
  if (!existsSync(folder.secrets)) writePrivately(folder.secrets, makeSecrets())
  return { folder, secrets: readSecrets(folder.secrets) }
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
    origins: [],
  }
}

function demoSecret(): string {
  return `${demoSecretPrefix}${randomBytes(32).toString('base64url')}`
}

function makeClientKey(): Record<string, unknown> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: randomBytes(8).toString('hex') }
}
