import { add } from '../../kernel/index.ts'
import type { Money } from '../../kernel/index.ts'
import type { Account } from '../../banks/index.ts'
import type { Asked } from '../asked.ts'
import type { Block, NoteBlock, ReckoningBlock } from '../block.ts'
import { chooseAccounts, namesAnAccount } from '../choose-accounts.ts'
import type { BankFacts, Reckoned } from './bank-facts.ts'
import { billsOf } from './bill-blocks.ts'
import { addDays, dayIn } from './days.ts'
import { nextAfter } from './find-series.ts'
import type { Series } from './find-series.ts'
import { nextIncome } from './income-blocks.ts'
import type { Movement } from './movements.ts'
import { nameAccounts } from './name-accounts.ts'
import { note } from './period.ts'
import { outgoingSeries } from './series-blocks.ts'
import { minus, size, sumsOf } from './sums.ts'

/** How far ahead is looked when no income is expected: most wages come within two weeks. */
const aheadDays = 14
/** The most times one series is taken off within the stretch. */
const timesMax = 10

type Base = { readonly accounts: readonly Account[]; readonly money: Money; readonly available: boolean }

/**
 * Whether an amount fits: what the named account, or else the everyday accounts, have now, less card bills and recurring
 * payments due before the next income or within two weeks, less what is pending where the bank has not taken it off already.
 */
export function reckoningBlocks(
  movements: readonly Movement[],
  asked: Asked,
  facts: BankFacts,
  reckoned: Reckoned,
): readonly Block[] {
  const today = dayIn(reckoned.timeZone)(reckoned.now)
  const base = baseOf(facts, asked, reckoned)
  if (base === undefined) return [note(namesAnAccount(asked) ? 'no-such-account' : 'no-accounts')]
  const income = nextIncome(movements, today)
  const until = income ?? addDays(today, aheadDays)
  const ids = new Set(base.accounts.map(({ id }) => id))
  const { currency } = base.money
  const bills = billsOf(facts).filter(
    ({ dueDate, totalDue }) =>
      dueDate !== undefined && dueDate <= until && totalDue.currency === currency && totalDue.minor > 0n,
  )
  const coming = outgoingSeries(movements, today).filter(
    ({ last, nextDay }) => ids.has(last.transaction.accountId) && nextDay <= until && last.amount.currency === currency,
  )
  const recurring = coming.flatMap((series) => timesWithin(series, until))
  const pending = movements.filter(
    ({ transaction, amount }) =>
      transaction.status === 'pending' &&
      transaction.direction === 'debit' &&
      ids.has(transaction.accountId) &&
      amount.currency === currency,
  )
  const parts = [
    stepOf(base.available ? 'available' : 'current', [base.money], base.accounts.length),
    stepOf(
      'bills',
      bills.map(({ autoPay, totalDue }) => minus(autoPay?.amount ?? totalDue)),
      bills.length,
    ),
    stepOf('recurring', recurring.map(minus), recurring.length),
    ...(base.available
      ? []
      : [
          stepOf(
            'pending',
            pending.map(({ amount }) => minus(amount)),
            pending.length,
          ),
        ]),
  ].filter((part) => part !== undefined)
  const left = parts.map(({ amount }) => amount).reduce(add)
  const wanted = asked.amount?.reveal()
  const comparable = wanted?.currency === currency ? wanted : undefined
  const after = comparable === undefined ? undefined : add(left, minus(comparable))
  const block: ReckoningBlock = {
    kind: 'reckoning',
    until,
    untilIncome: income !== undefined,
    steps: [
      ...parts,
      { step: 'left', amount: left, count: 0 },
      ...(comparable === undefined || after === undefined
        ? []
        : ([
            { step: 'asked', amount: comparable, count: 0 },
            { step: 'after', amount: size(after), count: 0 },
          ] as const)),
    ],
    verdict: after === undefined ? 'unasked' : after.minor < 0n ? 'short' : 'fits',
  }
  return [
    block,
    ...leftOut({
      base,
      facts,
      pending: pending.length,
      otherCurrency: wanted !== undefined && comparable === undefined,
    }),
  ]
}

function stepOf(
  step: ReckoningBlock['steps'][number]['step'],
  amounts: readonly Money[],
  count: number,
): ReckoningBlock['steps'][number] | undefined {
  const [first, ...rest] = amounts
  return first === undefined ? undefined : { step, amount: rest.reduce(add, first), count }
}

function timesWithin({ last, every, nextDay }: Series, until: string): readonly Money[] {
  const times: Money[] = []
  for (let day = nextDay; day <= until && times.length < timesMax; day = nextAfter(day, every)) times.push(last.amount)
  return times
}

// Of several currencies the one that was asked in, else the one with most in it.
function baseOf(facts: BankFacts, asked: Asked, { matchAccounts }: Reckoned): Base | undefined {
  const nameOf = nameAccounts(facts)
  const deposits = (facts.accounts ?? []).filter(({ category }) => category === 'deposit')
  const everyday = deposits.filter(({ kind }) => !/SAVING|TIME|CD$|MONEYMARKET/i.test(kind))
  const meant = namesAnAccount(asked)
    ? chooseAccounts(deposits, ({ id, category }) => nameOf(id, category), asked, matchAccounts)
    : everyday.length > 0
      ? everyday
      : deposits
  const held = meant.flatMap((account) => {
    const figure =
      account.balances.find(({ kind }) => kind === 'available') ??
      account.balances.find(({ kind }) => kind === 'current')
    return figure === undefined ? [] : [{ account, figure }]
  })
  const wanted = asked.amount?.reveal().currency
  const sums = sumsOf(held.map(({ figure }) => figure.amount.reveal()))
  const money = sums.find(({ currency }) => currency === wanted) ?? sums[0]
  if (money === undefined) return undefined
  const those = held.filter(({ figure }) => figure.amount.reveal().currency === money.currency)
  return {
    accounts: those.map(({ account }) => account),
    money,
    available: those.every(({ figure }) => figure.kind === 'available'),
  }
}

function leftOut(of: {
  readonly base: Base
  readonly facts: BankFacts
  readonly pending: number
  readonly otherCurrency: boolean
}): readonly NoteBlock[] {
  const { base, facts } = of
  const others = (facts.accounts ?? []).filter(
    ({ id, category }) => category === 'deposit' && !base.accounts.some((each) => each.id === id),
  )
  return [
    ...(of.otherCurrency ? [note('other-currency')] : []),
    ...(base.available && of.pending > 0 ? [note('pending-counted', { count: of.pending })] : []),
    ...(others.length > 0 ? [note('left-out-accounts', { count: others.length })] : []),
    ...(facts.bills === undefined || facts.transactions === undefined ? [note('left-out-classes')] : []),
    note('left-out-income'),
  ]
}
