import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeBundle, encodeBundle, parseTilePath, tilePath, tileWidthIn } from './index.ts'

test('a tile’s path is written in groups of three digits and read back', () => {
  expect(tilePath({ level: 0, index: 1_234_067n, width: 256 })).toBe('tile/0/x001/x234/067')
  expect(tilePath({ level: 'entries', index: 0n, width: 15 })).toBe('tile/entries/000.p/15')
  fc.assert(
    fc.property(
      fc.oneof(fc.constant('entries' as const), fc.integer({ min: 0, max: 63 })),
      fc.bigInt({ min: 0n, max: (1n << 56n) - 1n }),
      fc.integer({ min: 1, max: 256 }),
      (level, index, width) => {
        expect(parseTilePath(tilePath({ level, index, width }))).toEqual({ level, index, width })
      },
    ),
  )
})

test('only the one spelling of a path is read', () => {
  for (const wrong of [
    'tile/00/000',
    'tile/64/000',
    'tile/-1/000',
    'tile/0/0',
    'tile/0/0000',
    'tile/0/x000/001',
    'tile/0/001/001',
    'tile/0/x001/x001',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/000.p/',
    'tile/data/000',
    'tile/0/000/',
    '/tile/0/000',
    'tile/0/../000',
    `tile/0/${'x999/'.repeat(40)}999`,
  ]) {
    expect(parseTilePath(wrong), wrong).toBeUndefined()
  }
})

test('a tree has the tiles that the standard counts', () => {
  const size = 70_000n
  expect(tileWidthIn(size, 0, 272n)).toBe(256)
  expect(tileWidthIn(size, 0, 273n)).toBe(112)
  expect(tileWidthIn(size, 'entries', 273n)).toBe(112)
  expect(tileWidthIn(size, 0, 274n)).toBe(0)
  expect(tileWidthIn(size, 1, 0n)).toBe(256)
  expect(tileWidthIn(size, 1, 1n)).toBe(17)
  expect(tileWidthIn(size, 2, 0n)).toBe(1)
  expect(tileWidthIn(size, 3, 0n)).toBe(0)
  expect(tileWidthIn(256n, 1, 0n)).toBe(1)
})

test('a bundle gives back its entries, and nothing when a byte is missing, left over or counted wrong', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 20 }), (entries) => {
      const bundle = encodeBundle(entries)
      expect(decodeBundle(bundle, entries.length)).toEqual(entries)
      expect(decodeBundle(bundle, entries.length - 1)).toBeUndefined()
      expect(decodeBundle(bundle, entries.length + 1)).toBeUndefined()
      expect(decodeBundle(bundle.subarray(0, -1), entries.length)).toBeUndefined()
      expect(decodeBundle(Uint8Array.of(...bundle, 0), entries.length)).toBeUndefined()
    }),
  )
  expect(() => encodeBundle([new Uint8Array(65_536)])).toThrow(RangeError)
})
