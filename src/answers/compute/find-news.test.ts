import { describe, expect, test } from 'vitest'
import type { Transaction } from '../../banks/index.ts'
import { toInstant } from '../../kernel/index.ts'
import { movement, sampleFacts, sampleNow, sampleZone } from '../test-support/sample-facts.ts'
import type { BankFacts } from './bank-facts.ts'
import { daysOfNews, daysOfPage, findNews } from './find-news.ts'
import type { News } from './find-news.ts'

const reckoned = { now: sampleNow, timeZone: sampleZone }
const longAgo = toInstant(Date.UTC(2026, 0, 1))

const newsOf = (facts: BankFacts, began = longAgo): readonly News[] =>
  findNews(facts, reckoned, daysOfNews(reckoned, began))
const kinds = (all: readonly News[]): readonly string[] => all.map(({ kind }) => kind)
const withMovements = (...transactions: Transaction[]): BankFacts => ({
  transactions: { transactions, from: '2026-08-01', to: '2026-11-22', complete: true },
})

const card = '4821'
const once = movement({ day: '2026-11-21', minor: 4_320, merchant: 'Green Basket', category: '5411', card, id: 'a' })
const again = { ...once, id: 'b', at: toInstant(once.at + 180_000) }

describe('charged twice', () => {
  test('is the same shop, account and amount within a day', () => {
    expect(kinds(newsOf(withMovements(once, again)))).toEqual(['charged-twice'])
    const other = movement({
      day: '2026-11-21',
      minor: 4_321,
      merchant: 'Green Basket',
      category: '5411',
      card,
      id: 'c',
    })
    const later = movement({
      day: '2026-11-19',
      minor: 4_320,
      merchant: 'Green Basket',
      category: '5411',
      card,
      id: 'd',
    })
    expect(newsOf(withMovements(once, other, later))).toEqual([])
  })

  test('is no fare, no cash, and nothing that was given back', () => {
    const fare = { category: '4111', card, minor: 250, merchant: 'Metro' } as const
    const there = movement({ ...fare, day: '2026-11-21', id: 'a' })
    expect(newsOf(withMovements(there, { ...there, id: 'b', at: toInstant(there.at + 3_600_000) }))).toEqual([])
    const back = movement({
      day: '2026-11-22',
      minor: 4_320,
      merchant: 'Green Basket',
      direction: 'credit',
      kind: 'REFUND',
      card,
    })
    expect(kinds(newsOf(withMovements(once, again, back)))).toEqual(['refund'])
  })

  test('is not what somebody does at that shop again and again', () => {
    const coffees = ['2026-11-02', '2026-11-05', '2026-11-21'].flatMap((day) => {
      const first = movement({ day, minor: 350, merchant: 'The Old Bakery', category: '5462', card, id: `${day}-1` })
      return [first, { ...first, id: `${day}-2`, at: toInstant(first.at + 3_600_000) }]
    })
    expect(newsOf(withMovements(...coffees))).toEqual([])
  })

  test('is known again once both charges were booked under other ids', () => {
    const [before] = newsOf(withMovements(once, again))
    const booked = [once, again].map((each) => ({ ...each, id: `posted-${each.id}`, referenceId: each.id }))
    const [after] = newsOf(withMovements(...booked))
    expect(after?.identity).toBe(before?.identity)
  })
})

test('a refund is news once it is booked, and not from before notices were turned on', () => {
  const refund = movement({
    day: '2026-11-20',
    minor: 5_299,
    merchant: 'Parcelwise',
    direction: 'credit',
    kind: 'REFUND',
    card,
  })
  expect(kinds(newsOf(withMovements(refund)))).toEqual(['refund'])
  expect(newsOf(withMovements({ ...refund, status: 'pending' }))).toEqual([])
  expect(newsOf(withMovements(refund), toInstant(Date.UTC(2026, 10, 21, 12)))).toEqual([])
})

test('a price rise is news for a week, and a price that fell is none', () => {
  const monthly = (...minors: readonly [number, number, number, number]): BankFacts =>
    withMovements(
      ...minors.map((minor, index) =>
        movement({
          day: ['2026-08-18', '2026-09-18', '2026-10-18', '2026-11-18'][index] ?? '',
          minor,
          merchant: 'Lumen Stream',
          category: '4899',
          card,
        }),
      ),
    )
  expect(kinds(newsOf(monthly(1_099, 1_099, 1_099, 1_299)))).toEqual(['price-rise'])
  expect(newsOf(monthly(1_299, 1_299, 1_299, 1_099))).toEqual([])
  // It rose a month ago.
  expect(newsOf(monthly(1_099, 1_099, 1_299, 1_299))).toEqual([])
})

test('a bill is news from three days before it is due until it is due, and only while something is owed', () => {
  const [bill] = sampleFacts.bills ?? []
  if (bill === undefined) throw new Error('the sample has no bill')
  const due = (dueDate: string): readonly string[] => kinds(newsOf({ bills: [{ ...bill, dueDate }] }))
  expect(due('2026-11-21')).toEqual([])
  expect(due('2026-11-22')).toEqual(['bill-due'])
  expect(due('2026-11-25')).toEqual(['bill-due'])
  expect(due('2026-11-26')).toEqual([])
  // The page of a notice still shows it some days later.
  const yesterday = { bills: [{ ...bill, dueDate: '2026-11-21' }] }
  expect(kinds(findNews(yesterday, reckoned, daysOfPage(reckoned)))).toEqual(['bill-due'])
})
