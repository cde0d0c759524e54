import type { Instant } from '../kernel/index.ts'
import type { Words } from './words.ts'

/** How the reader wants it: words, and the time zone that the browser named. */
export type Reader = { readonly words: Words; readonly timeZone: string }

/** The time zone a form named, if it is one; UTC otherwise. */
function readTimeZone(text: string | null): string {
  if (text === null || !/^[A-Za-z0-9_+/-]{1,64}$/.test(text)) return 'UTC'
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone
  } catch (cause) {
    if (cause instanceof RangeError) return 'UTC'
    throw cause
  }
}

/** A moment in the reader's zone: time alone would mislead on another day, so the day comes with it. */
function formatMoment(reader: Reader, at: Instant): string {
  return new Intl.DateTimeFormat(reader.words.language, {
    timeZone: reader.timeZone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(at)
}

/** A day in the reader's zone, spelled out. */
function formatDay(reader: Reader, at: Instant): string {
  return new Intl.DateTimeFormat(reader.words.language, { timeZone: reader.timeZone, dateStyle: 'long' }).format(at)
}

/** Times as the reader knows them: {@link readTimeZone}, {@link formatMoment}, {@link formatDay}. */
export const readerTime = { zone: readTimeZone, moment: formatMoment, day: formatDay } as const
