import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { PartName } from './app.ts'
import { ConfigFault } from './config.ts'
import type { EvaluateFlags, ExplainFlags, TrainFlags } from './fraud-process.ts'
import type { FraudDeps } from './fraud-terminal.ts'
import type { CompareFlags } from './fraud-compare-process.ts'
import type { ImportFlags } from './fraud-history-process.ts'
import type { BacktestFlags, RulesDeps, RulesFlags } from './fraud-rules-process.ts'
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
  addStaffCommands(parley)
  addDeskCommands(parley)
  addFraudCommands(parley)
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

/** Parts of the gateway that can have a process of their own. */
const parts = ['statistics', 'consent'] as const satisfies readonly PartName[]

type ServeFlags = { config: string; work: boolean; only?: PartName; without?: PartName[] }

function addServiceCommands(parley: Command): void {
  const start = async (file: string, role: 'serve' | 'accept' | 'work', without: readonly PartName[] = []) => {
    const [{ loadGatewayConfig }, { startApp }] = await Promise.all([import('./config.ts'), import('./app.ts')])
    await startApp(loadGatewayConfig(file), role, new Set(without))
  }
  const withoutOption = () =>
    new Option(
      '--without <part...>',
      'leave parts to processes of their own, and do without their credentials',
    ).choices(parts)
  parley
    .command('serve')
    .description('answer webhooks and pages, and do the work they cause')
    .requiredOption('--config <file>', 'the gateway’s configuration (JSON)')
    .option(
      '--no-work',
      'leave queued work to processes that run `parley work`, so that acknowledgements never wait for it',
    )
    .addOption(
      new Option('--only <part>', 'run one part alone, with its own credentials and no others')
        .choices(parts)
        .conflicts(['without', 'work']),
    )
    .addOption(withoutOption())
    .action(async ({ config, work, only, without }: ServeFlags) => {
      if (only === undefined) return await start(config, work ? 'serve' : 'accept', without)
      await (await import('./part-process.ts')).startPart(only, config)
    })
  parley
    .command('work')
    .description('do queued work only')
    .requiredOption('--config <file>', 'the gateway’s configuration (JSON)')
    .addOption(withoutOption())
    .action((flags: { config: string; without?: PartName[] }) => start(flags.config, 'work', flags.without))
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
  addKeystoreTools(keys)
  keys
    .command('bank-client')
    .description('make the key this client signs with at banks, and print its public half for them to register')
    .requiredOption('--out <file>', 'where the private key goes; nothing that exists is replaced')
    .action(async (flags: { out: string }) => {
      const { clientKeysFile, makeClientKeys, publicJwks } = await import('./banks/index.ts')
      const made = await makeClientKeys()
      writeNew(flags.out, clientKeysFile.text(made).reveal())
      process.stdout.write(`${JSON.stringify(publicJwks(made), null, 2)}\n`)
    })
  addWitnessCommands(parley)
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

function addKeystoreTools(keys: Command): void {
  const write = (text: string): void => void process.stdout.write(text)
  keys
    .command('rotate')
    .description(
      'replace the root key now, also while the keystore runs; copies under the old one are then worth nothing',
    )
    .requiredOption('--config <file>', 'the keystore’s configuration (JSON)')
    .option('--json', 'print one JSON object', false)
    .action(async (flags: { config: string; json: boolean }) => {
      const [{ loadKeystoreConfig }, { runRotate }] = await Promise.all([
        import('./config.ts'),
        import('./keys-operator-process.ts'),
      ])
      process.exitCode = await runRotate(loadKeystoreConfig(flags.config), { json: flags.json, write })
    })
  keys
    .command('erase-again')
    .description('after a restore of the database: begin again the erasures that it undid')
    .requiredOption('--config <file>', 'the keystore’s configuration (JSON)')
    .option('--json', 'print one JSON object', false)
    .action(async (flags: { config: string; json: boolean }) => {
      const [{ loadKeystoreConfig }, { runEraseAgain }] = await Promise.all([
        import('./config.ts'),
        import('./keys-operator-process.ts'),
      ])
      process.exitCode = await runEraseAgain(loadKeystoreConfig(flags.config), { json: flags.json, write })
    })
  keys
    .command('open-hold')
    .description(
      'print one record that the law makes us keep after an erasure, and write down why; without --record, list them',
    )
    .requiredOption('--config <file>', 'the keystore’s configuration (JSON)')
    .option('--record <id>', 'which record; a customer’s receipt names theirs')
    .option('--reason <text>', 'who asks, and by what right: it is kept for three years')
    .option('--json', 'print one JSON object', false)
    .action(async (flags: { config: string; record?: string; reason?: string; json: boolean }) => {
      const [{ loadKeystoreConfig }, { runOpenHold }] = await Promise.all([
        import('./config.ts'),
        import('./keys-operator-process.ts'),
      ])
      const { record, reason, json } = flags
      process.exitCode = await runOpenHold(loadKeystoreConfig(flags.config), { record, reason, json, write })
    })
}

function addWitnessCommands(parley: Command): void {
  const witness = parley
    .command('witness')
    .enablePositionalOptions() // what stands after keygen is keygen's
    .description(
      'co-sign the checkpoints of logs that only grow (c2sp.org/tlog-witness), for banks and platforms that watch',
    )
    .option('--config <file>', 'JSON with the settings below: listen {host, port}, name, key, memory, logs')
    .option('--name <name>', 'the witness’ name in its signatures, such as bank.example/witness')
    .option('--key <file>', 'its private key; "parley witness keygen" makes one')
    .option('--memory <folder>', 'where it remembers what it signed; never lose it, never share it')
    .option(
      '--log <verifier key...>',
      'the logs it signs for: what each serves at /log/vkey, compared with another source',
    )
    .option('--listen <host:port>', 'where it listens; loopback unless given, behind a proxy for https', toListen)
    .action(async (flags: WitnessFlags) => {
      const [{ loadWitnessConfig }, { runWitness }] = await Promise.all([
        import('./config.ts'),
        import('./witness-process.ts'),
      ])
      const { config, log, ...said } = flags
      await runWitness(loadWitnessConfig(config, { ...said, ...(log === undefined ? {} : { logs: [...log] }) }))
    })
  witness
    .command('keygen')
    .description('make a witness’ key and print the verifier key that logs are configured with')
    .requiredOption('--name <name>', 'the witness’ name, such as bank.example/witness')
    .requiredOption('--out <file>', 'where the private key goes; nothing that exists is replaced')
    .action(async ({ name, out }: { name: string; out: string }) => {
      const { makeWitnessKey } = await import('./audit/index.ts')
      process.stdout.write(`${makeWitnessKey(out, name)}\n`)
    })
}

function addStaffCommands(parley: Command): void {
  const staff = parley.command('staff').description('the people who run Parley: operators, analysts, agents, auditors')
  const write = (text: string): void => void process.stdout.write(text)
  const config = [
    '--config <file>',
    'JSON with publicUrl and database; needs the password of parley_staff, or DATABASE_URL',
  ] as const
  staff
    .command('add')
    .description('add somebody, and print the one-time address where they make a passkey')
    .argument('[login]', 'lower-case words joined by dots or hyphens')
    .requiredOption(...config)
    .option('--role <role>', 'operator, analyst, agent, auditor or platform')
    .option('--platform <name>', 'of role platform: the messenger whose totals they see, meta or assistants')
    .option('--institution <id...>', 'the banks whose matters are theirs; without it, all of them')
    .option('--hours <number>', 'how long the address can be used (48)')
    .option(
      '--people <file>',
      'several at once, with codes of their own: JSON [{login, role, institutions?, password}]',
    )
    .option('--json', 'print JSON', false)
    .action(async (login: string | undefined, flags: StaffAddFlags) => {
      const [{ loadStaffConfig }, { runStaffAdd }] = await Promise.all([
        import('./config.ts'),
        import('./staff-process.ts'),
      ])
      process.exitCode = await runStaffAdd(loadStaffConfig(flags.config), { ...flags, login }, write)
    })
  staff
    .command('list')
    .description('who there is')
    .requiredOption(...config)
    .option('--json', 'print JSON', false)
    .action(async (flags: { config: string; json: boolean }) => {
      const [{ loadStaffConfig }, { runStaffList }] = await Promise.all([
        import('./config.ts'),
        import('./staff-process.ts'),
      ])
      process.exitCode = await runStaffList(loadStaffConfig(flags.config), flags, write)
    })
  staff
    .command('events')
    .description('what the staff did, as lines of JSON (OCSF 1.3.0), oldest first')
    .requiredOption(...config)
    .option('--after <place>', 'only what came after this metadata.uid')
    .action(async (flags: { config: string; after?: string }) => {
      const [{ loadStaffConfig }, { runStaffEvents }] = await Promise.all([
        import('./config.ts'),
        import('./staff-process.ts'),
      ])
      process.exitCode = await runStaffEvents(loadStaffConfig(flags.config), flags, write)
    })
  staff
    .command('remove')
    .description('end somebody’s passkeys, sessions and open codes; what they did stays on record')
    .argument('<login>')
    .requiredOption(...config)
    .option('--json', 'print JSON', false)
    .action(async (login: string, flags: { config: string; json: boolean }) => {
      const [{ loadStaffConfig }, { runStaffRemove }] = await Promise.all([
        import('./config.ts'),
        import('./staff-process.ts'),
      ])
      process.exitCode = await runStaffRemove(loadStaffConfig(flags.config), { ...flags, login }, write)
    })
}

function addDeskCommands(parley: Command): void {
  const write = (text: string): void => void process.stdout.write(text)
  const process_ = async () => {
    const [{ loadDeskConfig }, { desk: commands }] = await Promise.all([
      import('./config.ts'),
      import('./desk-process.ts'),
    ])
    return { loadDeskConfig, commands }
  }
  const desk = parley
    .command('desk')
    .description('people who wait for a person: list them, take one, answer, hand back')
    .addHelpText('after', deskHelp)
  const one = (name: string, description: string): Command =>
    desk
      .command(name)
      .description(description)
      .requiredOption('--config <file>', 'the desk’s configuration, or the gateway’s (JSON)')
      .requiredOption('--as <login>', 'who you are: the login of an agent, as "parley staff list" has it')
      .option('--json', 'print JSON', false)
      .addHelpText('after', deskHelp)
  one('list', 'who waits for a person at your banks: urgent first, then by deadline; no words are opened').action(
    async (flags: DeskFlags) => {
      const { loadDeskConfig, commands } = await process_()
      process.exitCode = await commands.list(loadDeskConfig(flags.config), flags, write)
    },
  )
  one('take', 'take one (the first, unless you name it) and read it; again, to see what was written since')
    .argument('[handover]')
    .option('--name <name>', 'the first name that the customer is told; otherwise from your login')
    .action(async (handover: string | undefined, flags: DeskFlags & { name?: string }) => {
      const { loadDeskConfig, commands } = await process_()
      process.exitCode = await commands.take(loadDeskConfig(flags.config), { ...flags, handover }, write)
    })
  one('say', 'answer the customer; without words on the command line they are read from standard input')
    .argument('<handover>')
    .argument('[words...]')
    .action(async (handover: string, words: readonly string[], flags: DeskFlags) => {
      const { loadDeskConfig, commands } = await process_()
      const wish = { ...flags, handover, words: words.length === 0 ? undefined : words.join(' ') }
      process.exitCode = await commands.say(loadDeskConfig(flags.config), wish, write)
    })
  one('return', 'hand the conversation back; the customer is told that it is automated again')
    .argument('<handover>')
    .option('--note <text>', 'for the desk, not for the customer')
    .option('--close-case', 'the case that came with it is done', false)
    .action(async (handover: string, flags: DeskFlags & { note?: string; closeCase: boolean }) => {
      const { loadDeskConfig, commands } = await process_()
      process.exitCode = await commands.giveBack(loadDeskConfig(flags.config), { ...flags, handover }, write)
    })
}

type DeskFlags = { config: string; as: string; json: boolean }

const deskHelp = `
Exit codes:
  0  done
  1  something it needs does not work
  2  misused: the command line or the configuration is wrong, or --as is no agent
  3  nothing to take, or it is not yours (any more)
  4  the words were not sent; the line says why

Examples:
  parley desk list --config desk.json --as agnes
  parley desk take --config desk.json --as agnes
  echo "I am looking at it now." | parley desk say 0b8e… --config desk.json --as agnes
  parley desk return 0b8e… --config desk.json --as agnes --note "called back"

docs/desk.md says what an agent sees, and what the customer is told.`

function addFraudCommands(parley: Command): void {
  const deps = {
    write: (text: string): void => void process.stdout.write(text),
    say: (text: string): void => void process.stderr.write(text),
    isWatched: process.stderr.isTTY === true,
  }
  const fraud = parley
    .command('fraud')
    .description('train, judge and explain the model that scores card payments; offline, from files')
    .addHelpText('after', fraudHelp)
  fraud
    .command('evaluate')
    .description(
      'train on one period of a history and measure on a later one, as the public fraud-detection handbook does',
    )
    .argument(
      '<file...>',
      'CSV, plain or packed (.gz, .xz), with the handbook’s columns, or an imported set; several are one history',
    )
    .requiredOption('--train-start <day>', 'the first day to train on, such as 2018-07-25')
    .option('--train-days <number>', 'so many days are trained on', '7')
    .option('--delay-days <number>', 'so many days a label takes to arrive; they lie between training and test', '7')
    .option('--test-days <number>', 'so many days are tested on', '7')
    .option('--threads <number>', 'threads that grow trees together; the result is the same', '2')
    .option('--json', 'print one JSON object', false)
    .addHelpText('after', evaluateHelp)
    .action(async (files: readonly string[], flags: Omit<EvaluateFlags, 'files'>) => {
      const { fraud: commands } = await import('./fraud-process.ts')
      process.exitCode = await commands.evaluate(deps, { ...flags, files })
    })
  fraud
    .command('train')
    .description('train a model on a bank’s own history, measure it on the last days, write its file and its card')
    .argument(
      '<file...>',
      'card events (NDJSON, as the bank sends them), CSV, or a set that "history import" made; .gz, .xz too',
    )
    .requiredOption('--out <file>', 'the model’s file; an older one is replaced')
    .option('--labels <file...>', 'CSV reference,fraud[,reported_at]: what became of the events')
    .option('--card <file>', 'the model’s card (Markdown); otherwise beside the model')
    .option('--name <name>', 'the model’s name', 'own')
    .option(
      '--about <text>',
      'what the data is, in plain words: stands in the model and on its card',
      'the bank’s own history',
    )
    .option('--delay-days <number>', 'so many days a label takes where the history does not say when it came', '7')
    .option('--reported-share <share>', 'of those frauds so many are taken as reported within the hour', '0')
    .option('--warm-up-days <number>', 'the first days only fill the windows', '30')
    .option('--portable', 'leave out what grows with the number of cards one sees, such as how busy a shop is', false)
    .option('--settled-days <number>', 'events without a label count as genuine once they are so old', '45')
    .option('--threads <number>', 'threads that grow trees together; the result is the same', '2')
    .option('--json', 'print one JSON object', false)
    .addHelpText('after', trainHelp)
    .action(async (files: readonly string[], flags: Omit<TrainFlags, 'files'>) => {
      const { fraud: commands } = await import('./fraud-process.ts')
      process.exitCode = await commands.train(deps, { ...flags, files })
    })
  fraud
    .command('explain')
    .description('why one card event has its score, by what was known when it was paid')
    .argument('<file...>', 'the history around it, as for train')
    .requiredOption('--use <reference>', 'the event’s reference (or TRANSACTION_ID)')
    .option('--labels <file...>', 'CSV reference,fraud[,reported_at]: what became of the events')
    .option('--model <file>', 'the model that scores; otherwise the one that Parley comes with')
    .option('--delay-days <number>', 'so many days a label takes where the history does not say when it came', '7')
    .option('--json', 'print one JSON object, with every feature', false)
    .addHelpText('after', explainHelp)
    .action(async (files: readonly string[], flags: Omit<ExplainFlags, 'files'>) => {
      const { fraud: commands } = await import('./fraud-process.ts')
      process.exitCode = await commands.explain(deps, { ...flags, files })
    })
  fraud
    .command('compare')
    .description('the model that decides and the one that is tried, beside each other on live uses')
    .requiredOption('--config <file>', 'the gateway’s configuration (JSON)')
    .option('--institution <id>', 'one bank; otherwise all that send card events')
    .option('--json', 'print one JSON object a trial', false)
    .addHelpText('after', compareHelp)
    .action(async ({ config, ...flags }: CompareFlags & { config: string }) => {
      const [{ loadGatewayConfig }, { runCompare }] = await Promise.all([
        import('./config.ts'),
        import('./fraud-compare-process.ts'),
      ])
      process.exitCode = await runCompare(loadGatewayConfig(config), flags, deps.write)
    })
  addHistoryCommands(fraud, deps)
  addRuleCommands(fraud, deps)
}

function addHistoryCommands(fraud: Command, deps: FraudDeps): void {
  const load = async () => (await import('./fraud-history-process.ts')).fraudHistory
  const history = fraud
    .command('history')
    .description('a bank’s past under other names, to train and backtest on: apart from live data, with a last day')
    .addHelpText('after', historyHelp)
  history
    .command('key')
    .description('make the key that other names follow from; keep it apart from the sets')
    .argument('<file>', 'where it goes; a file that is there already stays')
    .option('--json', 'print one JSON object', false)
    .action(async (file: string, flags: { json: boolean }) => {
      process.exitCode = await (await load()).key(deps, file, flags)
    })
  history
    .command('import')
    .description('make a set of a bank’s own files: all of it, or nothing')
    .argument('<file...>', 'CSV or NDJSON, plain or packed (.gz, .xz); several are one set')
    .requiredOption('--into <folder>', 'the set: a folder that is not there yet')
    .requiredOption('--key <file>', 'the key that "history key" made')
    .option('--labels <file...>', 'CSV reference,fraud[,reported_at]: what became of the payments')
    .option('--keep-days <number>', 'so many days it may be read, then only deleted', '400')
    .option('--json', 'print one JSON object', false)
    .action(async (files: readonly string[], flags: Omit<ImportFlags, 'files'>) => {
      process.exitCode = await (await load()).import(deps, { ...flags, files })
    })
  history
    .command('name')
    .description('what a payment is called in sets under a key; for "fraud explain --use"')
    .argument('<reference>', 'the payment’s reference, as the bank has it')
    .requiredOption('--key <file>', 'the key that the set was imported with')
    .option('--json', 'print one JSON object', false)
    .action(async (reference: string, flags: { json: boolean; key: string }) => {
      process.exitCode = await (await load()).name(deps, reference, flags)
    })
  history
    .command('show')
    .description('what sets hold, and until when')
    .argument('<folder...>', 'sets')
    .option('--json', 'print one JSON object', false)
    .action(async (folders: readonly string[], flags: { json: boolean }) => {
      process.exitCode = await (await load()).show(deps, folders, flags)
    })
  history
    .command('delete')
    .description('delete sets; with --expired only those whose last day is over')
    .argument('<folder...>', 'sets')
    .option('--expired', 'leave sets that may still be kept; for a daily timer', false)
    .option('--json', 'print one JSON object', false)
    .action(async (folders: readonly string[], flags: { json: boolean; expired: boolean }) => {
      process.exitCode = await (await load()).delete(deps, folders, flags)
    })
}

const compareHelp = `
docs/fraud.md says how to read it. Exit codes:
  0  done
  2  misused: the command line or the configuration is wrong
  4  nothing was compared yet`

const historyHelp = `
docs/fraud.md has the columns, what is kept and what is not. Exit codes:
  0  done
  2  misused: the command line is wrong
  3  a file cannot be read or written; the line says which, where and why`

function addRuleCommands(fraud: Command, deps: RulesDeps): void {
  const load = async () => (await import('./fraud-rules-process.ts')).fraudRules
  const rules = fraud
    .command('rules')
    .description('a bank’s fraud rules as files: check, complete, compare, and try them on the past')
    .addHelpText('after', rulesHelp)
  rules
    .command('check')
    .description('what is wrong with each sentence, where, and what was probably meant')
    .argument('<file>', 'a rule file')
    .option('--json', 'print one JSON object', false)
    .action(async (file: string, flags: RulesFlags) => {
      process.exitCode = await (await load()).check(deps, file, flags)
    })
  rules
    .command('complete')
    .description('what may stand at a place in a rule file; for editors')
    .argument('<file>', 'a rule file')
    .requiredOption('--at <line:column>', 'the cursor, both from 1')
    .option('--json', 'print one JSON object', false)
    .action(async (file: string, flags: RulesFlags & { at: string }) => {
      process.exitCode = await (await load()).complete(deps, file, flags)
    })
  rules
    .command('diff')
    .description('sentences added, removed and changed between two rule files')
    .argument('<before>', 'a rule file')
    .argument('<after>', 'another')
    .option('--json', 'print one JSON object', false)
    .action(async (before: string, after: string, flags: RulesFlags) => {
      process.exitCode = await (await load()).diff(deps, { before, after }, flags)
    })
  rules
    .command('backtest')
    .description('what rules would have caught, and whom they would have troubled for nothing')
    .argument('<rules>', 'a rule file')
    .argument('<history...>', 'a bank’s history, as for "fraud train"')
    .option('--live <rules>', 'the rule file that decides now, to compare with')
    .option('--labels <file...>', 'CSV reference,fraud[,reported_at]: what became of the events')
    .option('--lists <file>', 'CSV list,key: what trusted_merchants and the like hold')
    .option('--model <file>', 'the model that scores; otherwise the one that Parley comes with')
    .option('--no-model', 'without a score')
    .option('--delay-days <number>', 'so many days a label takes where the history does not say when it came', '7')
    .option('--from <day>', 'uses before it fill the windows and are not counted')
    .option('--home-country <code>', 'where customers live, such as US', '')
    .option('--json', 'print one JSON object', false)
    .action(async (file: string, files: readonly string[], flags: Omit<BacktestFlags, 'files'>) => {
      process.exitCode = await (await load()).backtest(deps, file, { ...flags, files })
    })
}

const rulesHelp = `
A rule is a sentence, one a line, after an id:
  far-from-home: block when amount > 500 USD and country is not home_country and score > 80%

Exit codes:
  0  done
  1  the rules have problems; each line says where and what
  2  misused: the command line is wrong
  3  a file cannot be read
docs/fraud-rules.md has the grammar, the names and the life of a rule.`

const fraudHelp = `
docs/fraud.md says how a bank brings its own history, trains, backtests, shadows and goes live.`

const fraudExitCodes = `
Exit codes:
  0  done
  1  something it needs does not work
  2  misused: the command line is wrong, or a period holds no payments or no fraud
  3  a file cannot be read or written; the line says which, where and why`

const evaluateHelp = `
Columns, in any order, others are not looked at:
  TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD
  5,2018-04-01 00:07:41,4961,3412,81.51,0

Features see every payment from the first row on, and each label only once it has arrived. Customers known to be
compromised are taken out of the test day by day. Printed with --json: auc_roc, average_precision, card_precision_100,
and what they were measured on.
${fraudExitCodes}

Example:
  parley fraud evaluate history.csv.gz --train-start 2018-07-25 --json`

const trainHelp = `
By time: trees grow on the first 70 % of the days after the warm-up, the next 15 % end their growth and fit the
probabilities, the last 15 % are seen by neither and give the scores on the card. The same files and options give
the same model, byte for byte.
${fraudExitCodes}

Example:
  parley fraud train events.ndjson.gz --labels labels.csv --out model.bin --about "All cards, 2025"`

const explainHelp = `
${fraudExitCodes.trim()}
  4  there is no such event, or nothing to score about it

Example:
  parley fraud explain events.ndjson.gz --labels labels.csv --use auth-000012345`

type StaffAddFlags = {
  config: string
  role?: string
  institution?: readonly string[]
  platform?: string
  hours?: string
  people?: string
  json: boolean
}

function addToolCommands(parley: Command): void {
  parley
    .command('verify')
    .description('check logs, receipts, exports and signed agreements offline; the first bad entry is named')
    .argument('[what...]', 'a log (https://…/log, a folder, a saved archive), or files, told apart by what is in them')
    .option('--key <key...>', 'verifier keys, or files with one a line, got from somewhere else than what is checked')
    .option('--receipt <file...>', 'more files: receipts or exports')
    .option('--checkpoint <file...>', 'more files: checkpoints seen at other times or by others')
    .option(
      '--database <url>',
      'compare the log’s database row by row as well (a login that may look, such as the inspector)',
    )
    .option('--save <file>', 'save the log, once it holds, as one archive (tar) that can be checked without a network')
    .option('--any-leaves', 'the log is somebody else’s: its entries need not have our form', false)
    .option('--json', 'print one JSON object', false)
    .addHelpText('after', verifyHelp)
    .action(async (what: readonly string[], flags: VerifyFlags) => {
      const files = [...what, ...(flags.receipt ?? []), ...(flags.checkpoint ?? [])]
      const { json, database } = flags
      const { runVerify } = await import('./verify/index.ts')
      // With a database, that alone may be what is checked.
      const judged =
        files.length === 0 && database !== undefined
          ? 0
          : await runVerify(
              {
                write: (text) => void process.stdout.write(text),
                ...(process.stderr.isTTY ? { onProgress: showProgress } : {}),
              },
              {
                what: files,
                keys: flags.key ?? [],
                json,
                anyLeaves: flags.anyLeaves,
                ...(flags.save === undefined ? {} : { save: flags.save }),
              },
            )
      process.exitCode = judged
      if (database === undefined) return
      const { runCheckRows } = await import('./check-rows-process.ts')
      const rows = await runCheckRows({ databaseUrl: database, key: flags.key?.[0], what, json })
      process.exitCode = judged === 0 ? rows : judged
    })
  parley
    .command('understand')
    .description('read JSON lines {id,text,…} and write what was understood, a line each, in the same order')
    .action(async () => {
      const { understandLines } = await import('./chat/index.ts')
      await understandLines(process.stdin, process.stdout)
    })
  const sandbox = parley.command('sandbox').description('the other side of the wire, for trying things out')
  const programs = {
    bank: 'a bank that speaks the real protocols',
    messenger: 'a messenger that speaks the real protocols',
    push: 'a push service that browsers’ notifications would come from',
    generate: 'card payments with an answer key, for training and trying out',
  } as const
  for (const name of ['bank', 'messenger', 'push', 'generate'] as const) {
    sandbox
      .command(name)
      .description(`${programs[name]} (--help after it lists its own options)`)
      .helpOption(false)
      .allowUnknownOption()
      .allowExcessArguments()
      .argument('[options...]')
      .action(async (_options: readonly string[], _flags: object, command: Command) => {
        const { runSandbox } = await import('./demo/index.ts')
        process.exitCode = await runSandbox(name, command.args)
      })
  }
  parley
    .command('push')
    .description('the second way to customers with fraud alerts: their browsers')
    .command('key')
    .description('make the key that says to push services who we are; a file that is there already stays')
    .argument('<file>', 'where it goes: what push.key in the configuration names')
    .option('--json', 'print one JSON object', false)
    .action(async (file: string, flags: { json: boolean }) => {
      const { makePushKey } = await import('./push-key-process.ts')
      process.exitCode = makePushKey({ file, json: flags.json, write: (text) => process.stdout.write(text) })
    })
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

/** Exit codes are part of the interface: scripts rely on them. */
const verifyHelp = `
Exit codes:
  0  everything holds
  1  something does not; the sentence names the first bad entry and what is wrong with it
  2  misused: nothing to verify, a key that is none, or a key that is missing
  3  something could not be read, so nothing was verified

Examples:
  parley verify https://bank.example/log --key bank.example/log+1a2b3c4d+…
  parley verify receipt.json --key keys.txt
  parley verify https://bank.example/log export.json     each against the other
  parley verify https://bank.example/log --save log.tar  and later, offline: parley verify log.tar

docs/verify.md has the formats byte by byte.`

function showProgress(done: number, total: number): void {
  process.stderr.write(`\r${done} of ${total} `)
  if (done >= total) process.stderr.write('\r\u001b[K')
}

type VerifyFlags = {
  anyLeaves: boolean
  key?: readonly string[]
  database?: string
  save?: string
  receipt?: readonly string[]
  checkpoint?: readonly string[]
  json: boolean
}

type WitnessFlags = {
  config?: string
  name?: string
  key?: string
  memory?: string
  log?: readonly string[]
  listen?: { host: string; port: number }
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

function toListen(text: string): { host: string; port: number } {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(text) ?? []
  if (host === undefined || Number(port) > 65_535) throw new InvalidArgumentError('host:port, such as 127.0.0.1:4110')
  return { host, port: Number(port) }
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
    'demo/witness-failed': 'the witness did not start; logs/witness.log says why.',
    'audit/log-key-unusable':
      'a key of the log cannot be read: each is a file with an Ed25519 private key (PKCS #8 PEM).',
    'audit/witness-key-unusable': 'log.witnesses holds a key that is not a witness’ verifier key.',
    'audit/vkey-unusable': 'a log’s verifier key cannot be read: it looks like name+id+base64.',
    'audit/key-file-exists': 'the key’s file is there already, or cannot be written.',
    'demo/staff-failed': 'the demo’s staff could not be added; logs/staff.log says why.',
    'demo/control-room-failed': 'the control room did not start; logs/control-room.log says why.',
  }
  return sentences[code] ?? 'something it needs does not work.'
}

try {
  await main()
} catch (error) {
  await tellFault(error)
}
