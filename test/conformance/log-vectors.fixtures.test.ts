// Outside judges of the log's arithmetic: RFC 6962 proofs, signed notes, a real tiled log, Ed25519's edge cases.
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { verifyEd25519 } from '../../src/audit/ed25519.ts'
import {
  decodeBundle,
  fromBase64,
  growTree,
  hashInTile,
  hashLeaf,
  openNote,
  parseCheckpoint,
  parseNote,
  parseVerifierKey,
  sameBytes,
  verifyConsistency,
  verifyInclusion,
} from '../../src/kernel/index.ts'

const folder = join(process.env['PARLEY_FIXTURES'] ?? '', 'audit-log')
const hash = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()
const bytesOf = (text: string): Uint8Array => fromBase64(text) ?? new Uint8Array(0)
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Numbers in these files go to 2^64 - 1: they are quoted before JSON rounds them. */
function readExactly(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8').replaceAll(/:\s*(\d+)(?=\s*[,}])/g, ': "$1"'))
}

function filesBelow(at: string): readonly string[] {
  return readdirSync(at, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(at, name))
}

const size = z.string().transform(BigInt)
const proof = z.array(z.string()).nullable()
const inclusion = z.object({ leafIdx: size, treeSize: size, root: z.string(), leafHash: z.string(), proof, wantErr: z.boolean() }) // prettier-ignore
const consistency = z.object({ size1: size, size2: size, root1: z.string(), root2: z.string(), proof, wantErr: z.boolean() }) // prettier-ignore

test('every inclusion proof of the vectors is judged as they say', () => {
  const files = filesBelow(join(folder, 'merkle/inclusion'))
  expect(files.length).toBeGreaterThan(30)
  for (const file of files) {
    const vector = inclusion.parse(readExactly(file))
    const holds = verifyInclusion(hash, {
      index: vector.leafIdx,
      size: vector.treeSize,
      leafHash: bytesOf(vector.leafHash),
      root: bytesOf(vector.root),
      proof: (vector.proof ?? []).map(bytesOf),
    })
    expect(holds, file).toBe(!vector.wantErr)
  }
})

test('every consistency proof of the vectors is judged as they say, and none from an empty tree', () => {
  const files = filesBelow(join(folder, 'merkle/consistency'))
  expect(files.length).toBeGreaterThan(30)
  for (const file of files) {
    const vector = consistency.parse(readExactly(file))
    const holds = verifyConsistency(hash, {
      firstSize: vector.size1,
      secondSize: vector.size2,
      firstRoot: bytesOf(vector.root1),
      secondRoot: bytesOf(vector.root2),
      proof: (vector.proof ?? []).map(bytesOf),
    })
    expect(holds, file).toBe(!vector.wantErr)
  }
})

const extracted = z
  .object({
    rfc6962_reference: z.object({
      leaf_inputs_hex: z.array(z.string()),
      empty_root_hex: z.string(),
      root_hashes_hex_by_size: z.record(z.string(), z.string()),
    }),
    sumdb_tlog_format: z.object({ tree_note: z.string() }),
    signed_note: z.object({
      peter_vkey: z.string(),
      enoch_vkey: z.string(),
      text: z.string(),
      peter_sig: z.string(),
      enoch_sig: z.string(),
      bad_vkeys: z.array(z.string()),
      malformed_messages: z.array(z.string()),
      invalid_signature_message: z.string(),
    }),
    sum_golang_org_vkey: z.string(),
    real_sumdb_checkpoints: z.array(z.string()),
  })
  .parse(JSON.parse(readFileSync(join(folder, 'extracted-vectors.json'), 'utf8')))

test('the reference roots come out of the reference leaves', () => {
  const { leaf_inputs_hex, empty_root_hex, root_hashes_hex_by_size } = extracted.rfc6962_reference
  const tree = growTree(hash)
  expect(Buffer.from(tree.root()).toString('hex')).toBe(empty_root_hex)
  const seen: string[] = []
  for (const leaf of leaf_inputs_hex) {
    tree.add(hashLeaf(hash, Buffer.from(leaf, 'hex')))
    const expected = root_hashes_hex_by_size[tree.size().toString()]
    if (expected !== undefined) seen.push(expected)
    if (expected !== undefined) expect(Buffer.from(tree.root()).toString('hex')).toBe(expected)
  }
  expect(seen).toHaveLength(Object.keys(root_hashes_hex_by_size).length)
})

describe('signed notes', () => {
  const { signed_note: vectors } = extracted
  const keyOf = (text: string) => {
    const key = parseVerifierKey(hash, text)
    if (key === undefined) throw new Error(`not read: ${text}`)
    return key
  }
  const [peter, enoch] = [keyOf(vectors.peter_vkey), keyOf(vectors.enoch_vkey)]
  const open = (message: string, keys = [peter, enoch]) => {
    const note = parseNote(utf8(message))
    return note === undefined ? undefined : openNote(note, keys, verifyEd25519)
  }

  test('open under each of their keys', () => {
    const signed = `${vectors.text}\n${vectors.peter_sig}${vectors.enoch_sig}`
    expect(open(signed)).toMatchObject({ ok: true, value: [{ key: peter }, { key: enoch }] })
    expect(open(signed, [enoch])).toMatchObject({ ok: true, value: [{ key: enoch }] })
    expect(open(signed, [])).toMatchObject({ code: 'note/unsigned' })
    expect(open(vectors.invalid_signature_message)).toMatchObject({ code: 'note/bad-signature' })
  })

  test('are not read when malformed', () => {
    const [first = '', second = '', third = ''] = vectors.malformed_messages
    const raw = Buffer.concat([Buffer.of(0xff), utf8(third.slice(third.indexOf(')') + 1))])
    for (const message of [utf8(first), utf8(second), raw]) expect(parseNote(message)).toBeUndefined()
  })

  test('have no key in a part or a neighbour of a verifier key', () => {
    for (const bad of vectors.bad_vkeys) expect(parseVerifierKey(hash, bad)).toBeUndefined()
    const whole = vectors.peter_vkey
    for (let start = 0; start < whole.length; start += 1) {
      for (let end = start; end <= whole.length; end += 1) {
        if (end - start < whole.length) expect(parseVerifierKey(hash, whole.slice(start, end))).toBeUndefined()
      }
      const next = String.fromCharCode(whole.charCodeAt(start) + 1)
      expect(parseVerifierKey(hash, whole.slice(0, start) + next + whole.slice(start + 1))).toBeUndefined()
    }
  })

  test('of the Go checksum database open and are checkpoints', () => {
    expect(parseCheckpoint(extracted.sumdb_tlog_format.tree_note)?.size).toBe(123_456_789_012n)
    for (const message of extracted.real_sumdb_checkpoints) {
      expect(open(message, [keyOf(extracted.sum_golang_org_vkey)])).toMatchObject({ ok: true })
      expect(parseCheckpoint(parseNote(utf8(message))?.text ?? '')?.size).toBe(30_055_305n)
    }
  })
})

test('a real tiled log is re-derived from its bundles at every size it published', () => {
  const at = join(folder, 'tessera-log')
  const vkey = 'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx'
  const key = parseVerifierKey(hash, vkey)
  const published = readdirSync(at).filter((name) => name.startsWith('checkpoint'))
  expect(published.length).toBeGreaterThan(7)
  for (const name of published) {
    const note = parseNote(readFileSync(join(at, name)))
    if (note === undefined || key === undefined) throw new Error(`not read: ${name}`)
    expect(openNote(note, [key], verifyEd25519).ok).toBe(true)
    const checkpoint = parseCheckpoint(note.text)
    const width = Number(checkpoint?.size)
    const entries = decodeBundle(readFileSync(join(at, `tile/entries/000.p/${width}`)), width) ?? []
    const tile = readFileSync(join(at, `tile/0/000.p/${width}`))
    const tree = growTree(hash)
    for (const [place, entry] of entries.entries()) {
      expect(sameBytes(hashInTile(tile, place), hashLeaf(hash, entry))).toBe(true)
      tree.add(hashLeaf(hash, entry))
    }
    expect(tree.size()).toBe(checkpoint?.size)
    expect(Buffer.from(tree.root()).equals(Buffer.from(checkpoint?.root ?? []))).toBe(true)
  }
})

test('Ed25519 is judged by one rule: what OpenSSL and Go accept', () => {
  const vectors = z
    .array(z.object({ number: z.number(), key: z.string(), sig: z.string(), msg: z.string(), flags: z.array(z.string()).nullable() }))
    .parse(JSON.parse(readFileSync(join(folder, 'ed25519/ed25519vectors.json'), 'utf8'))) // prettier-ignore
  expect(vectors.length).toBe(457)
  // RFC 8032 as Go implements it: no cofactor, canonical S and R, A as it comes.
  for (const { number, key, sig, msg, flags } of vectors) {
    const accepted = verifyEd25519(Buffer.from(key, 'hex'), utf8(msg), Buffer.from(sig, 'hex'))
    const refusedByRule = (flags ?? []).some((flag) => ['non_canonical_R', 'low_order_residue'].includes(flag))
    expect(accepted, `${number} ${(flags ?? []).join(' ')}`).toBe(!refusedByRule)
  }
})
