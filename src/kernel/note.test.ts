import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  composeNote,
  cosignatureMessage,
  formatCheckpoint,
  formatTlogProof,
  formatVerifierKey,
  fromBase64,
  makeNoteKey,
  openNote,
  parseCheckpoint,
  parseNote,
  parseTlogProof,
  parseVerifierKey,
  toBase64,
} from './index.ts'
import type { NoteKey } from './index.ts'

const hash = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()
const spki = Buffer.from('302a300506032b6570032100', 'hex')
const verifies = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean =>
  verify(
    null,
    message,
    createPublicKey({ key: Buffer.concat([spki, publicKey]), format: 'der', type: 'spki' }),
    signature,
  )

function newSigner(name: string, kind: NoteKey['kind'] = 'ed25519') {
  const pair = generateKeyPairSync('ed25519')
  const publicKey = Uint8Array.from(pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(spki.length))
  const key = makeNoteKey(hash, name, kind, publicKey)
  const privateKey = createPrivateKey(pair.privateKey.export({ format: 'pem', type: 'pkcs8' }))
  return {
    key,
    sign: (message: Uint8Array) => ({ name, keyId: key.keyId, signature: sign(null, message, privateKey) }),
  }
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = 'log.example/parley\n64\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n'

test('a note opens for whoever knows one of its keys, and for nobody else', () => {
  const [first, second, stranger] = [
    newSigner('first.example'),
    newSigner('second.example'),
    newSigner('first.example'),
  ]
  const note = parseNote(composeNote({ text, signatures: [first.sign(utf8(text)), second.sign(utf8(text))] }))
  expect(note?.text).toBe(text)
  if (note === undefined) return
  expect(openNote(note, [second.key], verifies)).toMatchObject({ ok: true, value: [{ key: second.key }] })
  expect(openNote(note, [stranger.key], verifies)).toEqual({ ok: false, code: 'note/unsigned' })
})

test('a note with one wrong signature in a known name is refused whole', () => {
  const [good, bad] = [newSigner('good.example'), newSigner('bad.example')]
  const signatures = [good.sign(utf8(text)), bad.sign(utf8('something else'))]
  expect(openNote({ text, signatures }, [good.key, bad.key], verifies)).toMatchObject({ code: 'note/bad-signature' })
})

test('a witness’ signature counts with the time it carries', () => {
  const witness = newSigner('witness.example', 'cosignature')
  const time = 1_790_000_000n
  const { name, keyId, signature } = witness.sign(cosignatureMessage(time, text))
  const timed = (seconds: bigint): Uint8Array => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64BE(seconds)
    return Buffer.concat([bytes, signature])
  }
  const at = (seconds: bigint) =>
    openNote({ text, signatures: [{ name, keyId, signature: timed(seconds) }] }, [witness.key], verifies)
  expect(at(time)).toMatchObject({ ok: true, value: [{ time }] })
  expect(at(time + 1n)).toMatchObject({ code: 'note/bad-signature' })
})

test('no byte of a note can change and leave it as it was', () => {
  const { key, sign: signs } = newSigner('log.example/parley')
  const bytes = composeNote({ text, signatures: [signs(utf8(text))] })
  fc.assert(
    fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const note = parseNote(bytes.map((byte, place) => (place === at ? byte ^ change : byte)))
      expect(note !== undefined && openNote(note, [key], verifies).ok).toBe(false)
    }),
    { numRuns: 500 },
  )
})

test('a verifier key survives being written down, and no part or neighbour of it is a key', () => {
  const { key } = newSigner('log.example/parley')
  const written = formatVerifierKey(key)
  expect(parseVerifierKey(hash, written)).toEqual(key)
  for (let end = 0; end < written.length; end += 1)
    expect(parseVerifierKey(hash, written.slice(0, end))).toBeUndefined()
})

test('checkpoints and proofs are read as they were written; other spellings are not read at all', () => {
  const checkpoint = parseCheckpoint(text)
  if (checkpoint === undefined) throw new Error('not read')
  expect(formatCheckpoint(checkpoint)).toBe(text)
  for (const wrong of [
    text.slice(0, -1),
    text.replace('64', '064'),
    text.replace('64', '-64'),
    text.replace('64', '18446744073709551616'),
    text.replace('rKb', 'rK'),
    text.replace('383cs=', '383ct='),
    `${text}\n`,
    text.replace('log.example/parley', ''),
  ]) {
    expect(parseCheckpoint(wrong), wrong).toBeUndefined()
  }
  const proof = { index: 7n, proof: [checkpoint.root, checkpoint.root], checkpoint: `${text}\nsignatures\n` }
  expect(parseTlogProof(formatTlogProof(proof))).toEqual(proof)
  expect(parseTlogProof(formatTlogProof({ ...proof, extra: utf8('x') }))).toEqual({ ...proof, extra: utf8('x') })
  expect(parseTlogProof(formatTlogProof(proof).replace('index 7', 'index 07'))).toBeUndefined()
  expect(parseTlogProof(formatTlogProof(proof).replace('@v1', '@v2'))).toBeUndefined()
})

test('bytes have one base64 and a base64 has one spelling', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
      expect(fromBase64(toBase64(bytes))).toEqual(bytes)
    }),
  )
  for (const wrong of ['A', 'AA', 'AA=', 'AB==', 'AAB=', 'A A=', 'AAAA\n', '-_==', '====']) {
    expect(fromBase64(wrong), wrong).toBeUndefined()
  }
})
