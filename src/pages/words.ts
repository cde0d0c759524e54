import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { IntlMessageFormat } from 'intl-messageformat'
import { z } from 'zod'
import { Fault } from '../kernel/index.ts'

/** Values that a sentence takes; amounts arrive written out. */
export type WordValues = Readonly<Record<string, string | number>>

/** The sentences of some pages in one language, with English where a translation is missing. */
export type Words = {
  readonly language: string
  say(key: string, values?: WordValues): string
}

/** Catalogues of some pages; `for` picks the language that a browser asks for. */
export type WordBook = { for(acceptLanguage: string | undefined): Words }

// What every page says: hand-off, passkey, trouble.
const shared = new URL('./words/', import.meta.url)

/**
 * Reads the catalogues `<language>.json` of a folder, once, at start, and those that all pages share. English must be complete; the others may lack keys.
 * Values are put into sentences as text: no tags, and the page escapes the sentence as a whole.
 */
export function loadWords(folder: URL): WordBook {
  const catalogues = new Map<string, ReadonlyMap<string, string>>()
  for (const place of [shared, folder]) {
    for (const name of readdirSync(fileURLToPath(place)).filter((each) => /^[a-z]{2}\.json$/.test(each))) {
      const language = name.slice(0, 2)
      catalogues.set(language, new Map([...(catalogues.get(language) ?? []), ...readCatalogue(new URL(name, place))]))
    }
  }
  const english = catalogues.get('en')
  if (english === undefined) throw new Fault('customers/words-missing', { retry: 'never' })
  return {
    for(acceptLanguage) {
      const locale = chooseLocale(acceptLanguage, [...catalogues.keys()])
      const own = catalogues.get(locale.slice(0, 2)) ?? english
      return { language: locale, say: (key, values) => say(own.get(key) ?? english.get(key), key, locale, values) }
    },
  }
}

function readCatalogue(file: URL): ReadonlyMap<string, string> {
  return new Map(Object.entries(z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, 'utf8')))))
}

function say(message: string | undefined, key: string, locale: string, values: WordValues = {}): string {
  if (message === undefined) throw new Fault('customers/words-missing', { retry: 'never', cause: new Error(key) })
  const text = new IntlMessageFormat(message, locale, undefined, { ignoreTag: true }).format(values)
  return typeof text === 'string' ? text : String(text)
}

/** How many wishes of an Accept-Language header are looked at. */
const wishesMax = 10

function chooseLocale(acceptLanguage: string | undefined, available: readonly string[]): string {
  const wishes = (acceptLanguage ?? '')
    .split(',', wishesMax)
    .map((wish) => /^\s*([a-z]{2})(-[A-Za-z]{2})?\b/i.exec(wish))
    .filter((match) => match !== null)
  const match = wishes.find(([, language = '']) => available.includes(language.toLowerCase()))
  if (match === undefined) return 'en-US'
  const [, language = 'en', region = ''] = match
  return language.toLowerCase() + region.toUpperCase()
}
