import { expect, test } from 'vitest'
import { toInstant } from '../kernel/index.ts'
import { createLogger, createMetrics, systemClock } from '../platform/index.ts'
import type { Clock } from '../platform/index.ts'
import { eventually } from '../../test/setup/eventually.ts'
import { keepRotating } from './keep-rotating.ts'
import type { RootKey } from './root-key.ts'
import type { RootRotation } from './rotate-root.ts'

const dayMs = 24 * 60 * 60 * 1000

/** A clock whose time jumps to each timer, and a root key that is made anew at each rotation. */
function scene(options: { madeAgoMs: number; fails?: number }) {
  let now = 1_000_000_000_000
  let fails = options.fails ?? 0
  let madeAt = now - options.madeAgoMs
  const rotations: number[] = []
  const waits: number[] = []
  const clock: Clock = {
    ...systemClock,
    now: () => toInstant(now),
    after(delayMs, run) {
      waits.push(delayMs)
      if (waits.length > 60) return () => undefined
      const timer = setTimeout(() => {
        now += delayMs
        run()
      }, 0)
      return () => clearTimeout(timer)
    },
  }
  const key = (): RootKey => ({
    version: rotations.length + 1,
    madeAt: toInstant(madeAt),
    wrap: Buffer.alloc(32),
    mark: Buffer.alloc(32),
    challenge: Buffer.alloc(32),
    operatorBearer: '',
    hold: Buffer.alloc(32),
  })
  const rotation: RootRotation = {
    current: key,
    challenges: () => [],
    lastCopyAt: () => toInstant(0),
    async rotate() {
      if (fails-- > 0) throw new Error('disk full')
      rotations.push(now)
      madeAt = now
    },
  }
  const logger = createLogger({ role: 'test', level: 'silent' })
  return { deps: { rotation, clock, logger, metrics: createMetrics({ processMetrics: false }) }, rotations, waits }
}

test('the root key is replaced every day', async () => {
  const { deps, rotations } = scene({ madeAgoMs: 0 })
  const running = keepRotating(deps, { rotationMs: dayMs, isInterrupted: false })
  await eventually('two rotations', () => rotations.length >= 2)
  await running.stop()
  expect((rotations[1] ?? 0) - (rotations[0] ?? 0)).toBe(dayMs)
})

test('a key that grew old while nobody was running is replaced at once, and an interrupted rotation finished', async () => {
  const late = scene({ madeAgoMs: 3 * dayMs })
  const lateRunning = keepRotating(late.deps, { rotationMs: dayMs, isInterrupted: false })
  await eventually('a rotation', () => late.rotations.length >= 1)
  await lateRunning.stop()
  expect(late.rotations[0]).toBe(1_000_000_000_000)
  const cut = scene({ madeAgoMs: 0 })
  const cutRunning = keepRotating(cut.deps, { rotationMs: dayMs, isInterrupted: true })
  await eventually('a rotation', () => cut.rotations.length >= 1)
  await cutRunning.stop()
  expect(cut.rotations[0]).toBe(1_000_000_000_000)
})

test('a rotation that fails is tried again every minute', async () => {
  const { deps, rotations, waits } = scene({ madeAgoMs: dayMs, fails: 3 })
  const running = keepRotating(deps, { rotationMs: dayMs, isInterrupted: false })
  await eventually('a rotation', () => rotations.length >= 1)
  await running.stop()
  expect(waits.slice(0, 4)).toEqual([0, 60_000, 60_000, 60_000])
})
