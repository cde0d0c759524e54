import { readFileSync } from 'node:fs'
import { IntlMessageFormat } from 'intl-messageformat'
import { z } from 'zod'
import { type Language, languages } from '../channels/index.ts'
import { Fault, type Instant } from '../kernel/index.ts'
import type { WordKey } from './word-keys.ts'

export type WordValues = Readonly<Record<string, string | number>>

/** The words of every language. Formats are parsed once and kept. */
export type Words = {
  say(language: Language, key: WordKey, values?: WordValues): string
  /** The time of day, with its zone. */
  time(language: Language, at: Instant): string
  /** The day and the time of day, with its zone. */
  moment(language: Language, at: Instant): string
  /** "A, B and C". */
  list(language: Language, items: readonly string[]): string
}

const catalogueShape = z.record(z.string(), z.string())
export type Catalogue = z.infer<typeof catalogueShape>

/** A catalogue as it lies beside this file. */
export function readCatalogue(language: Language): Catalogue {
  const text = readFileSync(new URL(`./catalogue/${language}.json`, import.meta.url), 'utf8')
  return catalogueShape.parse(JSON.parse(text))
}

/** Reads the catalogues. `timeZone` (IANA) is the one that times are said in: a messenger does not tell the person's. */
export function createWords(timeZone: string): Words {
  const catalogues = Object.fromEntries(languages.map((language) => [language, readCatalogue(language)]))
  const formats = new Map<string, IntlMessageFormat>()
  const clocks = new Map<Language, Intl.DateTimeFormat>()

  function formatOf(language: Language, key: WordKey): IntlMessageFormat {
    const name = `${language} ${key}`
    const known = formats.get(name)
    if (known !== undefined) return known
    const own = catalogues[language]?.[key]
    const text = own ?? catalogues['en']?.[key]
    if (text === undefined) throw new Fault('chat/words-missing', { retry: 'never' })
    // No markup in messages: what looks like a tag in a bank's or an account's name is only text.
    const format = new IntlMessageFormat(text, own === undefined ? 'en' : language, undefined, { ignoreTag: true })
    formats.set(name, format)
    return format
  }

  return {
    say: (language, key, values = {}) => String(formatOf(language, key).format({ ...values })),
    time(language, at) {
      const options = { hour: 'numeric', minute: '2-digit', timeZone, timeZoneName: 'short' } as const
      const clock = clocks.get(language) ?? new Intl.DateTimeFormat(language, options)
      clocks.set(language, clock)
      return clock.format(at)
    },
    moment(language, at) {
      const options = {
        day: 'numeric',
        month: 'long',
        hour: 'numeric',
        minute: '2-digit',
        timeZone,
        timeZoneName: 'short',
      } as const
      return new Intl.DateTimeFormat(language, options).format(at)
    },
    list: (language, items) => new Intl.ListFormat(language, { type: 'conjunction' }).format(items),
  }
}
