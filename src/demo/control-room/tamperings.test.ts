import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeBundle, encodeBundle, hashLeaf, parseNote } from '../../kernel/index.ts'
import { tamperWith, tamperings } from './tamperings.ts'

const hash = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()
const entries = Array.from({ length: 64 }, (_, at) => Buffer.from(`entry ${at}`))
const bundle = encodeBundle(entries)
const tile = Buffer.concat(entries.map((entry) => hashLeaf(hash, entry)))
const [bundlePath, tilePath] = ['tile/entries/000.p/64', 'tile/0/000.p/64'] as const

function firstDifference(bytes: Uint8Array): number {
  const served = decodeBundle(bytes, 64)
  return served?.findIndex((entry, at) => !Buffer.from(entry).equals(entries[at] ?? Buffer.of())) ?? -1
}

test('an altered or dropped entry is the first that differs, and the hashes over it are served as they are', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 63 }), fc.constantFrom('alter' as const, 'drop' as const), (entry, how) => {
      expect(firstDifference(tamperWith({ how, entry }, bundlePath, bundle))).toBe(entry)
      expect(tamperWith({ how, entry }, tilePath, tile)).toEqual(tile)
    }),
    { numRuns: 25 },
  )
})

test('a rewritten entry and the hash over it agree', () => {
  const tamper = { how: 'rewrite', entry: 7 } as const
  const served = decodeBundle(tamperWith(tamper, bundlePath, bundle), 64)
  const hashes = tamperWith(tamper, tilePath, tile)
  expect(firstDifference(tamperWith(tamper, bundlePath, bundle))).toBe(7)
  expect(hashes.slice(7 * 32, 8 * 32)).toEqual(Uint8Array.from(hashLeaf(hash, served?.[7] ?? Buffer.of())))
  expect(hashes.slice(8 * 32)).toEqual(Uint8Array.from(tile.subarray(8 * 32)))
})

test('a fork is a well-formed checkpoint of another root by another key, and the tiles are served as they are', () => {
  const note = Buffer.from(`localhost/log\n64\n${hash(tile).toString('base64')}\n\n— localhost/log ${'A'.repeat(92)}\n`)
  const forged = parseNote(tamperWith({ how: 'fork', entry: 0 }, 'checkpoint', note))
  expect(forged?.text.split('\n').slice(0, 2)).toEqual(['localhost/log', '64'])
  expect(forged?.text).not.toBe(parseNote(note)?.text)
  expect(tamperWith({ how: 'fork', entry: 0 }, bundlePath, bundle)).toEqual(bundle)
})

test('whatever is no tile is served as it is', () => {
  for (const how of tamperings.filter((one) => one !== 'fork')) {
    for (const path of ['checkpoint', 'vkey', 'tile/entries/nonsense']) {
      expect(tamperWith({ how, entry: 1 }, path, bundle)).toEqual(bundle)
    }
  }
})
