import { Secret, refusal, success } from '../../kernel/index.ts'
import type { Outcome } from '../../kernel/index.ts'
import { ExactNumber, isExactList, isExactObject } from '../exact-json.ts'
import type { ExactJson, ExactObject } from '../exact-json.ts'
import type { AccountDetails, AccountNumbers, Rewards } from '../facts.ts'
import { plainDecimal } from './plain-decimal.ts'
import { readAccount } from './read-account.ts'
import type { RawAccount } from './read-account.ts'
import { readMonth } from './read-card.ts'
import { currencyOf, isPresent, readAmount, readLine } from './read-field.ts'
import type { Unreadable } from './read-field.ts'

/** Which field says the rate, for each sort of account; the first that is there. */
const rateFields: { readonly [Category in AccountDetails['category']]: readonly string[] } = {
  deposit: ['interestRate', 'annualPercentageYield'],
  card: ['purchasesApr', 'interestRate'],
  loan: ['interestRate'],
  other: [],
}

/** Reads the details that stand on the account itself. Balances beside them are not read. */
export function readDetails(raw: RawAccount): Outcome<AccountDetails, Unreadable> {
  const account = readAccount(raw)
  if (!account.ok) return account
  const { name, lastDigits, category } = account.value
  const rateField = rateFields[category].find((field) => isPresent(raw.fields.get(field)))
  const rate = rateField === undefined ? undefined : plainNumber(raw.fields.get(rateField))
  if (rateField !== undefined && rate === undefined) return refusal('banks/unreadable')
  const line = raw.fields.get('creditLine')
  const limit = category === 'card' && isPresent(line) ? readAmount(line, currencyOf(raw.fields)) : undefined
  if (limit?.ok === false) return limit
  const cardExpires = readMonth(raw.fields.get('cardExpires'))
  return success({
    accountId: raw.id,
    name,
    lastDigits,
    category,
    ...(rate === undefined ? {} : { interestRate: rate }),
    ...(limit === undefined ? {} : { creditLimit: new Secret(limit.value) }),
    ...(cardExpires === undefined ? {} : { cardExpires }),
  })
}

// A number that is not below zero, exactly as written, without an exponent.
function plainNumber(value: ExactJson | undefined): string | undefined {
  const text = value instanceof ExactNumber ? plainDecimal(value.text) : undefined
  return text === undefined || text.startsWith('-') ? undefined : text
}

/**
 * Reads `GET /accounts/{id}/payment-networks`. The first pair of account and bank number counts: banks list the same pair once
 * for each network.
 */
export function readNumbers(body: ExactJson): Outcome<AccountNumbers | undefined, Unreadable> {
  const items = isExactObject(body) ? body.get('paymentNetworks') : undefined
  if (!isExactList(items)) return refusal('banks/unreadable')
  let found: AccountNumbers | undefined
  for (const item of items) {
    if (!isExactObject(item)) return refusal('banks/unreadable')
    const numbers = readNetwork(item)
    if (numbers === undefined) continue
    found = {
      accountNumber: found?.accountNumber ?? numbers.accountNumber,
      routingNumber: found?.routingNumber ?? numbers.routingNumber,
      iban: found?.iban ?? numbers.iban,
      bic: found?.bic ?? numbers.bic,
    }
  }
  return success(found)
}

// A token stands in for the account number towards one recipient; told to anybody else it is wrong.
function readNetwork(network: ExactObject): AccountNumbers | undefined {
  const identifier = compact(network.get('identifier'))
  const bankId = compact(network.get('bankId'))
  if (identifier === undefined || network.get('identifierType') === 'TOKENIZED_ACCOUNT_NUMBER') return undefined
  const isIban = /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(identifier)
  const isBic = bankId !== undefined && /^[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/.test(bankId)
  return {
    accountNumber: isIban ? undefined : identifier,
    routingNumber: isBic ? undefined : bankId,
    iban: isIban ? identifier : undefined,
    bic: isBic ? bankId : undefined,
  }
}

function compact(value: ExactJson | undefined): string | undefined {
  const text = readLine(value)?.replaceAll(/[\s-]/g, '').toUpperCase()
  return text !== undefined && /^[A-Z0-9]{4,34}$/.test(text) ? text : undefined
}

const kinds: { readonly [type: string]: Rewards['kind'] } = { POINTS: 'points', MILES: 'miles', CASHBACK: 'cashback' }

/** Reads `GET /reward-programs`: the first balance of the first membership of each account. */
export function readRewards(body: ExactJson): Outcome<ReadonlyMap<string, Rewards>, Unreadable> {
  const programs = isExactObject(body) ? body.get('rewardPrograms') : undefined
  if (!isExactList(programs)) return refusal('banks/unreadable')
  const found = new Map<string, Rewards>()
  for (const program of programs) {
    if (!isExactObject(program)) return refusal('banks/unreadable')
    const name = readLine(program.get('programName')) ?? ''
    for (const membership of listOf(program.get('memberships'))) {
      const rewards = isExactObject(membership) ? readMembership(membership, name) : undefined
      if (rewards === undefined || !isExactObject(membership)) continue
      for (const id of listOf(membership.get('accountIds'))) {
        if (typeof id === 'string' && !found.has(id)) found.set(id, rewards)
      }
    }
  }
  return success(found)
}

function readMembership(membership: ExactObject, program: string): Rewards | undefined {
  const [first] = listOf(membership.get('balances'))
  if (!isExactObject(first)) return undefined
  const balance = plainNumber(first.get('balance'))
  const type = first.get('type')
  const kind = typeof type === 'string' && Object.hasOwn(kinds, type) ? kinds[type] : undefined
  return balance === undefined ? undefined : { program, kind: kind ?? 'other', balance }
}

function listOf(value: ExactJson | undefined): readonly ExactJson[] {
  return isExactList(value) ? value : []
}
