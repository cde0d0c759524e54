import { type Found, lookUp, makeTable } from './phrase-table.ts'
import { type Token, wordAt } from './tokens.ts'

/** What a sign or word says about the currency. */
export type CurrencySign = {
  readonly currency: string
  /** Only a guess from where the person lives: a code beside it decides ("$20 MXN"). */
  readonly isGuess: boolean
  /** Hundredths of the currency: cents, centimes, pence. */
  readonly isHundredth: boolean
  /** A word stands for so many at once: "grand", "tenner". */
  readonly times: bigint
  /** "tenner", "fiver": an amount by itself. */
  readonly isWhole: boolean
}

/** The sign, code or word of a currency that begins at a place. `zone`: what the customer's country uses. */
export function currencyAt(
  tokens: readonly Token[],
  at: number,
  zone: string | undefined,
): Found<CurrencySign> | undefined {
  return symbolAt(tokens, at, zone) ?? codeAt(tokens, at) ?? wordOfCurrencyAt(tokens, at, zone)
}

// US$, R$, CA$, JP¥ before the sign; $US, £GB behind it, as French writes them.
function symbolAt(tokens: readonly Token[], at: number, zone: string | undefined): Found<CurrencySign> | undefined {
  const token = tokens[at]
  const after = tokens[at + 1]
  if (token === undefined) return undefined
  if (token.kind === 'word' && after?.glued === true && prefixes.has(`${token.word}${after.raw}`)) {
    return sign(prefixes.get(`${token.word}${after.raw}`) ?? '', at + 2)
  }
  const plain = symbols.get(token.raw)
  if (plain === undefined) return undefined
  const isTight = after !== undefined && (after.glued || after.start - token.end === 1)
  if (after?.kind === 'word' && isTight && after.raw === after.raw.toUpperCase()) {
    const currency = suffixes.get(`${token.raw}${after.word}`)
    if (currency !== undefined) return sign(currency, at + 2)
  }
  return token.raw === '$' || token.raw === '¥' ? sign(guess(plain, zone), at + 1, true) : sign(plain, at + 1)
}

// ISO 4217 in capitals; in small letters only codes that are no words.
function codeAt(tokens: readonly Token[], at: number): Found<CurrencySign> | undefined {
  const token = tokens[at]
  if (token?.kind !== 'word' || token.raw.length !== 3) return undefined
  const code = token.raw.toUpperCase()
  if (!codes.has(code) || (token.raw !== code && !codesInSmall.has(token.word))) return undefined
  return sign(code, at + 1)
}

function wordOfCurrencyAt(
  tokens: readonly Token[],
  at: number,
  zone: string | undefined,
): Found<CurrencySign> | undefined {
  // A Swiss "Fr." is no abbreviation elsewhere.
  if (wordAt(tokens, at) === 'fr' && zone === 'CHF')
    return sign('CHF', wordAt(tokens, at + 1) === '.' ? at + 2 : at + 1)
  const found = lookUp(words, tokens, at)
  if (found === undefined) return undefined
  const { value, next } = found
  const currency = value.currency === 'zone' ? zone : guess(value.currency, zone)
  if (currency === undefined || value.onlyIn?.includes(currency) === false) return undefined
  const isGuess = currency !== value.currency
  return {
    value: {
      currency,
      isGuess,
      isHundredth: value.isHundredth ?? false,
      times: value.times ?? 1n,
      isWhole: value.isWhole ?? false,
    },
    next,
  }
}

/** Dollars, pesos and the sign that both use are those of the customer's own country, where it has any. */
function guess(currency: string, zone: string | undefined): string {
  if (currency === '$' || currency === 'dollar' || currency === 'peso' || currency === '¥') {
    const own: { readonly countries: readonly string[]; readonly otherwise: string } = ownSigns[currency]
    return zone !== undefined && own.countries.includes(zone) ? zone : own.otherwise
  }
  return currency
}

const dollars = ['USD', 'CAD', 'AUD', 'NZD', 'SGD', 'HKD']
const pesos = ['MXN', 'ARS', 'CLP', 'COP', 'UYU', 'DOP', 'CUP', 'PHP']
const ownSigns = {
  $: { countries: [...dollars, ...pesos, 'BRL', 'NIO', 'CVE'], otherwise: 'USD' },
  dollar: { countries: dollars, otherwise: 'USD' },
  peso: { countries: pesos, otherwise: 'MXN' },
  '¥': { countries: ['CNY'], otherwise: 'JPY' },
}

function sign(currency: string, next: number, isGuess = false): Found<CurrencySign> {
  return { value: { currency, isGuess, isHundredth: false, times: 1n, isWhole: false }, next }
}

const symbols: ReadonlyMap<string, string> = new Map(
  Object.entries({ '€': 'EUR', $: '$', '£': 'GBP', '¥': '¥', '₹': 'INR', '₩': 'KRW', '₪': 'ILS', '₱': 'PHP', '₫': 'VND', '₺': 'TRY', '₽': 'RUB', '₴': 'UAH', '₦': 'NGN', '฿': 'THB' }),
) // prettier-ignore

const prefixes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    us$: 'USD', u$: 'USD', usd$: 'USD', mx$: 'MXN', mxn$: 'MXN', ca$: 'CAD', c$: 'CAD', can$: 'CAD', a$: 'AUD', au$: 'AUD', nz$: 'NZD', hk$: 'HKD', nt$: 'TWD', s$: 'SGD',
    r$: 'BRL', rs$: 'BRL', ar$: 'ARS', cl$: 'CLP', co$: 'COP', 'cn¥': 'CNY', 'jp¥': 'JPY', 's/': 'PEN',
  }),
) // prettier-ignore

const suffixes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    $us: 'USD', $ca: 'CAD', $can: 'CAD', $au: 'AUD', $nz: 'NZD', $hk: 'HKD', $sg: 'SGD', $mx: 'MXN', $ar: 'ARS', $cl: 'CLP', $co: 'COP', $uy: 'UYU', '£gb': 'GBP', '¥jp': 'JPY',
  }),
) // prettier-ignore

const codes: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))
const codesInSmall: ReadonlySet<string> = new Set(
  'eur usd gbp chf mxn brl cad aud nzd jpy cny inr sek nok dkk pln czk huf ars clp uyu zar sgd hkd thb krw'.split(' '),
)

type Word = {
  readonly currency: string
  readonly isHundredth?: true
  readonly times?: bigint
  readonly isWhole?: true
  /** Slang of these countries; elsewhere it means something else. */
  readonly onlyIn?: readonly string[]
}

// The words of all five languages in one table: people name a foreign currency in their own tongue.
const words = makeTable<Word>([
  ['euro|euros|euronen|euritos|leuro|leuros|teuro|teuros|oiro|oiros|balle|balles|pavo|pavos|uros|eier|mause|kroten|tacken|ocken|piepen|mucken', { currency: 'EUR' }],
  ['quid|quids|pound|pounds|pounds sterling|pound sterling|sterling|pfund|libra|libras|libras esterlinas|libra esterlina|livre sterling|livres sterling|livres|gbp pounds', { currency: 'GBP' }],
  ['us dollar|us dollars|american dollars|us dolares|dolares americanos|dolar americano|dolares estadounidenses|dollars americains|dollar americain|us dollar|amerikanische dollar', { currency: 'USD' }],
  ['canadian dollars|dollars canadiens|dolares canadienses|dolares canadenses|kanadische dollar', { currency: 'CAD' }],
  ['australian dollars|dollars australiens|dolares australianos|australische dollar', { currency: 'AUD' }],
  ['mexican pesos|pesos mexicanos|peso mexicano|varos|varo', { currency: 'MXN' }],
  ['pesos argentinos|argentine pesos', { currency: 'ARS' }],
  ['pesos chilenos|chilean pesos', { currency: 'CLP' }],
  ['pesos colombianos|colombian pesos', { currency: 'COP' }],
  ['dollar|dollars|buck|bucks|dolar|dolares|dólar|dolars|piasse|piasses', { currency: 'dollar' }],
  ['peso|pesos', { currency: 'peso' }],
  ['real|reais|reals|conto|contos|pila|pilas|mangos de real', { currency: 'BRL' }],
  ['swiss franc|swiss francs|franc suisse|francs suisses|schweizer franken|francos suizos|francos suicos|franken|fränkli|stutz|sfr|franc|francs|franco|francos', { currency: 'CHF' }],
  ['yen|yens|ien|ienes|yenes', { currency: 'JPY' }],
  ['yuan|yuans|yuanes|renminbi', { currency: 'CNY' }],
  ['rupee|rupees|rupias|roupies|rupien', { currency: 'INR' }],
  ['swedish kronor|kronor|kronas suecas|couronnes suedoises|schwedische kronen|coroas suecas', { currency: 'SEK' }],
  ['zloty|zlotys|zlotych|esloti', { currency: 'PLN' }],
  ['soles|nuevos soles', { currency: 'PEN' }],
  ['euro cent|euro cents|eurocent|eurocents', { currency: 'EUR', isHundredth: true }],
  ['penny|pennies|pence|peniques', { currency: 'GBP', isHundredth: true }],
  ['rappen', { currency: 'CHF', isHundredth: true }],
  ['cent|cents|ct|cts|centime|centimes|centimo|centimos|centavo|centavos|centimos de euro', { currency: 'zone', isHundredth: true }],
  ['grand|riesen', { currency: 'zone', times: 1000n }],
  ['luca|lucas', { currency: 'zone', times: 1000n, onlyIn: ['ARS', 'CLP', 'COP', 'UYU'] }],
  ['fiver', { currency: 'zone', times: 5n, isWhole: true }],
  ['tenner', { currency: 'zone', times: 10n, isWhole: true }],
]) // prettier-ignore
