import { nearestWord } from './nearest-word.ts'
import { ruleLimits } from './rule-limits.ts'
import type { RuleProblem, RuleProblemCode, Span } from './rule-problem.ts'
import { durationUnits, outcomes } from './syntax.ts'
import type { DurationUnit, Expression, Ordering, Outcome, Sentence } from './syntax.ts'
import { readTokens } from './tokens.ts'
import type { Token } from './tokens.ts'

/** What the grammar would take at the end of what is there; completion turns it into suggestions. */
export type Want =
  | { readonly want: 'outcome' | 'when' | 'list-values' | 'comma-or-close' | 'close' }
  /** A value; `beside` is what it is compared or reckoned with. */
  | { readonly want: 'value'; readonly beside?: Expression }
  /** A value that is true or false, or the beginning of a comparison. */
  | { readonly want: 'condition' }
  | { readonly want: 'after-is'; readonly beside: Expression; readonly not: boolean }
  | { readonly want: 'list'; readonly beside: Expression }
  | { readonly want: 'unit'; readonly beside?: Expression }
  | { readonly want: 'operator'; readonly after: Expression }
  | { readonly want: 'joiner'; readonly joined: 'and' | 'or' | undefined }
  | { readonly want: 'and-of-between' }

/** A sentence as a tree, or what is wrong with its form; `wants`: what could follow, were the text to go on here. */
export type Parsed =
  | { readonly ok: true; readonly sentence: Sentence; readonly wants: readonly Want[] }
  | { readonly ok: false; readonly problem: RuleProblem; readonly wants: readonly Want[] }

/** Words of the language; no name may be one of them. */
export const keywords: ReadonlySet<string> = new Set([
  ...outcomes,
  ...['when', 'and', 'or', 'not', 'is', 'in', 'between', 'missing', 'times'],
  ...Object.keys(durationUnits).flatMap((unit) => [unit, `${unit}s`]),
])

/** Reads one rule's sentence. What names mean and whether types fit is checked apart (check-rule). */
export function parseRule(text: string): Parsed {
  const { tokens, problem } = readTokens(text)
  const parser = new Parser(tokens, text)
  try {
    const sentence = parser.sentence()
    if (problem !== undefined) return { ok: false, problem, wants: [] }
    return { ok: true, sentence, wants: parser.wants }
  } catch (thrown) {
    if (!(thrown instanceof Misread)) throw thrown
    // What could not be cut into tokens stands after all that was read; it is the cause if the parser came so far.
    const isCause = problem !== undefined && thrown.problem.from >= (tokens.at(-1)?.to ?? 0)
    return { ok: false, problem: isCause ? problem : thrown.problem, wants: parser.wants }
  }
}

/** Leaves the descent at the first problem; never leaves this file. */
class Misread extends Error {
  readonly problem: RuleProblem
  constructor(problem: RuleProblem) {
    super(problem.code)
    this.problem = problem
  }
}

const orderings: readonly Ordering[] = ['>', '>=', '<', '<=']

class Parser {
  /** Noted where the tokens end: completion asks for them. */
  readonly wants: Want[] = []
  readonly #tokens: readonly Token[]
  readonly #text: string
  #at = 0
  #depth = 0
  #comparisons = 0

  constructor(tokens: readonly Token[], text: string) {
    this.#tokens = tokens
    this.#text = text
  }

  sentence(): Sentence {
    const outcome = this.#outcome()
    this.#note({ want: 'when' })
    if (!this.#take('when')) this.#expected('"when"', ['when'])
    const when = this.#condition()
    if (this.#peek() !== undefined) this.#expected('"and", "or" or the end', ['and', 'or'])
    return { outcome, when }
  }

  #outcome(): Outcome {
    this.#note({ want: 'outcome' })
    const found = outcomes.find((each) => this.#take(each))
    return found ?? this.#expected('"allow", "block" or "review"', outcomes)
  }

  /** Parts joined by `and`, or parts joined by `or`: never both without parentheses, which people read in two ways. */
  #condition(): Expression {
    const parts = [this.#part()]
    let joined: 'and' | 'or' | undefined
    for (;;) {
      this.#note({ want: 'joiner', joined })
      const word = this.#peekWord()
      if (word !== 'and' && word !== 'or') break
      if (joined !== undefined && word !== joined) this.#fail('and-or-mixed', this.#peek() ?? this.#end(), {})
      joined = word
      this.#at += 1
      parts.push(this.#part())
    }
    const [first] = parts
    if (joined === undefined || first === undefined) return first ?? this.#expected('a condition')
    return { is: joined, parts, at: { from: first.at.from, to: this.#before() } }
  }

  #part(): Expression {
    this.#note({ want: 'condition' })
    const from = this.#peek()?.from ?? this.#text.length
    if (this.#peekWord() !== 'not') return this.#comparison()
    this.#at += 1
    const value = this.#deeper(() => this.#part())
    return { is: 'not', value, at: { from, to: this.#before() } }
  }

  #comparison(): Expression {
    this.#comparisons += 1
    if (this.#comparisons > ruleLimits.comparisons) {
      const details = { what: 'comparisons in a sentence', max: String(ruleLimits.comparisons) }
      this.#fail('too-many', this.#peek() ?? this.#end(), details)
    }
    const left = this.#sum(undefined)
    if (!isCondition(left)) this.#note({ want: 'operator', after: left })
    const sign = orderings.find((each) => this.#take(each))
    if (sign !== undefined) {
      const right = this.#sum(left)
      return { is: 'order', sign, left, right, at: span(left, right) }
    }
    if (this.#take('is')) return this.#afterIs(left)
    if (this.#take('in')) return this.#in(left, false)
    if (this.#peekWord() === 'not' && this.#peekWord(1) === 'in') {
      this.#at += 2
      return this.#in(left, true)
    }
    if (this.#take('between')) return this.#between(left)
    return left
  }

  #afterIs(left: Expression): Expression {
    this.#note({ want: 'after-is', beside: left, not: false })
    const not = this.#take('not')
    if (not) this.#note({ want: 'after-is', beside: left, not })
    const at = (): Span => ({ from: left.at.from, to: this.#before() })
    if (this.#take('missing')) return { is: 'missing', not, value: left, at: at() }
    if (this.#take('in')) return this.#in(left, not)
    if (!not && this.#take('between')) return this.#between(left)
    const right = this.#sum(left)
    return { is: 'same', not, left, right, at: at() }
  }

  #in(value: Expression, not: boolean): Expression {
    this.#note({ want: 'list', beside: value })
    const list = this.#list()
    return { is: 'in', not, value, list, at: span(value, list) }
  }

  #list(): Expression {
    const open = this.#peek()
    if (open?.kind === 'word' && !keywords.has(open.text)) return this.#name(open)
    if (open === undefined || !this.#take('(')) this.#expected('the name of a list, or values in ( )')
    const values: Expression[] = []
    do {
      this.#note({ want: 'list-values' })
      const token = this.#peek()
      if (token === undefined || token.kind === 'sign' || keywords.has(token.text)) this.#expected('a value')
      values.push(this.#literal(token, undefined))
      if (values.length > ruleLimits.listValues) {
        this.#fail('too-many', token, { what: 'values in a list', max: String(ruleLimits.listValues) })
      }
      this.#note({ want: 'comma-or-close' })
    } while (this.#take(','))
    if (!this.#take(')')) this.#expected('"," or ")"')
    return { is: 'values', values, at: { from: open?.from ?? 0, to: this.#before() } }
  }

  #between(value: Expression): Expression {
    const low = this.#sum(value)
    this.#note({ want: 'and-of-between' })
    if (!this.#take('and')) this.#expected('"and" and the upper end', ['and'])
    const high = this.#sum(value)
    return { is: 'between', value, low, high, at: span(value, high) }
  }

  #sum(beside: Expression | undefined): Expression {
    let left = this.#product(beside)
    for (;;) {
      const sign = this.#take('+') ? '+' : this.#take('-') ? '-' : undefined
      if (sign === undefined) return left
      const right = this.#product(left)
      left = { is: 'sum', sign, left, right, at: span(left, right) }
      this.#bounded(left)
    }
  }

  #product(beside: Expression | undefined): Expression {
    let left = this.#value(beside)
    while (this.#take('times')) {
      const right = this.#value(beside)
      left = { is: 'times', left, right, at: span(left, right) }
      this.#bounded(left)
    }
    return left
  }

  #value(beside: Expression | undefined): Expression {
    this.#note(beside === undefined ? { want: 'value' } : { want: 'value', beside })
    const token = this.#peek()
    if (token === undefined) return this.#expected('a value')
    if (this.#take('(')) {
      const inner = this.#deeper(() => this.#condition())
      this.#note({ want: 'close' })
      if (!this.#take(')')) this.#expected('")"')
      return { ...inner, at: { from: token.from, to: this.#before() } }
    }
    if (token.kind === 'sign') return this.#expected('a value')
    return this.#literal(token, beside)
  }

  #literal(token: Token, beside: Expression | undefined): Expression {
    const at = { from: token.from, to: token.to }
    if (token.kind === 'text' || token.kind === 'capitals') {
      this.#at += 1
      return { is: token.kind, value: token.text, at }
    }
    if (token.kind === 'number') return this.#number(token, beside)
    return this.#name(token)
  }

  #name(token: Token): Expression {
    if (keywords.has(token.text)) return this.#expected('a value')
    this.#at += 1
    return { is: 'name', name: token.text, at: { from: token.from, to: token.to } }
  }

  #number(token: Token, beside: Expression | undefined): Expression {
    this.#at += 1
    const value = Number(token.text)
    this.#note(beside === undefined ? { want: 'unit' } : { want: 'unit', beside })
    const at = (): Span => ({ from: token.from, to: this.#before() })
    if (this.#take('%')) return { is: 'percent', value, at: at() }
    const next = this.#peek()
    if (next?.kind === 'capitals' && next.text.length === 3) {
      this.#at += 1
      return { is: 'money', value, currency: next.text, at: at() }
    }
    const unit = next?.kind === 'word' ? unitOf(next.text) : undefined
    if (unit === undefined) return { is: 'number', value, at: at() }
    this.#at += 1
    return { is: 'duration', value, unit, at: at() }
  }

  #deeper(read: () => Expression): Expression {
    this.#depth += 1
    if (this.#depth > ruleLimits.depth) this.#tooDeep(this.#peek() ?? this.#end())
    const inner = read()
    this.#depth -= 1
    return inner
  }

  // A chain of sums is a tree as deep as it is long.
  #bounded(expression: Expression): void {
    let depth = 0
    let inner = expression
    while (inner.is === 'sum' || inner.is === 'times') {
      inner = inner.left
      depth += 1
    }
    if (depth > ruleLimits.depth) this.#tooDeep(expression.at)
  }

  #tooDeep(at: Span): never {
    return this.#fail('too-deep', at, { max: String(ruleLimits.depth) })
  }

  #peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead]
  }

  #peekWord(ahead = 0): string | undefined {
    const token = this.#peek(ahead)
    return token?.kind === 'word' ? token.text : undefined
  }

  #take(text: string): boolean {
    const token = this.#peek()
    const isThere = token !== undefined && token.text === text && (token.kind === 'word' || token.kind === 'sign')
    if (isThere) this.#at += 1
    return isThere
  }

  /** Where the last token that was taken ends. */
  #before(): number {
    return this.#tokens[this.#at - 1]?.to ?? 0
  }

  #end(): Span {
    return { from: this.#text.length, to: this.#text.length }
  }

  #note(want: Want): void {
    if (this.#peek() === undefined) this.wants.push(want)
  }

  #expected(what: string, words: readonly string[] = []): never {
    const token = this.#peek()
    const suggestion = token === undefined ? undefined : nearestWord(token.text.toLowerCase(), words)
    return this.#fail('expected', token ?? this.#end(), { what }, suggestion)
  }

  #fail(code: RuleProblemCode, at: Span, details: RuleProblem['details'], suggestion?: string): never {
    const words = this.#text.slice(at.from, at.to)
    const problem = { code, from: at.from, to: at.to, words, details }
    throw new Misread(suggestion === undefined ? problem : { ...problem, suggestion })
  }
}

function isCondition({ is }: Expression): boolean {
  return ['and', 'or', 'not', 'order', 'same', 'missing', 'in', 'between'].includes(is)
}

function unitOf(word: string): DurationUnit | undefined {
  const one = word.endsWith('s') ? word.slice(0, -1) : word
  return isUnit(one) ? one : undefined
}

function isUnit(word: string): word is DurationUnit {
  return Object.hasOwn(durationUnits, word)
}

function span(left: Expression, right: Expression): Span {
  return { from: left.at.from, to: right.at.to }
}
