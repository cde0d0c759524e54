import { Secret, parseMoney, refusal, success, toInstant } from '../../kernel/index.ts'
import type { Instant, Money, Outcome } from '../../kernel/index.ts'
import type { Account, Balance } from '../bank.ts'
import { ExactNumber, isExactObject } from '../exact-json.ts'
import type { ExactJson, ExactObject } from '../exact-json.ts'
import { plainDecimal } from './plain-decimal.ts'

/** A field has another type than the standard gives it, or an amount cannot be told exactly. Nothing is guessed then. */
export type Unreadable = 'banks/unreadable'

/** Longest id (FDX: 256) and longest name shown. */
const idLengthMax = 256
const nameLengthMax = 100

type Category = { readonly category: Account['category']; readonly figures: readonly Figure[] }
/** One figure: our kind, and the fields that may carry it, the newest first. */
type Figure = { readonly kind: Balance['kind']; readonly fields: readonly string[] }

const ofDeposit: readonly Figure[] = [
  { kind: 'current', fields: ['currentBalance'] },
  { kind: 'available', fields: ['availableBalance'] },
]
const categories: { readonly [accountCategory: string]: Category } = {
  DEPOSIT_ACCOUNT: { category: 'deposit', figures: ofDeposit },
  DIGITAL_WALLET: { category: 'deposit', figures: ofDeposit },
  // What is owed on a line of credit is positive (only statementBalance and pastDueAmount of a bill turn the sign round).
  LOC_ACCOUNT: {
    category: 'card',
    figures: [
      { kind: 'owed', fields: ['currentBalance', 'principalBalance'] },
      { kind: 'credit-available', fields: ['availableCredit'] },
      { kind: 'credit-limit', fields: ['creditLine'] },
    ],
  },
  LOAN_ACCOUNT: { category: 'loan', figures: [{ kind: 'owed', fields: ['principalBalance'] }] },
  INVESTMENT_ACCOUNT: {
    category: 'other',
    figures: [
      { kind: 'current', fields: ['currentValue'] },
      { kind: 'available', fields: ['availableCashBalance'] },
    ],
  },
}
const otherCategory: Category = { category: 'other', figures: [] }

// FDX 4 put the account into a member named for its kind.
const wrappers: { readonly [member: string]: string } = {
  depositAccount: 'DEPOSIT_ACCOUNT',
  locAccount: 'LOC_ACCOUNT',
  loanAccount: 'LOAN_ACCOUNT',
  investmentAccount: 'INVESTMENT_ACCOUNT',
  insuranceAccount: 'INSURANCE_ACCOUNT',
  annuityAccount: 'ANNUITY_ACCOUNT',
}

/** An account as it stands in the bank's answer, its id read and the rest still to be read. */
export type RawAccount = { readonly id: string; readonly accountCategory: string; readonly fields: ExactObject }

/** Finds the account in one item of `accounts`, flat (5 and later) or wrapped (4). */
export function findAccount(item: ExactJson): Outcome<RawAccount, Unreadable> {
  if (!isExactObject(item)) return refusal('banks/unreadable')
  const [wrapper] = Object.keys(wrappers).filter((name) => item.has(name))
  const fields = wrapper === undefined ? item : item.get(wrapper)
  if (!isExactObject(fields)) return refusal('banks/unreadable')
  const id = fields.get('accountId')
  const accountCategory = fields.get('accountCategory') ?? (wrapper === undefined ? undefined : wrappers[wrapper])
  if (typeof id !== 'string' || id === '' || id.length > idLengthMax) return refusal('banks/unreadable')
  if (typeof accountCategory !== 'string') return refusal('banks/unreadable')
  return success({ id, accountCategory, fields })
}

/** Whether the bank says that there is no such account any more. */
export function isClosed(raw: RawAccount): boolean {
  return raw.fields.get('status') === 'CLOSED'
}

/** Whether this category has balances and none of them is here: then the details have to be asked for. */
export function lacksBalances(raw: RawAccount): boolean {
  const { figures } = categories[raw.accountCategory] ?? otherCategory
  return figures.length > 0 && !figures.some(({ fields }) => fields.some((field) => isPresent(raw.fields.get(field))))
}

/** Reads an account without its balances. */
export function readAccount(raw: RawAccount): Outcome<Account, Unreadable> {
  const name = firstText(raw.fields, ['nickname', 'productName', 'displayName'])
  const kind = firstText(raw.fields, ['accountType'])
  const shown = firstText(raw.fields, ['accountNumberDisplay'])
  if (name === undefined || kind === undefined || shown === undefined) return refusal('banks/unreadable')
  const digits = shown.replaceAll(/[^0-9]/g, '').slice(-4)
  return success({
    id: raw.id,
    name: new Secret(oneLine(name)),
    lastDigits: digits === '' ? undefined : new Secret(digits),
    category: (categories[raw.accountCategory] ?? otherCategory).category,
    kind: /^[A-Z0-9]{1,64}$/.test(kind) ? kind : 'UNKNOWN',
    balances: [],
  })
}

/** Reads an account with its balances: the newer field first, an older one where the newer is absent. */
export function readBalances(raw: RawAccount): Outcome<Account, Unreadable> {
  const account = readAccount(raw)
  if (!account.ok) return account
  const asOf = readTime(raw.fields.get('balanceAsOf'))
  if (asOf === 'unreadable') return refusal('banks/unreadable')
  const balances: Balance[] = []
  for (const { kind, fields } of (categories[raw.accountCategory] ?? otherCategory).figures) {
    const field = fields.find((each) => isPresent(raw.fields.get(each)))
    if (field === undefined) continue
    const amount = readAmount(raw.fields.get(field), raw.fields.get('currency'))
    if (!amount.ok) return amount
    balances.push({ kind, amount: new Secret(amount.value), asOf })
  }
  return success({ ...account.value, balances })
}

function readAmount(value: ExactJson | undefined, currency: ExactJson | undefined): Outcome<Money, Unreadable> {
  const code = isExactObject(currency) ? currency.get('currencyCode') : undefined
  const text = value instanceof ExactNumber ? plainDecimal(value.text) : undefined
  if (text === undefined || typeof code !== 'string') return refusal('banks/unreadable')
  const money = parseMoney(text, code)
  return money.ok ? money : refusal('banks/unreadable')
}

// FDX timestamps are RFC 3339; some banks leave the zone out, and then the moment is not known.
const timeShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)$/

function readTime(value: ExactJson | undefined): Instant | undefined | 'unreadable' {
  if (!isPresent(value)) return undefined
  if (typeof value !== 'string') return 'unreadable'
  const at = timeShape.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? undefined : toInstant(at)
}

// '' when none of the fields is there, undefined when one of them is not text.
function firstText(fields: ExactObject, names: readonly string[]): string | undefined {
  let found = ''
  for (const name of names) {
    const value = fields.get(name)
    if (!isPresent(value)) continue
    if (typeof value !== 'string') return undefined
    if (found === '') found = value.trim()
  }
  return found
}

// Control and bidirectional characters out, so that a bank's text cannot rearrange a page or a message.
function oneLine(text: string): string {
  const clean = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').replaceAll(/ {2,}/g, ' ')
  return [...clean.trim()].slice(0, nameLengthMax).join('')
}

function isPresent(value: ExactJson | undefined): value is Exclude<ExactJson, null> {
  return value !== undefined && value !== null
}
