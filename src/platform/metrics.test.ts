import { expect, test } from 'vitest'
import { createMetrics } from './metrics.ts'

test('a label never holds what people write, and one metric never grows without end', async () => {
  const metrics = createMetrics({ processMetrics: false })
  const counter = metrics.counter({ name: 'parley_test_total', help: 'test', labels: ['intent'] })
  counter.add(1, { intent: 'what is my balance?' })
  for (let n = 0; n < 1_000; n += 1) counter.add(1, { intent: `i${n}` })
  const { text } = await metrics.render()
  expect(text).not.toContain('balance')
  expect(text.split('\n').filter((line) => line.startsWith('parley_test_total')).length).toBeLessThanOrEqual(301)
  expect(text).toMatch(/parley_test_total\{intent="other"\} 7\d\d/)
})

test('asking twice for one name gives one metric', async () => {
  const metrics = createMetrics({ processMetrics: false })
  metrics.counter({ name: 'parley_test_total', help: 'test' }).add(2)
  metrics.counter({ name: 'parley_test_total', help: 'test' }).add()
  expect((await metrics.render()).text).toContain('parley_test_total 3')
})
