import type { Choice } from '../choices.ts'
import type { Plan } from '../plan.ts'
import type { Intent } from '../understand/understood.ts'
import type { WordKey } from '../word-keys.ts'

/** What nobody can do from here. Each says so, says what can be done instead, and where the other thing is done. */
export const cannotDo = {
  pay_bill: { words: 'cannot.pay_bill', choices: ['billAmount', 'billMinimum', 'billDueDate'] },
  transfer_money: { words: 'cannot.transfer_money', choices: ['balance', 'recentTransactions', 'talkToPerson'] },
  activate_card: { words: 'cannot.activate_card', choices: ['cardStatus', 'talkToPerson'] },
  pin_help: { words: 'cannot.pin_help', choices: ['freezeCard', 'talkToPerson'] },
  credit_score: { words: 'cannot.credit_score', choices: ['creditLimit', 'billAmount', 'talkToPerson'] },
  apply_for_product: { words: 'cannot.apply_for_product', choices: ['help', 'talkToPerson'] },
} as const satisfies {
  readonly [Name in Intent]?: { readonly words: WordKey; readonly choices: readonly Choice[] }
}

export function planCannotDo(intent: keyof typeof cannotDo): Plan {
  const { words, choices } = cannotDo[intent]
  return { do: 'say', words: [words], choices }
}
