import type { Secret } from '../../kernel/index.ts'
import { likeness, nameWords } from './likeness.ts'

/** What of an account tells which it is. The bank's `Account` is one. */
export type NamedAccount = {
  readonly name: Secret<string>
  readonly lastDigits: Secret<string> | undefined
  readonly category: 'deposit' | 'card' | 'loan' | 'other'
  /** The bank's word, e.g. `SAVINGS`. */
  readonly kind: string
}

/** What was typed: words, last digits, or both. */
export type AccountWords = { readonly account?: string; readonly card_last4?: string }

/** Which account was meant: one, several that fit as well, or none. */
export type AccountMatches<Item> =
  | { readonly found: 'one'; readonly account: Item }
  | { readonly found: 'several'; readonly accounts: readonly Item[] }
  | { readonly found: 'none' }

/** Less alike is another name. */
const likenessMin = 0.8
const tieWidth = 0.05

/**
 * Finds the account that typed words mean among the customer's own: by last digits, else by name ("holiday fund"), else by
 * sort in any of the five languages ("ahorros", "the joint one", "kreditkarte"). Two savings accounts are several: ask.
 */
export function matchAccount<Item extends NamedAccount>(
  words: AccountWords,
  accounts: readonly Item[],
): AccountMatches<Item> {
  const digits = words.card_last4
  const byDigits =
    digits === undefined ? accounts : accounts.filter((account) => account.lastDigits?.reveal().slice(-4) === digits)
  const typed = nameWords(words.account ?? '')
  if (digits !== undefined && (byDigits.length < 2 || typed.length === 0)) return matchesOf(byDigits)
  if (typed.length === 0) return matchesOf(accounts)
  const byName = closest(typed, byDigits)
  return matchesOf(byName.length > 0 ? byName : ofSort(typed, byDigits))
}

function matchesOf<Item>(accounts: readonly Item[]): AccountMatches<Item> {
  const [only] = accounts
  if (only === undefined) return { found: 'none' }
  return accounts.length === 1 ? { found: 'one', account: only } : { found: 'several', accounts }
}

function closest<Item extends NamedAccount>(typed: readonly string[], accounts: readonly Item[]): readonly Item[] {
  const telling = typed.filter((word) => !general.has(word))
  if (telling.length === 0) return []
  const scored = accounts
    .map((account) => ({ account, score: likeness(telling, nameWords(account.name.reveal())) }))
    .filter(({ score }) => score >= likenessMin)
  const best = Math.max(...scored.map(({ score }) => score), 0)
  return scored.filter(({ score }) => score > best - tieWidth).map(({ account }) => account)
}

// "savings" for an account that the bank calls "Livret A" or of kind SAVINGS: every sort that was typed has to fit.
function ofSort<Item extends NamedAccount>(typed: readonly string[], accounts: readonly Item[]): readonly Item[] {
  const wanted = sortsIn(typed)
  if (wanted.size === 0) return []
  return accounts.filter((account) => {
    const own = sortsIn([...nameWords(account.name.reveal()), ...nameWords(account.kind), account.category])
    return [...wanted].every((sort) => own.has(sort))
  })
}

function sortsIn(words: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>()
  for (const word of words) for (const [sort, names] of sorts) if (names.has(word)) found.add(sort)
  return found
}

const general: ReadonlySet<string> = new Set(
  'my the account accounts one card cards mi mis cuenta cuentas tarjeta mon ma mes compte comptes carte mein meine konto konten karte minha meu conta contas cartao de d du la el le a'.split(' '),
) // prettier-ignore

const sorts: readonly (readonly [sort: string, names: ReadonlySet<string>])[] = Object.entries({
  savings:
    'savings saving ahorro ahorros epargne livret ldd ldds pel sparkonto sparbuch tagesgeld tagesgeldkonto poupanca isa moneymarket',
  checking:
    'checking chequing current corriente courant cheque cheques girokonto giro gehaltskonto corrente ordem salario nomina demanddeposit hauptkonto',
  joint: 'joint conjunta comun compartida joint commun gemeinschaftskonto gemeinsames conjunta partnerkonto shared',
  business: 'business negocio empresa pro professionnel geschaftskonto firmenkonto',
  card: 'card cards tarjeta carte karte kreditkarte girokarte debitkarte cartao creditcard chargecard',
  credit: 'credit credito kreditkarte creditcard platinum gold',
  debit: 'debit debito girokarte girocard debitkarte',
  visa: 'visa visakarte',
  mastercard: 'mastercard master',
  amex: 'amex american',
  loan: 'loan prestamo pret kredit darlehen emprestimo',
  mortgage: 'mortgage hipoteca hypothek baufinanzierung',
  brokerage: 'brokerage depot investment investments inversiones investimentos broker',
}).map(([sort, names]) => [sort, new Set(names.split(' '))])
