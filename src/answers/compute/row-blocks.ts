import type { Block, Row, RowList, RowsBlock } from '../block.ts'
import type { BankFacts } from './bank-facts.ts'
import type { Movement } from './movements.ts'
import { nameAccounts } from './name-accounts.ts'
import { note } from './period.ts'
import type { Period } from './period.ts'
import { minus, sumsOf } from './sums.ts'

/** The most movements that one list of a page holds; the rest is counted. */
const rowsMax = 200

/** A list of movements with its sums: credits as they are for lists of money that came in, else debits less credits. */
export function rowsBlock(of: RowList, movements: readonly Movement[], period: Period, facts: BankFacts): RowsBlock {
  const nameOf = nameAccounts(facts)
  const comesIn = of === 'income' || of === 'refunds'
  return {
    kind: 'rows',
    of,
    from: period.from,
    to: period.to,
    rows: movements.slice(0, rowsMax).map((movement) => rowOf(movement, nameOf(movement.transaction.accountId).name)),
    totals: hasSum(of, movements)
      ? sumsOf(movements.map((each) => (isCredit(each) === comesIn ? each.amount : minus(each.amount))))
      : [],
    count: movements.length,
  }
}

// Money that went and money that came have no sum that means anything, but in lists of one matter.
function hasSum(of: RowList, movements: readonly Movement[]): boolean {
  const isOneMatter = of !== 'recent' && of !== 'found' && of !== 'transfers' && of !== 'foreign'
  return isOneMatter || new Set(movements.map(isCredit)).size < 2
}

function isCredit({ transaction }: Movement): boolean {
  return transaction.direction === 'credit'
}

/** The list, or the sentence that nothing was found. */
export function rowsOrNone(
  of: RowList,
  movements: readonly Movement[],
  period: Period,
  facts: BankFacts,
): readonly Block[] {
  return movements.length === 0 ? [note('nothing-found', period)] : [rowsBlock(of, movements, period, facts)]
}

/** One movement as a list shows it. */
export function rowOf({ transaction, day, amount, text }: Movement, account: string): Row {
  const { foreign, direction, status } = transaction
  return {
    day,
    text,
    amount,
    direction,
    pending: status === 'pending',
    account: account === '' ? undefined : account,
    foreign: foreign === undefined ? undefined : { amount: foreign.amount.reveal(), rate: foreign.rate },
    gaveBack: undefined,
  }
}
