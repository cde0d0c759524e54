import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadWords } from '../pages/index.ts'
import { noticeKinds } from '../notices/kinds.ts'
import { doneWords } from './centre-route.ts'

const folder = new URL('./words/', import.meta.url)

test('every sentence that the pages say is in the catalogue', () => {
  const english = loadWords(folder).for('en')
  const source = readdirSync(new URL('.', folder.href.replace(/words\/$/, '')))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(new URL(`../${name}`, folder), 'utf8'))
    .join('\n')
  const keys = [...source.matchAll(/say\(\s*'([\w.-]+)'/g)].map(([, key = '']) => key)
  expect(keys.length).toBeGreaterThan(80)
  for (const key of [...keys, ...doneWords.map((word) => `done.${word}`)]) expect(english.has(key), key).toBe(true)
})

test('the sentences keep to the voice', () => {
  const text = readFileSync(new URL('en.json', folder), 'utf8')
  expect(text).not.toMatch(/\bjust\b|\bsimply\b|for your security|!/i)
})

test('every table about customers in docs/retention.md is said in words on the page of everything stored', () => {
  const page = readFileSync(new URL('../../../docs/retention.md', folder), 'utf8')
  const rows = [...page.matchAll(/^\| `([a-z]+\.[a-z_]+)` \|[^|]*\| the (?:customer|person|visitor)'s \|/gm)]
  const tables = rows.map(([, table = '']) => table)
  expect(tables.length).toBeGreaterThan(15)
  const english = loadWords(folder).for('en')
  // An erasure is told on a page of its own, where nobody is signed in any more.
  for (const table of tables.filter((name) => name !== 'erasure.erasure')) {
    expect(english.has(`stored.${table}`), table).toBe(true)
    expect(english.has(`until.${table}`), table).toBe(true)
  }
})

test('every notice about the privacy centre leads to a page of it', () => {
  for (const kind of [
    'sharingNarrowed',
    'sharingChanged',
    'passkeyAdded',
    'passkeyRemoved',
    'phraseChanged',
    'exported',
  ] as const) {
    // prettier-ignore
    expect(noticeKinds[kind].button.path).toMatch(/^\/me(\/[a-z]+)?$/)
  }
})
