import { expect, test } from 'vitest'
import { askPayload, isAskPayload, readAskPayload } from './question-payload.ts'

test('a question says the same after it was kept, money and days included', () => {
  const question = {
    intent: 'can_afford',
    slots: { amount: { minor: 120_000n, currency: 'EUR' }, from: '2026-11-01', to: '2026-11-21', account: 'joint' },
  } as const
  expect(readAskPayload(askPayload(question))).toEqual(question)
})

test('what is no such question is read as nothing, and never throws', () => {
  for (const text of [
    'balance',
    'ask:',
    'ask:{',
    'ask:{"intent":"rob_bank","slots":{}}',
    'ask:{"intent":"balance","slots":{"x":1}}',
  ]) {
    expect(readAskPayload(text), text).toBeUndefined()
  }
  expect(isAskPayload('ask me anything')).toBe(false)
})
