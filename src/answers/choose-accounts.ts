import type { AccountCategory, AccountName } from './block.ts'
import type { Asked } from './asked.ts'

// What people call a sort of account, in the five languages; matched as whole words.
const categoryWords: { readonly [Category in AccountCategory]: readonly string[] } = {
  card: ['card', 'cards', 'credit', 'visa', 'mastercard', 'amex', 'tarjeta', 'carte', 'karte', 'kreditkarte', 'cartão'],
  loan: ['loan', 'mortgage', 'préstamo', 'hipoteca', 'prêt', 'kredit', 'darlehen', 'empréstimo'],
  deposit: [],
  other: [],
}

/**
 * Which of the named things the person's words mean: by last digits first, else by words of the account's name, else by its
 * sort. All of them when nothing was named; none when nothing fits (the caller then offers all).
 */
export function chooseAccounts<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => AccountName,
  asked: Pick<Asked, 'words' | 'lastDigits'>,
): readonly Item[] {
  const digits = asked.lastDigits?.reveal()
  if (digits !== undefined && digits !== '') return items.filter((item) => nameOf(item).lastDigits === digits)
  const wanted = wordsOf(asked.words?.reveal() ?? '')
  if (wanted.length === 0) return items
  const scored = items.map((item) => ({ item, score: scoreOf(nameOf(item), wanted) }))
  const best = Math.max(...scored.map((each) => each.score), 0)
  return best === 0 ? [] : scored.filter((each) => each.score === best).map((each) => each.item)
}

/** Whether the person named an account or a card at all. */
export function namesAnAccount({ words, lastDigits }: Pick<Asked, 'words' | 'lastDigits'>): boolean {
  return (lastDigits?.reveal() ?? '') !== '' || wordsOf(words?.reveal() ?? '').length > 0
}

function scoreOf(account: AccountName, wanted: readonly string[]): number {
  const named = wordsOf(account.name)
  const byName = wanted.filter((word) => named.includes(word)).length
  const bySort = wanted.some((word) => categoryWords[account.category].includes(word)) ? 0.5 : 0
  const byDigits = wanted.includes(account.lastDigits ?? '-') ? 2 : 0
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
