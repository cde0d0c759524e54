import type { Asked } from '../asked.ts'
import type { Block, RowList } from '../block.ts'
import type { BankFacts, Reckoned } from './bank-facts.ts'
import type { Movement } from './movements.ts'
import { isFee } from './movements.ts'
import { isAboutAmount, merchantsMeant } from './narrow.ts'
import { offerMerchants } from './offer-choice.ts'
import { isWithin, note } from './period.ts'
import type { Period } from './period.ts'
import { rowsBlock, rowsOrNone } from './row-blocks.ts'

/** Everything that a list question is reckoned from. */
export type ListQuestion = {
  readonly movements: readonly Movement[]
  readonly asked: Asked
  readonly facts: BankFacts
  readonly reckoned: Reckoned
  readonly period: Period
}

/** The latest movements. */
export function recentRows({ movements, period, facts }: ListQuestion): readonly Block[] {
  return rowsOrNone('recent', within(movements, period), period, facts)
}

/** A search by merchant, amount, category and day. Several merchants that fit are offered apart, on the page. */
export function foundRows({ movements, period, facts, asked, reckoned }: ListQuestion): readonly Block[] {
  const { category, amount } = asked
  const fitting = within(movements, period).filter(
    (movement) =>
      (amount === undefined || fitsAmount(movement, amount.reveal())) &&
      (category === undefined || movement.category === category),
  )
  const merchants = merchantsMeant(fitting, asked, reckoned)
  if (merchants === undefined) return rowsOrNone('found', fitting, period, facts)
  const found = fitting.filter(({ key }) => merchants.has(key))
  if (merchants.size <= 1) return rowsOrNone('found', found, period, facts)
  const options = [...merchants].map(([key, label]) => ({
    label,
    blocks: [
      rowsBlock(
        'found',
        found.filter((each) => each.key === key),
        period,
        facts,
      ),
    ],
  }))
  return offerMerchants(options)
}

/** What is not booked yet, and what that means. */
export function pendingRows({ movements, period, facts, asked, reckoned }: ListQuestion): readonly Block[] {
  const pending = movements.filter(({ transaction }) => transaction.status === 'pending')
  const merchants = merchantsMeant(pending, asked, reckoned)
  const meant = pending.filter(({ key }) => merchants?.has(key) ?? true)
  return [...rowsOrNone('pending', meant, period, facts), ...(meant.length > 0 ? [note('pending-why')] : [])]
}

/** Charges of the bank itself. */
export function feeRows(question: ListQuestion): readonly Block[] {
  return [
    ...kindRows('fees', question, ({ transaction }) => transaction.direction === 'debit' && isFee(transaction.kind)),
    note('fees-where'),
  ]
}

/** Payments in another currency, with the bank's rate. */
export function foreignRows(question: ListQuestion): readonly Block[] {
  return [...kindRows('foreign', question, ({ transaction }) => transaction.foreign !== undefined), note('rate-today')]
}

/** Cash from machines, and what came back. */
export function cashRows(question: ListQuestion): readonly Block[] {
  return [...kindRows('cash', question, ({ category }) => category === 'cash'), note('ask-person')]
}

/** Moves of money in and out that are no payments to shops. */
export function transferRows(question: ListQuestion): readonly Block[] {
  const isTransfer = ({ transaction, refund }: Movement): boolean =>
    !refund && /TRANSFER|XFER|DEPOSIT|WIRE|P2P|ACH/i.test(transaction.kind)
  return [...kindRows('transfers', question, isTransfer), note('ask-person')]
}

function kindRows(
  of: RowList,
  { movements, period, facts, asked }: ListQuestion,
  isMeant: (movement: Movement) => boolean,
): readonly Block[] {
  const amount = asked.amount?.reveal()
  const meant = within(movements, period).filter(
    (movement) => isMeant(movement) && (amount === undefined || fitsAmount(movement, amount)),
  )
  return rowsOrNone(of, meant, period, facts)
}

function fitsAmount({ amount, transaction }: Movement, asked: Parameters<typeof isAboutAmount>[1]): boolean {
  return (
    isAboutAmount(amount, asked) ||
    (transaction.foreign !== undefined && isAboutAmount(transaction.foreign.amount.reveal(), asked))
  )
}

/** The movements of a stretch of days. */
export function within(movements: readonly Movement[], period: Period): readonly Movement[] {
  return movements.filter(({ day }) => isWithin(day, period))
}
