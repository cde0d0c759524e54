import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readPhrases } from '../learn/read-phrases.ts'
import { hashPhrases } from '../learn/train-model.ts'
import { loadClassifier, modelFile } from './classify.ts'
import { readModel, splitModel } from './model.ts'
import { intents } from './understood.ts'

const bytes = readFileSync(modelFile)
const { classify } = loadClassifier()

test.each([
  ['what is my balance', 'balance', 'en'],
  ['¿cuál es mi saldo?', 'balance', 'es'],
  ['quel est mon solde', 'balance', 'fr'],
  ['wie ist mein kontostand', 'balance', 'de'],
  ['qual é o meu saldo', 'balance', 'pt'],
  ['freeze my card right now', 'freeze_card', 'en'],
  ['mi tarjeta fue robada', 'lost_or_stolen_card', 'es'],
  ['ich möchte mit einem menschen sprechen', 'talk_to_person', 'de'],
])('"%s" means %s and is in %s', (text, intent, language) => {
  const { best, ...rest } = classify(text)
  expect(best.intent).toBe(intent)
  expect(rest).toMatchObject({ outOfScope: false, language })
})

test('what has no banking in it is out of scope, and a word that every language has tells none', () => {
  expect(classify('how do i bake a chocolate cake')).toMatchObject({
    outOfScope: true,
    best: { intent: 'out_of_scope' },
  })
  expect(classify('').outOfScope).toBe(true)
  expect(classify('ok').language).toBeUndefined()
})

test('any text gives two guesses among our intents, the surer one first, together at most certain', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { best, second } = classify(text)
      expect(intents).toContain(best.intent)
      expect(best.confidence).toBeGreaterThanOrEqual(second?.confidence ?? 0)
      expect(best.confidence + (second?.confidence ?? 0)).toBeLessThanOrEqual(1 + 1e-9)
    }),
  )
})

test('the committed model is the one that its card tells of, from the phrases as they stand, and at most 5 MB', () => {
  const card = readFileSync(fileURLToPath(new URL('./language-model.md', import.meta.url)), 'utf8')
  const phrases = readPhrases(fileURLToPath(new URL('../phrases', import.meta.url)))
  expect(bytes.length).toBeLessThanOrEqual(5_000_000)
  expect(card).toContain(createHash('sha256').update(bytes).digest('hex'))
  expect(splitModel(bytes).header.phrases, 'phrases changed: run npm run train:language').toBe(hashPhrases(phrases))
})

test('bytes that are not a model of this build are refused', () => {
  expect(() => readModel(new Uint8Array(20))).toThrow('chat/model-broken')
  expect(() => readModel(bytes.subarray(0, bytes.length - 1))).toThrow('chat/model-broken')
  const other = Uint8Array.from(bytes)
  other[3] = 99
  expect(() => readModel(other)).toThrow('chat/model-broken')
})
