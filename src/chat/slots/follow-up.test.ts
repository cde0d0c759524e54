import { expect, test } from 'vitest'
import { toInstant } from '../../kernel/index.ts'
import { followUp } from './follow-up.ts'

const context = { now: toInstant(Date.parse('2026-11-22T12:00:00Z')), timeZone: 'Europe/Berlin' } as const
const before = {
  intent: 'spending',
  slots: { merchant: 'lidl', from: '2026-11-01', to: '2026-11-22', periodWords: 'this month' },
} as const

const next = (text: string, language: 'en' | 'es' | 'fr' | 'de' | 'pt' = 'en') =>
  followUp(text, before, { ...context, language })?.slots

test('another period, with the rest as it was', () => {
  const october = { merchant: 'lidl', from: '2026-10-01', to: '2026-10-31' }
  expect(next('and last month?')).toMatchObject(october)
  expect(next('last month')).toMatchObject(october)
  expect(next('¿y el mes pasado?', 'es')).toMatchObject(october)
  expect(next('et le mois dernier ?', 'fr')).toMatchObject(october)
  expect(next('und letzten Monat?', 'de')).toMatchObject(october)
  expect(next('e no mês passado?', 'pt')).toMatchObject(october)
})

test('a category in place of the shop, and a shop in place of the category', () => {
  const groceries = { from: '2026-11-01', to: '2026-11-22', periodWords: 'this month', category: 'groceries' }
  expect(next('only groceries')).toEqual(groceries)
  expect(next('solo supermercado', 'es')).toEqual(groceries)
  expect(next('seulement les courses', 'fr')).toEqual(groceries)
  expect(next('nur Lebensmittel', 'de')).toEqual(groceries)
  expect(next('só mercado', 'pt')).toEqual(groceries)
  expect(next('and at ikea?')).toEqual({ ...before.slots, merchant: 'ikea' })
  expect(next('und bei ikea', 'de')).toEqual({ ...before.slots, merchant: 'ikea' })
  expect(next('what about vattenfall')).toEqual({ ...before.slots, merchant: 'vattenfall' })
})

test('another account or card', () => {
  expect(next('what about my visa')).toEqual({ ...before.slots, account: 'visa' })
  expect(next('y la cuenta corriente?', 'es')).toEqual({ ...before.slots, account: 'corriente' })
  expect(followUp('and my savings?', { intent: 'balance', slots: { account: 'checking' } }, context)).toEqual({
    intent: 'balance',
    slots: { account: 'savings' },
  })
})

test('a question of its own is no follow-up, nor is what the question before cannot use', () => {
  for (const text of [
    'what is my balance', 'freeze my visa', 'and freeze my card', 'did I pay netflix last month', 'when is my card bill due', 'thanks', 'yes', 'and a person please', 'help', '', 'stop sharing my savings',
  ]) expect(next(text), text).toBeUndefined() // prettier-ignore
  expect(followUp('and last month?', { intent: 'balance', slots: {} }, context)).toBeUndefined()
  expect(followUp('and last month?', { intent: 'greeting', slots: {} }, context)).toBeUndefined()
})
