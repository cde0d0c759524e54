import { mayBeginCard, openDigitsMax } from './mask-issuers.ts'
import { areAmounts, areDates, isPhone } from './mask-near-misses.ts'
import type { DigitGroup, DigitRun } from './mask-runs.ts'

/** What a message says about the digits it ends in. `bare`: it is nothing but them; `code`: and they are six, as in a linking code. */
export const evidences = ['card', 'bare', 'code', 'other', 'unknown'] as const
export type Evidence = (typeof evidences)[number]

/** How many digits an account or a card is named by. */
const lastDigitsMax = 4
/** How many units before the digits are read. */
const beforeMax = 40

const cardWords =
  /(?<![a-z])(?:cards?|visa|master ?card|amex|maestro|discover|tarjetas?|cartes?|karten?|kartennummer|kreditkarten?|cartao|cartoes)(?![a-z])/
const phoneWords =
  /(?<![a-z])(?:call|phone|telephone|tel|ring|text|whatsapp|mobile|cell|reach|llam\w*|telefono|movil|celular|appel\w*|rappel\w*|portable|joindre|ruf|anruf\w*|ruckruf\w*|handy\w*|telefon\w*|mobil\w*|erreich\w*|lig\w*|telefone|telemovel)(?![a-z])/
const endingWords =
  /(?<![a-z])(?:ending|ends|end in|last (?:4|four)(?: digits)?|terminada|terminado|termina|acabada|acabado|acaba|terminee?|termine|finissant|finit|se terminant|endet|endend\w*|endung|endziffern|final)(?: (?:in|with|on|en|con|por|par|auf|mit|em|com))?\s{1,2}$/
const moneyBefore =
  /(?:[€$£¥]|r\$|(?<![a-z])(?:eur|euros?|usd|gbp|chf|brl|mxn|cop|clp|ars|dollars?|pesos?|reais))\s{0,2}$/
const moneyAfter =
  /^\s{0,2}(?:[€$£¥%]|(?:eur|euros?|usd|gbp|chf|brl|mxn|cop|clp|ars|dollars?|bucks|quid|pounds?|pesos?|reais|francs?|franken|mil|k)(?![a-z]))/

/** Reads what stands around the last digits of a folded text. */
export function readEvidence(folded: string, tail: DigitRun): Evidence {
  const before = folded.slice(Math.max(tail.start - beforeMax, 0), tail.start)
  const after = folded.slice(tail.end, tail.end + beforeMax)
  if (isPhone(folded, tail) || areDates(tail.groups) || areAmounts(tail.groups)) return 'other'
  if (moneyBefore.test(before) || moneyAfter.test(after) || /[,'’]$/.test(before) || /^[,'’]\d/.test(after))
    return 'other'
  // Called the last four: those may be seen, and nothing goes on behind them. Put beside others they still make a whole number.
  if (tail.digits.length <= lastDigitsMax && endingWords.test(before)) return 'other'
  if (cardWords.test(before) || cardWords.test(after)) return 'card'
  if (phoneWords.test(before)) return 'other'
  if (/[^\s\d./\u200b-]/.test(folded)) return 'unknown'
  return tail.digits.length === 6 ? 'code' : 'bare'
}

/** So many digits of something that looks like a card number are half a secret. */
const tellingDigitsMin = 6
/** So many digits and no word, after a message whose digits are hidden, are taken for the number going on. */
const ongoingDigitsMin = 3

type Piece = { readonly groups: readonly DigitGroup[]; readonly evidence: Evidence; readonly isHidden: boolean }

/**
 * Whether the last of these pieces, one a message, is hidden until the next message: all together may begin a card number, and either more digits
 * than may be seen of one would stand in the open, or they are six and more and written like one or called one, or they go on after hidden
 * ones. What is a telephone number, a date or an amount by its looks is not hidden, nor is a six-digit code after nothing hidden.
 */
export function isWithheld(row: readonly Piece[]): boolean {
  const last = row.at(-1)
  // A code typed by itself says nothing of digits in a later sentence: people link a bank, then name an account by its last four, or ask
  // where their card was used in the last 10 days.
  const inWords =
    last?.evidence === 'unknown' || (last?.evidence === 'card' && digitsOf([last]).length < ongoingDigitsMin)
  const pieces = inWords ? row.filter(({ evidence, isHidden }) => evidence !== 'code' || isHidden) : row
  const digits = digitsOf(pieces)
  if (last === undefined || last.evidence === 'other' || digits.startsWith('1') || !mayBeginCard(digits)) return false
  const own = digitsOf([last]).length
  const isOngoing = pieces.slice(0, -1).some(({ isHidden }) => isHidden)
  const isBare = last.evidence === 'bare' || last.evidence === 'code'
  if (isOngoing && isBare && own >= ongoingDigitsMin) return true
  const isCalled = pieces.some(({ evidence }) => evidence === 'card')
  if (last.evidence === 'code' && !isCalled) return false
  const inTheOpen = digitsOf(pieces.filter(({ isHidden }) => !isHidden)).length
  if (inTheOpen > openDigitsMax(digits)) return true
  return inTheOpen >= tellingDigitsMin && (isCalled || (pieces.length === 1 && isPrintedSoFar(last.groups)))
}

function digitsOf(pieces: readonly Piece[]): string {
  return pieces.flatMap(({ groups }) => groups.map(({ digits }) => digits)).join('')
}

// Four and four, or four and six: how printed numbers begin.
function isPrintedSoFar(groups: readonly DigitGroup[]): boolean {
  const [first, second, ...rest] = groups.map(({ digits }) => digits.length)
  if (first !== 4 || second === undefined) return false
  if (second > 4) return second <= 6 && rest.length <= 1
  return second === 4 || rest.length === 0
}
