// Threat row 13: the log shows different people different trees.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { askWitness } from '../../src/audit/ask-witness.ts'
import { createLiveLog, makeWitnessKey, startWitness } from '../../src/audit/index.ts'
import { leafHashOf } from '../../src/audit/leaf.ts'
import { sha256 } from '../../src/audit/sha256.ts'
import { ambient, newLogKey, openSequencerLogin } from '../../src/audit/test-support/log-world.ts'
import { signedCheckpoint } from '../../src/audit/test-support/memory-log.ts'
import { createWitness } from '../../src/audit/witness.ts'
import type { Witness } from '../../src/audit/witness.ts'
import { witnessFolder } from '../../src/audit/witness-file.ts'
import {
  consistencyRanges,
  growTree,
  parseNote,
  parseSignatureLine,
  openNote,
  toBase64,
} from '../../src/kernel/index.ts'
import { verifyEd25519 } from '../../src/audit/ed25519.ts'
import { createLogger, createMetrics } from '../../src/platform/index.ts'
import { cloneDatabase } from '../setup/database.ts'
import { eventually } from '../setup/eventually.ts'

const log = newLogKey()
const own = newLogKey('witness.test/bank', 'cosignature')
const commitments = Array.from({ length: 400 }, () => randomBytes(32))

let folder: string
let witness: Witness
const open = (): Witness =>
  createWitness({ key: own, logs: [log.noteKey], memory: witnessFolder(folder), clock: ambient.clock })

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-witness-'))
  witness = open()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function consistency(all: readonly Uint8Array[], first: number, second: number): readonly string[] {
  return consistencyRanges(BigInt(first), BigInt(second)).map(({ start, end }) => {
    const tree = growTree(sha256)
    for (const one of all.slice(Number(start), Number(end))) tree.add(leafHashOf(one))
    return toBase64(tree.root())
  })
}

function request(
  all: readonly Uint8Array[],
  first: number,
  second: number,
  proof = first === 0 ? [] : consistency(all, first, second),
): string {
  const note = Buffer.from(signedCheckpoint(log, all.slice(0, second))).toString()
  return [`old ${first}`, ...proof, '', note].join('\n')
}

const add = (text: string) => witness.addCheckpoint(Buffer.from(text))
const statusOf = async (text: string): Promise<number> => (await add(text)).status

test('a witness signs a log that only grows, across restarts', async () => {
  expect(await statusOf(request(commitments, 0, 64))).toBe(200)
  expect(await statusOf(request(commitments, 64, 64, []))).toBe(200)
  expect(await statusOf(request(commitments, 64, 192))).toBe(200)
  witness = open()
  const askedAt = Math.floor(Date.now() / 1_000)
  const { status, body } = await add(request(commitments, 192, 384))
  expect(status).toBe(200)
  const signature = parseSignatureLine(body.trimEnd())
  const text = parseNote(signedCheckpoint(log, commitments.slice(0, 384)))?.text ?? ''
  if (signature === undefined) throw new Error('no signature')
  const opened = openNote({ text, signatures: [signature] }, [own.noteKey], verifyEd25519)
  const signedAt = opened.ok ? Number(opened.value[0]?.time) : 0
  expect(signedAt).toBeGreaterThanOrEqual(askedAt)
  expect(signedAt).toBeLessThanOrEqual(Date.now() / 1_000)
})

test('a second view of the log is refused, whatever proof comes with it', async () => {
  await add(request(commitments, 0, 128))
  const forked = commitments.map((one, at) => (at === 100 ? randomBytes(32) : one))
  expect(await statusOf(request(forked, 128, 192))).toBe(422)
  expect(await statusOf(request(forked, 128, 192, consistency(commitments, 128, 192)))).toBe(422)
  expect(await statusOf(request(forked, 128, 128, []))).toBe(409)
  expect(await add(request(forked, 0, 192))).toEqual({ status: 409, contentType: 'text/x.tlog.size', body: '128\n' })
  expect(await statusOf(request(commitments, 128, 64, []))).toBe(400)
  expect(await statusOf(request(commitments, 128, 192))).toBe(200)
})

test('of two views sent at the same moment, one is signed', async () => {
  await add(request(commitments, 0, 64))
  const forked = commitments.map((one, at) => (at === 70 ? randomBytes(32) : one))
  const statuses = await Promise.all([request(commitments, 64, 128), request(forked, 64, 128)].map(statusOf))
  expect(statuses.toSorted((left, right) => left - right)).toEqual([200, 409])
})

test('logs nobody told the witness about, and signatures of others, are refused', async () => {
  const stranger = newLogKey('stranger.test/log')
  const impostor = newLogKey()
  const of = (key: typeof log): string => `old 0\n\n${Buffer.from(signedCheckpoint(key, commitments)).toString()}`
  expect(await statusOf(of(stranger))).toBe(404)
  expect(await statusOf(of(impostor))).toBe(403)
  for (const wrong of ['', 'old 0\n', 'old 00\n\n', `old -1\n\n${of(log)}`, of(log).replace('old 0', 'old 0\nAAAA')]) {
    expect(await statusOf(wrong), wrong).toBe(400)
  }
})

test('a witness whose memory is damaged signs nothing, rather than another beginning', async () => {
  await add(request(commitments, 0, 64))
  for (const name of readdirSync(folder)) writeFileSync(join(folder, name), '{"origin":"other"}')
  await expect(add(request(commitments, 0, 64))).rejects.toThrow('audit/witness-memory-broken')
})

test('the log asks a witness from where it stands, and keeps only a signature that holds', async () => {
  const prover = {
    consistency: (first: bigint, second: bigint) =>
      Promise.resolve(
        consistency(commitments, Number(first), Number(second)).map((text) => Buffer.from(text, 'base64')),
      ),
  }
  const http = {
    send: async ({ body }: { readonly body?: string | Uint8Array }) => {
      const answer = await witness.addCheckpoint(Buffer.from(body ?? ''))
      return { status: answer.status, headers: new Headers(), body: Buffer.from(answer.body) }
    },
  }
  const ask = (all: readonly Uint8Array[], key = own.noteKey) =>
    askWitness(
      { http, prover },
      { url: 'http://witness.test', key },
      { signedCheckpoint: Buffer.from(signedCheckpoint(log, all)).toString() },
    )
  expect(await ask(commitments.slice(0, 64))).toMatchObject({
    line: expect.stringMatching(/^— witness\.test\/bank .*\n$/),
  })
  expect(await ask(commitments.slice(0, 320))).toHaveProperty('line')
  expect(await ask(commitments.slice(0, 128))).toBe('conflict')
  expect(await ask(commitments.slice(0, 384), newLogKey('witness.test/bank', 'cosignature').noteKey)).toBe('refused')
})

test('a running witness that saw one tree refuses the other, and the gateway that asks says so', async () => {
  const base = mkdtempSync(join(tmpdir(), 'parley-witness-'))
  const pem = join(base, 'key.pem')
  const vkey = makeWitnessKey(pem, 'witness.test/bank')
  const server = await startWitness(ambient, {
    ...{ name: 'witness.test/bank', key: pem, memory: join(base, 'memory') },
    logs: [log.verifierKey],
    listen: { host: '127.0.0.1', port: 0 },
  })
  expect(server.verifierKey).toBe(vkey)
  const url = `http://127.0.0.1:${server.port}`
  const [honest, forked] = [await gatewayLog(url, vkey), await gatewayLog(url, vkey)]
  const cosigned = async ({ clone }: GatewayLog): Promise<number> =>
    Number((await clone.admin.one(countRow, 'SELECT count(*) AS count FROM log.cosignature')).count)
  honest.live.start()
  await eventually('two co-signed beats', async () => (await cosigned(honest)) >= 2)
  // The same key signs another tree: a database put back, or a second view for somebody.
  forked.live.start()
  await eventually('the refusal is told', () => forked.lines.some((line) => line.includes('log.witness-refused')))
  expect(await cosigned(forked)).toBe(0)
  expect((await forked.metrics.render()).text).toContain('parley_log_witnesses_refusing 1')
  const before = await cosigned(honest)
  await eventually('the honest log goes on', async () => (await cosigned(honest)) > before + 1)
  expect((await honest.metrics.render()).text).toContain('parley_log_witnesses_refusing 0')
  await Promise.all([honest.end(), forked.end()])
  await server.stop()
  rmSync(base, { recursive: true, force: true })
})

const countRow = z.object({ count: z.bigint() })

type GatewayLog = Awaited<ReturnType<typeof gatewayLog>>

/** A gateway's log on a database of its own, signed by the one key of this test. */
async function gatewayLog(url: string, vkey: string) {
  const clone = await cloneDatabase()
  const database = await openSequencerLogin(clone)
  const metrics = createMetrics({ processMetrics: false })
  const lines: string[] = []
  const logger = createLogger({ role: 'test', destination: { write: (line: string) => void lines.push(line) } })
  const keys = {
    log,
    promise: newLogKey(`${log.noteKey.name}/promise`),
    receipt: newLogKey(`${log.noteKey.name}/receipt`),
  }
  const live = createLiveLog(
    { ...ambient, database, metrics, logger },
    { keys, witnesses: [{ url, vkey }], beatMs: 300, retentionDays: 1096 },
  )
  const end = async (): Promise<void> => {
    await live.stop()
    await database.close()
    await clone.drop()
  }
  return { clone, live, lines, metrics, end }
}

test('a witness answers the protocol over HTTP: statuses, types, and nothing for strangers', async () => {
  const base = mkdtempSync(join(tmpdir(), 'parley-witness-'))
  const pem = join(base, 'key.pem')
  makeWitnessKey(pem, 'witness.test/bank')
  expect(() => makeWitnessKey(pem, 'witness.test/bank')).toThrow('audit/key-file-exists')
  expect(statSync(pem).mode & 0o777).toBe(0o600)
  const options = {
    ...{ name: 'witness.test/bank', key: pem, memory: join(base, 'memory') },
    logs: [log.verifierKey],
    listen: { host: '127.0.0.1', port: 0 },
  }
  await expect(startWitness(ambient, { ...options, logs: ['nonsense'] })).rejects.toThrow('audit/vkey-unusable')
  const server = await startWitness(ambient, options)
  const post = (body: string) =>
    fetch(`http://127.0.0.1:${server.port}/add-checkpoint`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'text/plain' },
    })
  const signed = await post(request(commitments, 0, 128))
  expect([signed.status, (await signed.text()).startsWith('— witness.test/bank ')]).toEqual([200, true])
  const conflict = await post(request(commitments, 0, 192))
  expect([conflict.status, conflict.headers.get('content-type'), await conflict.text()]).toEqual([
    409,
    'text/x.tlog.size',
    '128\n',
  ])
  const forked = commitments.map((one, at) => (at === 100 ? randomBytes(32) : one))
  expect((await post(request(forked, 128, 192))).status).toBe(422)
  expect(
    (await post(`old 0\n\n${Buffer.from(signedCheckpoint(newLogKey('stranger.test/log'), commitments)).toString()}`))
      .status,
  ).toBe(404)
  expect((await post(`old 0\n\n${Buffer.from(signedCheckpoint(newLogKey(), commitments)).toString()}`)).status).toBe(
    403,
  )
  expect((await post('')).status).toBe(400)
  expect((await post('x'.repeat(100_000))).status).toBe(413)
  await server.stop()
  rmSync(base, { recursive: true, force: true })
})
