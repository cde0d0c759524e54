import { type Phrases, lookUp, makeTable } from './phrase-table.ts'
import { type Reading, type Token, typedWords, wordAt } from './tokens.ts'

/** The account or card a message names: its words, its last digits, and which tokens they stand on. */
export type FoundAccount = {
  readonly account?: string
  readonly lastDigits?: string
  readonly taken: readonly (readonly [from: number, to: number])[]
}

/** Finds "my savings", "the joint one", "cuenta corriente", "card ending 4821", "•••• 4821". */
export function findAccountSlot(reading: Reading): FoundAccount {
  const digits = findLastDigits(reading.tokens)
  const named = findNamed(reading)
  return {
    ...(named === undefined
      ? {}
      : { account: typedWords(reading, ...withoutGeneral(reading.tokens, named)).toLowerCase() }),
    ...(digits === undefined ? {} : { lastDigits: digits.digits }),
    taken: [...(named === undefined ? [] : [named]), ...(digits === undefined ? [] : [digits.place])],
  }
}

// Four digits alone could be a year or an amount; behind these words they are the end of a number.
const endings = makeTable<true>([
  ['ending|ending in|ending with|ends in|ends with|end in|that ends in|ending on|last four|last 4|last four digits|last 4 digits|finishing|finishing in', true],
  ['terminada en|terminado en|terminacion|que termina en|termina en|terminan en|acabada en|acabado en|que acaba en|acaba en|ultimos cuatro|ultimos 4|ultimos cuatro digitos|con terminacion', true],
  ['finissant par|terminee en|se terminant par|qui finit par|qui se termine par|terminee par|termine par|finit par|terminant par|quatre derniers chiffres|4 derniers chiffres|finissant en|terminant en', true],
  ['endet auf|endend auf|mit endung|endung|mit der endung|mit endziffern|endziffern|die auf|letzten vier|letzten 4|letzte vier ziffern|letzten vier ziffern|endnummer|mit endnummer|mit den endziffern|auf', true],
  ['terminado em|terminada em|que termina em|termina em|com final|final|de final|ultimos quatro|ultimos 4|terminacao|que acaba em|acaba em|ultimos quatro digitos', true],
  ['card|card number|card no|account|account number|acct|visa|mastercard|amex|maestro|debit card|credit card|tarjeta|cuenta|carte|compte|karte|konto|kreditkarte|girokarte|debitkarte|cartao|conta|n|nr|no', true],
]) // prettier-ignore

// "the card with 4821 at the end".
const endingsBehind = makeTable<true>([['at the end|am ende|al final|a la fin|en fin|no final|no fim', true]])

function findLastDigits(
  tokens: readonly Token[],
): { readonly digits: string; readonly place: readonly [number, number] } | undefined {
  for (let at = 0; at < tokens.length; at += 1) {
    const behind = /^\d{4}$/.test(wordAt(tokens, at)) ? lookUp(endingsBehind, tokens, at + 1) : undefined
    if (behind !== undefined) return { digits: wordAt(tokens, at), place: [at, behind.next] }
    const inWord = /^x+(\d{4})$/.exec(wordAt(tokens, at))?.[1]
    if (inWord !== undefined) return { digits: inWord, place: [at, at + 1] }
    const ending = lookUp(endings, tokens, at)
    const stars = starsEnd(tokens, ending?.next ?? at)
    const start = /^[:#"'(]$/.test(wordAt(tokens, stars)) ? stars + 1 : stars
    const token = tokens[start]
    const isAfterStars = stars > (ending?.next ?? at)
    if (token?.kind !== 'number' || !/^\d{4}$/.test(token.raw) || (ending === undefined && !isAfterStars)) continue
    if (isPartOfMore(tokens, start)) continue
    // "auf 4821" is an ending only where "die" or "endet" is near; "visa 2025" may be a year.
    const isVague = !isAfterStars && /^(?:auf|n|nr|no|final)$/.test(wordAt(tokens, at)) && ending?.next === at + 1
    if (isVague && !/^(?:endet|endend|die|karte|konto|cartao|conta|com|de|carte|compte)$/.test(wordAt(tokens, at - 1)))
      continue
    return { digits: token.raw, place: [at, start + 1] }
  }
  return undefined
}

// "••••", "****", "…", "...", "xxxx": one and more.
function starsEnd(tokens: readonly Token[], at: number): number {
  let end = at
  const starsMax = at + 16
  while (end < starsMax && /^(?:[•*·●…]|x{2,})$/.test(wordAt(tokens, end))) end += 1
  if (end > at) return end
  while (end < starsMax && wordAt(tokens, end) === '.') end += 1
  return end - at >= 2 ? end : at
}

function isPartOfMore(tokens: readonly Token[], at: number): boolean {
  const after = tokens[at + 1]
  return after?.glued === true && (after.kind !== 'mark' || /^[-/%€$£]$/.test(after.raw)) && after.raw !== ')'
}

// Sorts of accounts and cards. What follows in brackets of thought: longer names first, as the table looks them up.
const sorts: readonly Phrases[] = [
  'savings account|savings|saving account|checking account|checking|chequing account|chequing|current account|joint account|joint one|joint savings|joint|business account|student account|brokerage account|brokerage|isa|cash isa|mortgage|credit card|debit card|visa card|visa debit|visa|mastercard|master card|amex|american express|gold card|platinum card|business card|rainy day fund|emergency fund|holiday fund|money market account',
  'cuenta corriente|cuenta de ahorro|cuenta de ahorros|cuenta ahorro|cuenta nomina|cuenta conjunta|cuenta comun|cuenta compartida|cuenta de nomina|cuenta de cheques|ahorros|la conjunta|la comun|tarjeta de credito|tarjeta de debito|tarjeta visa|tarjeta oro|hipoteca',
  'compte courant|compte cheque|compte cheques|compte joint|compte commun|compte epargne|compte d epargne|livret a|livret|epargne|ldd|ldds|pel|carte de credit|carte bleue|carte bancaire|carte visa|carte gold|cb|compte pro|compte professionnel',
  'girokonto|gemeinschaftskonto|sparkonto|sparbuch|tagesgeldkonto|tagesgeld|festgeld|festgeldkonto|geschaftskonto|gehaltskonto|kreditkarte|kreditkarten|girokarte|girocard|debitkarte|ec karte|visakarte|visa karte|depot|hauptkonto|urlaubskonto|haushaltskonto',
  'conta corrente|conta poupanca|conta conjunta|conta salario|conta a ordem|conta ordem|poupanca|cartao de credito|cartao de debito|cartao visa|cartao gold|cartao black|conta digital',
]
const sortTable = makeTable<true>([[sorts.join('|'), true]])

// "my holiday pot", "das Konto Urlaub": a name of the customer's own beside a word for account.
const holders = /^(?:account|acct|fund|pot|stash|card|kitty|jar)$/
const possessives = /^(?:my|our|the)$/
const noNames = new Set(
  'my our the a an this that bank other new old same first second last which what any all each every credit debit no for on in of to with from own whole main one and is was your his her their freeze lost stolen frozen'.split(' '),
) // prettier-ignore
const nameWordsMax = 3

function findNamed(reading: Reading): readonly [number, number] | undefined {
  const { tokens } = reading
  for (let at = 0; at < tokens.length; at += 1) {
    const sort = lookUp(sortTable, tokens, at)
    if (sort !== undefined) return [at, sort.next]
    if (holders.test(wordAt(tokens, at))) {
      const start = nameStart(tokens, at)
      if (start !== undefined) return [start, at + 1]
    }
  }
  return undefined
}

// "cuenta de ahorros" is "ahorros", "savings account" is "savings": what every account is called says nothing.
function withoutGeneral(tokens: readonly Token[], [from, to]: readonly [number, number]): readonly [number, number] {
  let [start, end] = [from, to]
  while (end - start > 1 && general.test(wordAt(tokens, start))) start += 1
  while (end - start > 1 && /^(?:account|one)$/.test(wordAt(tokens, end - 1))) end -= 1
  return [start, end]
}

const general = /^(?:cuenta|compte|conta|de|d|a|la|les)$/

function nameStart(tokens: readonly Token[], holder: number): number | undefined {
  let start = holder
  while (start > 0 && holder - start < nameWordsMax && isNameWord(tokens[start - 1])) start -= 1
  return start < holder && possessives.test(wordAt(tokens, start - 1)) ? start : undefined
}

function isNameWord(token: Token | undefined): boolean {
  return token?.kind === 'word' && !noNames.has(token.word)
}
