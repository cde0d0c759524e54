import { seededRandom } from '../../src/chat/learn/seeded-random.ts'

/**
 * Made-up card uses as a model sees them, the same every time: a few whole-number features, two that are missing at times, the rest with
 * a long tail. Some 0.8 % are fraud, told by thresholds, pairs of features and chance.
 */
export function makeUses(count: number, width: number) {
  const random = seededRandom(5)
  const features = new Float64Array(count * width)
  const labels = new Uint8Array(count)
  for (let row = 0; row < count; row += 1) {
    const at = row * width
    for (let feature = 0; feature < width; feature += 1) features[at + feature] = draw(feature, random)
    const large = (features[at + 6] ?? 0) > 60 ? 3 : 0
    const pair = (features[at + 7] ?? 0) > 40 && features[at] === 1 ? 4 : 0
    const missing = Number.isNaN(features[at + 3]) ? 1 : 0
    const margin = -6.6 + large + pair + missing + (features[at + 8] ?? 0) / 40
    labels[row] = random() < 1 / (1 + Math.exp(-margin)) ? 1 : 0
  }
  return { names: Array.from({ length: width }, (_, feature) => `feature_${feature}`), features, labels }
}

function draw(feature: number, random: () => number): number {
  if (feature < 3) return Math.floor(random() * 4)
  if (feature < 5) return random() < 0.3 ? NaN : random()
  return random() * random() * 100
}
