import { Secret, refusal, success } from '../../kernel/index.ts'
import type { Outcome } from '../../kernel/index.ts'
import { ExactNumber, isExactObject } from '../exact-json.ts'
import type { ExactJson, ExactObject } from '../exact-json.ts'
import type { Place, Transaction } from '../facts.ts'
import { plainDecimal } from './plain-decimal.ts'
import { bankWord, currencyOf, lastDigits, readAmount, readId, readLine, readPaymentTime } from './read-field.ts'
import type { Unreadable } from './read-field.ts'

/** The account that a transaction belongs to; FDX amounts carry no currency of their own. */
export type OfAccount = { readonly accountId: string; readonly currency: string | undefined }

// FDX 4 put the transaction into a member named for its kind.
const wrappers = ['depositTransaction', 'locTransaction', 'loanTransaction', 'investmentTransaction']

/**
 * Reads one item of `transactions`. Id, amount, direction, status and time must be as the standard has them, else nothing of the
 * answer is used; what an answer can do without (merchant, place, rate, card) is left out when it is not. Undefined for a line
 * that moves no money (FDX `debitCreditMemo: MEMO`).
 */
export function readTransaction(item: ExactJson, of: OfAccount): Outcome<Transaction | undefined, Unreadable> {
  const fields = unwrap(item)
  if (fields === undefined) return refusal('banks/unreadable')
  const memo = fields.get('debitCreditMemo')
  if (memo === 'MEMO') return success(undefined)
  const id = readId(fields.get('transactionId'))
  const status = readStatus(fields.get('status'))
  const at = readPaymentTime(fields.get('transactionTimestamp'))
  const postedAt = readPaymentTime(fields.get('postedTimestamp'))
  const amount = readAmount(fields.get('amount'), of.currency)
  if (id === undefined || status === undefined || !amount.ok) return refusal('banks/unreadable')
  if ((memo !== 'DEBIT' && memo !== 'CREDIT') || at === 'unreadable' || postedAt === 'unreadable') {
    return refusal('banks/unreadable')
  }
  const moment = at ?? postedAt
  // FDX amounts are absolute. A minus beside a direction could mean either way; and another currency would spoil every sum.
  if (moment === undefined || amount.value.minor < 0n || !isInAccountCurrency(fields, of)) {
    return refusal('banks/unreadable')
  }
  const payee = fields.get('transactionPayee')
  const about = isExactObject(payee) ? payee : new Map<string, ExactJson>()
  const merchant = readLine(about.get('merchantName')) ?? readLine(about.get('individualName')) ?? readLine(fields.get('payee')) // prettier-ignore
  const described = readLine(fields.get('description')) ?? readLine(fields.get('memo')) ?? merchant ?? ''
  return success({
    id,
    accountId: of.accountId,
    at: moment,
    postedAt: status === 'posted' ? (postedAt ?? moment) : undefined,
    status,
    direction: memo === 'DEBIT' ? 'debit' : 'credit',
    amount: new Secret(amount.value),
    foreign: readForeign(fields),
    description: new Secret(described),
    merchant: secretOr(merchant),
    merchantId: readId(about.get('merchantId')),
    category: readCategory(fields),
    kind: bankWord(fields.get('transactionType')),
    cardLastDigits: secretOr(lastDigits(fields.get('cardNumberDisplay'))),
    place: secretOr(readPlace(about)),
    referenceId: readId(fields.get('referenceTransactionId')),
  })
}

function unwrap(item: ExactJson): ExactObject | undefined {
  if (!isExactObject(item)) return undefined
  const wrapper = wrappers.find((name) => item.has(name))
  const fields = wrapper === undefined ? item : item.get(wrapper)
  return isExactObject(fields) ? fields : undefined
}

// Authorised, memo-posted and pending are all the same to the person who paid: not booked yet.
function readStatus(value: ExactJson | undefined): Transaction['status'] | undefined {
  switch (value) {
    case 'POSTED':
      return 'posted'
    case 'PENDING':
    case 'MEMO':
    case 'AUTHORIZATION':
      return 'pending'
    default:
      return undefined
  }
}

function isInAccountCurrency(fields: ExactObject, of: OfAccount): boolean {
  const own = currencyOf(fields)
  return own === undefined || own === of.currency
}

/** `foreignAmount` is what was paid abroad, `fxRate` the account's currency for one of the foreign one, as the bank wrote it. */
function readForeign(fields: ExactObject): Transaction['foreign'] {
  const currency = fields.get('foreignCurrency')
  const amount = readAmount(fields.get('foreignAmount'), typeof currency === 'string' ? currency : undefined)
  if (!amount.ok || amount.value.minor < 0n) return undefined
  const rate = fields.get('fxRate')
  const text = rate instanceof ExactNumber ? plainDecimal(rate.text) : undefined
  return { amount: new Secret(amount.value), rate: text?.startsWith('-') === true ? undefined : text }
}

// `category` is preferably the merchant category code; a bank that says SIC means another list.
function readCategory(fields: ExactObject): string | undefined {
  const category = fields.get('category')
  return typeof category === 'string' && /^\d{4}$/.test(category) && fields.get('subCategory') !== 'SIC'
    ? category
    : undefined
}

// No address, no place: a name or a description is never made into one.
function readPlace(payee: ExactObject): Place | undefined {
  const address = payee.get('address')
  if (!isExactObject(address)) return undefined
  const city = readLine(address.get('city'))
  if (city === undefined) return undefined
  const country = readLine(address.get('country'))?.toUpperCase()
  return {
    city,
    region: readLine(address.get('region')) ?? readLine(address.get('state')),
    country: country !== undefined && /^[A-Z]{2}$/.test(country) ? country : undefined,
    point: readPoint(payee.get('geographicCoordinates')),
  }
}

function readPoint(value: ExactJson | undefined): Place['point'] {
  if (!isExactObject(value)) return undefined
  const latitude = degrees(value.get('latitude'), 90)
  const longitude = degrees(value.get('longitude'), 180)
  return latitude === undefined || longitude === undefined ? undefined : { latitude, longitude }
}

function degrees(value: ExactJson | undefined, max: number): number | undefined {
  if (!(value instanceof ExactNumber)) return undefined
  const number = Number(value.text)
  return Math.abs(number) <= max ? number : undefined
}

function secretOr<Value>(value: Value | undefined): Secret<Value> | undefined {
  return value === undefined ? undefined : new Secret(value)
}
