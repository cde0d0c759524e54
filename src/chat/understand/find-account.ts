import { lexicon } from './lexicon.ts'
import { isMeant, wordsOf } from './words-of.ts'

/** The account a person named: its words, or the last digits that banks print. */
export type NamedAccount = { readonly account?: string; readonly card_last4?: string }

// Sorts of accounts that are named without any "my" or "in the".
const sorts = new Set([
  'savings', 'saving', 'checking', 'chequing', 'joint', 'visa', 'mastercard', 'amex', 'isa', 'brokerage', 'mortgage', 'credit', 'debit', 'loan',
  'ahorros', 'ahorro', 'corriente', 'nomina', 'epargne', 'courant', 'livret', 'sparkonto', 'girokonto', 'tagesgeld', 'kreditkarte',
  'poupanca', 'corrente', 'cartao', 'tarjeta', 'karte', 'carte', 'card',
]) // prettier-ignore

// Words after which the name of an account follows, and what such a name does not contain.
const before = new Set([
  'in', 'on', 'of', 'for', 'my', 'from', 'de', 'del', 'en', 'mi', 'mis', 'du', 'sur', 'mon', 'ma', 'mes', 'dans', 'auf', 'mein', 'meine', 'meinem', 'meiner', 'vom',
  'da', 'do', 'na', 'no', 'meu', 'minha',
]) // prettier-ignore
const never = new Set([
  ...before, 'the', 'a', 'an', 'i', 'is', 'are', 'it', 'me', 'and', 'or', 'to', 'what', 'whats', 'how', 'much', 'money', 'balance', 'balances', 'bal', 'available', 'total', 'current', 'bank', 'banks',
  'account', 'accounts', 'have', 'got', 'left', 'please', 'pls', 'now', 'today', 'right', 'there', 'all', 'check', 'show', 'tell', 'give', 'see', 'do', 'can', 'you', 'your', 'their', 'his', 'her', 'exact', 'full', 'this', 'chat', 'messenger', 'here', 'hi', 'hello', 'hey', 'at', 'with', 'still', 'again', 'owe', 'need', 'know', 'ending', 'ends', 'any', 'enough', 'want', 'would', 'like', 'could', 'get',
  'el', 'la', 'los', 'las', 'cual', 'es', 'cuanto', 'tengo', 'hay', 'saldo', 'cuenta', 'cuentas', 'banco', 'dinero', 'por', 'favor', 'le', 'les', 'quel', 'est', 'combien', 'jai', 'ai', 'solde', 'compte', 'comptes', 'banque', 'argent', 'reste',
  'der', 'die', 'das', 'wie', 'viel', 'ist', 'habe', 'ich', 'kontostand', 'guthaben', 'konto', 'konten', 'geld', 'dem', 'den', 'bitte', 'noch', 'o', 'os', 'as', 'qual', 'e', 'quanto', 'tenho', 'conta', 'contas', 'dinheiro', 'meus', 'minhas',
]) // prettier-ignore

/** A name has at most so many words. */
const nameWordsMax = 4

/** What account a question about balances names, if any: "my savings", "in the holiday fund", "card ending 4821". */
export function findAccount(text: string): NamedAccount {
  const last4 = findLastDigits(text)
  const words = wordsOf(text)
  const named = nameAfterPreposition(words) ?? sortsIn(words)
  return {
    ...(named === undefined ? {} : { account: named }),
    ...(last4 === undefined ? {} : { card_last4: last4 }),
  }
}

// "ending in 4821", "card 4821", "*4821", "…4821": four digits alone could be a year or a PIN.
function findLastDigits(text: string): string | undefined {
  return /(?:ending(?: in| with)?|ends in|card|account|visa|mastercard|[*•…]|\.\.|xx)\s*[*•.…x]*\s*(\d{4})(?!\d)/i.exec(
    text,
  )?.[1]
}

function nameAfterPreposition(words: readonly string[]): string | undefined {
  for (const [index, word] of words.entries()) {
    if (!before.has(word)) continue
    const name = nameAt(words, index + 1)
    if (name !== undefined) return name
  }
  return undefined
}

function nameAt(words: readonly string[], start: number): string | undefined {
  const name: string[] = []
  for (const word of words.slice(start)) {
    if (name.length === 0 && (before.has(word) || articles.has(word))) continue
    if (never.has(word) || isBalanceWord(word) || /^\d+$/.test(word) || name.length === nameWordsMax) break
    name.push(word)
  }
  return name.length === 0 ? undefined : name.join(' ')
}

/** Also when it is mistyped: "my balence" names no account. */
function isBalanceWord(word: string): boolean {
  return lexicon.balance.some((known) => isMeant(word, known))
}

const articles = new Set(['the', 'el', 'la', 'le', 'der', 'die', 'das', 'dem', 'den', 'o', 'a', 'our', 'your'])

function sortsIn(words: readonly string[]): string | undefined {
  const found = words.filter((word) => sorts.has(word))
  return found.length === 0 ? undefined : found.slice(0, nameWordsMax).join(' ')
}
