import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SharedTerms } from '../consent/index.ts'
import { Secret, parseTerms, purposes, termDaysMax, toInstant } from '../kernel/index.ts'
import type { CustomerId, DataClass, GrantId, Terms, TermsId } from '../kernel/index.ts'
import { newId, sharingTerms } from '../../test/setup/trust-world.ts'
import { changedDocument, endDatesFrom, readWishes } from './build-change.ts'
import { dayEnd, dayStart } from './day-bounds.ts'
import { neededTerms } from './fetch-figures.ts'
import type { BankFigures } from './fetch-figures.ts'
import { alertsOf, classesOf, countedOf, noticesOf } from './list-sharing.ts'
import { readPhrase } from './phrase-words.ts'
import { writeCsv } from './write-csv.ts'
import { writeOfx } from './write-ofx.ts'

function shared(change: Partial<Terms> = {}, held: readonly DataClass[] = ['account-list', 'balance']): SharedTerms {
  const terms = sharingTerms(newId<CustomerId>(), change)
  const pairs = purposes.flatMap((purpose) =>
    (terms.purposes[purpose] ?? []).map((dataClass) => ({ purpose, dataClass })),
  )
  return {
    terms,
    document: '',
    signedAt: toInstant(0),
    level: terms.disclosure,
    grants: pairs.map((pair) => ({
      id: newId<GrantId>(),
      ...pair,
      holds: held.includes(pair.dataClass),
      endedAt: undefined,
      because: undefined,
    })),
    holds: held.length > 0,
    signature: {
      credentialId: Buffer.alloc(0),
      authenticatorData: Buffer.alloc(0),
      clientData: Buffer.alloc(0),
      signature: Buffer.alloc(0),
    },
  }
}

const now = toInstant(Date.parse('2026-11-22T10:00:00Z'))
const form = (pairs: readonly (readonly [string, string])[]) =>
  new URLSearchParams(pairs.map(([key, value]): [string, string] => [key, value]))

test('a switch is on exactly while its class may be asked for; what was narrowed is off', () => {
  expect(classesOf(shared({}, ['balance']))).toEqual([
    { name: 'account-list', on: false },
    { name: 'balance', on: true },
    { name: 'transactions', on: false },
    { name: 'card-bills', on: false },
    { name: 'card-status', on: false },
  ])
})

test('changed terms keep customer, bank, conversation and accounts, and end within a year whatever is asked', () => {
  const { first, last } = endDatesFrom(now)
  fc.assert(
    fc.property(
      fc.date({ min: new Date('2026-01-01'), max: new Date('2029-01-01'), noInvalidDate: true }),
      fc.constantFrom('sealed', 'rounded', 'full', 'everything', ''),
      fc.subarray(['account-list', 'balance', 'transactions', 'statements', 'advertising']),
      fc.boolean(),
      fc.boolean(),
      (date, disclosure, classes, notices, alerts) => {
        const endDate = date.toISOString().slice(0, 10)
        const old = shared()
        const fields = form([...classes.map((name) => ['class', name] as const), ['disclosure', disclosure], ['endDate', endDate], ...(notices ? [['notices', 'on'] as const] : []), ...(alerts ? [['alerts', 'on'] as const] : [])]) // prettier-ignore
        const wished = readWishes(fields, old, now)
        const mayBe = endDate >= first && endDate <= last && ['sealed', 'rounded', 'full'].includes(disclosure)
        const offered = classes.filter((name) => ['account-list', 'balance', 'transactions'].includes(name))
        expect(wished !== undefined).toBe(mayBe && offered.length > 0)
        if (wished === undefined) return
        const made = parseTerms(changedDocument(old, newId<TermsId>(), wished))
        if (!made.ok) throw new Error(made.code)
        const { customer, institution, conversation, accounts } = made.value
        expect({ customer, institution, conversation, accounts }).toEqual({
          customer: old.terms.customer,
          institution: old.terms.institution,
          conversation: old.terms.conversation,
          accounts: old.terms.accounts,
        })
        expect(made.value.purposes).toEqual({
          'answer-customer': [...offered].sort(),
          ...(notices ? { 'notify-customer': ['card-bills', 'transactions'] } : {}),
          ...(alerts ? { 'fraud-alerts': ['card-events', 'card-status'] } : {}),
        })
        expect(Date.parse(made.value.expiresAt) - now).toBeLessThan(termDaysMax * 86_400_000)
      },
    ),
  )
})

test('what notices need is one switch of its own, and no question may use it', () => {
  const noticed = shared({ purposes: { 'answer-customer': ['balance'], 'notify-customer': ['card-bills', 'transactions'] } }, ['balance', 'card-bills', 'transactions']) // prettier-ignore
  expect(classesOf(noticed).filter(({ on }) => on)).toEqual([{ name: 'balance', on: true }])
  expect([noticesOf(noticed), noticesOf(shared())]).toEqual([true, false])
})

test('fraud alerts are one switch of their own: cards are not shown as shared for it, and going on unasked they stay out of new terms', () => {
  const warned = shared({ purposes: { 'answer-customer': ['balance'], 'fraud-alerts': ['card-events', 'card-status'] } }, ['balance', 'card-events', 'card-status']) // prettier-ignore
  expect(classesOf(warned).filter(({ on }) => on)).toEqual([{ name: 'balance', on: true }])
  expect(classesOf(warned).map(({ name }) => name)).not.toContain('card-events')
  expect([alertsOf(warned), alertsOf(shared())]).toEqual([true, false])
  const signed = (alerts: boolean): unknown => {
    const wished = { classes: ['balance', 'card-status'] as const, notices: false, alerts, counted: false, disclosure: 'sealed', endDate: '2027-01-01' } as const // prettier-ignore
    const made = parseTerms(changedDocument(warned, newId<TermsId>(), wished))
    return made.ok && made.value.purposes
  }
  expect(signed(false)).toEqual({ 'answer-customer': ['balance', 'card-status'] })
  expect(signed(true)).toMatchObject({ 'fraud-alerts': ['card-events', 'card-status'] })
})

test('being counted is a switch of its own, off until it is turned on; it shares nothing that a bank has, and no question may use it', () => {
  const counted = shared({ purposes: { 'answer-customer': ['balance'], 'service-statistics': ['service-use'] } }, ['balance', 'service-use']) // prettier-ignore
  expect(classesOf(counted).map(({ name }) => name)).not.toContain('service-use')
  expect([countedOf(counted), countedOf(shared())]).toEqual([true, false])
  const fields = (on: boolean) =>
    form([['class', 'balance'], ['disclosure', 'sealed'], ['endDate', '2027-01-01'], ...(on ? [['counted', 'on'] as const] : [])]) // prettier-ignore
  const signed = (on: boolean): unknown => {
    const wished = readWishes(fields(on), counted, now)
    const made = wished && parseTerms(changedDocument(counted, newId<TermsId>(), wished))
    return made?.ok === true && made.value.purposes
  }
  expect(signed(false)).toEqual({ 'answer-customer': ['balance'] })
  expect(signed(true)).toEqual({ 'answer-customer': ['balance'], 'service-statistics': ['service-use'] })
})

test('an export asks for no account twice, and never under terms whose balances were switched off', () => {
  const [newest, same, other] = [
    shared({ accounts: ['a', 'b'] }),
    shared({ accounts: ['b', 'a'] }),
    shared({ accounts: ['b', 'c'] }),
  ]
  const off = shared({ accounts: ['d'] }, ['account-list'])
  const bank = { institution: newest.terms.institution, name: 'Bank', terms: [newest, same, off, other] }
  expect(neededTerms(bank)).toEqual([newest, other])
})

test('a day begins and ends where the reader is, daylight saving or not', () => {
  expect(new Date(dayStart('2026-11-22', 'America/New_York') ?? 0).toISOString()).toBe('2026-11-22T05:00:00.000Z')
  expect(new Date(dayStart('2026-07-01', 'America/New_York') ?? 0).toISOString()).toBe('2026-07-01T04:00:00.000Z')
  expect(new Date(dayEnd('2026-11-22', 'Asia/Kolkata') ?? 0).toISOString()).toBe('2026-11-22T18:30:00.000Z')
  for (const text of ['2026-13-01', 'yesterday', '', null]) expect(dayStart(text, 'UTC')).toBeUndefined()
})

test('a phrase is one line of visible characters, at most sixty, and no card number', () => {
  expect(readPhrase('  blue \n kettle\u200b ')).toEqual({ ok: true, value: 'blue kettle' })
  expect(readPhrase('\u202e \u0000')).toMatchObject({ ok: false, code: 'phraseEmpty' })
  expect(readPhrase('x'.repeat(61))).toMatchObject({ ok: false, code: 'phraseLong' })
  expect(readPhrase('my card 4111-1111-1111-1111')).toMatchObject({ ok: false, code: 'phraseSecret' })
})

function figures(name: string): readonly BankFigures[] {
  const usd = (minor: bigint) => new Secret({ minor, currency: 'USD' })
  const account = { id: 'opaque', name: new Secret(name), lastDigits: new Secret('4821'), kind: 'CHECKING' } as const
  const bank = { institution: sharingTerms(newId<CustomerId>()).institution, name: 'First & Valley', checkedAt: now }
  const card = { ...account, category: 'card', balances: [{ kind: 'owed', amount: usd(63_455n), asOf: now }] } as const
  const deposit = { ...account, category: 'deposit', balances: [{ kind: 'available', amount: usd(-5n), asOf: undefined }] } as const // prettier-ignore
  return [
    { ...bank, accounts: [card, deposit] },
    { ...bank, name: 'Gone', accounts: undefined },
  ]
}

test('a table holds what banks said, cell by cell, and no name in it is taken for a formula', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '"', ',', '\n', 'a', '\t') }), (name) => {
      const text = writeCsv(figures(name))
      const rows = parseCsv(text)
      expect(rows).toHaveLength(4)
      for (const row of rows) {
        expect(row).toHaveLength(10)
        for (const cell of row) expect(/^[=+@\t\r]/.test(cell) || (cell.startsWith('-') && Number.isNaN(Number(cell)))).toBe(false) // prettier-ignore
      }
      expect(rows[1]?.[1]?.replace(/^'/, '')).toBe(name)
      expect(rows[3]?.[9]).toBe('no answer')
    }),
  )
})

test('OFX says what is owed as a negative balance, and is well-formed whatever an account is called', () => {
  const text = writeOfx(figures('<&>'), now)
  expect(text).toContain('<BALAMT>-634.55</BALAMT>')
  expect(text).toContain('<BALAMT>-0.05</BALAMT>')
  const tags = [...text.matchAll(/<(\/?)([A-Z0-9]+)>/g)].map(([, close = '', tag = '']) => `${close}${tag}`)
  const open: string[] = []
  for (const tag of tags) {
    if (!tag.startsWith('/')) open.push(tag)
    else expect(open.pop()).toBe(tag.slice(1))
  }
  expect(open).toEqual([])
})

/** RFC 4180, as small as the test needs it. */
function parseCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]]
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    if (end === '\r\n') rows.push([])
  }
  return rows.filter((row) => row.length > 1)
}
