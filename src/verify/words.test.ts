import { readFileSync } from 'node:fs'
import { IntlMessageFormat } from 'intl-messageformat'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Finding, ProblemCode, Unjudged } from '../kernel/index.ts'

const languages = ['en', 'es', 'fr', 'de', 'pt'] as const

function catalogue(language: string): Readonly<Record<string, string>> {
  const file = new URL(`./words/${language}.json`, import.meta.url)
  return z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, 'utf8')))
}

// The compiler names what is missing here; the test names what has no words.
const problems = {
  'key-unreadable': 1, 'checkpoint-missing': 1, 'checkpoint-malformed': 1, 'checkpoint-signature': 1, 'checkpoint-origin': 1,
  'checkpoint-fork': 1, 'log-shorter': 1, 'resource-missing': 1, 'bundle-malformed': 1, 'leaf-malformed': 1,
  'entry-not-in-tile': 1, 'tile-wrong': 1, 'root-wrong': 1, 'salt-malformed': 1, 'proof-missing': 1, 'proof-malformed': 1,
  'not-in-tree': 1, 'promise-malformed': 1, 'promise-signature': 1, 'promise-other-entry': 1, 'encoding-malformed': 1,
  'terms-malformed': 1, 'key-unsupported': 1, 'client-data-malformed': 1, 'wrong-act': 1, 'other-terms': 1, 'other-origin': 1,
  embedded: 1, 'authenticator-data-malformed': 1, 'other-site': 1, 'not-present': 1, 'not-verified': 1, 'signature-wrong': 1,
  'receipt-malformed': 1, 'receipt-signature': 1, 'export-malformed': 1, 'export-keys': 1, 'export-other-key': 1,
  'entry-malformed': 1, 'entry-twice': 1, 'entry-other-customer': 1, 'entry-overdue': 1, 'entry-without-grant': 1,
  'grant-malformed': 1, 'grant-other-customer': 1, 'stored-malformed': 1, 'too-many': 1,
} as const satisfies Record<ProblemCode, 1> // prettier-ignore
const things = { log: 1, looks: 1, grants: 1, receipts: 1, checkpoint: 1, export: 1 } as const satisfies Record<Finding['kind'], 1> // prettier-ignore
const unjudged = {
  nothing: 1,
  'file-missing': 1, 'key-missing': 1, 'file-empty': 1, 'file-too-large': 1, 'file-damaged': 1, 'archive-damaged': 1, 'file-unknown': 1,
} as const satisfies Record<Unjudged['code'], 1> // prettier-ignore

test('whatever a verdict can say has words', () => {
  const english = catalogue('en')
  for (const code of Object.keys(problems)) expect(english, code).toHaveProperty([`problem.${code}`])
  for (const kind of Object.keys(things)) {
    expect(english).toHaveProperty([`verdict.${kind}`])
    expect(english).toHaveProperty([`broken.${kind}`])
  }
  for (const code of Object.keys(unjudged)) expect(english).toHaveProperty([`unjudged.${code}`])
})

test.each(languages)('%s has every sentence, with the same values in it', (language) => {
  const [english, own] = [catalogue('en'), catalogue(language)]
  expect(Object.keys(own).toSorted()).toEqual(Object.keys(english).toSorted())
  const valuesOf = (text = ''): readonly string[] => [...new Set(text.match(/\{[a-zA-Z]+(?=[,}])/g))].toSorted()
  for (const [key, text] of Object.entries(own)) {
    expect(() => new IntlMessageFormat(text, language, undefined, { ignoreTag: true }), key).not.toThrow()
    expect(valuesOf(text), key).toEqual(valuesOf(english[key]))
    expect(text, 'a straight apostrophe hides what follows it').not.toContain(`'`)
  }
})
