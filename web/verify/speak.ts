import { IntlMessageFormat } from 'intl-messageformat'
import type { Say } from '../../src/kernel/index.ts'

/** The page's sentences in its language, as the server wrote them into the page. */
export type Speech = {
  readonly say: Say
  /** The word for a value (`class.balance`); the value itself when there is none. */
  name(group: string, value: string): string
  /** A moment in the reader's zone, with the day. */
  moment(at: string): string
  number(value: number | bigint): string
}

/** Reads the page's catalogue. */
export function createSpeech(language: string, catalogue: ReadonlyMap<string, string>): Speech {
  const formats = new Map<string, IntlMessageFormat>()
  const say: Say = (key, values = {}) => {
    const format =
      formats.get(key) ?? new IntlMessageFormat(catalogue.get(key) ?? key, language, undefined, { ignoreTag: true })
    formats.set(key, format)
    return String(format.format({ ...values }))
  }
  const moments = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  const numbers = new Intl.NumberFormat(language)
  return {
    say,
    name: (group, value) => (catalogue.has(`${group}.${value}`) ? say(`${group}.${value}`) : value),
    moment(at) {
      const date = new Date(at)
      return Number.isNaN(date.getTime()) ? at : moments.format(date)
    },
    number: (value) => numbers.format(value),
  }
}
