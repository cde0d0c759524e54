import { createHash } from 'node:crypto'
import { toInstant } from '../kernel/index.ts'
import type { Instant } from '../kernel/index.ts'

/** Looks are made, and so notices sent, from this hour of the customer's day ... */
const wakeHour = 9
/** ... until this one: nobody is written to in the evening or at night. */
const restHour = 20
/** Between two looks that nothing but the calendar asks for. The database holds to it as well (`notify.take`). */
const pollHours = 23
/** What waited for the morning is spread over so many minutes of it. */
const morningMinutes = 60

/** Whose turn, and when; `timeZone` is the customer's, or the bank's where that is not known (IANA). */
export type Turn = {
  readonly customer: string
  readonly institution: string
  readonly now: Instant
  readonly timeZone: string
}

export type TurnStep =
  | { readonly step: 'look'; readonly next: Instant }
  /** It is their night. */
  | { readonly step: 'wait'; readonly until: Instant }

const minuteMs = 60_000
const dayMinutes = 24 * 60

/**
 * Decides whether a customer's bank is looked at now, and when next. Everybody has a minute of the day of their own, from their id and
 * the bank's, so that a bank is asked evenly over the day.
 */
export function planTurn(turn: Turn): TurnStep {
  const minute = minuteOfDay(turn.now, turn.timeZone)
  const [wake, rest] = [wakeHour * 60, restHour * 60]
  if (minute < wake || minute >= rest) {
    const toWake = (wake - minute + dayMinutes) % dayMinutes
    return { step: 'wait', until: later(turn.now, toWake + (seedOf(turn) % morningMinutes)) }
  }
  const slot = wake + (seedOf(turn) % (rest - wake))
  const away = slot - minute + dayMinutes
  return { step: 'look', next: later(turn.now, away < pollHours * 60 ? away + dayMinutes : away) }
}

/** How long a notice may still be sent today, in milliseconds: until the customer's evening. Zero in their night. */
export function sendableMs(now: Instant, timeZone: string): number {
  const minute = minuteOfDay(now, timeZone)
  return minute < wakeHour * 60 ? 0 : Math.max(restHour * 60 - minute, 0) * minuteMs
}

function later(now: Instant, minutes: number): Instant {
  return toInstant(now + minutes * minuteMs)
}

function minuteOfDay(now: Instant, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', minute: 'numeric', hourCycle: 'h23' })
  const part = (type: string): number => Number(format.formatToParts(now).find((each) => each.type === type)?.value)
  return part('hour') * 60 + part('minute')
}

function seedOf({ customer, institution }: Turn): number {
  return createHash('sha256').update(`parley/notify/turn/v1|${customer}|${institution}`).digest().readUInt32BE(0)
}
