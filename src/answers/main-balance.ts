import type { AnswerAccount, AnswerBalance, BalanceKind } from './answer-document.ts'

const spendable: readonly BalanceKind[] = ['available', 'current']
const debt: readonly BalanceKind[] = ['owed', 'current', 'credit-available']

/** The one figure that stands for an account: what can be spent from it; what is owed on a card or loan. */
export function mainBalance(account: AnswerAccount): AnswerBalance | undefined {
  const order = account.category === 'card' || account.category === 'loan' ? debt : spendable
  return order
    .map((kind) => account.balances.find((balance) => balance.kind === kind))
    .find((balance) => balance !== undefined)
}
