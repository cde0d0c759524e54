import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { randomInt } from 'node:crypto'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { PartName } from '../../src/app/parts.ts'
import { addressesAt, databaseName, writeConfigs } from '../../src/demo/demo-configs.ts'
import type { DemoAddresses, DemoParts } from '../../src/demo/demo-configs.ts'
import { findFreePorts } from '../../src/demo/ports.ts'
import { openDemoFolder, rememberOrigin } from '../../src/demo/settings.ts'
import type { DemoFolder, DemoSecrets } from '../../src/demo/settings.ts'
import { createDatabase, createLogger, createMetrics, openDatabase, removePostgres } from '../../src/platform/index.ts'
import type { Database } from '../../src/platform/index.ts'
import { createBankControl } from './bank-control.ts'
import type { BankControl } from './bank-control.ts'
import { buildFolder } from './build-folder.ts'
import { createMessengerControl } from './messenger-control.ts'
import type { MessengerControl } from './messenger-control.ts'
import { splitConfig } from './parts-apart.ts'
import type { PartsApart } from './parts-apart.ts'
import { startKillablePostgres } from './running-postgres.ts'
import type { KillablePostgres } from './running-postgres.ts'
import { startProgram } from './running-program.ts'
import type { Program, RunningProgram } from './running-program.ts'

/** The whole product and both sandboxes as separate processes of the build, each of which may be killed and begun again. */
export type ParleyProcesses = {
  readonly folder: DemoFolder
  readonly addresses: DemoAddresses
  readonly secrets: DemoSecrets
  readonly postgres: KillablePostgres
  readonly keystore: RunningProgram
  readonly gateway: RunningProgram
  /** Where queued work has a process of its own. */
  readonly worker: RunningProgram | undefined
  readonly bank: RunningProgram
  readonly messenger: RunningProgram
  /** Where parts have processes of their own. */
  readonly apart: PartsApart | undefined
  /** When it was asked for. */
  readonly witness: RunningProgram | undefined
  readonly bankControl: BankControl
  readonly messengerControl: MessengerControl
  /** The administrator in the gateway's database: for looking, never for what a promise is about. */
  readonly admin: Database
  /** Stops everything; deletes the data folder unless it was given. */
  stop(): Promise<void>
}

export type ParleyOptions = {
  /** The build to run; a mutated copy of it, for example. */
  readonly dist?: string
  /** Kept afterwards when given; else a folder of its own in the system's temporary folder. */
  readonly dataDir?: string
  /** A model's file that is tried beside the one that decides, at every bank. */
  readonly challenger?: (folder: DemoFolder) => string
  /** Settings of the gateway's configuration file to put in place of the demo's. */
  readonly gateway?: Readonly<Record<string, unknown>>
  /** Words for the gateway's node: a profiler, for example. */
  readonly gatewayNodeWords?: readonly string[]
  /** The gateway only answers requests; a process beside it does the work they cause. */
  readonly workApart?: boolean
  /** Statistics and consent have processes of their own, with their own credentials, behind a proxy at the gateway's address. */
  readonly partsApart?: boolean
  /** Requests a day that the gateway may make at the bank for one customer; 0 = no limit. */
  readonly callsPerDay?: number
  /** How often the log shows itself; a minute unless given. */
  readonly beatSeconds?: number
  /** Starts a witness as well, which co-signs each beat; without one the gateway asks none. */
  readonly witness?: boolean
  /** Starts the provider of the staff's work accounts, with the demo's people among the staff. */
  readonly staffProvider?: boolean
  /** Real statements that become the bank's first person's accounts. */
  readonly ofx?: string
}

const portsFrom = 20_000
const portsTo = 32_000

/** Starts PostgreSQL, brings the schema up, then keystore, bank and messenger together, and the gateway last. */
export async function startParley(options: ParleyOptions = {}): Promise<ParleyProcesses> {
  const dist = options.dist ?? buildFolder()
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'parley-processes-'))
  mkdirSync(dataDir, { recursive: true })
  // The database server may have another account, which must find its way through.
  chmodSync(dataDir, 0o755)
  const { folder, secrets: known } = openDemoFolder(dataDir)
  const addresses = addressesAt(await findFreePorts(randomInt(portsFrom, portsTo)), {
    bankIssuer: undefined,
    messengerGraphUrl: undefined,
  })
  const secrets = rememberOrigin(folder, known, addresses.gateway)
  const stops: (() => Promise<unknown>)[] = []
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one()
    if (options.dataDir !== undefined) return
    await removePostgres(folder.postgres)
    rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    const postgres = await startKillablePostgres(folder.postgres)
    stops.push(() => postgres.stop())
    const adminConnection = await createDatabase(postgres.admin, databaseName)
    const configs = writeConfigs(partsOf({ folder, secrets, addresses, postgres }))
    changeGatewayConfig(folder, options)
    await migrate(dist, folder, configs.adminUrl)
    const apart =
      options.partsApart === true ? await splitConfig(folder.gatewayConfig, dirname(folder.gatewayConfig)) : undefined
    stops.push(async () => apart?.proxy.close())

    const begin = async (program: Program): Promise<RunningProgram> => {
      const started = await startProgram(program)
      stops.push(() => started.stop())
      return started
    }
    const programs = programsOf(dist, folder, addresses, options.ofx, apart)
    const [keystore, bank, messenger] = await Promise.all([
      begin(programs.keystore),
      begin(programs.bank),
      begin(programs.messenger),
    ])
    if (options.staffProvider === true) {
      await addStaff(dist, folder)
      await begin(programs.staffProvider)
    }
    const witness = options.witness === true ? await begin(programs.witness) : undefined
    const worker = options.workApart === true ? await begin(programs.worker) : undefined
    const gateway = await begin({
      ...(worker === undefined ? programs.gateway : programs.acceptor),
      nodeWords: options.gatewayNodeWords ?? [],
    })
    if (apart !== undefined) await Promise.all([begin(programs.statistics), begin(programs.consent)])
    const admin = openDatabase({
      connection: adminConnection,
      logger: createLogger({ role: 'test', level: 'silent' }),
      metrics: createMetrics({ processMetrics: false }),
      poolMax: 2,
    })
    stops.push(() => admin.close())
    const bankControl = createBankControl(addresses.bankIssuer, folder.bank)
    const messengerControl = createMessengerControl(addresses.messengerUi, secrets.messenger.controlSecret)
    return {
      ...{ folder, addresses, secrets, postgres, keystore, gateway, worker, apart, bank, messenger, witness },
      ...{ bankControl, messengerControl, admin, stop },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function partsOf(parts: {
  readonly folder: DemoFolder
  readonly secrets: DemoSecrets
  readonly addresses: DemoAddresses
  readonly postgres: KillablePostgres
}): DemoParts {
  const { admin, pids, stop } = parts.postgres
  return { ...parts, postgres: { admin, adopted: false, pid: pids()[0] ?? 0, stop }, databaseUrl: undefined }
}

const gatewayFile = z.looseObject({
  institutions: z.array(z.looseObject({ cardEvents: z.looseObject({}) })),
  log: z.looseObject({}),
})

function changeGatewayConfig(folder: DemoFolder, options: ParleyOptions): void {
  const config = gatewayFile.parse(JSON.parse(readFileSync(folder.gatewayConfig, 'utf8')))
  const { callsPerDay } = options
  const challenger = options.challenger?.(folder)
  const institutions = config.institutions.map((one) => ({
    ...one,
    ...(callsPerDay === undefined ? {} : { callsPerDay }),
    ...(challenger === undefined ? {} : { cardEvents: { ...one.cardEvents, challenger } }),
  }))
  const log = {
    ...config.log,
    ...(options.witness === true ? {} : { witnesses: [] }),
    ...(options.beatSeconds === undefined ? {} : { beatSeconds: options.beatSeconds }),
  }
  writeFileSync(folder.gatewayConfig, JSON.stringify({ ...config, institutions, log, ...options.gateway }), {
    mode: 0o600,
  })
}

async function migrate(dist: string, folder: DemoFolder, adminUrl: string): Promise<void> {
  const words = ['migrate', '--config', folder.gatewayConfig, '--passwords', folder.passwords]
  await runOnce(dist, words, { DATABASE_URL: adminUrl })
}

/** The demo's people, as the command line adds them. */
async function addStaff(dist: string, folder: DemoFolder): Promise<void> {
  await runOnce(dist, ['staff', 'add', '--config', folder.staffConfig, '--people', folder.staffPeople])
}

async function runOnce(
  dist: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const child = spawn(process.execPath, [join(dist, 'src', 'main.js'), ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  })
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`parley ${words.slice(0, 2).join(' ')} ended with ${String(code)}: ${complaint}`)
}

function programsOf(
  dist: string,
  folder: DemoFolder,
  addresses: DemoAddresses,
  ofx: string | undefined,
  apart: PartsApart | undefined,
): Readonly<
  Record<
    'keystore' | 'bank' | 'messenger' | 'gateway' | 'acceptor' | 'worker' | 'witness' | 'staffProvider' | PartName,
    Program
  >
> {
  const main = join(dist, 'src', 'main.js')
  const sandbox = (name: string): string => join(dist, 'sandbox', name, 'main.js')
  const program = (name: string, script: string, words: readonly string[]): Program => ({
    name,
    script,
    words,
    logFile: join(folder.logs, `${name}.log`),
  })
  const without = apart === undefined ? [] : ['--without', 'statistics', 'consent']
  const part = (name: PartName): Program =>
    program(name, main, ['serve', '--only', name, '--config', apart?.parts[name].config ?? ''])
  return {
    statistics: part('statistics'),
    consent: part('consent'),
    keystore: program('keystore', main, ['keys', 'serve', '--config', folder.keystoreConfig]),
    witness: program('witness', main, ['witness', '--config', folder.witnessConfig]),
    gateway: program('gateway', main, ['serve', '--config', folder.gatewayConfig, ...without]),
    acceptor: program('gateway', main, ['serve', '--no-work', '--config', folder.gatewayConfig, ...without]),
    worker: program('worker', main, ['work', '--config', folder.gatewayConfig, ...without]),
    staffProvider: program('staff-provider', sandbox('staff-provider'), [
      ...['--port', String(addresses.staffProviderPort), '--people', folder.staffPeople],
      ...['--client-config', folder.staffClient],
    ]),
    bank: program('bank', sandbox('bank'), [
      ...['--port', String(addresses.bankPort), '--data-dir', folder.bank],
      ...['--client-config', folder.bankClients, ...(ofx === undefined ? [] : ['--ofx', ofx])],
    ]),
    messenger: program('messenger', sandbox('messenger'), [
      ...['--port', String(addresses.messengerPort), '--data-dir', folder.messenger],
      ...['--config', folder.messengerConfig, '--webhook-url', addresses.webhook],
    ]),
  }
}
