import { expect, test } from 'vitest'
import { featuresOf } from '../understand/features.ts'
import { learnRarity } from './weigh-rarity.ts'

const texts = ['pay the card', 'the card', 'the bill', 'the weather'].map((text) => featuresOf(text))

test('what every text has weighs less than what few have, and the length stays 1', () => {
  const weigh = learnRarity(texts, 1)
  const [before, after] = [texts[3], texts[3] === undefined ? undefined : weigh(texts[3])]
  const common = texts[1]?.places.find((place) => texts.every(({ places }) => places.includes(place)))
  const share = (values: Float32Array | undefined): number =>
    values?.[before?.places.indexOf(common ?? -1) ?? -1] ?? NaN
  expect(share(after?.values)).toBeLessThan(share(before?.values))
  expect(after?.values.reduce((sum, value) => sum + value ** 2, 0)).toBeCloseTo(1, 5)
})

test('to the power of nought nothing changes', () => {
  const weigh = learnRarity(texts, 0)
  for (const text of texts)
    weigh(text).values.forEach((value, at) => expect(value).toBeCloseTo(text.values[at] ?? NaN, 6))
})
