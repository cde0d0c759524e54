import { parseArgs } from 'node:util'
import { createFeatureEngine, featureNames } from '../../src/fraud/index.ts'
import { seededRandom } from '../../src/chat/learn/seeded-random.ts'

const { values } = parseArgs({
  options: {
    cards: { type: 'string', default: '1000000' },
    'uses-per-card': { type: 'string', default: '45' },
    terminals: { type: 'string', default: '1' },
    'uses-remembered': { type: 'string', default: '65536' },
  },
})

const monthMs = 30 * 86_400_000

/**
 * Fills an engine with cards in a process of its own and prints what memory that took. Card by card, each with its uses of thirty days: where
 * their entries lie does not depend on the order.
 */
function fill(): void {
  const [cards, usesPerCard, terminals] = [
    Number(values.cards),
    Number(values['uses-per-card']),
    Number(values.terminals),
  ]
  const random = seededRandom(3)
  globalThis.gc?.()
  const before = process.memoryUsage.rss()
  const engine = createFeatureEngine({ usesRememberedMax: Number(values['uses-remembered']) })
  const into = new Float64Array(featureNames.length)
  const begin = Date.UTC(2026, 0, 1)
  for (let card = 0; card < cards; card += 1) {
    // Between nothing left over and twice that: half of the cards lie above the mean.
    const uses = Math.round(usesPerCard * (0.5 + random()))
    for (let use = 0; use < uses; use += 1) {
      const shop = Math.floor(random() * 40)
      const terminal = terminals === 1 ? 0 : (card * 7 + shop) % terminals
      engine.observe(
        {
          id: `${card}-${use}`,
          kind: 'authorization',
          customer: `card-${card}`,
          merchant: `merchant-${shop}`,
          terminal: `terminal-${terminal}`,
          atMs: begin + Math.floor((use * monthMs) / (uses + 1)),
          amountMinor: 100 + Math.floor(random() * 20_000),
          category: '5411',
          country: 'US',
          presence: 'online',
          device: 'd',
        },
        into,
      )
    }
  }
  globalThis.gc?.()
  const result = { cards, usesPerCard, terminals, rss: process.memoryUsage.rss() - before, counted: engine.bytes }
  process.stdout.write(`${JSON.stringify(result)}\n`)
}

fill()
