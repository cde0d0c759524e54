import fc from 'fast-check'
import { expect, test } from 'vitest'
import { backoffMs, echoWaitMs, planSend } from './send-plan.ts'

const facts = {
  expired: false,
  confirmed: false,
  inDoubtForMs: undefined,
  readyForMs: 1e9,
  echoes: true,
  waitMs: echoWaitMs,
} as const

test('a fresh message is sent, a confirmed one never again, an expired one is dropped', () => {
  expect(planSend(facts)).toEqual({ step: 'send', repeated: false })
  expect(planSend({ ...facts, confirmed: true, expired: true })).toEqual({ step: 'done' })
  expect(planSend({ ...facts, expired: true })).toEqual({ step: 'drop', because: 'expired' })
})

test('a message in doubt is never sent before its echo had the full time, counted from when we could hear it', () => {
  const ms = fc.integer({ min: 0, max: 60_000 })
  fc.assert(
    fc.property(ms, ms, (inDoubtForMs, readyForMs) => {
      const { step } = planSend({ ...facts, inDoubtForMs, readyForMs })
      expect(step).toBe(Math.min(inDoubtForMs, readyForMs) >= echoWaitMs ? 'send' : 'wait-for-echo')
    }),
  )
  expect(planSend({ ...facts, inDoubtForMs: 0, echoes: false })).toEqual({ step: 'send', repeated: true })
})

test('pauses grow, end at a minute, and are never shorter than the messenger asks for', () => {
  expect([1, 2, 3, 9, 5_000].map((attempt) => backoffMs(attempt, 0))).toEqual([1_000, 2_000, 4_000, 60_000, 60_000])
  expect(backoffMs(1, 5_000)).toBe(5_000)
})
