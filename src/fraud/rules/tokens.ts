import { ruleLimits } from './rule-limits.ts'
import type { RuleProblem, Span } from './rule-problem.ts'

/** One piece of a sentence: a word of the language or a name, capitals such as `FR` or `USD`, a number, a text, a sign. */
export type Token = Span & {
  readonly kind: 'word' | 'capitals' | 'number' | 'text' | 'sign'
  /** What it says: for a text, without its quotes. */
  readonly text: string
}

const signs = ['>=', '<=', '>', '<', '(', ')', ',', '+', '-', '%'] as const

/** What people write by habit, and what the language says instead. */
const habits: Readonly<Record<string, string>> = {
  '==': 'is',
  '=': 'is',
  '!=': 'is not',
  '<>': 'is not',
  '≠': 'is not',
  '≥': '>=',
  '≤': '<=',
  '*': 'times',
  '×': 'times',
  '&&': 'and',
  '||': 'or',
  '!': 'not',
  '“': '"',
  '”': '"',
  "'": '"',
}

/** Cuts a sentence into tokens, up to the first thing that is none. */
export function readTokens(sentence: string): { readonly tokens: readonly Token[]; readonly problem?: RuleProblem } {
  const tokens: Token[] = []
  if (sentence.length > ruleLimits.sentenceChars) {
    const from = ruleLimits.sentenceChars
    const details = { max: String(ruleLimits.sentenceChars) }
    return { tokens, problem: { code: 'too-long', from, to: sentence.length, words: '', details } }
  }
  let at = 0
  while (at < sentence.length) {
    const character = sentence.charAt(at)
    if (isSpace(character)) at += 1
    else {
      const read = readOne(sentence, at)
      if ('code' in read) return { tokens, problem: read }
      tokens.push(read)
      at = read.to
    }
  }
  return { tokens }
}

function readOne(sentence: string, from: number): Token | RuleProblem {
  const character = sentence.charAt(from)
  if (isLower(character)) return wordFrom(sentence, from, 'word')
  if (isUpper(character)) return wordFrom(sentence, from, 'capitals')
  if (isDigit(character)) return numberFrom(sentence, from)
  if (character === '"') return textFrom(sentence, from)
  const habit = habitAt(sentence, from)
  if (habit !== undefined) return habit
  const sign = signs.find((each) => sentence.startsWith(each, from))
  if (sign !== undefined) return { kind: 'sign', text: sign, from, to: from + sign.length }
  const words = String.fromCodePoint(sentence.codePointAt(from) ?? 0)
  return { code: 'strange-character', from, to: from + words.length, words, details: {} }
}

function wordFrom(sentence: string, from: number, kind: 'word' | 'capitals'): Token | RuleProblem {
  const to = endWhile(sentence, from, (character) => isWordPart(character) || isUpper(character))
  const text = sentence.slice(from, to)
  const isPlain = kind === 'capitals' ? every(text, isUpper) && text.length <= 3 : every(text, isWordPart)
  if (isPlain) return { kind, text, from, to }
  const lower = text.toLowerCase()
  return { code: 'strange-character', from, to, words: text, details: {}, suggestion: lower }
}

function numberFrom(sentence: string, from: number): Token | RuleProblem {
  const to = endWhile(sentence, from, (character) => isDigit(character) || character === '.' || isWordPart(character))
  const text = sentence.slice(from, to)
  if (isPlainNumber(text)) return { kind: 'number', text, from, to }
  return { code: 'bad-number', from, to, words: text, details: {} }
}

/** At most 12 digits and six decimals: what is read is then printed and read again as the same number. */
function isPlainNumber(text: string): boolean {
  const [whole = '', decimals, ...more] = text.split('.')
  if (more.length > 0 || !every(whole, isDigit) || whole.length === 0 || whole.length > 12) return false
  if (decimals === undefined) return true
  return decimals.length >= 1 && decimals.length <= 6 && every(decimals, isDigit) && whole.length <= 9
}

function textFrom(sentence: string, from: number): Token | RuleProblem {
  const end = sentence.indexOf('"', from + 1)
  if (end < 0) {
    const words = sentence.slice(from)
    return { code: 'unfinished-text', from, to: sentence.length, words, details: {}, suggestion: `${words}"` }
  }
  const text = sentence.slice(from + 1, end)
  if (text.length <= ruleLimits.textChars && text.length > 0 && every(text, isPrintable)) {
    return { kind: 'text', text, from, to: end + 1 }
  }
  const details = { what: `a text of 1 to ${ruleLimits.textChars} plain characters` }
  return { code: 'bad-value', from, to: end + 1, words: sentence.slice(from, end + 1), details }
}

function habitAt(sentence: string, from: number): RuleProblem | undefined {
  for (const length of [2, 1]) {
    const words = sentence.slice(from, from + length)
    const suggestion = Object.hasOwn(habits, words) ? habits[words] : undefined
    if (suggestion !== undefined)
      return { code: 'strange-character', from, to: from + words.length, words, details: {}, suggestion }
  }
  return undefined
}

function endWhile(sentence: string, from: number, holds: (character: string) => boolean): number {
  let to = from
  while (to < sentence.length && holds(sentence.charAt(to))) to += 1
  return to
}

/** Whether a character may stand inside a name. */
export function isWordPart(character: string): boolean {
  return isLower(character) || isDigit(character) || character === '_'
}

function every(text: string, holds: (character: string) => boolean): boolean {
  for (let at = 0; at < text.length; at += 1) if (!holds(text.charAt(at))) return false
  return true
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\n' || character === '\t' || character === '\r'
}
function isLower(character: string): boolean {
  return character >= 'a' && character <= 'z'
}
function isUpper(character: string): boolean {
  return character >= 'A' && character <= 'Z'
}
function isDigit(character: string): boolean {
  return character >= '0' && character <= '9'
}
function isPrintable(character: string): boolean {
  // No halves of surrogate pairs: what is hashed and signed has one form of bytes.
  return character >= ' ' && character !== '\u007f' && (character < '\ud800' || character > '\udfff')
}
