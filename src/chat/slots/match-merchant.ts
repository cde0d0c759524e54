import type { Secret } from '../../kernel/index.ts'
import { likeness, nameWords } from './likeness.ts'

/** What of a transaction tells the shop. The bank's `Transaction` is one. */
export type NamedTransaction = {
  readonly merchant: Secret<string> | undefined
  readonly description: Secret<string>
  readonly place: Secret<{ readonly city: string }> | undefined
}

/** One shop among the customer's own transactions. */
export type MerchantMatch<Item> = { readonly name: string; readonly transactions: readonly Item[] }

/** Which shop was meant: one, several that fit as well, or none. */
export type MerchantMatches<Item> =
  | { readonly found: 'one'; readonly match: MerchantMatch<Item> }
  | { readonly found: 'several'; readonly matches: readonly MerchantMatch<Item>[] }
  | { readonly found: 'none' }

/** Less alike is another shop. */
const likenessMin = 0.8
/** Shops this close to the best are as likely meant. */
const tieWidth = 0.05
/** Nobody chooses among more. */
const choicesMax = 8

/**
 * Finds the shop that typed words mean among the customer's own transactions, whatever the till wrote: accents, legal forms,
 * payment services in front ("SQ *"), store numbers and the city behind do not count; slips of the fingers are forgiven.
 * "uber" is Uber where there is one, though Uber Eats begins alike; two gyms called Balance are two.
 */
export function matchMerchant<Item extends NamedTransaction>(
  words: string,
  transactions: readonly Item[],
): MerchantMatches<Item> {
  const typed = merchantWords(words, undefined)
  const scored = groupByShop(transactions, typed)
    .map((group) => ({ ...group, score: likeness(typed, group.words) }))
    .filter(({ score }) => score >= likenessMin)
    .sort((left, right) => right.score - left.score)
  const best = scored[0]?.score ?? 0
  const fitting = scored.filter(({ score }) => score > best - tieWidth && (best < 1 || score === 1))
  const matches = fitting.slice(0, choicesMax).map(({ name, items }) => ({ name, transactions: items }))
  const [only] = matches
  if (only === undefined) return { found: 'none' }
  return matches.length === 1 ? { found: 'one', match: only } : { found: 'several', matches }
}

type Group<Item> = { readonly name: string; readonly words: readonly string[]; readonly items: Item[] }

function groupByShop<Item extends NamedTransaction>(
  transactions: readonly Item[],
  typed: readonly string[],
): readonly Group<Item>[] {
  const groups = new Map<string, Group<Item>>()
  for (const item of transactions) {
    const name = (item.merchant ?? item.description).reveal()
    const words = merchantWords(name, item.place?.reveal().city)
    // One chain, many branches: "Lidl 0234" and "LIDL DIENSTLEISTUNG" are one to somebody who typed a known name.
    const chain = chainOf(words)
    const isChain = chain !== undefined && chain === chainOf(typed) && typed.length === chain.split(' ').length
    const own = isChain ? typed : words
    const key = own.join(' ')
    const group = groups.get(key) ?? { name: isChain ? typed.join(' ') : name, words: own, items: [] }
    group.items.push(item)
    groups.set(key, group)
  }
  return [...groups.values()]
}

/** The words of a shop's name that tell it from others. */
export function merchantWords(name: string, city: string | undefined): readonly string[] {
  const aliased = nameWords(name.replace(services, ' ')).flatMap((word) => aliases.get(word) ?? [word])
  const cityWords = city === undefined ? [] : nameWords(city)
  const start = withoutTail(aliased, cityWords)
  const kept = start.filter(
    (word) => !legalForms.has(word) && !/^\d{2,}$/.test(word) && !/^(?=.*\d)[a-z\d]{6,}$/.test(word),
  )
  return kept.length === 0 ? start : kept
}

// Payment services and machines that write themselves before the shop.
const services =
  /^\s*(?:sq|tst|sp|iz|zettle|sumup|paypal|pp|izettle|stripe|klarna|apl|google|ec|pos|visa|mastercard|card purchase|purchase|compra(?: en)?|achat(?: cb)?|paiement(?: par carte)?|kartenzahlung|lastschrift)\s*[*_:/-]+\s*/iu

const aliases: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    amzn: ['amazon'], amazn: ['amazon'], mktp: [], mktplace: [], mktpl: [], marketplace: [], sbux: ['starbucks'], mcd: ['mcdonalds'], wm: ['walmart'], wal: [], mart: ['walmart'],
    supercenter: [], com: [], www: [], inc: [], eu: [], bill: [], pymt: [], payments: [], online: [], dienstleistung: [], sagt: [], danke: [],
  }),
) // prettier-ignore

const legalForms: ReadonlySet<string> = new Set(
  'gmbh ag kg ohg ug ek mbh ltd limited plc llc llp inc corp co company sa sas sarl sasu sl slu srl spa bv nv oy ab as aps ltda eireli me cia sab cv se'.split(' '),
) // prettier-ignore

// "STARBUCKS 12345 BERLIN": the city is known from the place; behind a store number comes nothing of the name.
function withoutTail(words: readonly string[], city: readonly string[]): readonly string[] {
  const number = words.findIndex((word, index) => index > 0 && /^\d{3,}$/.test(word))
  const named = number > 0 ? words.slice(0, number) : words
  const isCity =
    city.length > 0 &&
    named.length > city.length &&
    city.every((word, index) => named[named.length - city.length + index] === word)
  return isCity ? named.slice(0, -city.length) : named
}

/** Chains with branches everywhere: what stands behind their name is where, or which till. */
const chains: ReadonlySet<string> = new Set(
  'amazon|aldi|lidl|rewe|edeka|kaufland|penny|netto|tesco|sainsburys|asda|morrisons|waitrose|walmart|target|costco|starbucks|costa|greggs|mcdonalds|burger king|kfc|subway|zara|primark|ikea|decathlon|carrefour|auchan|leclerc|monoprix|fnac|mercadona|oxxo|soriana|shell|repsol|galp|aral|esso|total|bp|dm|rossmann|coop|migros|spar|billa|netflix|spotify|paypal|ebay|continente|pingo doce|walgreens|cvs'.split(
    '|',
  ),
)

function chainOf(words: readonly string[]): string | undefined {
  const two = words.slice(0, 2).join(' ')
  if (words.length >= 2 && chains.has(two)) return two
  return chains.has(words[0] ?? '') ? words[0] : undefined
}
