import type { Language } from '../../channels/index.ts'
import { dayParts, monthLength, readDayText } from './calendar.ts'

const dayMs = 86_400_000

// Days are written as in these countries: day before month, in English too, so that nobody reads 3/4 the other way.
const locales: { readonly [Name in Language]: string } = { en: 'en-GB', es: 'es', fr: 'fr', de: 'de', pt: 'pt' }

/**
 * A period as a person of that language says it, to be echoed: "Friday 20 November", "1–21 November 2026", "October 2026",
 * "2025". One day of this year goes without the year when `thisYear` names it. An open side is undefined; '' for nothing.
 */
export function sayPeriod(
  language: Language,
  from: string | undefined,
  to: string | undefined,
  thisYear?: number,
): string {
  const first = from === undefined ? undefined : readDayText(from)
  const last = to === undefined ? undefined : readDayText(to)
  if (first === undefined && last === undefined) return ''
  if (first === undefined || last === undefined) {
    return sayOpen(language, sayDay(language, first ?? last ?? 0, thisYear), first === undefined)
  }
  if (first === last) return sayDay(language, first, thisYear)
  const [start, end] = [dayParts(first), dayParts(last)]
  const isWhole = start.day === 1 && start.year === end.year && end.day === monthLength(end.year, end.month)
  if (isWhole && start.month === 1 && end.month === 12) return String(start.year)
  if (isWhole && start.month === end.month)
    return format(language, { month: 'long', year: 'numeric' }).format(first * dayMs)
  // The joint of a range is a dash between thin blanks in most languages; all our channels show it.
  return format(language, { day: 'numeric', month: 'long', year: 'numeric' }).formatRange(first * dayMs, last * dayMs)
}

function sayDay(language: Language, day: number, thisYear: number | undefined): string {
  const withYear = dayParts(day).year === thisYear ? {} : { year: 'numeric' as const }
  const text = format(language, { weekday: 'long', day: 'numeric', month: 'long', ...withYear }).format(day * dayMs)
  return language === 'en' ? text.replace(',', '') : text
}

function sayOpen(language: Language, day: string, isUntil: boolean): string {
  const words = { en: ['from', 'until'], es: ['desde el', 'hasta el'], fr: ['depuis le', 'jusqu’au'], de: ['ab', 'bis'], pt: ['desde', 'até'] } // prettier-ignore
  return `${words[language][isUntil ? 1 : 0] ?? ''} ${day}`
}

function format(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(locales[language], { ...options, timeZone: 'UTC' })
}
