import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Secret } from '../../../src/kernel/index.ts'
import { connectKeystore } from '../../../src/keystore/index.ts'
import type { Caller, KeystoreClient } from '../../../src/keystore/index.ts'
import { removePostgres, systemClock } from '../../../src/platform/index.ts'
import { buildFolder, repositoryRoot } from '../../setup/build-folder.ts'
import type { TestDatabase } from '../../setup/database.ts'
import { makePasswords, openOwnDatabase } from '../../setup/own-database.ts'
import { startKillablePostgres } from '../../setup/running-postgres.ts'
import type { KillablePostgres } from '../../setup/running-postgres.ts'
import { startProgram } from '../../setup/running-program.ts'
import type { RunningProgram } from '../../setup/running-program.ts'
import { addInstitution, banks, testSite } from '../../setup/trust-world.ts'

/** PostgreSQL, keystore and the worker that follows erasures, each a process that may be killed and begun again. */
export type EraseGround = {
  readonly database: TestDatabase
  readonly postgres: KillablePostgres
  readonly keystore: RunningProgram
  readonly worker: RunningProgram
  readonly keysFolder: string
  readonly socketPath: string
  /** New clients, which remember no key of earlier ones. */
  connectKeys(): Readonly<Record<Caller, KeystoreClient>>
  /** Lets a process end itself at the n-th step from now; `undefined` takes the order back. */
  arm(victim: 'keystore' | 'worker', order: string | undefined): void
  stop(): Promise<void>
}

const callers = [
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

/** Starts everything in a folder of its own. `concurrency`: erasures that the worker follows at once. */
export async function startEraseGround(options: { readonly concurrency: number }): Promise<EraseGround> {
  const base = mkdtempSync(join(tmpdir(), 'parley-erase-'))
  chmodSync(base, 0o755)
  const keysFolder = join(base, 'keystore')
  const socketPath = join(base, 'keys.sock')
  mkdirSync(join(base, 'logs'), { mode: 0o700 })
  const stops: (() => Promise<unknown>)[] = []
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one()
    await removePostgres(join(base, 'postgres'))
    rmSync(base, { recursive: true, force: true })
  }
  try {
    const postgres = await startKillablePostgres(join(base, 'postgres'))
    stops.push(() => postgres.stop())
    const passwords = makePasswords()
    const database = await openOwnDatabase(postgres.admin, passwords)
    stops.push(() => database.drop())
    for (const bank of Object.values(banks)) await addInstitution(database.admin, bank)

    const secrets = Object.fromEntries(callers.map((caller) => [caller, randomBytes(24).toString('base64url')]))
    const files = { keystore: join(base, 'keystore.json'), worker: join(base, 'worker.json') }
    const receiptKey = join(base, 'receipt.pem')
    const { privateKey } = generateKeyPairSync('ed25519')
    writeFileSync(receiptKey, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
    const { host, port, database: name } = database.adminConnection
    writeFileSync(
      files.keystore,
      JSON.stringify({
        mode: 'demo',
        address: socketPath,
        folder: keysFolder,
        secrets,
        relyingParty: { id: testSite.rpId, origins: [testSite.origin] },
        database: { host, port, database: name, passwords: { parley_keystore: passwords['keystore'] } },
      }),
      { mode: 0o600 },
    )
    writeFileSync(
      files.worker,
      JSON.stringify({
        connection: { host, port, database: name, user: 'parley_eraser', password: passwords['eraser'] },
        socketPath,
        bearer: secrets['erase'],
        receiptKey,
        concurrency: options.concurrency,
      }),
      { mode: 0o600 },
    )
    const nodeWords = [
      ...['--import', pathToFileURL(join(repositoryRoot, 'scripts', 'run-typescript.mjs')).href],
      ...['--import', pathToFileURL(join(import.meta.dirname, 'kill-at-step.ts')).href],
    ]
    const program = async (called: string, script: string, words: readonly string[]): Promise<RunningProgram> => {
      const logFile = join(base, 'logs', `${called}.log`)
      const started = await startProgram({ name: called, script, words, logFile, nodeWords })
      stops.push(() => started.stop())
      return started
    }
    const keystore = await program('keystore', join(buildFolder(), 'src', 'main.js'), [
      ...['keys', 'serve', '--config', files.keystore],
    ])
    const worker = await program('worker', join(import.meta.dirname, 'worker.ts'), ['--config', files.worker])
    return {
      database,
      postgres,
      keystore,
      worker,
      keysFolder,
      socketPath,
      connectKeys: () => connectAll(socketPath, secrets),
      arm(victim, order) {
        if (order === undefined) rmSync(`${files[victim]}.kill`, { force: true })
        else writeFileSync(`${files[victim]}.kill`, order)
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function connectAll(
  socketPath: string,
  secrets: Readonly<Record<string, string>>,
): Readonly<Record<Caller, KeystoreClient>> {
  const client = (caller: Caller): KeystoreClient =>
    connectKeystore(
      { clock: systemClock },
      { at: { socketPath }, bearer: new Secret(secrets[caller] ?? ''), deadlineMs: 20_000 },
    )
  return {
    channel: client('channel'),
    answer: client('answer'),
    notify: client('notify'),
    fraud: client('fraud'),
    service: client('service'),
    consent: client('consent'),
    centre: client('centre'),
    revoke: client('revoke'),
    erase: client('erase'),
    console: client('console'),
  }
}
