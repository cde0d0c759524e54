import { add } from '../../kernel/index.ts'
import type { Money } from '../../kernel/index.ts'
import type { Block, SpendingBlock, SpendingShare } from '../block.ts'
import { within } from './find-rows.ts'
import type { ListQuestion } from './find-rows.ts'
import type { Movement } from './movements.ts'
import { merchantsMeant } from './narrow.ts'
import { offerMerchants } from './offer-choice.ts'
import { note, stretchBefore } from './period.ts'
import type { Period } from './period.ts'
import { rowsBlock } from './row-blocks.ts'
import { minus, sumsOf } from './sums.ts'

/** How many parts of a sum are named; the smallest are left to the list. */
const sharesMax = 13

/**
 * What was spent, apart for each currency: debits less refunds; moves between own accounts and payments of cards are no
 * spending, nor is income. Compared with the same number of days before, if the bank's answer reaches back so far.
 */
export function spendingBlocks(question: ListQuestion): readonly Block[] {
  const { movements, asked, facts, reckoned, period } = question
  const spent = movements.filter((each) => !each.own && (each.transaction.direction === 'debit' || each.refund))
  const merchants = merchantsMeant(within(spent, period), asked, reckoned)
  const meant = spent.filter(
    ({ key, category }) =>
      (merchants?.has(key) ?? true) && (asked.category === undefined || category === asked.category),
  )
  const now = within(meant, period)
  if (now.length === 0) return [note('nothing-found', period)]
  if (merchants !== undefined && merchants.size > 1) {
    const options = [...merchants].map(([key, label]) => {
      const those = meant.filter((each) => each.key === key)
      return { label, blocks: sumBlocks(those, { ...question, label }) }
    })
    return [...offerMerchants(options), note('spending-rules')]
  }
  const label = merchants === undefined ? undefined : [...merchants.values()][0]
  return [
    ...sumBlocks(meant, { ...question, label }),
    ...(asked.category === undefined && label === undefined ? [] : [rowsBlock('spending', now, period, facts)]),
    note('spending-rules'),
  ]
}

function sumBlocks(
  meant: readonly Movement[],
  { asked, facts, period, label }: ListQuestion & { readonly label: string | undefined },
): readonly SpendingBlock[] {
  const now = within(meant, period)
  const earlier = stretchBefore(period)
  const reachesBack = (facts.transactions?.from ?? period.from) <= earlier.from
  const before = reachesBack ? within(meant, earlier) : []
  return sumsOf(now.map(signed)).map(({ currency }): SpendingBlock => {
    const those = now.filter(({ amount }) => amount.currency === currency)
    return {
      kind: 'spending',
      from: period.from,
      to: period.to,
      total: totalOf(those, currency),
      count: those.length,
      category: asked.category,
      merchant: label,
      before: reachesBack ? beforeOf(before, currency, earlier) : undefined,
      shares: label === undefined ? sharesOf(those, asked.category === undefined) : [],
    }
  })
}

function beforeOf(movements: readonly Movement[], currency: string, period: Period): SpendingBlock['before'] {
  const those = movements.filter(({ amount }) => amount.currency === currency)
  return { from: period.from, to: period.to, total: totalOf(those, currency) }
}

function sharesOf(movements: readonly Movement[], byCategory: boolean): readonly SpendingShare[] {
  const shares = new Map<string, SpendingShare>()
  for (const movement of movements) {
    const key = byCategory ? movement.category : movement.key
    const known = shares.get(key)
    shares.set(key, {
      category: byCategory ? movement.category : undefined,
      merchant: byCategory ? undefined : (known?.merchant ?? movement.text),
      amount: known === undefined ? signed(movement) : add(known.amount, signed(movement)),
      count: (known?.count ?? 0) + 1,
    })
  }
  return [...shares.values()]
    .sort((a, b) => (b.amount.minor > a.amount.minor ? 1 : b.amount.minor < a.amount.minor ? -1 : 0))
    .slice(0, sharesMax)
}

function totalOf(movements: readonly Movement[], currency: string): Money {
  return movements.map(signed).reduce((sum, each) => add(sum, each), { minor: 0n, currency })
}

function signed({ amount, transaction }: Movement): Money {
  return transaction.direction === 'debit' ? amount : minus(amount)
}
