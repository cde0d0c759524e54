import { createHash, generateKeyPairSync } from 'node:crypto'
import { inject } from 'vitest'
import { z } from 'zod'
import { addBareGrant, mustOpen } from '../../../test/attacks/gate-scene.ts'
import type { BareGrant } from '../../../test/attacks/gate-scene.ts'
import type { TestDatabase } from '../../../test/setup/database.ts'
import { addInstitution, banks } from '../../../test/setup/trust-world.ts'
import { Secret, parseNote, parseTilePath } from '../../kernel/index.ts'
import type { LogSource, NoteKey } from '../../kernel/index.ts'
import {
  asLogin,
  bigintColumn,
  bytesColumn,
  createLogger,
  createMetrics,
  openDatabase,
  sqlState,
  systemClock,
  systemRandom,
} from '../../platform/index.ts'
import type { Database, Session, Tx } from '../../platform/index.ts'
import { readLogKey } from '../log-key.ts'
import type { LogKey } from '../log-key.ts'
import type { LogKeys } from '../log-keys.ts'
import { readTile } from '../log-reader.ts'
import { loadCheckpoint } from '../log-store.ts'
import { createWriter } from '../sequencer.ts'
import type { LogWriter } from '../sequencer.ts'

export const testOrigin = 'log.test/parley'

/** A fresh key under a name. */
export function newLogKey(name: string = testOrigin, kind: NoteKey['kind'] = 'ed25519'): LogKey {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' })
  return readLogKey(new Secret(String(pem)), name, kind)
}

/** What every part of the log needs and no test is about. */
export const ambient = {
  clock: systemClock,
  random: systemRandom,
  logger: createLogger({ role: 'test', level: 'silent' }),
  metrics: createMetrics({ processMetrics: false }),
}

/** A log on a test database: somebody who looks, and the one writer. */
export type LogWorld = {
  readonly key: LogKey
  readonly keys: LogKeys
  /** The login `parley_sequencer`. */
  readonly database: Database
  /** Of the purpose `answer`. */
  readonly answer: Database
  readonly grant: BareGrant
  /** Opens looks, one entry each; gives their numbers. */
  look(count: number): Promise<readonly bigint[]>
  /** Merges until the entry is in the tree. */
  mergeUntil(entry: bigint): Promise<void>
  readonly writer: () => LogWriter
  /** The writer's session ends and another process takes over. */
  takeOver(): Promise<void>
  readonly source: LogSource
  end(): Promise<void>
}

/** A log whose steps the test takes itself; `database` is dropped by the test. */
export async function createLogWorld(clone: TestDatabase): Promise<LogWorld> {
  await addInstitution(clone.admin, banks.north)
  const grant = await addBareGrant(clone.admin, banks.north)
  const key = newLogKey()
  const database = await openSequencerLogin(clone)
  const answer = clone.connect('answer')
  let session: Session = await database.openSession()
  let writer = await createWriter({ ...ambient, key }, session)
  return {
    key,
    keys: { log: key, promise: newLogKey(`${testOrigin}/promise`), receipt: newLogKey(`${testOrigin}/receipt`) },
    database,
    answer,
    grant,
    writer: () => writer,
    source: databaseSource(database, key),
    async look(count) {
      const tickets: bigint[] = []
      for (let at = 0; at < count; at += 1) tickets.push(await mustOpen(answer, grant))
      return tickets
    },
    async mergeUntil(entry) {
      const deadline = performance.now() + 45_000
      while (!(await isMerged(database, entry))) {
        if (performance.now() > deadline) throw new Error('the entry was not merged')
        await writer.merge()
      }
    },
    async takeOver() {
      await session.close()
      session = await database.openSession()
      writer = await createWriter({ ...ambient, key }, session)
    },
    async end() {
      await session.close()
      await database.close()
    },
  }
}

async function isMerged(tx: Tx, entry: bigint): Promise<boolean> {
  const row = z.object({ index: bigintColumn })
  return (await tx.maybe(row, 'SELECT index FROM log.leaf WHERE entry = $1', [entry])) !== undefined
}

/** Logs in as `parley_sequencer`, whose password is made here as long as the run's setup does not make it. */
export async function openSequencerLogin(clone: TestDatabase): Promise<Database> {
  const { passwords } = inject('testServer')
  const known = passwords['sequencer']
  const login = `${clone.prefix}sequencer`
  const password = known ?? createHash('sha256').update(`sequencer ${passwords['answer']}`).digest('hex')
  await clone.admin.run(`GRANT CONNECT ON DATABASE ${clone.adminConnection.database} TO ${login}`)
  if (known === undefined) await setPassword(clone.admin, login, password)
  return openDatabase({
    ...ambient,
    connection: asLogin(clone.adminConnection, login, new Secret(password)),
    poolMax: 4,
  })
}

/** Roles belong to the whole server: two files may meet here, and one of them tries again. */
async function setPassword(admin: Tx, login: string, password: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await admin.run(`ALTER ROLE ${login} PASSWORD '${password}'`)
      return
    } catch (thrown) {
      if (tries === 50 || sqlState(thrown) !== 'XX000') throw thrown
    }
  }
}

/** What `/log` would serve, without a server. */
export function databaseSource(tx: Tx, key: LogKey): LogSource {
  return {
    name: 'the database',
    async read(path) {
      const checkpoint = await loadCheckpoint(tx)
      if (path === 'vkey') return Buffer.from(key.verifierKey)
      if (path === 'checkpoint') return Buffer.from((checkpoint?.note ?? '') + (checkpoint?.cosignatures ?? ''))
      const tile = parseTilePath(path)
      return tile === undefined ? undefined : await readTile(tx, tile)
    },
    checkpoints: async () => {
      const rows = await tx.rows(z.object({ note: z.string() }), 'SELECT note FROM log.checkpoint ORDER BY size')
      return rows.map(({ note }) => Buffer.from(note))
    },
  }
}

const leafRow = z.object({ index: bigintColumn, entry: bigintColumn.nullable(), commitment: bytesColumn })

/** Every leaf, as stored. */
export async function allLeaves(tx: Tx): Promise<readonly z.infer<typeof leafRow>[]> {
  return await tx.rows(leafRow, 'SELECT index, entry, commitment FROM log.leaf ORDER BY index')
}

/** The text of a checkpoint's note. */
export function textOf(note: string): string {
  return parseNote(Buffer.from(note))?.text ?? ''
}
