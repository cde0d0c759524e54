// The same probes of the gate on a distribution's own PostgreSQL 15: the embedded server is not the only one we run on.
import { spawnSync } from 'node:child_process'
import type { SpawnSyncReturns } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, test } from 'vitest'
import { Secret } from '../../src/kernel/index.ts'
import {
  asLogin,
  createDatabase,
  createLogger,
  createMetrics,
  migrate,
  openDatabase,
} from '../../src/platform/index.ts'
import type { ConnectionConfig, Database, DatabaseOptions } from '../../src/platform/index.ts'
import { gateProbes } from '../attacks/gate-probes.ts'
import type { TestDatabase } from '../setup/database.ts'
import { testLogins } from '../setup/server.ts'

const binaries = '/usr/lib/postgresql/15/bin'

if (existsSync(join(binaries, 'postgres'))) {
  describe('on PostgreSQL 15 of the distribution', () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-pg15-'))
    const account = accountOf()
    afterAll(() => {
      run('pg_ctl', ['stop', '-D', join(folder, 'data'), '-m', 'immediate'])
      rmSync(folder, { recursive: true, force: true })
    })
    gateProbes(async () => migrated(start()), { requests: 1_000 })

    /** A server on a unix socket in a folder of its own; not as root, since PostgreSQL refuses that. */
    function start(): ConnectionConfig {
      if (account !== undefined) chownSync(folder, account.uid, account.gid)
      chmodSync(folder, 0o700)
      const data = join(folder, 'data')
      mustRun('initdb', ['-D', data, '-U', 'administrator', '--auth=trust', '--encoding=UTF8', '--locale=C'])
      const settings = `-c listen_addresses= -c unix_socket_directories=${folder} -c fsync=off -c max_connections=60`
      mustRun('pg_ctl', ['start', '-w', '-D', data, '-l', join(folder, 'log'), '-o', settings])
      return { host: folder, port: 5432, database: 'postgres', user: 'administrator' }
    }

    function mustRun(program: string, given: readonly string[]): void {
      const ended = run(program, given)
      if (ended.status !== 0) throw new Error(`${program} ended with ${ended.status ?? 'a signal'}: ${ended.stderr}`)
    }

    function run(program: string, given: readonly string[]): SpawnSyncReturns<string> {
      return spawnSync(join(binaries, program), given, {
        encoding: 'utf8',
        stdio: ['ignore', 'ignore', 'pipe'],
        cwd: folder,
        env: { LC_ALL: 'C' },
        ...account,
      })
    }
  })
} else {
  test('PostgreSQL 15 of the distribution is not installed here, so its probes do not run', () => undefined)
}

/** Root hands the server to `nobody`; anybody else starts it as themselves. */
function accountOf(): { readonly uid: number; readonly gid: number } | undefined {
  return process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined
}

async function migrated(root: ConnectionConfig): Promise<TestDatabase> {
  const prefix = 'probed_'
  const quiet: Pick<DatabaseOptions, 'logger' | 'metrics'> = {
    logger: createLogger({ role: 'test', level: 'silent' }),
    metrics: createMetrics({ processMetrics: false }),
  }
  const password = new Secret(randomBytes(12).toString('hex'))
  const admin = await createDatabase(root, 'probed')
  await migrate({
    admin,
    prefix,
    directory: fileURLToPath(new URL('../../migrations', import.meta.url)),
    passwords: Object.fromEntries(testLogins.map((login) => [login, password])),
    logger: quiet.logger,
  })
  const opened: Database[] = []
  const open = (connection: ConnectionConfig, options: Partial<DatabaseOptions> = {}): Database => {
    const database = openDatabase({ connection, ...quiet, poolMax: 4, ...options })
    opened.push(database)
    return database
  }
  return {
    connect: (login, options) => open(asLogin(admin, prefix + login, password), options),
    connection: (login) => asLogin(admin, prefix + login, password),
    admin: open(admin),
    adminConnection: admin,
    prefix,
    drop: async () => {
      await Promise.all(opened.map((database) => database.close()))
    },
  }
}
