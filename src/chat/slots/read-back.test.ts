import fc from 'fast-check'
import { expect, test } from 'vitest'
import { timesPlain } from '../../../test/setup/times-plain.ts'
import { digitsOf, formatMoney, toInstant } from '../../kernel/index.ts'
import { dayNumber, dayParts, dayText, monthLength, readDayText, weekdayOf } from './calendar.ts'
import { findSlots } from './find-slots.ts'
import { sayPeriod } from './say-period.ts'

const now = toInstant(Date.parse('2026-11-22T12:00:00Z'))
const dayMs = 86_400_000
/** Of each law, with a seed of its own each time. */
const numRuns = 500
const languages = ['en', 'es', 'fr', 'de', 'pt'] as const

// Each way of writing numbers, where it is at home.
const locales = [
  ['en', 'en-US', 'America/New_York'], ['en', 'en-GB', 'Europe/London'], ['en', 'en-CA', 'America/Toronto'], ['en', 'en-AU', 'Australia/Sydney'], ['en', 'en-IN', 'Asia/Kolkata'],
  ['es', 'es', 'Europe/Madrid'], ['es', 'es-MX', 'America/Mexico_City'], ['es', 'es-AR', 'America/Argentina/Buenos_Aires'], ['fr', 'fr', 'Europe/Paris'], ['fr', 'fr-CA', 'America/Toronto'],
  ['fr', 'fr-CH', 'Europe/Zurich'], ['de', 'de', 'Europe/Berlin'], ['de', 'de-AT', 'Europe/Vienna'], ['de', 'de-CH', 'Europe/Zurich'], ['pt', 'pt-BR', 'America/Sao_Paulo'], ['pt', 'pt-PT', 'Europe/Lisbon'],
] as const // prettier-ignore

const currencies = [
  'EUR',
  'USD',
  'GBP',
  'CHF',
  'JPY',
  'MXN',
  'BRL',
  'CAD',
  'AUD',
  'SEK',
  'PLN',
  'INR',
  'ARS',
  'CLP',
  'KWD',
]

test('any amount that Intl writes is read back exactly, in every locale and currency', () => {
  const minor = fc.oneof(fc.bigInt(1n, 100_000n), fc.bigInt(1n, 10n ** 11n))
  fc.assert(
    fc.property(minor, fc.constantFrom(...locales), fc.constantFrom(...currencies), (amount, locale, currency) => {
      const [language, tag, timeZone] = locale
      const money = { minor: amount, currency }
      const written = formatMoney(money, tag)
      const found = findSlots(`x ${written}`, { language, timeZone, now }).amount
      // "$" alone is read as the money of the place; Intl writes it there for that money only.
      expect(found, `${tag} ${written}`).toEqual(money)
    }),
    { numRuns },
  )
})

test('any day that Intl writes with its year is read back, in every language', () => {
  const day = fc.integer({
    min: dayNumber({ year: 2001, month: 1, day: 1 }),
    max: dayNumber({ year: 2026, month: 11, day: 22 }),
  })
  const styles = ['full', 'long', 'medium', 'short'] as const
  fc.assert(
    fc.property(
      day,
      fc.constantFrom(...locales),
      fc.constantFrom(...styles),
      (number, [language, tag, timeZone], dateStyle) => {
        const written = new Intl.DateTimeFormat(tag, { dateStyle, timeZone: 'UTC' }).format(number * dayMs)
        // In Canada Intl writes 2026-11-22; its order is fixed.
        if (tag === 'en-CA' && dateStyle === 'short' && !/^\d{4}-/.test(written)) return
        const found = findSlots(written, { language, timeZone, now })
        expect([found.from, found.to], `${tag} ${written}`).toEqual([dayText(number), dayText(number)])
      },
    ),
    { numRuns },
  )
})

test('what is echoed is understood again', () => {
  const newest = dayNumber({ year: 2026, month: 11, day: 22 })
  const day = fc.integer({ min: dayNumber({ year: 2015, month: 1, day: 1 }), max: newest })
  const inYear = { en: 'in', es: 'en', fr: 'en', de: 'in', pt: 'em' }
  fc.assert(
    fc.property(day, fc.integer({ min: 0, max: 800 }), fc.constantFrom(...languages), (first, length, language) => {
      const last = Math.min(first + length, newest)
      const said = sayPeriod(language, dayText(first), dayText(last))
      const text = /^\d{4}$/.test(said) ? `${inYear[language]} ${said}` : said
      const found = findSlots(text, { language, timeZone: 'Europe/Berlin', now })
      expect([found.from, found.to], `${language} ${said}`).toEqual([dayText(first), dayText(last)])
    }),
    { numRuns },
  )
})

test('the calendar is the calendar', () => {
  fc.assert(
    fc.property(fc.integer({ min: -200_000, max: 200_000 }), (number) => {
      const date = new Date(number * dayMs)
      expect(dayParts(number)).toEqual({
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
      })
      expect(dayNumber(dayParts(number))).toBe(number)
      expect(weekdayOf(number) % 7).toBe(date.getUTCDay())
    }),
  )
  expect(monthLength(2028, 2)).toBe(29)
  expect(digitsOf('EUR')).toBe(2)
  expect(readDayText('2026-02-30')).toBeUndefined()
})

test('no text makes it throw, in any language', () => {
  const words = fc.array(
    fc.constantFrom('and', 'from', '3', '10', 'october', 'last', '$', '€', '1.234,56', 'k', '-', '/', 'bis', 'el', 'y', 'de', 'Q3', 'vingt', 'hundert', '31', '02', '…', '"', '2025', 'jours', '٣', '１２', '99999999999999999999', 'e', 'of', 'the', '.', 'week'),
    { maxLength: 40 },
  ) // prettier-ignore
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ maxLength: 300 }),
    words.map((list) => list.join(' ')),
    words.map((list) => list.join('')),
  )
  fc.assert(
    fc.property(
      text,
      fc.constantFrom(...languages, undefined),
      fc.constantFrom('America/New_York', 'UTC', 'x'),
      (said, language, timeZone) => {
        const found = findSlots(said, { ...(language === undefined ? {} : { language }), timeZone, now })
        if (found.from !== undefined && found.to !== undefined) expect(found.from <= found.to, said).toBe(true)
        if (found.amount !== undefined) expect(found.amount.minor >= 0n).toBe(true)
      },
    ),
    { numRuns },
  )
})

/** Plain words hold nothing to weigh. Bare numbers cost sixty times as much, the worst of all; what is not linear, thousands. */
const timesPlainMax = 400

test('the longest message costs about what plain words cost, whatever is repeated in it', () => {
  const parts = [
    'a', '1', '1 ', '1 234 ', 'and ', 'from 3 to ', 'the ', 'in the of on ', 'last last ', 'twenty five hundred and ', 'zweihundertfünfund', '.', '1,', "l'", '1/', 'between 3 and ',
    'start of ', 'since since ', 'friday of ', '3 october ', '$', '5 euro 5 ', '"a ', 'card ending ', '*', '…', 'lorem ipsum octobre wednesdey ', 'x', '((', '12.12', '\u00a0',
  ] // prettier-ignore
  for (const language of languages) {
    const read = (text: string): unknown => findSlots(text, { language, timeZone: 'America/New_York', now })
    for (const part of parts)
      expect(timesPlain(read, part, 3000, timesPlainMax), `${language} ${part}`).toBeLessThan(timesPlainMax)
  }
})
