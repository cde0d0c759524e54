import { expect, test } from 'vitest'
import { Secret } from '../kernel/index.ts'
import { createCallerCheck } from './callers.ts'

const answer = 'answer-'.padEnd(40, 'a')
const channel = 'channel-'.padEnd(40, 'c')
const operator = 'operator-'.padEnd(40, 'o')
const callerOf = createCallerCheck({ answer: new Secret(answer), channel: new Secret(channel) }, () => operator)

test('each secret tells its own caller', () => {
  expect(callerOf(`Bearer ${answer}`)).toBe('answer')
  expect(callerOf(`Bearer ${channel}`)).toBe('channel')
  expect(callerOf(`Bearer ${operator}`)).toBe('operator')
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
