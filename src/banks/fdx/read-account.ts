import { Secret, refusal, success } from '../../kernel/index.ts'
import type { Outcome } from '../../kernel/index.ts'
import type { Account, Balance } from '../bank.ts'
import { isExactObject } from '../exact-json.ts'
import type { ExactJson, ExactObject } from '../exact-json.ts'
import { currencyOf, firstText, isPresent, oneLine, readAmount, readId, readTime } from './read-field.ts'
import type { Unreadable } from './read-field.ts'

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
  const id = readId(fields.get('accountId'))
  const accountCategory = fields.get('accountCategory') ?? (wrapper === undefined ? undefined : wrappers[wrapper])
  if (id === undefined || typeof accountCategory !== 'string') return refusal('banks/unreadable')
  return success({ id, accountCategory, fields })
}

/** Whether the bank says that there is no such account any more. */
export function isClosed(raw: RawAccount): boolean {
  return raw.fields.get('status') === 'CLOSED'
}

/** What sort of account this is. */
export function categoryOf(raw: RawAccount): Account['category'] {
  return (categories[raw.accountCategory] ?? otherCategory).category
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
    category: categoryOf(raw),
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
    const amount = readAmount(raw.fields.get(field), currencyOf(raw.fields))
    if (!amount.ok) return amount
    balances.push({ kind, amount: new Secret(amount.value), asOf })
  }
  return success({ ...account.value, balances })
}
