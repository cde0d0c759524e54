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
  /** Whether there is such a sentence; for words that stand for values of others. */
  has(key: string): boolean
  /** Every sentence as it is written, for pages that speak by themselves in the browser. */
  all(): Readonly<Record<string, string>>
}

/** Catalogues of some pages. */
export type WordBook = {
  /** The language that a browser asks for. */
  for(acceptLanguage: string | undefined): Words
  /** The language of a conversation, in the browser's variant of it where that fits; the browser's without one. */
  in(language: string | undefined, acceptLanguage: string | undefined): Words
}

// What every page says: hand-off, passkey, trouble.
const shared = new URL('./words/', import.meta.url)

/**
 * Reads the catalogues `<language>.json` of a folder, once, at start, and those that all pages share. English must be complete; the others may lack keys.
 * Values are put into sentences as text: no tags, and the page escapes the sentence as a whole.
 */
export function loadWords(folder: URL): WordBook {
  const catalogues = new Map<string, ReadonlyMap<string, string>>()
  // A language that only the shared sentences have would make pages of two languages.
  for (const name of catalogueNames(folder)) {
    const common = catalogueNames(shared).includes(name) ? readCatalogue(new URL(name, shared)) : []
    catalogues.set(name.slice(0, 2), new Map([...common, ...readCatalogue(new URL(name, folder))]))
  }
  const english = catalogues.get('en')
  if (english === undefined) throw new Fault('customers/words-missing', { retry: 'never' })
  const book: WordBook = {
    for(acceptLanguage) {
      const locale = chooseLocale(acceptLanguage, [...catalogues.keys()])
      const own = catalogues.get(locale.slice(0, 2)) ?? english
      return {
        language: locale,
        say: (key, values) => say(own.get(key) ?? english.get(key), key, locale, values),
        has: (key) => own.has(key) || english.has(key),
        all: () => Object.fromEntries([...english, ...own]),
      }
    },
    in(language, acceptLanguage) {
      const asked = book.for(acceptLanguage)
      return language === undefined || asked.language.slice(0, 2) === language ? asked : book.for(language)
    },
  }
  return book
}

function catalogueNames(folder: URL): readonly string[] {
  return readdirSync(fileURLToPath(folder)).filter((each) => /^[a-z]{2}\.json$/.test(each))
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
