import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decimalText } from '../../kernel/index.ts'
import { scriptedApi } from '../test-support/scripted-api.ts'
import type { Script } from '../test-support/scripted-api.ts'
import { testPermit } from '../test-support/test-permit.ts'
import { changeCard, checkCardAct, fetchCards } from './fetch-cards.ts'

const accounts = JSON.stringify({
  accounts: [
    { accountCategory: 'DEPOSIT_ACCOUNT', accountId: 'savings', currency: { currencyCode: 'USD' } },
    { accountCategory: 'LOC_ACCOUNT', accountId: 'card', currency: { currencyCode: 'USD' } },
  ],
})
const state = { accountId: 'card', cardNumberDisplay: 'x4821', status: 'FROZEN', changedAt: '2026-11-22T14:07:00Z', expires: '2029-04', network: 'VISA' } // prettier-ignore
const decline = { declineId: 'd-1', timestamp: '2026-11-20T10:00:00Z', amount: 94, reason: 'CREDIT_LIMIT', transactionPayee: { merchantName: 'Gadgetry' } } // prettier-ignore

test('cards say whether they work and since when, and what was refused on them', async () => {
  const report = await ask({ '/cards/card/status': state, '/cards/card/declines': { declines: [decline] } })
  if (!report.ok) throw new Error(report.code)
  const [card, ...others] = report.value.cards
  expect(others).toEqual([]) // a savings account has no card, and the bank says so
  expect(card).toMatchObject({ accountId: 'card', status: 'frozen', since: Date.parse('2026-11-22T14:07:00Z'), expires: '2029-04', network: 'VISA' }) // prettier-ignore
  expect(card?.lastDigits?.reveal()).toBe('4821')
  const [refused] = report.value.declines
  expect(refused).toMatchObject({ id: 'd-1', accountId: 'card', reason: 'CREDIT_LIMIT' })
  expect([refused && decimalText(refused.amount.reveal()), refused?.merchant?.reveal()]).toEqual(['94.00', 'Gadgetry'])
})

test('a bank that has no such calls has no cards to tell about, and that is no refusal', async () => {
  expect(await ask({})).toEqual({ ok: true, value: { cards: [], declines: [] } })
})

test('a card that never changed has no moment of change', async () => {
  const report = await ask({ '/cards/card/status': { ...state, changedAt: '1970-01-01T00:00:00.000Z' } })
  expect(report.ok && report.value.cards[0]?.since).toBeUndefined()
})

test.each([
  ['a state of another account', { '/cards/card/status': { ...state, accountId: 'other' } }],
  ['an unknown state', { '/cards/card/status': { ...state, status: 'SLEEPING' } }],
  ['a state from the prototype', { '/cards/card/status': { ...state, status: 'constructor' } }],
  ['a decline below nothing', { '/cards/card/status': state, '/cards/card/declines': { declines: [{ ...decline, amount: -94 }] } }], // prettier-ignore
  ['a decline without a time', { '/cards/card/status': state, '/cards/card/declines': { declines: [{ ...decline, timestamp: null }] } }], // prettier-ignore
  ['declines that are no list', { '/cards/card/status': state, '/cards/card/declines': {} }],
])('%s is unreadable', async (_what, answers) => {
  expect(await ask(answers)).toEqual({ ok: false, code: 'banks/unreadable' })
})

test('a decline that is listed twice counts once, and a list without end is cut', async () => {
  const many = Array.from({ length: 500 }, (_each, at) => ({ ...decline, declineId: `d-${at % 400}` }))
  const report = await ask({ '/cards/card/status': state, '/cards/card/declines': { declines: many } })
  expect(report.ok && report.value.declines).toHaveLength(100)
})

test('whatever a bank answers about a card, the look ends in a report or in a refusal', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (status, declines) => {
      const report = await ask({ '/cards/card/status': status, '/cards/card/declines': declines })
      if (!report.ok) expect(report.code).toBe('banks/unreadable')
    }),
  )
})

describe('an act', () => {
  test.each([
    ['frozen', '/cards/card/freeze', undefined],
    ['active', '/cards/card/unfreeze', undefined],
    ['lost', '/cards/card/status', '{"status":"LOST"}'],
  ] as const)('%s: one call, under its key', async (to, path, body) => {
    const calls: unknown[] = []
    const api = scriptedApi(() => JSON.stringify(state))
    const act = { accountId: 'card', to, key: 'k-1' }
    const spied = { ...api, act: (call: Parameters<typeof api.act>[0]) => (calls.push(call), api.act(call)) }
    expect(await changeCard(spied, act)).toMatchObject({ ok: true, value: { status: 'frozen' } })
    expect(calls).toEqual([{ method: to === 'lost' ? 'PUT' : 'POST', path, key: 'k-1', ...(body === undefined ? {} : { body }) }]) // prettier-ignore
  })

  test('that the bank will not do is a conflict, and never reads as done', async () => {
    const act = { accountId: 'card', to: 'active', key: 'k-1' } as const
    expect(
      await changeCard(
        scriptedApi(() => undefined),
        act,
      ),
    ).toEqual({ ok: true, value: 'conflict' })
    expect(await changeCard(scriptedApi(() => '{"status":"ACTIVE"}'), act)).toEqual({ ok: false, code: 'banks/unreadable' }) // prettier-ignore
  })

  test('on an account that was not shared never reaches the bank; a key that is no header is our mistake', () => {
    const permit = testPermit('card-status', { accounts: ['card'] })
    expect(checkCardAct(permit, { accountId: 'other', to: 'frozen', key: 'k' })).toEqual({ ok: false, code: 'banks/consent-ended' }) // prettier-ignore
    expect(checkCardAct(permit, { accountId: 'card', to: 'frozen', key: 'k' }).ok).toBe(true)
    expect(() => checkCardAct(permit, { accountId: 'card', to: 'frozen', key: 'a\nb' })).toThrow(/card-act-malformed/)
  })
})

async function ask(answers: Readonly<Record<string, unknown>>): ReturnType<typeof fetchCards> {
  const script: Script = (path) => {
    if (path === '/accounts') return accounts
    return Object.hasOwn(answers, path) ? JSON.stringify(answers[path]) : undefined
  }
  return await fetchCards(testPermit('card-status'), scriptedApi(script))
}
