import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createClassifier } from '../understand/classify.ts'
import { readModel } from '../understand/model.ts'
import { readPhrases } from './read-phrases.ts'
import { trainModel } from './train-model.ts'

const all = readPhrases(fileURLToPath(new URL('../phrases', import.meta.url)))
const few = all.filter(
  ({ intent }, at) => ['balance', 'freeze_card', 'thanks', 'out_of_scope'].includes(intent) && at % 20 === 0,
)

test('training twice gives the same bytes, and what comes out understands what it was told', () => {
  const seen: number[] = []
  const first = trainModel(few, (done, total) => void seen.push(done / total))
  const second = trainModel(few, () => undefined)
  expect(Buffer.from(second.bytes).equals(first.bytes)).toBe(true)
  expect(seen.at(-1)).toBe(1)
  const { classify } = createClassifier(readModel(first.bytes))
  const right = few.filter(({ text, intent }) => classify(text).best.intent === intent)
  expect(right.length / few.length).toBeGreaterThan(0.9)
})

test('one phrase less gives another model, so a stale one is told', () => {
  const [first, second] = [few, few.slice(1)].map((phrases) => trainModel(phrases, () => undefined).bytes)
  expect(first).not.toEqual(second)
})

test('a phrase under two intents, and a file that is named for none, are refused', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-phrases-'))
  for (const language of ['en', 'es', 'fr', 'de', 'pt']) mkdirSync(join(folder, language))
  writeFileSync(join(folder, 'en', 'balance.txt'), 'my money\n')
  writeFileSync(join(folder, 'en', 'income.txt'), 'My money\n')
  expect(() => readPhrases(folder)).toThrow('"My money" stands under balance and income')
  rmSync(join(folder, 'en', 'income.txt'))
  expect(readPhrases(folder)).toEqual([{ language: 'en', intent: 'balance', text: 'my money' }])
  writeFileSync(join(folder, 'en', 'weather.txt'), 'is it raining\n')
  expect(() => readPhrases(folder)).toThrow('en/weather.txt is not named for an intent')
  rmSync(folder, { recursive: true })
})
