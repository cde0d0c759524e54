import { randomBytes, randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { generateKeyPairSync } from 'node:crypto'
import { readLogKey } from '../src/audit/log-key.ts'
import { addTiles } from '../src/audit/log-store.ts'
import { leafHashOf } from '../src/audit/leaf.ts'
import { createLogProver } from '../src/audit/prove-entry.ts'
import type { EntryProof } from '../src/audit/prove-entry.ts'
import { sha256 } from '../src/audit/sha256.ts'
import { createWriter } from '../src/audit/sequencer.ts'
import { buildTiles } from '../src/audit/tile-builder.ts'
import type { FullTile } from '../src/audit/tile-builder.ts'
import { verifyLog } from '../src/audit/test-support/verify.ts'
import { memoryLog } from '../src/audit/test-support/memory-log.ts'
import { Secret, composeNote, formatCheckpoint, parseTlogProof, verifyInclusion } from '../src/kernel/index.ts'
import { createLogger, createMetrics, systemClock, systemRandom } from '../src/platform/index.ts'
import type { Database, Session } from '../src/platform/index.ts'
import { spreadOf } from './measure/percentiles.ts'
import { withDatabase } from './measure/start-database.ts'
import { option, readOptions } from '../test/setup/read-options.ts'

/** What the issue asks for. */
const budgets = { sequencedPerSecond: 30_000, proofP50Ms: 1, verifiedPerSecond: 100_000 } as const

const logger = createLogger({ role: 'bench', level: 'error', destination: process.stderr })
const ambient = { clock: systemClock, random: systemRandom, logger, metrics: createMetrics({ processMetrics: false }) }
const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' })
const key = readLogKey(new Secret(String(pem)), 'log.bench/parley')

/**
 * Three promises of the log: entries sequenced a second (committed rows to leaves and tiles, on a durable server of its own),
 * an inclusion proof from a log of ten million entries (from the entry's number to the finished proof), and entries verified a second (all tiles compared).
 */
async function measure(): Promise<number> {
  const options = readOptions({
    about: 'The log: entries sequenced a second, an inclusion proof out of many leaves, entries verified a second.',
    options: {
      entries: option.whole(150_000, 'entries to sequence', 1),
      leaves: option.whole(10_000_000, 'leaves that a proof is made from', 1),
      verify: option.whole(500_000, 'entries to verify', 1),
    },
  })
  await measureVerify(20_000)
  const verifiedPerSecond = await measureVerify(options.verify)
  const result = await withDatabase(['sequencer'], async ({ owner, connect }) => {
    const database = connect('sequencer')
    const sequencedPerSecond = await measureSequencer(owner, database, options.entries)
    const proofMs = await measureProofs(owner, database, options.leaves)
    return {
      bench: 'log',
      ...options,
      sequencedPerSecond: Math.round(sequencedPerSecond),
      proofMs,
      verifiedPerSecond: Math.round(verifiedPerSecond),
      budgets,
      held:
        sequencedPerSecond >= budgets.sequencedPerSecond &&
        proofMs.p50 <= budgets.proofP50Ms &&
        verifiedPerSecond >= budgets.verifiedPerSecond,
    }
  })
  process.stdout.write(`${JSON.stringify(result)}\n`)
  return result.held ? 0 : 1
}

async function measureVerify(count: number): Promise<number> {
  const log = memoryLog(
    key,
    Array.from({ length: count }, () => randomBytes(32)),
  )
  const began = performance.now()
  const verdict = await verifyLog(log.source, { key: key.noteKey })
  if (!verdict.ok) throw new Error('the log under measure does not hold')
  return (count * 1000) / (performance.now() - began)
}

async function measureSequencer(owner: Database, database: Database, count: number): Promise<number> {
  await owner.run(
    `INSERT INTO audit.entry (event, login, grant_id, customer, institution, channel, data_class, purpose, commitment, salt_sealed)
     SELECT 'opened', 'parley_answer', $2::uuid, $2::uuid, 'north-bank', 'messenger', 'balance', 'answer-customer',
       sha256(convert_to(n::text, 'UTF8')), '\\x00' FROM generate_series(1, $1::integer) n`,
    [count, randomUUID()],
  )
  const session: Session = await database.openSession()
  const writer = await createWriter({ ...ambient, key }, session)
  const began = performance.now()
  let merged = 0
  while (merged < count) merged += await writer.merge()
  const perSecond = (count * 1000) / (performance.now() - began)
  await writer.publish()
  await session.close()
  return perSecond
}

const proofs = 1_000
const tilesPerInsert = 64
const leavesPerInsert = 500_000

/**
 * A proof as a customer gets it (place, path to the signed checkpoint), from a log of so many entries, every one of which is there:
 * its leaf, its tiles, its checkpoint. Some are verified, so that nothing else was measured.
 */
async function measureProofs(owner: Database, database: Database, count: number) {
  await owner.run('TRUNCATE log.tile, log.leaf, log.checkpoint, log.digest')
  const size = count - (count % 64)
  for (let from = 0; from < size; from += leavesPerInsert) {
    await owner.run(
      `INSERT INTO log.leaf (index, entry, commitment)
       SELECT n, n, sha256(int8send(n)) FROM generate_series($1::bigint, $2::bigint) n`,
      [from, Math.min(size, from + leavesPerInsert) - 1],
    )
  }
  await owner.run('ANALYZE log.leaf')
  const root = await storeTiles(owner, size)
  const text = formatCheckpoint({ origin: key.noteKey.name, size: BigInt(size), root, extensions: [] })
  const note = Buffer.from(composeNote({ text, signatures: [key.sign(text)] })).toString('utf8')
  await owner.run('INSERT INTO log.checkpoint (size, note) VALUES ($1, $2)', [size, note])
  const prover = createLogProver(database)
  const times: number[] = []
  // The first proofs bring the upper tiles to memory, as in a process that has run for a second.
  for (let at = 0; at < proofs + 50; at += 1) {
    const entry = BigInt(Math.floor((randomBytes(6).readUIntBE(0, 6) / 2 ** 48) * size))
    const began = performance.now()
    const proven = await prover.proveEntry(entry)
    if (at >= 50) times.push(performance.now() - began)
    if (at % 50 === 0 && !holds(proven, size, root)) throw new Error('a proof under measure does not hold')
  }
  return spreadOf(times)
}

function holds(proven: EntryProof | 'waiting', size: number, root: Uint8Array): boolean {
  if (proven === 'waiting') return false
  const { proof = [] } = parseTlogProof(proven.text) ?? {}
  const leafHash = leafHashOf(proven.commitment)
  return verifyInclusion(sha256, { index: proven.index, size: BigInt(size), leafHash, proof, root })
}

/** The tiles over the same leaves; gives the root. */
async function storeTiles(owner: Database, size: number): Promise<Uint8Array> {
  const builder = buildTiles()
  const number = Buffer.alloc(8)
  let waiting: FullTile[] = []
  for (let at = 0; at < size; at += 1) {
    number.writeBigInt64BE(BigInt(at))
    waiting.push(...builder.add(leafHashOf(sha256(number))))
    if (waiting.length < tilesPerInsert) continue
    await addTiles(owner, waiting)
    waiting = []
  }
  await addTiles(owner, waiting)
  return builder.root()
}

process.exitCode = await measure()
