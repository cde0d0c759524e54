import type { Block, Row } from '../block.ts'
import { within } from './find-rows.ts'
import type { ListQuestion } from './find-rows.ts'
import type { Movement } from './movements.ts'
import { isAboutAmount, merchantsMeant } from './narrow.ts'
import { note } from './period.ts'
import { rowsBlock } from './row-blocks.ts'

/** How many payments without money back are named when a shop or amount was asked about. */
const waitingMax = 5

/**
 * Money that came back, each matched to the payment it gives back: by the bank's reference, else by merchant and an amount
 * that fits. When a shop or an amount was named and a payment of it has nothing back, that is said as well.
 */
export function refundRows({ movements, asked, facts, reckoned, period }: ListQuestion): readonly Block[] {
  const merchants = merchantsMeant(movements, asked, reckoned)
  const amount = asked.amount?.reveal()
  const isMeant = (movement: Movement): boolean =>
    (merchants?.has(movement.key) ?? true) && (amount === undefined || isAboutAmount(movement.amount, amount))
  const debits = movements.filter(({ transaction, own }) => transaction.direction === 'debit' && !own)
  const refunds = within(movements, period).filter((each) => each.refund && isMeant(each))
  const givenBack = new Map(refunds.map((refund) => [refund, paymentOf(refund, debits)]))
  const paidBack = new Set([...givenBack.values()])
  const named = merchants !== undefined || amount !== undefined
  const waiting = named ? debits.filter((each) => isMeant(each) && !paidBack.has(each)).slice(0, waitingMax) : []
  const block = rowsBlock('refunds', refunds, period, facts)
  const rows = block.rows.map((row, index): Row => ({ ...row, gaveBack: givenDay(refunds[index], givenBack) }))
  return [
    ...(refunds.length === 0 ? [note('nothing-found', period)] : [{ ...block, rows }]),
    ...(refunds.length === 0 && waiting.length > 0 ? [rowsBlock('waiting', waiting, period, facts)] : []),
    note('not-there-yet'),
  ]
}

function givenDay(
  refund: Movement | undefined,
  givenBack: ReadonlyMap<Movement, Movement | undefined>,
): string | undefined {
  return refund === undefined ? undefined : givenBack.get(refund)?.day
}

/** The payment that a refund gives back, where one fits. */
export function paymentOf(refund: Movement, debits: readonly Movement[]): Movement | undefined {
  const { referenceId } = refund.transaction
  const linked = debits.find(({ transaction }) => transaction.id === referenceId)
  if (linked !== undefined) return linked
  const earlier = debits.filter(
    ({ key, day, amount }) =>
      key === refund.key &&
      day <= refund.day &&
      amount.currency === refund.amount.currency &&
      amount.minor >= refund.amount.minor,
  )
  return earlier.find(({ amount }) => amount.minor === refund.amount.minor) ?? earlier[0]
}
