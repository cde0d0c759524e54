import { toInstant } from '../kernel/index.ts'
import type { Instant } from '../kernel/index.ts'

/** Nobody is asked from this hour of their day ... */
const restHour = 22
/** ... until this one, unless a payment was refused just now. */
const wakeHour = 8
/** Whoever wrote to us so lately is awake. */
const awakeMs = 30 * 60_000
/** Receipts of the day come at this hour. */
const digestHour = 19

const minuteMs = 60_000
const dayMinutes = 24 * 60

/** Until when somebody is left alone; undefined: now is as good as any time. `timeZone` is IANA. */
export function quietUntil(
  now: Instant,
  of: { readonly timeZone: string; readonly lastInboundAt: Instant | undefined },
): Instant | undefined {
  if (of.lastInboundAt !== undefined && now - of.lastInboundAt < awakeMs) return undefined
  const minute = minuteOfDay(now, of.timeZone)
  if (minute >= wakeHour * 60 && minute < restHour * 60) return undefined
  return later(now, (wakeHour * 60 - minute + dayMinutes) % dayMinutes)
}

/** When the receipts of this day are told: this evening, or the next. */
export function nextDigest(now: Instant, timeZone: string): Instant {
  const away = (digestHour * 60 - minuteOfDay(now, timeZone) + dayMinutes) % dayMinutes
  return later(now, away === 0 ? dayMinutes : away)
}

function later(now: Instant, minutes: number): Instant {
  // From the beginning of the minute, so that it is that hour and not a part of a minute before.
  return toInstant(Math.floor(now / minuteMs) * minuteMs + minutes * minuteMs)
}

function minuteOfDay(now: Instant, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', minute: 'numeric', hourCycle: 'h23' })
  const part = (type: string): number => Number(format.formatToParts(now).find((each) => each.type === type)?.value)
  return part('hour') * 60 + part('minute')
}
