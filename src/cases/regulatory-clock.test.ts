import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toInstant } from '../kernel/index.ts'
import { caseKinds, deadlinesOf, nextDeadline } from './regulatory-clock.ts'

const at = (text: string) => toInstant(Date.parse(text))
const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
const dayMs = 86_400_000

describe('the dates of a case', () => {
  test('ten business days after a Friday are two weeks later, whatever the hour of the notice', () => {
    for (const hour of ['00:00:00', '12:00:00', '23:59:59']) {
      const [decide] = deadlinesOf('fraud', at(`2026-11-20T${hour}Z`))
      expect(decide).toMatchObject({ what: 'decide', basis: '12 CFR 1005.11(c)(1)' })
      expect(day(decide?.at ?? 0)).toBe('2026-12-04')
    }
  })

  test('a holiday of the bank is no business day, on a weekend it changes nothing', () => {
    const notice = at('2026-12-18T10:00:00Z')
    const of = (holidays: readonly string[]) => day(deadlinesOf('fraud', notice, { holidays })[0]?.at ?? 0)
    expect(of([])).toBe('2027-01-01')
    expect(of(['2026-12-25'])).toBe('2027-01-04')
    expect(of(['2026-12-25', '2027-01-01'])).toBe('2027-01-05')
    expect(of(['2026-12-26'])).toBe('2027-01-01')
  })

  test('calendar days count every day, and a bank’s own steps stand in the place of the law’s', () => {
    const notice = at('2026-01-01T00:00:00Z')
    expect(deadlinesOf('dispute', notice).map((step) => [step.what, day(step.at)])).toEqual([
      ['decide', '2026-01-15'],
      ['acknowledge', '2026-01-31'],
      ['extended', '2026-02-15'],
      ['end', '2026-04-01'],
    ])
    const steps = { dispute: [{ what: 'decide', days: 3, counted: 'calendar', basis: 'our promise' }] } as const
    expect(deadlinesOf('dispute', notice, { steps }).map((step) => day(step.at))).toEqual(['2026-01-04'])
    expect(deadlinesOf('fraud', notice, { steps })).toHaveLength(3)
  })

  test('never fall before the notice, on a weekend or a holiday where business days count, and holidays only make them later', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...caseKinds),
        fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2040, 0) }),
        fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 10 }),
        (kind, ms, offsets) => {
          const notice = toInstant(ms)
          const holidays = offsets.map((offset) => day(ms + offset * dayMs))
          const [plain, later] = [deadlinesOf(kind, notice), deadlinesOf(kind, notice, { holidays })]
          for (const step of later) {
            expect(step.at).toBeGreaterThan(notice)
            const same = plain.find(({ what }) => what === step.what)
            expect(step.at).toBeGreaterThanOrEqual(same?.at ?? 0)
            if (step.counted !== 'business') continue
            expect([0, 6]).not.toContain(new Date(step.at).getUTCDay())
            expect(holidays).not.toContain(day(step.at))
          }
        },
      ),
    )
  })

  test('the next one is the first that is not over, and when all are over the last', () => {
    const steps = deadlinesOf('fraud', at('2026-01-01T00:00:00Z'))
    expect(nextDeadline(steps, at('2026-01-10T00:00:00Z'))?.what).toBe('decide')
    expect(nextDeadline(steps, at('2026-02-01T00:00:00Z'))?.what).toBe('extended')
    expect(nextDeadline(steps, at('2027-02-01T00:00:00Z'))?.what).toBe('end')
  })
})
