import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DeskConfig, GatewayConfig, KeystoreConfig, StaffConfig, WitnessConfig } from '../config.ts'
import { type ConnectionConfig, type RunningPostgres, readConnectionUrl } from '../platform/index.ts'
import type { ControlRoomConfig } from './control-room/control-room-config.ts'
import { type DemoFolder, type DemoSecrets, writePrivately } from './settings.ts'
import { verifierKeyOf } from './verifier-keys.ts'

/** Where the demo's parts answer. Names differ on purpose: cookies of one host reach every port of it. */
export type DemoAddresses = {
  readonly gateway: string
  readonly gatewayPort: number
  readonly webhook: string
  /** Where the bank sends card events. */
  readonly cardEvents: string
  readonly bankIssuer: string
  readonly bankPort: number
  readonly fdxUrl: string
  readonly messengerUi: string
  readonly messengerPort: number
  readonly graphUrl: string
  readonly controlRoom: string
  readonly controlRoomPort: number
  readonly witness: string
  readonly witnessPort: number
  /** The provider of the staff's work accounts. */
  readonly staffProvider: string
  readonly staffProviderPort: number
  /** The practice push service. */
  readonly pushService: string
  readonly pushServicePort: number
}

/** What other steps need of the written configuration. */
export type DemoConfigs = {
  /** The administrator of the database: for migrations only; no process that serves people gets it. */
  readonly adminUrl: string
  readonly inspectorUrl: string
}

/** The id of the demo's one bank; the console's and the tests' name for it. */
export const demoInstitution = 'first-valley'

/** The four neighbouring ports' addresses, or those of a bank and messenger that somebody else runs. */
export function addressesAt(
  base: number,
  others: {
    readonly bankIssuer: string | undefined
    readonly messengerGraphUrl: string | undefined
    /** The fifth neighbour unless given: nobody types the witness' address. */
    readonly witnessPort?: number
    /** The sixth neighbour unless given: the console leads there. */
    readonly staffProviderPort?: number
    /** The seventh neighbour unless given: browsers that are none have addresses there. */
    readonly pushServicePort?: number
  },
): DemoAddresses {
  const gateway = `http://localhost:${base}`
  const bankIssuer = others.bankIssuer ?? `http://127.0.0.1:${base + 1}`
  const messengerUi = `http://127.0.0.1:${base + 2}`
  const witnessPort = others.witnessPort ?? base + 4
  const staffProviderPort = others.staffProviderPort ?? base + 5
  const pushServicePort = others.pushServicePort ?? base + 6
  return {
    gateway,
    gatewayPort: base,
    webhook: `${gateway.replace('localhost', '127.0.0.1')}/channels/messenger/webhook`,
    cardEvents: `${gateway.replace('localhost', '127.0.0.1')}/banks/${demoInstitution}/card-authorizations`,
    bankIssuer,
    bankPort: base + 1,
    fdxUrl: `${bankIssuer}/fdx/v6`,
    messengerUi,
    messengerPort: base + 2,
    graphUrl: others.messengerGraphUrl ?? `${messengerUi}/v25.0`,
    controlRoom: `http://127.0.0.1:${base + 3}`,
    controlRoomPort: base + 3,
    witness: `http://127.0.0.1:${witnessPort}`,
    witnessPort,
    staffProvider: `http://127.0.0.1:${staffProviderPort}`,
    staffProviderPort,
    pushService: `http://127.0.0.1:${pushServicePort}`,
    pushServicePort,
  }
}

/** What a demo is made of, before its configuration files exist. */
export type DemoParts = {
  readonly folder: DemoFolder
  readonly secrets: DemoSecrets
  readonly addresses: DemoAddresses
  readonly postgres: RunningPostgres | undefined
  readonly databaseUrl: string | undefined
  /** How often the log is published; a minute, as in use, unless given. */
  readonly beatSeconds?: number | undefined
}

/** The database that a demo makes in its own server. */
export const databaseName = 'parley'
const clientId = 'parley-gateway'
const staffClientId = 'parley-staff'
/** The log's name: the same wherever the ports are, since a log with another name is another log. */
const logOrigin = 'localhost/log'
const witnessName = 'localhost/witness'
// A demo must not make people wait a day to see a recovered passkey work; production refuses less than 24 hours.
const demoRecoveryWaitHours = 24

/** Writes one file of configuration for each process, with the secrets that this process needs and no others. */
export function writeConfigs(parts: DemoParts): DemoConfigs {
  const { folder, secrets, addresses } = parts
  const admin = administrator(parts)
  const database = { host: admin.host, port: admin.port, database: admin.database, prepare: true }
  const relyingParty = { id: 'localhost', name: 'Parley', origins: secrets.origins }
  const keystoreAddress = keystoreSocket(folder)
  const { controlSecret, ...messenger } = secrets.messenger

  writePrivately(folder.gatewayConfig, {
    mode: 'demo',
    listen: { host: '127.0.0.1', port: addresses.gatewayPort },
    publicUrl: addresses.gateway,
    relyingParty,
    database: {
      ...database,
      passwords: without(secrets.passwords, ['parley_keystore', 'parley_inspector', 'parley_staff']),
    },
    keystore: { address: keystoreAddress, secrets: secrets.keystore },
    linkSecret: secrets.linkSecret,
    recoveryWaitHours: demoRecoveryWaitHours,
    messenger: { ...messenger, graphUrl: addresses.graphUrl, threadUrl: addresses.messengerUi },
    bankClientKeys: folder.bankClientKeys,
    institutions: [
      {
        id: demoInstitution,
        name: 'First Valley Bank',
        issuer: addresses.bankIssuer,
        fdxUrl: addresses.fdxUrl,
        clientId,
        callsPerDay: 1000,
        region: 'north-america',
        pushSecret: secrets.pushSecret,
        // One secret for whatever this bank pushes. It asks to be told to decline, so that the demo shows what that is.
        cardEvents: { secret: secrets.pushSecret, formerSecrets: [], deadlineMs: 1_000, declines: true },
      },
    ],
    log: {
      origin: logOrigin,
      key: folder.logKey,
      promiseKey: folder.promiseKey,
      receiptKey: folder.receiptKey,
      witnesses: [{ url: addresses.witness, vkey: verifierKeyOf(folder.witnessKey, witnessName, 'cosignature') }],
      beatSeconds: parts.beatSeconds ?? 60,
      retentionDays: 1096,
    },
    // Browsers' own push services take this key as they take any; the practice service is for machines that reach none.
    push: { subject: 'mailto:parley@localhost', key: folder.pushKey, practice: addresses.pushService },
    allowLoopback: true,
    metricsToken: secrets.metricsToken,
    // In a demo a passkey alone lets somebody in as well, so that both ways can be seen.
    staffSignIn: {
      issuer: addresses.staffProvider,
      clientId: staffClientId,
      clientKeys: folder.bankClientKeys,
      loginClaim: 'preferred_username',
      maxAgeSeconds: 3_600,
      passkeys: true,
    },
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  } satisfies Partial<GatewayConfig>)
  writePrivately(folder.keystoreConfig, {
    mode: 'demo',
    address: keystoreAddress,
    folder: folder.keystore,
    secrets: secrets.keystore,
    relyingParty,
    database: { ...database, passwords: only(secrets.passwords, ['parley_keystore']) },
    recoveryWaitHours: demoRecoveryWaitHours,
  } satisfies Partial<KeystoreConfig>)
  writePrivately(folder.witnessConfig, {
    listen: { host: '127.0.0.1', port: addresses.witnessPort },
    name: witnessName,
    key: folder.witnessKey,
    memory: folder.witness,
    logs: [verifierKeyOf(folder.logKey, logOrigin, 'ed25519')],
  } satisfies WitnessConfig)
  writePrivately(folder.staffConfig, {
    mode: 'demo',
    publicUrl: addresses.gateway,
    database: { ...database, passwords: only(secrets.passwords, ['parley_staff']) },
  } satisfies Omit<StaffConfig, 'adminUrl'>)
  writePrivately(folder.deskConfig, {
    mode: 'demo',
    publicUrl: addresses.gateway,
    database: { ...database, passwords: only(secrets.passwords, ['parley_service']) },
    keystore: { address: keystoreAddress, secrets: only(secrets.keystore, ['service']) },
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  } satisfies DeskConfig)
  // A year: whoever tries the demo again next month finds the codes still good, until each is used.
  writePrivately(
    folder.staffPeople,
    secrets.staff.map((person) => ({ ...person, hours: 8784 })),
  )
  writePrivately(folder.passwords, secrets.passwords)
  writePrivately(folder.messengerConfig, { ...messenger, controlSecret })
  writePrivately(folder.controlRoomConfig, {
    gateway: addresses.gateway,
    // The sandbox messenger's switches; a messenger that somebody else runs has none for us.
    messenger: {
      ui: addresses.messengerUi,
      ...(addresses.graphUrl.startsWith(addresses.messengerUi) ? { controlSecret } : {}),
    },
    bank: {
      issuer: addresses.bankIssuer,
      controlFile: join(folder.bank, 'control.json'),
      peopleFile: join(folder.bank, 'people.json'),
    },
    pushService: addresses.pushService,
    staff: secrets.staff.map(({ login, role }) => ({ login, role })),
    demoFile: folder.demo,
    memoryFile: folder.controlRoomMemory,
  } satisfies ControlRoomConfig)
  writeBankClient(folder, secrets, addresses)
  return {
    adminUrl: connectionUrl(admin),
    inspectorUrl: connectionUrl({ ...admin, user: 'parley_inspector' }, secrets.passwords['parley_inspector']),
  }
}

// A socket's name holds 107 bytes on Linux; below a deep folder it moves to a short one that only the owner enters.
function keystoreSocket(folder: DemoFolder): string {
  const wanted = join(folder.keystore, 'keys.sock')
  if (wanted.length <= 100) return wanted
  const short = join(tmpdir(), `parley-${createHash('sha256').update(folder.root).digest('hex').slice(0, 16)}`)
  mkdirSync(short, { recursive: true, mode: 0o700 })
  return join(short, 'keys.sock')
}

function administrator(parts: DemoParts): ConnectionConfig {
  if (parts.postgres !== undefined) return { ...parts.postgres.admin, database: databaseName }
  return readConnectionUrl(parts.databaseUrl ?? '')
}

function writeBankClient(folder: DemoFolder, secrets: DemoSecrets, addresses: DemoAddresses): void {
  const { d: _private, ...publicKey } = secrets.bankClientKey
  writePrivately(folder.bankClientKeys, { keys: [secrets.bankClientKey] })
  writePrivately(folder.staffClient, {
    client_id: staffClientId,
    client_name: 'Parley',
    jwks: { keys: [publicKey] },
    redirect_uris: secrets.origins.map((origin) => `${origin}/staff/callback`),
  })
  writePrivately(folder.bankClients, {
    clients: [
      {
        client_id: clientId,
        client_name: 'Parley',
        jwks: { keys: [publicKey] },
        redirect_uris: secrets.origins.map((origin) => `${origin}/link/callback`),
        push_secret: secrets.pushSecret,
        card_events_url: addresses.cardEvents,
      },
    ],
  })
}

function connectionUrl(connection: ConnectionConfig, password = connection.password?.reveal()): string {
  const url = new URL(`postgres://localhost:${connection.port}/${connection.database}`)
  url.username = connection.user
  url.password = password ?? ''
  if (connection.host.startsWith('/')) url.searchParams.set('host', connection.host)
  else url.hostname = connection.host
  return url.href
}

function without(record: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)))
}

function only(record: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => names.includes(name)))
}
