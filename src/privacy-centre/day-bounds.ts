import { toInstant } from '../kernel/index.ts'
import type { Instant } from '../kernel/index.ts'

const dayMs = 86_400_000

/** The moment a day (`YYYY-MM-DD`) begins in a zone; undefined when the text is no day. */
export function dayStart(text: string | null, timeZone: string): Instant | undefined {
  if (text === null || !/^\d{4}-\d\d-\d\d$/.test(text)) return undefined
  const midnight = Date.parse(`${text}T00:00:00Z`)
  if (Number.isNaN(midnight)) return undefined
  // The offset at the first guess can be that of the day before; the second look is right but where clocks change.
  const guess = midnight - offsetMs(midnight, timeZone)
  return toInstant(midnight - offsetMs(guess, timeZone))
}

/** The moment the day after a day begins. */
export function dayEnd(text: string | null, timeZone: string): Instant | undefined {
  const start = dayStart(text, timeZone)
  return start === undefined ? undefined : toInstant(start + dayMs)
}

function offsetMs(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at)
  const value = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0)
  const shown = Date.UTC(
    value('year'),
    value('month') - 1,
    value('day'),
    value('hour'),
    value('minute'),
    value('second'),
  )
  return shown - Math.floor(at / 1000) * 1000
}
