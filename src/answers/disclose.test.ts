import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Secret, formatRounded, roundMoney, toInstant } from '../kernel/index.ts'
import type { Disclosure, InstitutionId } from '../kernel/index.ts'
import { accountCategories, balanceKinds } from './answer-document.ts'
import type { AnswerAccount, AskedAccount } from './answer-document.ts'
import { disclose } from './disclose.ts'
import type { BankLook } from './disclose.ts'

const account: fc.Arbitrary<AnswerAccount> = fc.record({
  name: fc.string({ maxLength: 40 }).map((name) => new Secret(name)),
  lastDigits: fc.option(
    fc.stringMatching(/^\d{4}$/).map((digits) => new Secret(digits)),
    { nil: undefined },
  ),
  category: fc.constantFrom(...accountCategories),
  balances: fc.array(
    fc.record({
      kind: fc.constantFrom(...balanceKinds),
      amount: fc
        .record({
          minor: fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
          currency: fc.constantFrom('USD', 'JPY', 'KWD'),
        })
        .map((money) => new Secret(money)),
      asOf: fc.option(fc.nat().map(toInstant), { nil: undefined }),
    }),
    { maxLength: 4 },
  ),
})

/** Whatever a bank can say about a customer; that it could not be asked at all says nothing about anybody. */
const result: fc.Arbitrary<BankLook['result']> = fc.oneof(
  fc.record({ ok: fc.constant(true as const), accounts: fc.array(account, { maxLength: 5 }), complete: fc.boolean() }),
  fc.record({
    ok: fc.constant(false as const),
    reason: fc.constantFrom('link-expired', 'consent-ended', 'unreadable'),
  }),
)

const asked: fc.Arbitrary<AskedAccount> = fc.record({
  words: fc.option(
    fc.string({ maxLength: 20 }).map((words) => new Secret(words)),
    { nil: undefined },
  ),
  lastDigits: fc.option(
    fc.stringMatching(/^\d{4}$/).map((digits) => new Secret(digits)),
    { nil: undefined },
  ),
})

const look = (level: Disclosure, of: BankLook['result']): BankLook => ({
  institution: 'first-valley' as InstitutionId,
  institutionName: 'First Valley Bank',
  level,
  checkedAt: toInstant(1_790_000_000_000),
  result: of,
})

const bytes = (value: unknown): string => JSON.stringify(value)

describe('sealed', () => {
  test('the chat is byte for byte the same for any two answers of a bank, its refusals included', () => {
    fc.assert(
      fc.property(result, result, asked, asked, fc.integer({ min: 1, max: 3 }), (one, other, ask, askOther, banks) => {
        const chat = (of: BankLook['result'], what: AskedAccount): string =>
          bytes(
            disclose(
              Array.from({ length: banks }, () => look('sealed', of)),
              what,
              'en-US',
            ).chat,
          )
        expect(chat(one, ask)).toBe(chat(other, askOther))
      }),
    )
  })

  test('one sealed bank among open ones still says nothing of itself', () => {
    fc.assert(
      fc.property(result, result, result, asked, (open, one, other, ask) => {
        const chat = (sealed: BankLook['result']): string =>
          bytes(disclose([look('full', open), look('sealed', sealed)], ask, 'en-US').chat)
        expect(chat(one)).toBe(chat(other))
      }),
    )
  })

  test('everything the bank said is for the page', () => {
    fc.assert(
      fc.property(result, asked, (of, ask) => {
        const { pages } = disclose([look('sealed', of)], ask, 'en-US')
        expect(pages.map(({ document }) => document.result)).toEqual([of])
      }),
    )
  })
})

describe('rounded', () => {
  test('amounts are what roundMoney makes of them, and nothing finer', () => {
    fc.assert(
      fc.property(account, (of) => {
        const said = disclose([look('rounded', { ok: true, accounts: [of], complete: true })], nothingNamed, 'en-US')
        for (const part of said.chat) {
          if (part.kind !== 'balance') continue
          const exact = of.balances.find(({ kind }) => kind === part.balanceKind)?.amount.reveal()
          expect(part.amount).toBe(exact && formatRounded(roundMoney(exact), 'en-US'))
        }
        expect(said.pages).toEqual([])
      }),
    )
  })

  test('two amounts that round alike are told alike', () => {
    const chat = (minor: bigint): string => {
      const balances = [{ kind: 'available' as const, amount: new Secret({ minor, currency: 'USD' }), asOf: undefined }]
      const one = { name: new Secret('A'), lastDigits: undefined, category: 'deposit' as const, balances }
      return bytes(
        disclose([look('rounded', { ok: true, accounts: [one], complete: true })], nothingNamed, 'en-US').chat,
      )
    }
    expect(chat(184_217n)).toBe(chat(179_999n))
    expect(chat(184_217n)).toContain('$1,800')
  })
})

test('full says the exact amount', () => {
  const balances = [
    { kind: 'available' as const, amount: new Secret({ minor: 184_217n, currency: 'USD' }), asOf: undefined },
  ]
  const one = { name: new Secret('Everyday'), lastDigits: undefined, category: 'deposit' as const, balances }
  const said = disclose([look('full', { ok: true, accounts: [one], complete: true })], nothingNamed, 'en-US')
  expect(said.chat).toMatchObject([{ kind: 'balance', amount: '$1,842.17', accountName: 'Everyday' }])
})

test.each(['sealed', 'rounded', 'full'] as const)('a bank that cannot be reached is named at level %s', (level) => {
  const said = disclose([look(level, { ok: false, reason: 'unreachable' })], nothingNamed, 'en-US')
  expect(said.chat).toEqual([{ kind: 'not-asked', institutionName: 'First Valley Bank', reason: 'unreachable' }])
  expect(said.pages).toEqual([])
})

const nothingNamed: AskedAccount = { words: undefined, lastDigits: undefined }
