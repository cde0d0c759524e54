import { refusal } from '../../kernel/index.ts'
import type { Bank } from '../bank.ts'

/** A bank that never answers, for tests that need one call of it and spread the rest. */
export const silentBank: Bank = {
  fetchAccounts: () => Promise.resolve(refusal('banks/unreachable')),
  fetchBalances: () => Promise.resolve(refusal('banks/unreachable')),
  fetchTransactions: () => Promise.resolve(refusal('banks/unreachable')),
  fetchCardBills: () => Promise.resolve(refusal('banks/unreachable')),
  fetchCards: () => Promise.resolve(refusal('banks/unreachable')),
  changeCard: () => Promise.resolve(refusal('banks/unreachable')),
  fetchAccountDetails: () => Promise.resolve(refusal('banks/unreachable')),
}
