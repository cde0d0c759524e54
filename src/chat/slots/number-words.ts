import type { Language } from '../../channels/index.ts'
import { type PhraseTable, lookUp, makeTable } from './phrase-table.ts'
import { type Token, wordAt } from './tokens.ts'

/** A number that was spelled out, times ten ("two and a half" is 25), and the place behind it. */
export type SpelledNumber = { readonly tenths: bigint; readonly next: number }

/** What a word does to the number so far. */
type Part =
  | { readonly does: 'add'; readonly value: number; readonly andHalf?: true }
  | { readonly does: 'multiply'; readonly value: number }
  | { readonly does: 'join' }
  | { readonly does: 'half' }
  | { readonly does: 'begin' }

/** No number that people spell out has more words. */
const wordsMax = 14

/**
 * Reads a number written in words: "two hundred and fifty", "zweihundertfünfzig", "quatre-vingt-dix", "mil e duzentos",
 * "one and a half thousand". Undefined where none stands.
 */
export function readNumberWords(tokens: readonly Token[], at: number, language: Language): SpelledNumber | undefined {
  const sum = { total: 0, current: 0, isHalf: false }
  let next = at
  let end = at
  while (next < at + wordsMax) {
    const part = partAt(tokens, next, language)
    if (part === undefined) break
    const step = part.part
    // An article or "and" counts only with what follows it.
    if (step.does === 'begin' ? next !== at : step.does === 'join' && end === at) break
    const isReal = step.does !== 'begin' && step.does !== 'join'
    if (isReal && !apply(sum, step)) break
    next = part.next
    if (isReal) end = next
  }
  if (end === at) return undefined
  const tenths = BigInt(sum.total + sum.current) * 10n + (sum.isHalf ? 5n : 0n)
  return { tenths, next: end }
}

function apply(sum: { total: number; current: number; isHalf: boolean }, part: Part): boolean {
  if (sum.isHalf && part.does !== 'multiply') return false
  if (part.does === 'half') sum.isHalf = true
  if (part.does === 'add') {
    if (part.andHalf === true) sum.isHalf = true
    return addTo(sum, part.value)
  }
  if (part.does === 'multiply') return multiply(sum, part.value)
  return true
}

function addTo(sum: { total: number; current: number }, value: number): boolean {
  const rest = sum.current % 100
  // Quatre-vingts; soixante-dix and quatre-vingt-dix.
  const isFourTwenties = value === 20 && rest === 4
  const isSixtyTen = value >= 10 && value < 20 && (rest === 60 || rest === 80)
  const fits = value >= 100 ? sum.current === 0 : rest === 0 || (rest >= 20 && rest % 10 === 0 && value < 10)
  if (!fits && !isFourTwenties && !isSixtyTen) return false
  if (value === 0 && sum.current > 0) return false
  sum.current += isFourTwenties ? 76 : value
  return true
}

function multiply(sum: { total: number; current: number; isHalf: boolean }, value: number): boolean {
  const halves = sum.isHalf ? 0.5 : 0
  if (value === 100) {
    if (sum.current + halves >= 100) return false
    sum.current = (sum.current + halves || 1) * 100
  } else {
    if (sum.total % (value * 1000) !== 0 || (sum.total > 0 && sum.total < value)) return false
    sum.total += (sum.current + halves || 1) * value
    sum.current = 0
  }
  sum.isHalf = false
  return true
}

function partAt(
  tokens: readonly Token[],
  at: number,
  language: Language,
): { readonly part: Part; readonly next: number } | undefined {
  const token = tokens[at]
  if (token === undefined) return undefined
  // "vingt-cinq": a hyphen between two parts.
  if (token.word === '-' && token.glued && tokens[at + 1]?.glued === true)
    return { part: { does: 'join' }, next: at + 1 }
  const isArticle = language === 'en' && token.word === 'a'
  if (isArticle && /^(?:hundred|thousand|million|couple)$/.test(wordAt(tokens, at + 1))) {
    return { part: { does: 'begin' }, next: at + 1 }
  }
  const found = lookUp(tables[language], tokens, at)
  if (found !== undefined) return { part: found.value, next: found.next }
  if (language !== 'de') return undefined
  const value = germanNumber(wordAt(tokens, at))
  return value === undefined ? undefined : { part: { does: 'add', value }, next: at + 1 }
}

/** No German number in one word is longer. */
const germanLengthMax = 60

// "zweitausenddreihundertfünfundvierzig": thousands, hundreds, then "five and forty".
function germanNumber(word: string): number | undefined {
  if (word.length > germanLengthMax) return undefined
  return (
    splitAt(word, 'tausend', 1000, germanHundreds) ??
    splitAt(word, 'hundert', 100, germanBelowHundred) ??
    germanBelowHundred(word)
  )
}

function germanHundreds(word: string): number | undefined {
  return splitAt(word, 'hundert', 100, germanBelowHundred) ?? germanBelowHundred(word)
}

function splitAt(
  word: string,
  name: string,
  factor: number,
  read: (part: string) => number | undefined,
): number | undefined {
  const place = word.indexOf(name)
  if (place < 0) return undefined
  const left = place === 0 ? 1 : read(word.slice(0, place))
  const rest = word.slice(place + name.length).replace(/^und/, '')
  const right = rest === '' ? 0 : read(rest)
  return left === undefined || right === undefined ? undefined : left * factor + right
}

function germanBelowHundred(word: string): number | undefined {
  const plain = germanSmall.get(word)
  if (plain !== undefined) return plain
  const place = word.indexOf('und', 1)
  if (place < 0) return undefined
  const one = germanSmall.get(word.slice(0, place))
  const ten = germanSmall.get(word.slice(place + 3))
  if (one === undefined || ten === undefined || one > 9 || ten < 20) return undefined
  return one + ten
}

const germanSmall = new Map<string, number>(
  Object.entries({
    ein: 1, eins: 1, eine: 1, einen: 1, einem: 1, einer: 1, zwei: 2, zwo: 2, drei: 3, vier: 4, funf: 5, fuenf: 5, sechs: 6, sieben: 7, acht: 8, neun: 9,
    zehn: 10, elf: 11, zwolf: 12, zwoelf: 12, dreizehn: 13, vierzehn: 14, funfzehn: 15, fuenfzehn: 15, sechzehn: 16, siebzehn: 17, achtzehn: 18, neunzehn: 19,
    zwanzig: 20, dreissig: 30, vierzig: 40, funfzig: 50, fuenfzig: 50, sechzig: 60, siebzig: 70, achtzig: 80, neunzig: 90,
  }),
) // prettier-ignore

const add = (list: string, first = 1, step = 1): (readonly [string, Part])[] =>
  list.split(' ').map((phrases, index) => [phrases, { does: 'add', value: first + index * step }])
const times = (phrases: string, value: number): readonly [string, Part] => [phrases, { does: 'multiply', value }]
const join = (phrases: string): readonly [string, Part] => [phrases, { does: 'join' }]
const half = (phrases: string): readonly [string, Part] => [phrases, { does: 'half' }]

const tables: { readonly [Name in Language]: PhraseTable<Part> } = {
  en: makeTable<Part>([
    ...add('zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen', 0),
    ...add('twenty thirty forty|fourty fifty sixty seventy eighty ninety', 20, 10),
    times('hundred|hundreds', 100), times('thousand', 1000), times('million', 1_000_000),
    join('and'), half('and a half|half a'), ['couple of|couple', { does: 'add', value: 2 }],
  ]),
  es: makeTable<Part>([
    ...add('cero uno|un|una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve veinte veintiuno|veintiun|veintiuna veintidos veintitres veinticuatro veinticinco veintiseis veintisiete veintiocho veintinueve', 0),
    ...add('treinta cuarenta cincuenta sesenta setenta ochenta noventa', 30, 10),
    ...add('cien|ciento doscientos|doscientas trescientos|trescientas cuatrocientos|cuatrocientas quinientos|quinientas seiscientos|seiscientas setecientos|setecientas ochocientos|ochocientas novecientos|novecientas', 100, 100),
    times('mil', 1000), times('millon|millones', 1_000_000), join('y'), half('y medio|y media|medio'),
  ]),
  fr: makeTable<Part>([
    ...add('zero un|une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize', 0),
    ...add('vingt|vingts trente quarante cinquante soixante septante huitante|octante nonante', 20, 10),
    times('cent|cents', 100), times('mille|milles', 1000), times('million|millions', 1_000_000),
    join('et'), half('et demi|et demie|un demi'),
  ]),
  de: makeTable<Part>([
    times('hundert', 100), times('tausend', 1000), times('million|millionen', 1_000_000), half('einhalb|eine halbe'),
    ['anderthalb|eineinhalb', { does: 'add', value: 1, andHalf: true }], ['zweieinhalb', { does: 'add', value: 2, andHalf: true }],
    ['dreieinhalb', { does: 'add', value: 3, andHalf: true }],
  ]),
  pt: makeTable<Part>([
    ...add('zero um|uma dois|duas tres quatro cinco seis|meia sete oito nove dez onze doze treze catorze|quatorze quinze dezesseis|dezasseis dezessete|dezassete dezoito dezenove|dezanove', 0),
    ...add('vinte trinta quarenta cinquenta|cinqüenta sessenta setenta oitenta noventa', 20, 10),
    ...add('cem|cento duzentos|duzentas trezentos|trezentas quatrocentos|quatrocentas quinhentos|quinhentas seiscentos|seiscentas setecentos|setecentas oitocentos|oitocentas novecentos|novecentas', 100, 100),
    times('mil', 1000), times('milhao|milhoes', 1_000_000), join('e'), half('e meio|e meia|meio'),
  ]),
} // prettier-ignore
