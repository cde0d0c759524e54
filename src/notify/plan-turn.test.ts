import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toInstant } from '../kernel/index.ts'
import { planTurn, sendableMs } from './plan-turn.ts'

const hourMs = 3_600_000
const zones = ['UTC', 'America/New_York', 'Europe/Berlin', 'Asia/Kolkata', 'Pacific/Auckland'] as const
const moment = fc.date({ min: new Date('2026-01-01'), max: new Date('2028-01-01'), noInvalidDate: true })
const turn = fc.record({
  customer: fc.uuid(),
  institution: fc.constant('north-bank'),
  timeZone: fc.constantFrom(...zones),
  at: moment,
})

const hourIn = (at: number, timeZone: string): number =>
  Number(new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', hourCycle: 'h23' }).format(at))

test('nobody is looked at in their evening or at night, and nobody waits longer than until the morning', () => {
  fc.assert(
    fc.property(turn, ({ at, ...who }) => {
      const now = toInstant(at.getTime())
      const hour = hourIn(now, who.timeZone)
      const step = planTurn({ ...who, now })
      expect(step.step).toBe(hour >= 9 && hour < 20 ? 'look' : 'wait')
      if (step.step === 'wait') {
        expect(step.until - now).toBeLessThanOrEqual(15 * hourMs)
        // An hour either way where the clocks change that night.
        expect([8, 9, 10, 11]).toContain(hourIn(step.until, who.timeZone))
      }
      expect(sendableMs(now, who.timeZone) > 0).toBe(step.step === 'look')
    }),
  )
})

test('two looks are a day apart at least, and settle on one time of the day', () => {
  fc.assert(
    fc.property(turn, ({ at, ...who }) => {
      let now = toInstant(at.getTime())
      const first = planTurn({ ...who, now })
      if (first.step === 'wait') now = first.until
      for (let day = 0; day < 3; day += 1) {
        const step = planTurn({ ...who, now })
        if (step.step === 'wait') {
          now = step.until
          continue
        }
        expect(step.next - now).toBeGreaterThanOrEqual(23 * hourMs)
        expect(step.next - now).toBeLessThanOrEqual(47 * hourMs)
        now = step.next
      }
    }),
  )
})

test('customers are spread over the day', () => {
  const now = toInstant(Date.UTC(2026, 10, 22, 9))
  const hours = new Set(
    Array.from({ length: 200 }, (_, index) => {
      const step = planTurn({ customer: `customer-${index}`, institution: 'north-bank', timeZone: 'UTC', now })
      return step.step === 'look' ? new Date(step.next).getUTCHours() : -1
    }),
  )
  expect(hours.size).toBe(11)
})
