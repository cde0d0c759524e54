import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { commitmentOf } from '../audit/index.ts'
import { leafBytes, leafHashOf, parseLeaf } from '../audit/leaf.ts'
import { sha256 } from '../audit/sha256.ts'
import { newLogKey } from '../audit/test-support/log-world.ts'
import { memoryLog, signedCheckpoint } from '../audit/test-support/memory-log.ts'
import type { MemoryLog } from '../audit/test-support/memory-log.ts'
import { verifyLog, verifyReceipt } from '../audit/test-support/verify.ts'
import { buildTiles } from '../audit/tile-builder.ts'
import { composeNote, formatTlogProof, hashLeaf, inclusionRanges, joinPeaks, nodesOf } from '../kernel/index.ts'
import { runVerify } from './index.ts'

const key = newLogKey()
const commitmentsOf = (count: number): readonly Uint8Array[] => Array.from({ length: count }, () => randomBytes(32))

test('an honest log of any size holds', async () => {
  for (const size of [1, 2, 63, 64, 255, 256, 257, 511, 512, 700]) {
    const { source } = memoryLog(key, commitmentsOf(size), [1, Math.ceil(size / 2)])
    expect(await verifyLog(source), String(size)).toMatchObject({ ok: true, size: BigInt(size) })
  }
})

test('a log of 70,000 entries holds, three levels of tiles deep', async () => {
  const { source } = memoryLog(key, commitmentsOf(70_000))
  expect(await verifyLog(source, { key: key.noteKey })).toMatchObject({ ok: true, size: 70_000n })
})

test('whatever byte of whatever resource is changed, the log no longer holds', async () => {
  const { source, files } = memoryLog(key, commitmentsOf(600), [64, 300])
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...[...files.keys()].filter((path) => path !== 'vkey')),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      async (path, at, change) => {
        const honest = files.get(path) ?? new Uint8Array(0)
        files.set(path, honest.map((byte, place) => (place === at % honest.length ? byte ^ change : byte))) // prettier-ignore
        expect((await verifyLog(source, { key: key.noteKey })).ok).toBe(false)
        files.set(path, honest)
      },
    ),
    { numRuns: 300 },
  )
  expect(await verifyLog(source)).toMatchObject({ ok: true })
})

test('a changed entry is named; a tile, changed with it, leads to the range that was signed otherwise', async () => {
  const commitments = commitmentsOf(600)
  const changed = commitments.map((one, at) => (at === 433 ? randomBytes(32) : one))
  const honest = memoryLog(key, commitments, [64, 320, 448])
  const forged = memoryLog(key, changed)
  const copy = (path: string): void => void honest.files.set(path, forged.files.get(path) ?? new Uint8Array(0))
  copy('tile/entries/001')
  expect(await verifyLog(honest.source)).toMatchObject({ problem: { code: 'entry-not-in-tile', entry: 433n } })
  copy('tile/0/001')
  expect(await verifyLog(honest.source)).toMatchObject({
    problem: { code: 'root-wrong', size: 448n, entries: { first: 320n, last: 447n } },
  })
})

test('a tile above the leaves that does not follow from them is named with its range', async () => {
  const log = memoryLog(key, commitmentsOf(1_000))
  flip(log, 'tile/1/000.p/3', 32 * 2)
  expect(await verifyLog(log.source)).toMatchObject({
    problem: { code: 'tile-wrong', resource: 'tile/1/000.p/3', entries: { first: 512n, last: 767n } },
  })
})

test('a missing resource is named', async () => {
  for (const path of ['checkpoint', 'tile/0/000', 'tile/entries/001.p/44', 'tile/1/000.p/1']) {
    const log = memoryLog(key, commitmentsOf(300))
    log.files.delete(path)
    expect(await verifyLog(log.source, { key: key.noteKey })).toMatchObject({ ok: false, problem: { resource: path } })
  }
})

test('two signed checkpoints of one size, or one that is no beginning of the log, are found', async () => {
  const commitments = commitmentsOf(300)
  const { source } = memoryLog(key, commitments)
  const other = signedCheckpoint(key, commitmentsOf(300))
  expect(await verifyLog(source, { seen: [other] })).toMatchObject({ problem: { code: 'checkpoint-fork', size: 300n } })
  const earlier = signedCheckpoint(key, commitmentsOf(128))
  expect(await verifyLog(source, { seen: [earlier] })).toMatchObject({ problem: { code: 'root-wrong', size: 128n } })
  const longer = signedCheckpoint(key, [...commitments, ...commitmentsOf(100)])
  expect(await verifyLog(source, { seen: [longer] })).toMatchObject({
    ok: false,
    problem: { code: 'log-shorter', size: 400n, entries: { first: 300n, last: 399n } },
  })
})

test('a log signed by another key does not hold for whoever knows the right one', async () => {
  const { source } = memoryLog(newLogKey(), commitmentsOf(10))
  expect(await verifyLog(source, { key: key.noteKey })).toMatchObject({ problem: { code: 'checkpoint-signature' } })
})

test('an entry that is not in its one form is named', async () => {
  const commitment = randomBytes(32)
  expect(parseLeaf(leafBytes(commitment))).toEqual(Uint8Array.from(commitment))
  const text = Buffer.from(leafBytes(commitment)).toString()
  for (const wrong of [
    `${text} `,
    text.replace('"v":1', '"v":2'),
    text.replace('"c"', '"d"'),
    text.replace(':1', ': 1'),
  ]) {
    expect(parseLeaf(Buffer.from(wrong)), wrong).toBeUndefined()
  }
})

function flip(log: MemoryLog, path: string, at: number): void {
  const bytes = log.files.get(path) ?? new Uint8Array(0)
  log.files.set(path, bytes.map((byte, place) => (place === at ? byte ^ 1 : byte))) // prettier-ignore
}

function receiptFor(fields: string) {
  const salt = randomBytes(32)
  const commitments = [...commitmentsOf(70), commitmentOf(salt, fields), ...commitmentsOf(57)]
  const hashes = commitments.map(leafHashOf)
  const rangeHash = (start: number, end: number): Uint8Array => {
    const tree = buildTiles()
    for (const one of hashes.slice(start, end)) tree.add(one)
    return tree.root()
  }
  const proof = inclusionRanges(70n, 128n).map((range) =>
    joinPeaks(
      sha256,
      nodesOf(range).map(({ height, index }) => {
        const start = Number(index) << height
        return rangeHash(start, start + (1 << height))
      }),
    ),
  )
  const checkpoint = Buffer.from(signedCheckpoint(key, commitments)).toString()
  const text = formatTlogProof({ index: 70n, proof, checkpoint })
  return {
    log: memoryLog(key, commitments),
    receipt: { v: 1 as const, fields, salt: salt.toString('base64'), proof: text },
  }
}

test('a receipt opens exactly one entry: no other field, salt, place or tree', () => {
  const { receipt } = receiptFor('{"purpose":"answer-customer"}')
  expect(verifyReceipt(receipt, key.noteKey)).toMatchObject({ ok: true, index: 70n })
  const wrong = {
    fields: { ...receipt, fields: receipt.fields.replace('answer', 'notify') },
    salt: { ...receipt, salt: randomBytes(32).toString('base64') },
    place: { ...receipt, proof: receipt.proof.replace('index 70', 'index 71') },
    root: { ...receipt, proof: receipt.proof.replace('\n128\n', '\n127\n') },
  }
  expect(verifyReceipt(wrong.fields, key.noteKey)).toMatchObject({ problem: 'not-in-tree' })
  expect(verifyReceipt(wrong.salt, key.noteKey)).toMatchObject({ problem: 'not-in-tree' })
  expect(verifyReceipt(wrong.place, key.noteKey)).toMatchObject({ problem: 'not-in-tree' })
  expect(verifyReceipt(wrong.root, key.noteKey)).toMatchObject({ problem: 'checkpoint-signature' })
  expect(verifyReceipt(receipt, newLogKey().noteKey)).toMatchObject({ problem: 'checkpoint-signature' })
})

const folder = mkdtempSync(join(tmpdir(), 'parley-verify-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function verifyCli(args: Partial<Parameters<typeof runVerify>[1]>) {
  let said = ''
  const code = await runVerify({ write: (text) => (said += text) }, { what: [], keys: [], json: false, ...args })
  return { code, said }
}

test('the command says one sentence and ends with the code that goes with it', async () => {
  const { log, receipt } = receiptFor('{"purpose":"answer-customer"}')
  for (const [path, bytes] of log.files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), bytes)
  }
  const [one, many] = [join(folder, 'receipt.json'), join(folder, 'export.json')]
  writeFileSync(one, JSON.stringify(receipt))
  writeFileSync(many, JSON.stringify({ v: 1, entries: [receipt, { ...receipt, fields: '{}' }] }))

  const keys = [key.verifierKey]
  const whole = await verifyCli({ what: [folder], keys })
  expect(whole).toMatchObject({ code: 0 })
  expect(whole.said).toMatch(/^The log log\.test\/parley holds: all 128 entries .*\.\n$/)
  expect((await verifyCli({ what: [folder] })).said).toMatch(/compare it with one you got elsewhere/)
  expect(await verifyCli({ what: [one], keys })).toMatchObject({ code: 0 })
  const bad = await verifyCli({ what: [folder, many] })
  expect(bad).toMatchObject({ code: 1 })
  expect(bad.said).toMatch(/Receipt 2 in .*export\.json does not hold: what it says is not what the log committed to/)
  const json: unknown = JSON.parse((await verifyCli({ what: [folder], json: true })).said)
  expect(json).toMatchObject({ ok: true, size: '128', findings: [{ kind: 'log', views: 1 }] })
  expect(await verifyCli({})).toMatchObject({ code: 2 })
  expect(await verifyCli({ keys: ['no key'], what: [folder] })).toMatchObject({ code: 2 })
  expect(await verifyCli({ what: [one] })).toMatchObject({ code: 2, said: expect.stringMatching(/needs|key/) })
  expect(await verifyCli({ what: [join(folder, 'nowhere')], keys })).toMatchObject({ code: 3 })

  writeFileSync(join(folder, 'tile/0/000.p/128'), randomBytes(128 * 32))
  const broken = await verifyCli({ what: [folder], json: true })
  expect(broken.code).toBe(1)
  expect(JSON.parse(broken.said)).toMatchObject({ ok: false, problem: { code: 'entry-not-in-tile', entry: '0' } })
})

test('a hash of an entry is the hash of its leaf', () => {
  const commitment = randomBytes(32)
  expect(leafHashOf(commitment)).toEqual(hashLeaf(sha256, leafBytes(commitment)))
  expect(() => composeNote({ text: 'no newline', signatures: [] })).toThrow(RangeError)
})
