import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemRandom } from '../platform/index.ts'
import { lockFolder } from './folder-lock.ts'

let base: string
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'parley-lock-'))
})
afterAll(async () => {
  await rm(base, { recursive: true, force: true })
})

test('a folder has one holder, and the next one once it is released', async () => {
  const folder = await mkdtemp(join(base, 'one-'))
  const first = await lockFolder(folder, systemRandom)
  await expect(lockFolder(folder, systemRandom)).rejects.toMatchObject({ code: 'keystore/folder-in-use' })
  await first.release()
  const second = await lockFolder(folder, systemRandom)
  await second.release()
  expect(await readdir(folder)).toEqual([])
})

test('of many that start at the same moment at most one goes on', async () => {
  const folder = await mkdtemp(join(base, 'many-'))
  const tried = await Promise.allSettled(Array.from({ length: 30 }, () => lockFolder(folder, systemRandom)))
  const held = tried.filter((attempt) => attempt.status === 'fulfilled')
  expect(held.length).toBeLessThanOrEqual(1)
  for (const one of held) await one.value.release()
})

test('a killed process leaves a socket that nobody answers, and does not keep the folder', async () => {
  const folder = await mkdtemp(join(base, 'dead-'))
  const script = `require('net').createServer().listen(process.argv[1], () => console.log('held'))`
  const child = spawn(process.execPath, ['-e', script, join(folder, 'lock-0a1b2c3d')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  await expect(lockFolder(folder, systemRandom)).rejects.toMatchObject({ code: 'keystore/folder-in-use' })
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
  expect(await readdir(folder)).toEqual(['lock-0a1b2c3d'])
  const lock = await lockFolder(folder, systemRandom)
  await lock.release()
})
