import { readFileSync } from 'node:fs'
import { IntlMessageFormat } from 'intl-messageformat'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { loadWords } from './words.ts'

/** Whose sentences a customer reads on pages and in notices. */
const modules = ['pages', 'answers', 'linking', 'notices', 'privacy-centre'] as const
const languages = ['en', 'es', 'fr', 'de', 'pt'] as const

const folderOf = (name: string): URL => new URL(`../${name}/words/`, import.meta.url)
const read = (name: string, language: string): Readonly<Record<string, string>> =>
  z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(new URL(`${language}.json`, folderOf(name)), 'utf8')))

type Parts = ReturnType<IntlMessageFormat['getAst']>

/** The values that a sentence takes; those that it chooses or counts by are marked. */
const valuesOf = (text: string, language: string): readonly string[] =>
  [...new Set(holes(new IntlMessageFormat(text, language, undefined, { ignoreTag: true }).getAst()))].sort()

function holes(parts: Parts): readonly string[] {
  return parts.flatMap((part) => {
    if ('options' in part) {
      return [`${part.value} chosen by`, ...Object.values(part.options).flatMap(({ value }) => holes(value))]
    }
    return part.type === 0 || !('value' in part) ? [] : [part.value]
  })
}

test.each(modules.flatMap((name) => languages.map((language) => [name, language] as const)))(
  'src/%s says all of it in %s, and each sentence takes the same values as in English',
  (name, language) => {
    const [english, own] = [read(name, 'en'), read(name, language)]
    expect(Object.keys(own)).toEqual(Object.keys(english))
    const words = loadWords(folderOf(name)).for(language)
    // Any value that a sentence may ask for: a number can be counted and said.
    const values = new Proxy<Record<string, number>>({}, { has: () => true, get: () => 2 })
    for (const [key, text] of Object.entries(own)) {
      expect(valuesOf(text, language), key).toEqual(valuesOf(english[key] ?? '', 'en'))
      expect(words.say(key, values), key).not.toBe('')
      expect(text, key).not.toMatch(/!|¡/)
    }
  },
)

test('words are the conversation’s, in the browser’s variant of them where that fits', () => {
  const book = loadWords(folderOf('linking'))
  expect(book.in('es', 'en-US').language).toBe('es')
  expect(book.in('es', 'es-MX,en;q=0.5').language).toBe('es-MX')
  expect(book.in(undefined, 'fr-CA').language).toBe('fr-CA')
  expect(book.in('es', 'fr').say('continue')).toBe('Continuar')
})
