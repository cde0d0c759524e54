import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { whyInstall } from './install.mjs'

const WANTED = {
  '': { name: 'parley' },
  'node_modules/pg': { version: '8.0.0', integrity: 'sha512-a' },
  'node_modules/vitest': { version: '4.0.0', integrity: 'sha512-b', dev: true },
  'node_modules/here': {
    version: '1.0.0',
    integrity: 'sha512-c',
    optional: true,
    os: [process.platform],
    cpu: [process.arch],
  },
  'node_modules/elsewhere': { version: '1.0.0', integrity: 'sha512-d', optional: true, os: ['nowhere'], cpu: ['none'] },
}

let root
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'parley-install-'))
  mkdirSync(join(root, 'node_modules'))
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: WANTED }))
})
afterEach(() => rmSync(root, { recursive: true }))

function installed(...names) {
  const packages = Object.fromEntries(names.map((name) => [`node_modules/${name}`, WANTED[`node_modules/${name}`]]))
  writeFileSync(join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }))
}

describe('packages must be installed', () => {
  test('when npm never finished', () => {
    expect(whyInstall(root, { dev: true })).toBe('first start')
  })

  test('when one is missing that this machine needs', () => {
    installed('pg', 'vitest')
    expect(whyInstall(root, { dev: true })).toBe('package-lock.json changed')
  })

  test('when only developers’ packages are missing and a developer asks', () => {
    installed('pg', 'here')
    expect(whyInstall(root, { dev: false })).toBeUndefined()
    expect(whyInstall(root, { dev: true })).toBe('package-lock.json changed')
  })

  test('when one has the right version and another content', () => {
    installed('pg', 'vitest', 'here')
    writeFileSync(
      join(root, 'package-lock.json'),
      JSON.stringify({ packages: { ...WANTED, 'node_modules/pg': { version: '8.0.0', integrity: 'sha512-other' } } }),
    )
    expect(whyInstall(root, { dev: true })).toBe('package-lock.json changed')
  })
})

test('an install by hand counts, without packages for other machines, and is remembered', () => {
  installed('pg', 'vitest', 'here')
  expect(whyInstall(root, { dev: true })).toBeUndefined()
  expect(whyInstall(root, { dev: true })).toBeUndefined()
})
