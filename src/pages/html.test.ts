import { readFileSync, readdirSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { html } from './html.ts'
import { loadWords } from './words.ts'

test('whatever is put into a page stays text, between tags and in attributes', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", '`', '/', 'a', ' ', '=', '\u2028', 'é') }),
      (text) => {
        const page = html`<p title="${text}">${text}</p>`.toString()
        expect(page.match(/[<>]/g)).toEqual(['<', '>', '<', '>'])
        expect(page.match(/"/g)).toHaveLength(2)
      },
    ),
  )
  expect(html`<a href="${`"'><script>alert(1)</script>`}">x</a>`.toString()).toBe(
    '<a href="&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;">x</a>',
  )
})

test('pieces made by html are put together as they are; nothing is nothing', () => {
  const items = [1, 2].map((number) => html`<b>${number}</b>`)
  expect(html`<p>${items}${undefined}${false}</p>`.toString()).toBe('<p><b>1</b><b>2</b></p>')
})

const modules = [
  { folder: new URL('../answers/', import.meta.url), words: new URL('../answers/words/', import.meta.url) },
  { folder: new URL('../linking/', import.meta.url), words: new URL('../linking/words/', import.meta.url) },
]

test.each(modules)(
  'every sentence that pages say is in the English catalogue: $folder.pathname',
  ({ folder, words }) => {
    const english = loadWords(words).for('en-GB')
    const keys = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .flatMap((name) => [...readFileSync(new URL(name, folder), 'utf8').matchAll(/say\(\s*'([\w.-]+)'/g)])
      .map(([, key]) => key ?? '')
    expect(keys.length).toBeGreaterThan(15)
    // Any value that a sentence may ask for: a number can be counted and said.
    const values = new Proxy<Record<string, number>>({}, { has: () => true, get: () => 2 })
    for (const key of keys) {
      expect(english.say(key, values), key).not.toBe('')
    }
  },
)

test('sentences keep to the voice: no "just", "simply", "for your security", no exclamation marks', () => {
  for (const { words } of modules) {
    const text = readFileSync(new URL('en.json', words), 'utf8')
    expect(text).not.toMatch(/\bjust\b|\bsimply\b|for your security|!/i)
  }
})

test('a language without a catalogue falls back to English, and its region is kept when it has one', () => {
  const book = loadWords(modules[0]?.words ?? new URL('.', import.meta.url))
  expect(book.for('xx,en-GB;q=0.5').language).toBe('en-GB')
  expect(book.for(undefined).language).toBe('en-US')
  expect(book.for('"><script>').language).toBe('en-US')
})
