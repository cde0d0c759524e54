import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseTerms, toInstant } from '../kernel/index.ts'
import type { ConversationId, CustomerId, InstitutionId, TermsId } from '../kernel/index.ts'
import { endDates, isEndDate, setupDocument, sharingDocument } from './build-terms.ts'

const id = '00000000-0000-4000-8000-000000000001'
const base = {
  id: id as TermsId,
  customer: id as CustomerId,
  institution: 'first-valley' as InstitutionId,
}
const moments = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2040, 0, 1) }).map(toInstant)
const dayMs = 86_400_000

describe('the terms that pages build', () => {
  test('are canonical, and name each account once in one order', () => {
    fc.assert(
      fc.property(
        moments,
        fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme-ascii' }), { maxLength: 20 }),
        (now, accounts) => {
          const build = (list: readonly string[]): string =>
            sharingDocument({
              ...base,
              channel: 'messenger',
              conversation: id as ConversationId,
              accounts: list,
              classes: ['balance'],
              notices: false,
              alerts: false,
              disclosure: 'sealed',
              endDate: endDates(now, 365).proposed,
              now,
            })
          expect(parseTerms(build(accounts)).ok).toBe(true)
          expect(build(accounts)).toBe(build([...accounts].reverse()))
        },
      ),
    )
  })

  test('end within a year of the signature, whatever date is chosen', () => {
    fc.assert(
      fc.property(moments, fc.boolean(), (now, last) => {
        const dates = endDates(now, 365)
        const document = sharingDocument({
          ...base,
          channel: 'messenger',
          conversation: id as ConversationId,
          accounts: ['a'],
          classes: ['balance'],
          notices: true,
          alerts: true,
          disclosure: 'full',
          endDate: last ? dates.last : dates.first,
          now,
        })
        const terms = parseTerms(document)
        const end = terms.ok ? Date.parse(terms.value.expiresAt) : 0
        expect(end).toBeGreaterThan(now + dayMs / 2)
        expect(end).toBeLessThan(now + 365 * dayMs)
      }),
    )
  })

  test('the proposed end is one that can be chosen; the day before the first and after the last are not', () => {
    fc.assert(
      fc.property(moments, (now) => {
        const { first, last, proposed } = endDates(now, 365)
        expect([first, proposed, last].every((date) => isEndDate(date, now, 365))).toBe(true)
        expect(isEndDate(new Date(Date.parse(first) - dayMs).toISOString().slice(0, 10), now, 365)).toBe(false)
        expect(isEndDate(new Date(Date.parse(last) + dayMs).toISOString().slice(0, 10), now, 365)).toBe(false)
      }),
    )
  })

  test('name no purpose but answering, until notices, fraud alerts or being counted are wished for', () => {
    const build = (notices: boolean, alerts = false, counted = false): unknown => {
      const terms = parseTerms(
        sharingDocument({
          ...base,
          channel: 'messenger',
          conversation: id as ConversationId,
          accounts: ['a'],
          classes: ['balance'],
          notices,
          alerts,
          counted,
          disclosure: 'sealed',
          endDate: '2027-01-01',
          now: toInstant(Date.UTC(2026, 10, 22)),
        }),
      )
      return terms.ok && terms.value.purposes
    }
    expect(build(false)).toEqual({ 'answer-customer': ['balance'] })
    expect(build(true)).toEqual({
      'answer-customer': ['balance'],
      'notify-customer': ['card-bills', 'transactions'],
    })
    expect(build(false, true)).toEqual({
      'answer-customer': ['balance'],
      'fraud-alerts': ['card-events', 'card-status'],
    })
    expect(build(false, false, true)).toEqual({
      'answer-customer': ['balance'],
      'service-statistics': ['service-use'],
    })
  })

  test('for setup allow one thing: listing the accounts, on this page, for half an hour', () => {
    const now = toInstant(Date.UTC(2026, 10, 22, 10))
    const terms = parseTerms(setupDocument({ ...base, now }))
    expect(terms).toMatchObject({
      ok: true,
      value: {
        kind: 'setup',
        channel: 'link-page',
        conversation: null,
        accounts: [],
        purposes: { 'answer-customer': ['account-list'] },
        disclosure: 'full',
        expiresAt: '2026-11-22T10:30:00Z',
      },
    })
  })
})

test.each(['2027-02-30x', 'tomorrow', '', '2027-13-01', '99999-01-01'])('%s is not a date', (date) => {
  expect(isEndDate(date, toInstant(Date.UTC(2026, 10, 22)), 365)).toBe(false)
})
