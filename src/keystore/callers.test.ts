import { expect, test } from 'vitest'
import { Secret } from '../kernel/index.ts'
import { createCallerCheck } from './callers.ts'

const answer = 'answer-'.padEnd(40, 'a')
const channel = 'channel-'.padEnd(40, 'c')
const callerOf = createCallerCheck({ answer: new Secret(answer), channel: new Secret(channel) })

test('each secret tells its own caller', () => {
  expect(callerOf(`Bearer ${answer}`)).toBe('answer')
  expect(callerOf(`Bearer ${channel}`)).toBe('channel')
})

test.each([
  undefined,
  '',
  'Bearer',
  'Bearer ',
  answer,
  `Bearer ${answer}x`,
  `Bearer ${answer.slice(0, -1)}`,
  `bearer ${answer}`,
  `Bearer ${answer} ${channel}`,
])('nothing else does: %s', (header) => {
  expect(callerOf(header)).toBeUndefined()
})
