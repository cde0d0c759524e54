import type { AccountCategory, BalanceKind } from './block.ts'

const spendable: readonly BalanceKind[] = ['available', 'current']
const debt: readonly BalanceKind[] = ['owed', 'current', 'credit-available']

/** The one figure that stands for an account: what can be spent from it; what is owed on a card or loan. */
export function mainBalance<Figure extends { readonly kind: BalanceKind }>(
  category: AccountCategory,
  figures: readonly Figure[],
): Figure | undefined {
  const order = category === 'card' || category === 'loan' ? debt : spendable
  return order.map((kind) => figures.find((figure) => figure.kind === kind)).find((figure) => figure !== undefined)
}
