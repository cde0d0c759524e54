import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { ConfigFault } from './config.ts'
import { Fault } from './kernel/index.ts'

// The command line: pick a role and run it. Each role's code is loaded only when it is asked for.

/** Exit codes: 0 done, 1 something broke, 2 the command line or the configuration is wrong. */
const exitCodes = { done: 0, broken: 1, misused: 2 } as const

const packageRoot = join(import.meta.dirname, '..', '..')

async function main(): Promise<void> {
  const parley = new Command('parley')
    .description('Ask your bank in the messenger you already use, without handing the messenger your financial life.')
    .version(packageVersion())
    .showHelpAfterError('(--help tells more)')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.done : exitCodes.misused))
  addDemoCommands(parley)
  addServiceCommands(parley)
  addToolCommands(parley)
  await parley.parseAsync()
}

function addDemoCommands(parley: Command): void {
  parley
    .command('demo')
    .description(
      'start everything on this machine: database, keystore, gateway, a sandbox bank and a sandbox messenger',
    )
    .option('--data-dir <folder>', 'where the demo keeps everything', defaultDataDir())
    .option('--port-base <port>', 'the first of four ports; they move when taken', toPort, 4100)
    .option('--no-open', 'do not open a browser')
    .option('--practice-browser', 'open a Chromium with a practice passkey, for machines without one', false)
    .option('--no-seed', 'start the bank without its people')
    .option('--ofx <file...>', 'serve real statements (OFX or QFX) as the first person’s accounts')
    .option('--messenger-graph-url <url>', 'use this messenger instead of the sandbox')
    .option('--bank-issuer <url>', 'use this bank instead of the sandbox')
    .action(async (flags: DemoFlags) => {
      const { runDemo } = await import('./demo/index.ts')
      process.exitCode = await runDemo(demoOptions(flags))
    })
  parley
    .command('tour')
    .description('play the story in a headless browser, print the conversation and write it down with pictures')
    .option('--data-dir <folder>', 'the running demo to use; without one, a fresh demo is started for the tour')
    .option('--out <folder>', 'where the picture story goes', resolve('tour'))
    .action(async (flags: { dataDir?: string; out: string }) => {
      const { runTour } = await import('./demo/index.ts')
      process.exitCode = await runTour({ dataDir: flags.dataDir, outDir: flags.out })
    })
  parley
    .command('reset')
    .description('stop what a demo left running and delete its data folder')
    .option('--data-dir <folder>', 'the demo’s folder', defaultDataDir())
    .action(async (flags: { dataDir: string }) => {
      const { resetDemo } = await import('./demo/index.ts')
      const outcome = await resetDemo(resolve(flags.dataDir))
      process.stdout.write(outcome === 'deleted' ? 'The demo’s data is gone.\n' : 'There was nothing to delete.\n')
    })
}

function addServiceCommands(parley: Command): void {
  for (const role of ['serve', 'work'] as const) {
    parley
      .command(role)
      .description(role === 'serve' ? 'answer webhooks and pages, and do the work they cause' : 'do queued work only')
      .requiredOption('--config <file>', 'the gateway’s configuration (JSON)')
      .action(async (flags: { config: string }) => {
        const [{ loadGatewayConfig }, { startApp }] = await Promise.all([import('./config.ts'), import('./app.ts')])
        await startApp(loadGatewayConfig(flags.config), role)
      })
  }
  const keys = parley.command('keys').description('the keystore: the process that alone holds customers’ keys')
  keys
    .command('serve')
    .description('hold keys, and release one only for a committed ticket of a validly signed grant')
    .requiredOption('--config <file>', 'the keystore’s configuration (JSON)')
    .action(async (flags: { config: string }) => {
      const [{ loadKeystoreConfig }, { startKeys }] = await Promise.all([
        import('./config.ts'),
        import('./keys-process.ts'),
      ])
      await startKeys(loadKeystoreConfig(flags.config))
    })
  keys
    .command('bank-client')
    .description('make the key this client signs with at banks, and print its public half for them to register')
    .requiredOption('--out <file>', 'where the private key goes; nothing that exists is replaced')
    .action(async (flags: { out: string }) => {
      const { clientKeysText, makeClientKeys, publicJwks } = await import('./banks/index.ts')
      const made = await makeClientKeys()
      writeNew(flags.out, clientKeysText(made).reveal())
      process.stdout.write(`${JSON.stringify(publicJwks(made), null, 2)}\n`)
    })
  parley
    .command('migrate')
    .description('bring the database to the newest schema (DATABASE_URL names its administrator)')
    .requiredOption('--config <file>', 'the gateway’s configuration (JSON)')
    .option('--passwords <file>', 'JSON, login to password, for logins that other processes use')
    .option('--json', 'print what was applied as JSON', false)
    .action(async (flags: { config: string; passwords?: string; json: boolean }) => {
      const [{ loadGatewayConfig }, { runMigrate }] = await Promise.all([
        import('./config.ts'),
        import('./migrate-process.ts'),
      ])
      const applied = await runMigrate(loadGatewayConfig(flags.config), {
        adminUrl: process.env['DATABASE_URL'],
        passwordsFile: flags.passwords,
        directory: join(packageRoot, 'migrations'),
      })
      process.stdout.write(flags.json ? `${JSON.stringify({ applied })}\n` : `${applied.length} migrations applied.\n`)
    })
}

function addToolCommands(parley: Command): void {
  parley
    .command('verify')
    .description('check a log (address or folder), receipts and checkpoints offline; the first bad entry is named')
    .argument('[log]', 'https://…/log or a folder')
    .option('--key <verifier key>', 'the log’s key, got from somewhere else than the log itself')
    .option('--receipt <file...>', 'receipts or exports')
    .option('--checkpoint <file...>', 'checkpoints seen at other times or by others')
    .option('--json', 'print one JSON object', false)
    .action(async (log: string | undefined, flags: VerifyFlags) => {
      const [{ runVerify }, { createMetrics }] = await Promise.all([
        import('./audit/index.ts'),
        import('./platform/index.ts'),
      ])
      process.exitCode = await runVerify(
        { metrics: createMetrics(), write: (text) => void process.stdout.write(text) },
        {
          ...(log === undefined ? {} : { log }),
          ...(flags.key === undefined ? {} : { key: flags.key }),
          receipts: flags.receipt ?? [],
          checkpoints: flags.checkpoint ?? [],
          json: flags.json,
        },
      )
    })
  parley
    .command('understand')
    .description('read JSON lines {id,text,…} and write what was understood, a line each, in the same order')
    .action(async () => {
      const { understandLines } = await import('./chat/index.ts')
      await understandLines(process.stdin, process.stdout)
    })
  const sandbox = parley.command('sandbox').description('the other side of the wire, for trying things out')
  for (const name of ['bank', 'messenger'] as const) {
    sandbox
      .command(name)
      .description(`a ${name} that speaks the real protocols (--help after it lists its own options)`)
      .helpOption(false)
      .allowUnknownOption()
      .allowExcessArguments()
      .argument('[options...]')
      .action(async (_options: readonly string[], command: Command) => {
        const { runSandbox } = await import('./demo/index.ts')
        process.exitCode = await runSandbox(name, command.args)
      })
  }
  const config = parley.command('config').description('configuration files')
  config
    .command('check')
    .description('read a configuration as the gateway would, and say what is wrong with it')
    .argument('<file>')
    .option('--keystore', 'it is the keystore’s configuration', false)
    .action(async (file: string, flags: { keystore: boolean }) => {
      const { loadGatewayConfig, loadKeystoreConfig } = await import('./config.ts')
      const { mode } = flags.keystore ? loadKeystoreConfig(file) : loadGatewayConfig(file)
      process.stdout.write(`${file}: good, for ${mode}.\n`)
    })
}

type VerifyFlags = {
  key?: string
  receipt?: readonly string[]
  checkpoint?: readonly string[]
  json: boolean
}

type DemoFlags = {
  dataDir: string
  portBase: number
  open: boolean
  practiceBrowser: boolean
  seed: boolean
  ofx?: readonly string[]
  messengerGraphUrl?: string
  bankIssuer?: string
}

function demoOptions(flags: DemoFlags) {
  return {
    dataDir: resolve(flags.dataDir),
    portBase: flags.portBase,
    // Nobody is watching a screen when the output goes to a file or a pipe.
    open: flags.open && process.stdout.isTTY,
    practiceBrowser: flags.practiceBrowser,
    seed: flags.seed,
    ofx: (flags.ofx ?? []).map((file) => resolve(file)),
    messengerGraphUrl: flags.messengerGraphUrl,
    bankIssuer: flags.bankIssuer,
    databaseUrl: process.env['DATABASE_URL'],
  }
}

function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600, flag: 'wx' })
  } catch (cause) {
    throw new ConfigFault([`${file}: cannot be written, or is there already`], cause)
  }
}

function defaultDataDir(): string {
  return join(packageRoot, '.parley')
}

function toPort(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1024 || port > 65_000) throw new InvalidArgumentError('1024 to 65000')
  return port
}

function packageVersion(): string {
  const text: unknown = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'))
  return typeof text === 'object' && text !== null && 'version' in text ? String(text.version) : 'unknown'
}

/** One line for people, and the code for whoever looks it up; the stack is for those who ask for it. */
async function tellFault(error: unknown): Promise<void> {
  if (error instanceof ConfigFault) {
    process.stderr.write(`The configuration cannot be used:\n${error.problems.map((line) => `  ${line}\n`).join('')}`)
    process.exitCode = exitCodes.misused
    return
  }
  const code = error instanceof Fault ? error.code : 'unexpected'
  const { explainFault } = await import('./platform/index.ts')
  process.stderr.write(`\nParley stopped: ${explainFault(error) ?? sentenceFor(code)} (${code})\n`)
  if (process.env['PARLEY_DEBUG'] !== undefined) console.error(error)
  else process.stderr.write('PARLEY_DEBUG=1 shows where.\n')
  process.exitCode = exitCodes.broken
}

function sentenceFor(code: string): string {
  const sentences: { readonly [code: string]: string } = {
    'demo/already-running': 'a demo already runs on this data folder; stop it first, or give another with --data-dir.',
    'demo/no-free-ports': 'no four free ports were found on this machine; give others with --port-base.',
    'demo/data-folder-broken': 'the demo’s data folder cannot be read; "./parley reset" starts afresh.',
    'demo/not-a-demo-folder': 'this folder does not look like a demo’s, so nothing was deleted.',
    'demo/not-running': 'no demo runs on this data folder.',
    'demo/no-chromium': 'no Chromium was found; install one (Debian: apt install chromium).',
    'demo/schema-failed': 'the database schema could not be brought up to date; logs/migrate.log says why.',
    'demo/bank-failed': 'the sandbox bank did not start; logs/bank.log says why.',
    'demo/messenger-failed': 'the sandbox messenger did not start; logs/messenger.log says why.',
    'demo/gateway-failed': 'the gateway did not start; logs/gateway.log says why.',
    'demo/keystore-failed': 'the keystore did not start; logs/keystore.log says why.',
    'demo/control-room-failed': 'the control room did not start; logs/control-room.log says why.',
  }
  return sentences[code] ?? 'something it needs does not work.'
}

try {
  await main()
} catch (error) {
  await tellFault(error)
}
