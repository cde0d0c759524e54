import type { AccountCategory, AnswerAccount, AskedAccount } from './answer-document.ts'

// What people call a sort of account, in the five languages; matched as whole words.
const categoryWords: { readonly [Category in AccountCategory]: readonly string[] } = {
  card: ['card', 'credit', 'visa', 'mastercard', 'amex', 'tarjeta', 'carte', 'karte', 'kreditkarte', 'cartão'],
  loan: ['loan', 'mortgage', 'préstamo', 'hipoteca', 'prêt', 'kredit', 'darlehen', 'empréstimo'],
  deposit: [],
  other: [],
}

/**
 * The accounts that the person's words mean: by last digits first, else by words of the account's name, else by its
 * sort. All of them when nothing was named; none when nothing fits (the caller then offers all).
 */
export function chooseAccounts(accounts: readonly AnswerAccount[], asked: AskedAccount): readonly AnswerAccount[] {
  const digits = asked.lastDigits?.reveal()
  if (digits !== undefined && digits !== '') {
    return accounts.filter((account) => account.lastDigits?.reveal() === digits)
  }
  const wanted = wordsOf(asked.words?.reveal() ?? '')
  if (wanted.length === 0) return accounts
  const scored = accounts.map((account) => ({ account, score: scoreOf(account, wanted) }))
  const best = Math.max(...scored.map((each) => each.score), 0)
  return best === 0 ? [] : scored.filter((each) => each.score === best).map((each) => each.account)
}

function scoreOf(account: AnswerAccount, wanted: readonly string[]): number {
  const named = wordsOf(account.name.reveal())
  const byName = wanted.filter((word) => named.includes(word)).length
  const bySort = wanted.some((word) => categoryWords[account.category].includes(word)) ? 0.5 : 0
  const byDigits = wanted.includes(account.lastDigits?.reveal() ?? '-') ? 2 : 0
  return byName + bySort + byDigits
}

// Words that say nothing about which account is meant.
const fillers = new Set([
  'my',
  'the',
  'account',
  'accounts',
  'in',
  'on',
  'of',
  'de',
  'la',
  'el',
  'le',
  'mi',
  'mon',
  'mein',
  'konto',
])

function wordsOf(text: string): readonly string[] {
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{Nd}]+/gu) ?? []
  return words.filter((word) => !fillers.has(word))
}
