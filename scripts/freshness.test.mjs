import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { compareToStamp, describeSources, listFiles, writeBuildStamp } from './freshness.mjs'

let root
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'parley-freshness-'))
  mkdirSync(join(root, 'src'))
  mkdirSync(join(root, 'dist'))
  writeFileSync(join(root, 'src', 'a.ts'), 'export const a = 1\n')
  writeFileSync(join(root, 'dist', 'a.js'), 'export const a = 1\n')
  stamp()
})
afterEach(() => rmSync(root, { recursive: true }))

const sources = () => listFiles(root, 'src')
const stamp = () => writeBuildStamp(join(root, 'dist'), describeSources(root, sources()))
const setTime = (seconds) => utimesSync(join(root, 'src', 'a.ts'), seconds, seconds)

describe('dist counts as fresh', () => {
  test('right after it was built', () => {
    expect(compareToStamp(root, sources())).toBeUndefined()
  })

  test('when only file times changed, as after copying the tree', () => {
    setTime(1_000_000_000)
    expect(compareToStamp(root, sources())).toBeUndefined()
  })
})

describe('dist counts as stale', () => {
  test('when a file changed and kept its size and time', () => {
    const { mtimeMs } = statSync(join(root, 'src', 'a.ts'))
    writeFileSync(join(root, 'src', 'a.ts'), 'export const a = 2\n')
    setTime(mtimeMs / 1000)
    expect(compareToStamp(root, sources())).toBe('sources changed')
  })

  test('when an old file with another content took its place', () => {
    writeFileSync(join(root, 'src', 'a.ts'), 'export const a = 2\n')
    setTime(1_000_000_000)
    expect(compareToStamp(root, sources())).toBe('sources changed')
  })

  test('when a source came or went', () => {
    writeFileSync(join(root, 'src', 'b.ts'), '')
    expect(compareToStamp(root, sources())).toBe('sources changed')
    rmSync(join(root, 'src', 'b.ts'))
    rmSync(join(root, 'src', 'a.ts'))
    expect(compareToStamp(root, sources())).toBe('sources changed')
  })

  test('when something it was built into is missing or cut short', () => {
    writeFileSync(join(root, 'dist', 'a.js'), 'export')
    expect(compareToStamp(root, sources())).toBe('dist is incomplete')
    rmSync(join(root, 'dist', 'a.js'))
    expect(compareToStamp(root, sources())).toBe('dist is incomplete')
  })

  test('when its stamp is half written', () => {
    writeFileSync(join(root, 'dist', '.built'), '{ "sources": {')
    expect(compareToStamp(root, sources())).toBe('first start')
  })
})
