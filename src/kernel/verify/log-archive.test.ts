import fc from 'fast-check'
import { expect, test } from 'vitest'
import { archiveEnd, archivePart, isArchive, logPrefix, readArchive } from './log-archive.ts'

const path = fc.stringMatching(/^[a-z0-9./]{1,100}$/).filter((one) => !one.startsWith('./'))

function archive(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  return Uint8Array.from([...files].flatMap(([name, bytes]) => [...archivePart(name, bytes)]).concat([...archiveEnd]))
}

test('what goes into an archive comes out of it', () => {
  const files = fc.uniqueArray(fc.tuple(path, fc.uint8Array({ maxLength: 1_200 })), { selector: ([name]) => name, minLength: 1, maxLength: 6 }) // prettier-ignore
  fc.assert(
    fc.property(files, (list) => {
      const made = archive(new Map(list))
      expect(isArchive(made)).toBe(true)
      expect(readArchive(made)).toEqual(new Map(list))
    }),
  )
})

test('a cut archive, or one with a changed header, is not read', () => {
  const files = new Map([['checkpoint', new Uint8Array(700)], ['tile/0/000', new Uint8Array(64)]]) // prettier-ignore
  const whole = archive(files)
  for (let end = 0; end <= whole.length - archiveEnd.length; end += 64) {
    expect(readArchive(whole.subarray(0, end)), String(end)).toBeUndefined()
  }
  // The last byte of the sum's own field is white space that no archiver agrees on.
  for (let at = 0; at < 512; at += at === 154 ? 2 : 1) {
    const changed = whole.map((byte, place) => (place === at ? byte ^ 1 : byte))
    const read = readArchive(changed)
    expect(read?.get('checkpoint')?.length === 700 && read.size === 2, String(at)).toBe(false)
  }
})

test('a log is found under the folder that was archived', () => {
  expect(logPrefix(['a/log/checkpoint', 'a/log/tile/0/000', 'b/c/d/checkpoint'])).toBe('a/log/')
  expect(logPrefix(['checkpoint', 'x/checkpoint'])).toBe('')
  expect(logPrefix(['tile/0/000', 'nocheckpoint'])).toBeUndefined()
})

test('a path that does not fit is not archived', () => {
  for (const wrong of ['', 'a b', 'é', 'x'.repeat(101)]) expect(() => archivePart(wrong, new Uint8Array(0))).toThrow(RangeError) // prettier-ignore
})
