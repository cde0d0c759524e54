import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { withLock } from './lock.mjs'

let root
let lock
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'parley-lock-'))
  lock = join(root, '.prepare.lock')
})
afterEach(() => rmSync(root, { recursive: true }))

function leaveLock(owner) {
  mkdirSync(lock)
  writeFileSync(join(lock, 'owner.json'), JSON.stringify(owner))
}

describe('the lock of a clone', () => {
  test('lets one in at a time', async () => {
    const seen = []
    const work = (name) => () =>
      withLock(root, async () => {
        seen.push(`${name} in`)
        await wait(30)
        seen.push(`${name} out`)
      })
    await Promise.all([work('a')(), work('b')()])
    expect(seen).toEqual(seen[0] === 'a in' ? ['a in', 'a out', 'b in', 'b out'] : ['b in', 'b out', 'a in', 'a out'])
    expect(existsSync(lock)).toBe(false)
  })

  test('is given back when the work fails', async () => {
    await expect(withLock(root, () => Promise.reject(new Error('no room')))).rejects.toThrow('no room')
    expect(existsSync(lock)).toBe(false)
  })

  test('is taken over from a process that died', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    leaveLock({ pid, host: hostname() })
    expect(await withLock(root, async () => 'mine')).toBe('mine')
  })

  test('is taken over from another machine only after a minute of silence', async () => {
    leaveLock({ pid: 1, host: 'another-machine' })
    const entered = withLock(root, async () => 'mine')
    expect(await Promise.race([entered, wait(300, 'waiting')])).toBe('waiting')
    utimesSync(lock, new Date(Date.now() - 61_000), new Date(Date.now() - 61_000))
    expect(await entered).toBe('mine')
  })
})
