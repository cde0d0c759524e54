// Threat row 20: erased data comes back from a backup, the WAL, a copy or a cache. Whatever was kept of the database and of the
// keystore's files, none of it opens with today's keystore, and no canary stands anywhere in the open.
import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openPermit } from '../../src/consent/index.ts'
import type { Permit } from '../../src/consent/index.ts'
import type { DataClass, Secret } from '../../src/kernel/index.ts'
import { keystoreTools } from '../../src/keystore/index.ts'
import { removePostgres, systemClock, systemRandom } from '../../src/platform/index.ts'
import type { Database } from '../../src/platform/index.ts'
import { loadProduct } from '../mutants/load-product.ts'
import { searchFolder, searchTables, textNeedles } from '../setup/canary.ts'
import type { Finding, Needle } from '../setup/canary.ts'
import type { TestDatabase } from '../setup/database.ts'
import { createErasureWorld } from '../setup/erasure-world.ts'
import type { LinkedCustomer, Seals } from '../setup/erasure-world.ts'
import { makePasswords, openOwnDatabase } from '../setup/own-database.ts'
import type { Passwords } from '../setup/own-database.ts'
import { startKillablePostgres } from '../setup/running-postgres.ts'
import { testPromises } from '../setup/test-promises.ts'
import { createTrustWorld } from '../setup/trust-world.ts'
import type { TrustWorld } from '../setup/trust-world.ts'

// Two clusters with their WAL are read byte by byte, and unpacked where they look packed.
const longMs = 480_000
const run = promisify(execFile)

const canaries = {
  message: 'zanzibar-quokka-4711 asks for a balance',
  token: 'refresh-token-of-marzipan-yeti-9037',
  answer: 'Everyday Checking holds 83719264.57 xylophone-ibex',
} as const
const plainNeedles = Object.values(canaries).flatMap((text) => textNeedles(text))

/** A key as bytes, and as programs write bytes. */
function keyNeedles(keys: readonly Uint8Array[]): readonly Needle[] {
  return keys.flatMap((key) => {
    const bytes = Buffer.from(key)
    const forms = [bytes, Buffer.from(bytes.toString('hex')), Buffer.from(bytes.toString('base64').replace(/=+$/, ''))]
    return [...forms, Buffer.from(bytes.toString('base64url'))].map((one) => ({ form: 'a key', bytes: one }))
  })
}

/** Everything that was kept the day before, and the machine as it is afterwards. */
type Scene = {
  readonly base: string
  readonly passwords: Passwords
  readonly world: TrustWorld
  readonly erased: LinkedCustomer
  readonly bystander: LinkedCustomer
  readonly keys: readonly Needle[]
  /** The database's folder and WAL, the keystore's folder: as they are after the erasure. */
  readonly today: readonly Finding[]
  /** A physical copy and a dump of the database, and a copy of the keystore's folder, from the day before. */
  readonly yesterday: readonly Finding[]
  end(): Promise<void>
}

async function eraseAndSearch(seals?: Seals): Promise<Scene> {
  const base = mkdtempSync(join(tmpdir(), 'parley-threat20-'))
  chmodSync(base, 0o755)
  const passwords = makePasswords()
  const folder = (name: string): string => join(base, name)
  const postgres = await startKillablePostgres(folder('postgres'))
  const database = await openOwnDatabase(postgres.admin, passwords)
  const world = await createTrustWorld(database)
  const erasing = createErasureWorld(database, world, ...(seals === undefined ? [] : [seals]))
  const erased = await erasing.addCustomer(canaries)
  const bystander = await erasing.addCustomer()
  const keys = keyNeedles((await keysOf(world, erased)).map((key) => key.reveal()))

  // What an operator keeps: a physical copy, a dump, the keystore's folder.
  await database.admin.run('CHECKPOINT')
  mkdirSync(folder('dump'))
  await dump(database, join(folder('dump'), 'dump.txt'))
  await postgres.kill()
  await run('cp', ['-a', folder('postgres'), folder('kept-postgres')])
  await run('cp', ['-a', world.folder, folder('kept-keystore')])
  await postgres.start()

  const erasure = await erasing.begin(erased)
  await erasing.follow(erasure)
  await keystoreTools.rotateNow(
    { clock: systemClock, random: systemRandom },
    { folder: world.folder, at: world.keystore().at },
  )
  await database.admin.run('CHECKPOINT')

  const needles = [...plainNeedles, ...keys]
  const today = [
    ...(await searchFolder(folder('postgres'), needles)),
    ...(await searchFolder(world.folder, needles)),
    ...(await searchTables(database.admin, needles)),
  ]
  const yesterday = [
    ...(await searchFolder(folder('kept-postgres'), needles)),
    ...(await searchFolder(folder('dump'), needles)),
    ...(await searchFolder(folder('kept-keystore'), needles)),
  ]
  await world.stop()
  await database.drop()
  await postgres.stop()
  return {
    ...{ base, passwords, world, erased, bystander, keys, today, yesterday },
    async end() {
      await world.end()
      for (const name of ['postgres', 'kept-postgres']) await removePostgres(folder(name))
      rmSync(base, { recursive: true, force: true })
    },
  }
}

async function keysOf(world: TrustWorld, { id, conversation, permit }: LinkedCustomer) {
  const keys: Secret<Uint8Array>[] = [permit.keys.data, permit.keys.bankToken]
  return [...keys, await world.keys.answer.auditKey(id), await world.keys.answer.conversationKey(conversation)]
}

/** Every row of every table as text, as a logical dump has them. */
async function dump(database: TestDatabase, file: string): Promise<void> {
  const tables = await database.admin.rows(
    z.object({ name: z.string() }),
    `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`,
  )
  const lines: string[] = []
  for (const { name } of tables) {
    const rows = await database.admin.rows(z.object({ row: z.string() }), `SELECT t::text AS row FROM ${name} t`)
    lines.push(...rows.map(({ row }) => `${name}\t${row}`))
  }
  writeFileSync(file, lines.join('\n'))
}

function look(answer: Database, world: TrustWorld, customer: LinkedCustomer) {
  const deps = { database: answer, keystore: world.keys.answer, random: systemRandom, promises: testPromises }
  return openPermit(deps, { ...customer.terms, dataClass: 'balance' })
}

async function sealedRows(answer: Database, permit: Permit<DataClass>): Promise<number> {
  return (await answer.rows(z.object({}), 'SELECT sealed FROM gate.bank_token($1)', [permit.ticket])).length
}

describe('after an erasure', () => {
  test(
    'no canary and no key is in data folder, WAL, keystore, or what was kept; and what was kept opens nothing',
    async () => {
      const scene = await eraseAndSearch()
      const { base, passwords, world, erased, bystander } = scene
      try {
        expect(scene.today).toEqual([])
        expect(scene.yesterday).toEqual([])

        // The restore drill: yesterday's database with today's keystore.
        const postgres = await startKillablePostgres(join(base, 'kept-postgres'))
        const restored = await openOwnDatabase(postgres.admin, passwords)
        const after = await createTrustWorld(restored, { folder: world.folder })
        const answer = restored.connect('answer')
        // The grant lives again in the rows, and its token lies in the vault; but no key comes out for it.
        expect(await look(answer, after, erased)).toEqual({ ok: false, code: 'consent/unsigned' })
        await expect(after.keys.service.auditKey(erased.id)).rejects.toMatchObject({
          code: 'keystore/no-such-customer',
        })
        await expect(after.keys.service.conversationKey(erased.conversation)).rejects.toMatchObject({
          code: 'keystore/erased',
        })
        // Everybody else has what they had.
        const honest = await look(answer, after, bystander)
        if (!honest.ok) throw new Error(honest.code)
        expect(await sealedRows(answer, honest.value)).toBe(1)
        expect(Buffer.from(honest.value.keys.data.reveal())).toEqual(Buffer.from(bystander.permit.keys.data.reveal()))
        // And an erasure that a restore undid is found and done again, without anybody's passkey.
        const again = await keystoreTools.eraseAgain(
          { database: restored.connect('keystore') },
          { folder: world.folder },
        )
        expect(again).toEqual({ customers: 1, conversations: 0 })
        await after.stop()

        // Yesterday's key files with today's root key: noise.
        const mixed = join(base, 'mixed')
        await run('cp', ['-a', world.folder, mixed])
        rmSync(join(mixed, 'shards'), { recursive: true })
        await run('cp', ['-a', join(base, 'kept-keystore', 'shards'), join(mixed, 'shards')])
        await expect(createTrustWorld(restored, { folder: mixed })).rejects.toMatchObject({
          code: 'keystore/shard-corrupt',
        })
        await after.end()
        await restored.drop()
        await postgres.stop()
      } finally {
        await scene.end()
      }
    },
    longMs,
  )

  test(
    'the same search finds every canary where nothing is encrypted',
    async () => {
      const unsealed = await loadProduct([
        { file: 'src/platform/seal.js', override: 'seal', to: '(key, plain) => Buffer.from(plain)' },
      ])
      const { bankTokens, sealedAnswers } = unsealed.consent
      const scene = await eraseAndSearch({ bankTokens, sealedAnswers, seal: (_key, plain) => Buffer.from(plain) })
      try {
        const found = (findings: readonly Finding[], text: string): boolean =>
          findings.some(({ form }) => form.includes(text))
        for (const text of Object.values(canaries)) expect(found(scene.yesterday, text), text).toBe(true)
        // Deleted rows and all: the WAL remembers.
        expect(scene.today.some(({ where }) => where.includes('pg_wal'))).toBe(true)
        expect(scene.today.filter(({ form }) => form === 'a key')).toEqual([])
      } finally {
        await scene.end()
        unsealed.close()
      }
    },
    longMs,
  )
})
