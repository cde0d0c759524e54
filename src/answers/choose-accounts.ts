import type { AccountCategory, AccountName } from './block.ts'
import type { Asked } from './asked.ts'

// What people call a sort of account, in the five languages, without accents; matched as whole words.
const categoryWords: { readonly [Category in AccountCategory]: readonly string[] } = {
  card: [
    ...['card', 'credit', 'visa', 'mastercard', 'amex', 'tarjeta', 'carte', 'karte', 'kreditkarte', 'cartao'],
    ...['cards', 'tarjetas', 'cartes', 'karten', 'kreditkarten', 'cartoes'],
  ],
  loan: [
    ...['loan', 'mortgage', 'prestamo', 'hipoteca', 'pret', 'kredit', 'darlehen', 'emprestimo'],
    ...['loans', 'prestamos', 'prets', 'kredite', 'emprestimos'],
  ],
  deposit: [],
  other: [],
}

// Who says one of these means several: nothing is left to choose.
const pluralWords = new Set([
  ...['cards', 'tarjetas', 'cartes', 'karten', 'kreditkarten', 'cartoes'],
  ...['loans', 'prestamos', 'prets', 'kredite', 'emprestimos'],
  ...['accounts', 'cuentas', 'comptes', 'konten', 'contas'],
  ...['all', 'both', 'todas', 'todos', 'ambas', 'ambos', 'toutes', 'tous', 'alle', 'allen', 'beide', 'beiden'],
])

/**
 * Which of these accounts typed words and digits mean, by their place in the list: several where they fit several alike. Given by whoever knows how people
 * write names, in which languages, and with which slips of the finger.
 */
export type MatchAccounts = (
  asked: Pick<Asked, 'words' | 'lastDigits'>,
  accounts: readonly AccountName[],
) => readonly number[]

/**
 * Which of the named things the person's words mean: as `match` says, else by last digits, by words of the account's name, or by its sort.
 * All of them when nothing was named; none when nothing fits (the caller then offers all).
 */
export function chooseAccounts<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => AccountName,
  asked: Pick<Asked, 'words' | 'lastDigits'>,
  match: MatchAccounts = () => [],
): readonly Item[] {
  if (!namesAnAccount(asked)) return items
  const matched = new Set(match(asked, items.map(nameOf)))
  return matched.size > 0 ? items.filter((_item, index) => matched.has(index)) : plainlyMeant(items, nameOf, asked)
}

function plainlyMeant<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => AccountName,
  asked: Pick<Asked, 'words' | 'lastDigits'>,
): readonly Item[] {
  const digits = asked.lastDigits?.reveal()
  if (digits !== undefined && digits !== '') return items.filter((item) => nameOf(item).lastDigits === digits)
  const wanted = wordsOf(asked.words?.reveal() ?? '')
  const scored = items.map((item) => ({ item, score: scoreOf(nameOf(item), wanted) }))
  const best = Math.max(...scored.map((each) => each.score), 0)
  return best === 0 ? [] : scored.filter((each) => each.score === best).map((each) => each.item)
}

/** Whether the person named an account or a card at all. */
export function namesAnAccount({ words, lastDigits }: Pick<Asked, 'words' | 'lastDigits'>): boolean {
  return (lastDigits?.reveal() ?? '') !== '' || wordsOf(words?.reveal() ?? '').length > 0
}

/** Whether one account or card was named, so that several that fit are a tie; "my cards" means all of them. */
export function isTied(asked: Pick<Asked, 'words' | 'lastDigits'>): boolean {
  return namesAnAccount(asked) && !foldedWords(asked.words?.reveal() ?? '').some((word) => pluralWords.has(word))
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
  ...['my', 'the', 'account', 'accounts', 'in', 'on', 'of', 'all', 'both'],
  ...['mi', 'mis', 'la', 'el', 'las', 'los', 'de', 'cuenta', 'cuentas'],
  ...['mon', 'ma', 'mes', 'le', 'les', 'du', 'compte', 'comptes'],
  ...['mein', 'meine', 'meiner', 'meinem', 'meinen', 'konto', 'konten'],
  ...['meu', 'meus', 'minha', 'minhas', 'conta', 'contas'],
])

function wordsOf(text: string): readonly string[] {
  return foldedWords(text).filter((word) => !fillers.has(word))
}

// Without accents and in small letters: how they are typed says nothing.
function foldedWords(text: string): readonly string[] {
  return (
    text
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .match(/[\p{L}\p{Nd}]+/gu) ?? []
  )
}
