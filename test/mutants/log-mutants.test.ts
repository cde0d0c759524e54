// For each defence of the log: the attack it stops fails while it stands, and succeeds once it is gone.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type * as Audit from '../../src/audit/index.ts'
import { loadCheckpoint } from '../../src/audit/log-store.ts'
import { ambient, newLogKey, openSequencerLogin } from '../../src/audit/test-support/log-world.ts'
import { signedCheckpoint } from '../../src/audit/test-support/memory-log.ts'
import { bigintColumn, createServer, writeConnectionUrl } from '../../src/platform/index.ts'
import { addBareGrant, mustOpen } from '../attacks/gate-scene.ts'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import { eventually } from '../setup/eventually.ts'
import { addInstitution, banks } from '../setup/trust-world.ts'
import type { Change } from './change.ts'
import { loadProduct } from './load-product.ts'

/** One copy of the product's log on one copy of the database. */
type Scene = { readonly audit: typeof Audit; readonly database: TestDatabase }

type Mutant = {
  readonly name: string
  readonly changes: readonly Change[]
  readonly attack: (scene: Scene) => Promise<'succeeds' | 'fails'>
}

const origin = 'log.test/mutant'
const beatMs = 200

/** A running log of this copy, with its server not listening; a look commits through the gate. */
async function runLog({ audit, database }: Scene, beat = beatMs) {
  await addInstitution(database.admin, banks.north)
  const grant = await addBareGrant(database.admin, banks.north)
  const sequencer = await openSequencerLogin(database)
  const answer = database.connect('answer')
  const keys = {
    log: newLogKey(origin),
    promise: newLogKey(`${origin}/promise`),
    receipt: newLogKey(`${origin}/receipt`),
  }
  const live = audit.createLiveLog(
    { ...ambient, database: sequencer },
    { keys, witnesses: [], beatMs: beat, retentionDays: 1096 },
  )
  const server = await createServer(ambient, { title: 'log', version: '1', limits: audit.logLimits })
  live.addRoutes(server)
  const size = async (): Promise<bigint> => (await loadCheckpoint(sequencer))?.size ?? 0n
  live.start()
  await eventually('the first beat', async () => (await size()) > 0n)
  return {
    keys,
    size,
    look: () => mustOpen(answer, grant),
    get: async (path: string) => (await server.inject({ method: 'GET', url: `/log/${path}` })).statusCode,
    async end() {
      await live.stop()
      await server.close()
      await sequencer.close()
    },
  }
}

/** Long enough for the first places of a block to be taken before the beat shows them. */
const slowBeatMs = 2_000

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Whether a minute in which nothing happened looks different from one in which somebody looked. */
async function tellIdleFromBusy(scene: Scene): Promise<'succeeds' | 'fails'> {
  const log = await runLog(scene)
  try {
    const before = await log.size()
    await pause(beatMs * 6)
    return (await log.size()) === before ? 'succeeds' : 'fails'
  } finally {
    await log.end()
  }
}

/** Whether entries can be counted before their beat. */
async function readBeforeTheBeat(scene: Scene): Promise<'succeeds' | 'fails'> {
  const log = await runLog(scene, slowBeatMs)
  try {
    const leafRow = z.object({ index: bigintColumn })
    const ticket = await log.look()
    const merged = 'SELECT index FROM log.leaf WHERE entry = $1'
    await eventually(
      'the look merged',
      async () => (await scene.database.admin.rows(leafRow, merged, [ticket])).length > 0,
    )
    // More leaves than are published: what only the sequencer knows yet.
    for (let tries = 0; tries < 600; tries += 1) {
      const published = Number(await log.size())
      const many = 'SELECT count(*) AS index FROM log.leaf'
      const all = Number((await scene.database.admin.one(leafRow, many)).index)
      const width = (published % 256) + 1
      const number = String(Math.floor(published / 256)).padStart(3, '0')
      if (all > published && (await log.get(`tile/entries/${number}.p/${width}`)) === 200) {
        if (Number(await log.size()) === published) return 'succeeds'
      }
      await log.look()
    }
    return 'fails'
  } finally {
    await log.end()
  }
}

/** Whether whoever owns the database can write another bank into an audit row, and what was noted of it, unseen. */
async function rewriteRow(scene: Scene): Promise<'succeeds' | 'fails'> {
  const log = await runLog(scene)
  const ticket = await log.look()
  const published = `SELECT l.index FROM log.leaf l WHERE l.entry = $1 AND l.index < (SELECT max(size) FROM log.checkpoint)`
  const leafRow = z.object({ index: bigintColumn })
  await eventually(
    'the look published',
    async () => (await scene.database.admin.rows(leafRow, published, [ticket])).length > 0,
  )
  await log.end()
  await scene.database.admin.run(`UPDATE audit.entry SET institution = 'south-bank' WHERE seq = $1`, [ticket])
  await scene.database.admin.run(
    'UPDATE log.leaf l SET row_hash = gate.row_hash(e) FROM audit.entry e WHERE e.seq = $1 AND l.entry = e.seq',
    [ticket],
  )
  const databaseUrl = writeConnectionUrl(scene.database.connection('inspector')).reveal()
  const args = { databaseUrl, key: log.keys.log.verifierKey, json: true }
  const code = await scene.audit.checkRows({ ...ambient, write: () => undefined }, args)
  return code === 0 ? 'succeeds' : 'fails'
}

/** Whether a witness signs a second tree of a log. */
async function showAnotherTree({ audit }: Scene): Promise<'succeeds' | 'fails'> {
  const base = mkdtempSync(join(tmpdir(), 'parley-mutant-witness-'))
  const log = newLogKey(origin)
  const key = join(base, 'key.pem')
  audit.makeWitnessKey(key, 'witness.test/mutant')
  const witness = await audit.startWitness(ambient, {
    ...{ name: 'witness.test/mutant', key, memory: join(base, 'memory'), logs: [log.verifierKey] },
    listen: { host: '127.0.0.1', port: 0 },
  })
  const show = async (old: number, leaves: readonly Uint8Array[]): Promise<number> => {
    const body = `old ${old}\n\n${Buffer.from(signedCheckpoint(log, leaves)).toString()}`
    return (await fetch(`http://127.0.0.1:${witness.port}/add-checkpoint`, { method: 'POST', body })).status
  }
  const tree = (count: number): readonly Uint8Array[] => Array.from({ length: count }, () => randomBytes(32))
  try {
    expect(await show(0, tree(64))).toBe(200)
    return (await show(64, tree(128))) === 200 ? 'succeeds' : 'fails'
  } finally {
    await witness.stop()
    rmSync(base, { recursive: true, force: true })
  }
}

const mutants: readonly Mutant[] = [
  {
    name: 'a sequencer that is silent when nothing happened',
    changes: [
      {
        file: 'src/audit/sequencer.js',
        from: 'await writer.publish();',
        to: 'if (await writer.merge() > 0 || writer.published() === 0n) await writer.publish();',
      },
    ],
    attack: tellIdleFromBusy,
  },
  {
    name: 'a log that serves what is merged before it is published',
    changes: [{ file: 'src/audit/log-routes.js', from: '!isPublished(tile, current.tree.size)', to: 'false' }],
    attack: readBeforeTheBeat,
  },
  {
    name: 'a comparison of rows that does not ask whether what was noted of them was signed',
    changes: [
      {
        file: 'src/audit/verify-rows.js',
        from: 'problems.push(...(await findChangedRecords(tx)));',
        to: 'void findChangedRecords;',
      },
    ],
    attack: rewriteRow,
  },
  {
    name: 'a witness that does not ask whether the tree continues the one before',
    changes: [{ file: 'src/audit/witness.js', from: '!continues(known, checkpoint, proof)', to: 'false' }],
    attack: showAnotherTree,
  },
]

async function run(mutant: Mutant, changes: readonly Change[]): Promise<'succeeds' | 'fails'> {
  const database = await cloneDatabase()
  const product = await loadProduct(changes)
  const audit: typeof Audit = await import(/* @vite-ignore */ product.door('audit'))
  try {
    return await mutant.attack({ audit, database })
  } finally {
    await database.drop()
    product.close()
  }
}

describe('with every defence in place the attack fails', () => {
  test.each(mutants.map((mutant) => [mutant.name, mutant] as const))('without %s', async (_name, mutant) => {
    expect(await run(mutant, [])).toBe('fails')
  })
})

describe('with one defence less it succeeds', () => {
  test.each(mutants.map((mutant) => [mutant.name, mutant] as const))('%s', async (_name, mutant) => {
    expect(await run(mutant, mutant.changes)).toBe('succeeds')
  })
})
