import { join } from 'node:path'
import { rmSync } from 'node:fs'
import { type RunningPostgres, createDatabase, createLogger, startPostgres } from '../platform/index.ts'
import { announce } from './announce.ts'
import { type DemoAddresses, addressesAt, databaseName, writeConfigs } from './demo-configs.ts'
import { writeDemoFile } from './demo-file.ts'
import { endLeftovers, forgetStarted, writeStarted } from './leftovers.ts'
import { openBrowser } from './open-browser.ts'
import { demoPortCount, findFreePort, findFreePorts } from './ports.ts'
import { runMigration } from './run-migration.ts'
import { addDemoStaff } from './run-staff.ts'
import { type DemoProcess, type DemoProgram, startProcess } from './process.ts'
import { type DemoFolder, openDemoFolder, rememberOrigin } from './settings.ts'
import { type Steps, terminalSteps } from './steps.ts'

/** What the command line may say about a demo. */
export type DemoOptions = {
  readonly dataDir: string
  readonly portBase: number
  readonly open: boolean
  readonly practiceBrowser: boolean
  readonly seed: boolean
  readonly ofx: readonly string[]
  /** A messenger or bank that somebody else runs, in place of the sandbox's. */
  readonly messengerGraphUrl: string | undefined
  readonly bankIssuer: string | undefined
  /** A database that somebody else runs (its administrator's URL), in place of the embedded one. */
  readonly databaseUrl: string | undefined
  /** How often the log is published, for whoever cannot wait a minute to see it. */
  readonly beatSeconds?: number
}

/** A demo that runs: its addresses, and how to end it. `ended` settles with the name of a process that died by itself. */
export type RunningDemo = {
  readonly folder: DemoFolder
  readonly addresses: DemoAddresses
  readonly ended: Promise<string>
  stop(): Promise<void>
}

/** `parley demo`: starts everything, tells where it is, and stops in order on Ctrl-C. Resolves with the exit code. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const demo = await startDemo(options, terminalSteps(process.stderr))
  const stopAsked = waitForSignal()
  announce(process.stdout, demo.folder)
  if (options.practiceBrowser || options.open) {
    await openBrowser(demo.addresses.controlRoom, { practice: options.practiceBrowser, output: process.stderr })
  }
  const reason = await Promise.race([stopAsked, demo.ended])
  if (reason !== undefined) process.stderr.write(`\n  ${reason} ended by itself: see ${demo.folder.logs}\n`)
  process.stderr.write('\n  Stopping …')
  await demo.stop()
  process.stderr.write(' stopped.\n')
  return reason === undefined ? 0 : 1
}

/** Starts the demo's processes, in the order in which they need each other. Whatever started is stopped if one fails. */
export async function startDemo(options: DemoOptions, steps: Steps): Promise<RunningDemo> {
  const { folder, secrets: known } = openDemoFolder(options.dataDir)
  const left = await endLeftovers(folder.root)
  if (left.length > 0) process.stderr.write(`  cleaned up after an earlier demo: ${left.join(', ')}\n`)
  rmSync(folder.demo, { force: true })

  const running: DemoProcess[] = []
  let postgres: RunningPostgres | undefined
  const stop = async (): Promise<void> => {
    for (const one of [...running].reverse()) await one.stop()
    await postgres?.stop()
    forgetStarted(folder.root)
  }
  try {
    const base = await findFreePorts(options.portBase)
    const witnessPort = await findFreePort(base + demoPortCount)
    const staffProviderPort = await findFreePort(base + demoPortCount + 1)
    const pushServicePort = await findFreePort(base + demoPortCount + 2)
    const addresses = addressesAt(base, { ...options, witnessPort, staffProviderPort, pushServicePort })
    const secrets = rememberOrigin(folder, known, addresses.gateway)
    if (options.databaseUrl === undefined) {
      postgres = await steps.run('database', async () => {
        const started = await startPostgres({ dataDir: folder.postgres, logger: quietLogger() })
        await createDatabase(started.admin, databaseName)
        return started
      })
    }
    const { databaseUrl, beatSeconds } = options
    const configs = writeConfigs({ folder, secrets, addresses, postgres, databaseUrl, beatSeconds })
    const begin = async (program: DemoProgram): Promise<DemoProcess> => {
      const started = await startProcess(program)
      running.push(started)
      writeStarted(
        folder.root,
        running.map((one) => ({ name: one.name, pid: one.pid, script: scriptOf(one.name) })),
      )
      return started
    }
    // Only the gateway needs the schema and all the others; these need nothing of each other.
    await Promise.all([
      steps.run('schema', () => runMigration(folder, configs.adminUrl)),
      ...programs(folder, addresses, options).map((one) => steps.run(one.name, () => begin(one))),
    ])
    // Beside the gateway there is a core to spare; it asks the witness once it runs.
    await Promise.all([
      steps.run('staff', () => addDemoStaff(folder)),
      ...[gatewayProgram(folder), witnessProgram(folder)].map((one) => steps.run(one.name, () => begin(one))),
    ])
    writeDemoFile({ folder, secrets, addresses, configs })
    return { folder, addresses, ended: firstToEnd(running), stop }
  } catch (fault) {
    await stop()
    throw fault
  }
}

const dist = join(import.meta.dirname, '..', '..')

const sandboxes: readonly string[] = ['bank', 'messenger', 'staff-provider', 'push']

function scriptOf(name: string): string {
  if (sandboxes.includes(name)) return join(dist, 'sandbox', name, 'main.js')
  if (name === 'control-room') return join(dist, 'src', 'demo', 'control-room', 'main.js')
  return join(dist, 'src', 'main.js')
}

function programs(folder: DemoFolder, addresses: DemoAddresses, options: DemoOptions): readonly DemoProgram[] {
  const wanted = [
    program(folder, 'keystore', ['keys', 'serve', '--config', folder.keystoreConfig]),
    program(folder, 'control-room', [
      '--config',
      folder.controlRoomConfig,
      '--port',
      String(addresses.controlRoomPort),
    ]),
  ]
  wanted.push(
    program(folder, 'staff-provider', [
      ...['--port', String(addresses.staffProviderPort), '--people', folder.staffPeople],
      ...['--client-config', folder.staffClient],
    ]),
  )
  wanted.push(program(folder, 'push', ['--port', String(addresses.pushServicePort)]))
  if (options.bankIssuer === undefined) {
    const files = options.ofx.flatMap((file) => ['--ofx', file])
    const seed = options.seed ? [] : ['--no-seed']
    wanted.push(
      program(folder, 'bank', [
        ...['--port', String(addresses.bankPort), '--data-dir', folder.bank],
        ...['--client-config', folder.bankClients, ...seed, ...files],
      ]),
    )
  }
  if (options.messengerGraphUrl === undefined) {
    wanted.push(
      program(folder, 'messenger', [
        ...['--port', String(addresses.messengerPort), '--data-dir', folder.messenger],
        ...['--config', folder.messengerConfig, '--webhook-url', addresses.webhook],
      ]),
    )
  }
  return wanted
}

function gatewayProgram(folder: DemoFolder): DemoProgram {
  return program(folder, 'gateway', ['serve', '--config', folder.gatewayConfig])
}

function witnessProgram(folder: DemoFolder): DemoProgram {
  return program(folder, 'witness', ['witness', '--config', folder.witnessConfig])
}

function program(folder: DemoFolder, name: string, words: readonly string[]): DemoProgram {
  return { name, script: scriptOf(name), arguments: words, logFile: join(folder.logs, `${name}.log`) }
}

function firstToEnd(running: readonly DemoProcess[]): Promise<string> {
  return Promise.race(running.map((one) => one.gone.then(() => one.name)))
}

function waitForSignal(): Promise<undefined> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => resolve(undefined))
  })
}

// The launcher's events are of interest only when something goes wrong, and then it throws.
function quietLogger() {
  return createLogger({ role: 'demo', level: 'warn', destination: process.stderr })
}
