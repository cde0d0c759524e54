import { expect, test } from 'vitest'
import { toInstant } from '../kernel/index.ts'
import { systemClock } from '../platform/index.ts'
import { createBriefMemory } from './brief-memory.ts'

function scene(sizeMax = 100) {
  const time = { now: 0 }
  const clock = { ...systemClock, now: () => toInstant(time.now) }
  const memory = createBriefMemory<string, number>(clock, { forMs: 60_000, sizeMax })
  const found = { count: 0 }
  const find = async () => (found.count += 1)
  return { time, memory, found, find }
}

test('a key is asked for once a minute, and by many at the same time once', async () => {
  const { time, memory, find } = scene()
  expect(await Promise.all([memory.get('a', find), memory.get('a', find), memory.get('b', find)])).toEqual([1, 1, 2])
  time.now = 59_999
  expect(await memory.get('a', find)).toBe(1)
  time.now = 60_000
  expect(await memory.get('a', find)).toBe(3)
})

test('what was forgotten on purpose, or failed, is asked for again', async () => {
  const { memory, find } = scene()
  await memory.get('a', find)
  memory.forget('a')
  expect(await memory.get('a', find)).toBe(2)
  const failing = async () => Promise.reject(new Error('keystore is down'))
  await expect(memory.get('b', failing)).rejects.toThrow('down')
  expect(await memory.get('b', find)).toBe(3)
})

test('no more keys are held than the limit says, and the oldest go first', async () => {
  const { memory, found, find } = scene(10)
  for (let index = 0; index < 1_000; index += 1) await memory.get(String(index), find)
  const before = found.count
  await memory.get('999', find)
  expect(found.count).toBe(before)
  await memory.get('0', find)
  expect(found.count).toBe(before + 1)
})
