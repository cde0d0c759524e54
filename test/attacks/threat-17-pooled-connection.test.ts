// A pooler in transaction mode gives each statement whatever connection is free: nothing of one customer may stay on it.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { bigintColumn, bytesColumn, createLogger, createMetrics, openDatabase } from '../../src/platform/index.ts'
import type { Database } from '../../src/platform/index.ts'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import { eventually } from '../setup/eventually.ts'
import { freePort } from '../setup/free-port.ts'

const pgbouncer = '/usr/sbin/pgbouncer'
/** The threat sheet asks for 100,000; all of them take minutes: PARLEY_POOLED_LOOKS=100000. */
const looks = Number(process.env['PARLEY_POOLED_LOOKS'] ?? 4_000)
/** Few connections behind many callers, so that every connection serves both customers all the time. */
const serverConnections = 2
const callers = 8

if (!existsSync(pgbouncer) && process.env['CI'] !== undefined) {
  test('the pooler is there', () => {
    throw new Error('CI needs Debian’s pgbouncer')
  })
}

if (existsSync(pgbouncer)) {
  describe('threat 17: a pooled connection keeps another customer’s state', () => {
    let clone: TestDatabase
    let pooler: Pooler
    let database: Database
    const customers = ['one', 'two'].map((name) => ({
      name: Buffer.from(`token of ${name}`),
      id: randomUUID(),
      conversation: randomUUID(),
    }))

    beforeAll(async () => {
      clone = await cloneDatabase()
      await addCustomers(clone, customers)
      pooler = await startPooler(clone)
      const { host: _host, port: _port, ...connection } = clone.connection('answer')
      database = openDatabase({
        connection: { ...connection, host: '127.0.0.1', port: pooler.port },
        prepare: false,
        poolMax: callers,
        logger: createLogger({ role: 'test', level: 'silent' }),
        metrics: createMetrics({ processMetrics: false }),
      })
    })
    afterAll(async () => {
      await database?.close()
      await pooler?.stop()
      await clone.drop()
    })

    test('two customers take turns on two connections, and each look gives its own customer’s row', async () => {
      let left = looks
      let own = 0
      const caller = async (at: number): Promise<void> => {
        for (let turn = at; left > 0; turn += 1) {
          left -= 1
          const customer = customers[turn % 2]
          if (customer === undefined) throw new Error('there are two customers')
          // In one call, whose commit stands in the middle of it, and once more under its ticket.
          const look = await database.one(
            z.object({ ticket: bigintColumn, sealed: bytesColumn }),
            'CALL gate.look($1, $2, $3, $4, $5, $6, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)',
            [customer.id, 'north-bank', customer.conversation, 'balance', Buffer.alloc(32), Buffer.alloc(60)],
          )
          const { sealed } = await database.one(
            z.object({ sealed: bytesColumn }),
            'SELECT sealed FROM gate.bank_token($1)',
            [look.ticket],
          )
          if (look.sealed.equals(customer.name) && sealed.equals(customer.name)) own += 1
        }
      }
      await Promise.all(Array.from({ length: callers }, (_, at) => caller(at)))
      expect(own).toBe(looks)
    }, 900_000)

    test('what one leaves behind, on purpose even, is not there for the next', async () => {
      const [one] = customers
      if (one === undefined) throw new Error('there are two customers')
      const { ticket } = await database.one(
        z.object({ ticket: bigintColumn }),
        'SELECT ticket FROM gate.open($1, $2, $3, $4, $5, $6)',
        [one.id, 'north-bank', one.conversation, 'balance', Buffer.alloc(32), Buffer.alloc(60)],
      )
      // An attacker's own SQL would set the pointer for the session. It names a ticket; it opens no table to this login.
      await database.run("SELECT set_config('gate.ticket', $1, false)", [String(ticket)])
      await Promise.all(
        Array.from({ length: callers }, async () => {
          await expect(database.run('SELECT sealed FROM vault.bank_token')).rejects.toThrow()
          const none = await database.rows(
            z.object({ sealed: bytesColumn }),
            'SELECT sealed FROM gate.bank_token(9223372036854775807)',
          )
          expect(none).toHaveLength(0)
        }),
      )
    })
  })
}

type Pooler = { readonly port: number; stop(): Promise<void> }

async function startPooler(clone: TestDatabase): Promise<Pooler> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-pooler-'))
  const { host, port, database, user, password } = clone.connection('answer')
  const listenPort = await freePort()
  writeFileSync(join(folder, 'users'), `"${user}" "${password?.reveal() ?? ''}"\n`, { mode: 0o600 })
  writeFileSync(
    join(folder, 'pgbouncer.ini'),
    [
      '[databases]',
      `${database} = host=${host} port=${port} dbname=${database}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${listenPort}`,
      'unix_socket_dir =',
      'auth_type = scram-sha-256',
      `auth_file = ${join(folder, 'users')}`,
      'pool_mode = transaction',
      `default_pool_size = ${serverConnections}`,
      'ignore_startup_parameters = extra_float_digits,options,search_path',
      `logfile = ${join(folder, 'log')}`,
      '',
    ].join('\n'),
    { mode: 0o600 },
  )
  const account = accountOf()
  if (account !== undefined) {
    for (const name of ['', 'users', 'pgbouncer.ini']) chownSync(join(folder, name), account.uid, account.gid)
  }
  chmodSync(folder, 0o700)
  const child: ChildProcess = spawn(pgbouncer, [join(folder, 'pgbouncer.ini')], { stdio: 'ignore', ...account })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  await eventually('the pooler listens', () => isListening(listenPort))
  return {
    port: listenPort,
    async stop() {
      child.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The pooler refuses to run as root: then as nobody, as the database server does. */
function accountOf(): { readonly uid: number; readonly gid: number } | undefined {
  return process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined
}

async function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

async function addCustomers(
  clone: TestDatabase,
  customers: readonly { readonly id: string; readonly conversation: string; readonly name: Buffer }[],
): Promise<void> {
  await clone.admin.run(
    `INSERT INTO institutions.institution (id, name, issuer, fdx_url, client_id)
     VALUES ('north-bank', 'North Bank', 'https://north.test', 'https://north.test/fdx', 'parley')`,
  )
  for (const { id, conversation, name } of customers) {
    await clone.admin.run(
      `INSERT INTO consent.terms (id, customer, institution, document, credential_id, authenticator_data, client_data, signature)
       VALUES ($1, $1, 'north-bank', '{}', '\\x01', '\\x01', '\\x01', '\\x01')`,
      [id],
    )
    await clone.admin.run(
      `INSERT INTO consent.grant_ (terms, customer, institution, channel, conversation, data_class, purpose, disclosure, expires_at)
       VALUES ($1, $1, 'north-bank', 'messenger', $2, 'balance', 'answer-customer', 'sealed', clock_timestamp() + interval '1 day')`,
      [id, conversation],
    )
    await clone.admin.run(
      `INSERT INTO vault.bank_token (customer, institution, sealed) VALUES ($1, 'north-bank', $2)`,
      [id, name],
    )
  }
}
