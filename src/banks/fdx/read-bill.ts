import { Secret, refusal, success } from '../../kernel/index.ts'
import type { Money, Outcome } from '../../kernel/index.ts'
import { isExactList, isExactObject } from '../exact-json.ts'
import type { ExactJson, ExactObject } from '../exact-json.ts'
import type { CardBill, Day } from '../facts.ts'
import type { RawAccount } from './read-account.ts'
import { currencyOf, isPresent, readDay, readOptionalAmount } from './read-field.ts'
import type { Unreadable } from './read-field.ts'

/** Where a bill's figures stand. `owed`: the field is negative when the customer owes (FDX 6.4 `bills[]` alone). */
type BillFields = {
  readonly total: string
  readonly minimum: string
  readonly due: string
  readonly balance: { readonly name: string; readonly owed: 'negative' | 'positive' }
  readonly balanceDate: string
  readonly pastDue: 'negative' | 'positive'
}

const newFields: BillFields = {
  total: 'totalPaymentDue',
  minimum: 'minimumPaymentDue',
  due: 'dueDate',
  balance: { name: 'statementBalance', owed: 'negative' },
  balanceDate: 'statementDate',
  pastDue: 'negative',
}

/** What FDX 6.4 deprecates, and many banks still send, on the account itself. */
const oldFields: BillFields = {
  total: 'nextPaymentAmount',
  minimum: 'minimumPaymentAmount',
  due: 'nextPaymentDate',
  balance: { name: 'lastStmtBalance', owed: 'positive' },
  balanceDate: 'lastStmtDate',
  pastDue: 'positive',
}

/** Whether nothing of a bill is here: then the account has to be asked for by itself. */
export function lacksBill({ fields }: RawAccount): boolean {
  const old = [oldFields.total, oldFields.minimum, oldFields.due, oldFields.balance.name]
  return !isPresent(fields.get('bills')) && !old.some((name) => isPresent(fields.get(name)))
}

/** Reads a card's newest bill: from `bills[]`, or from the older fields where a bank has no `bills[]`. Undefined without one. */
export function readCardBill(raw: RawAccount): Outcome<CardBill | undefined, Unreadable> {
  const listed = raw.fields.get('bills')
  if (!isPresent(listed)) return readFields(raw, raw.fields, oldFields)
  if (!isExactList(listed)) return refusal('banks/unreadable')
  const bills: CardBill[] = []
  for (const item of listed) {
    const bill = isExactObject(item) ? readFields(raw, item, newFields) : refusal('banks/unreadable')
    if (!bill.ok) return bill
    if (bill.value !== undefined) bills.push(bill.value)
  }
  return success(bills.sort(newestFirst)[0])
}

function readFields(
  raw: RawAccount,
  fields: ExactObject,
  names: BillFields,
): Outcome<CardBill | undefined, Unreadable> {
  const currency = currencyOf(raw.fields)
  const amounts = allOf(
    [names.total, names.minimum, 'pastDueAmount', names.balance.name, 'autoPayAmount', 'lastPaymentAmount'].map(
      (name) => readOptionalAmount(fields.get(name), currency),
    ),
  )
  const days = allOf(
    [names.due, names.balanceDate, 'autoPayDate', 'lastPaymentDate'].map((name) => readDay(fields.get(name))),
  )
  const enabled = fields.get('autoPayEnabled')
  if (!amounts.ok || !days.ok || (isPresent(enabled) && typeof enabled !== 'boolean')) {
    return refusal('banks/unreadable')
  }
  const [total, minimum, past, balance, auto, paid] = amounts.value
  const [due, statementDate, autoDate, paidDate] = days.value
  const statementBalance = turned(balance, names.balance.owed)
  const totalDue = total ?? statementBalance
  if (totalDue === undefined) return success(undefined)
  return success({
    accountId: raw.id,
    totalDue: new Secret(totalDue),
    minimumDue: secretOr(notNegative(minimum)),
    dueDate: due,
    pastDue: secretOr(notNegative(turned(past, names.pastDue))),
    // A bank that owes the customer asks for nothing: where it says both, the sign is not to be trusted, and it is left out.
    statementBalance: secretOr(totalDue.minor > 0n && isCredit(statementBalance) ? undefined : statementBalance),
    statementDate,
    autoPay: readAutoPay(enabled, notNegative(auto), autoDate),
    lastPayment: paid === undefined || paid.minor < 0n ? undefined : { amount: new Secret(paid), date: paidDate },
  })
}

function allOf<Value>(read: readonly Outcome<Value, Unreadable>[]): Outcome<readonly Value[], Unreadable> {
  const values: Value[] = []
  for (const each of read) {
    if (!each.ok) return each
    values.push(each.value)
  }
  return success(values)
}

/** The amount as we have it everywhere: positive when the customer owes. */
function turned(money: Money | undefined, owed: 'negative' | 'positive'): Money | undefined {
  return money === undefined || owed === 'positive' ? money : { minor: -money.minor, currency: money.currency }
}

function isCredit(money: Money | undefined): boolean {
  return money !== undefined && money.minor < 0n
}

// What cannot be negative and is says nothing that could be told.
function notNegative(money: Money | undefined): Money | undefined {
  return isCredit(money) ? undefined : money
}

function readAutoPay(
  enabled: ExactJson | undefined,
  amount: Money | undefined,
  date: Day | undefined,
): CardBill['autoPay'] {
  if (enabled === false || (enabled !== true && amount === undefined && date === undefined)) return undefined
  return { amount: secretOr(amount), date }
}

function newestFirst(a: CardBill, b: CardBill): number {
  const dayOf = (bill: CardBill): Day => bill.statementDate ?? bill.dueDate ?? ''
  return dayOf(a) < dayOf(b) ? 1 : dayOf(a) > dayOf(b) ? -1 : 0
}

function secretOr<Value>(value: Value | undefined): Secret<Value> | undefined {
  return value === undefined ? undefined : new Secret(value)
}
