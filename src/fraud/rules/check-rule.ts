import { digitsOf } from '../../kernel/index.ts'
import { keywords } from './parse-rule.ts'
import { nearestWord } from './nearest-word.ts'
import { ruleNames } from './rule-names.ts'
import type { RuleProblem, RuleProblemCode, Span } from './rule-problem.ts'
import type { Expression, Sentence } from './syntax.ts'
import { flawOfText, pluralOf, presences, sayType } from './value-types.ts'
import type { TextKind, ValueType } from './value-types.ts'

/** What a set's sentences are about. */
export type RuleSetting = {
  /** ISO 4217; amounts in sentences must be in it, since a use's amount is in the card's. */
  readonly currency: string
}

/** Everything that is wrong with what a sentence means; empty when it can be compiled. */
export function checkRule({ when }: Sentence, text: string, setting: RuleSetting): readonly RuleProblem[] {
  const checker = new Checker(text, setting)
  const type = checker.typeOf(when)
  if (type !== undefined && type.is !== 'condition') {
    checker.tell(
      'not-a-condition',
      when,
      { type: sayType(type) },
      `${text.slice(when.at.from, when.at.to)} is not missing`,
    )
  }
  // A value that is compared twice is looked at twice.
  const seen = new Set<string>()
  return checker.problems.filter(
    ({ code, from, to }) => !seen.has(`${code} ${from} ${to}`) && seen.add(`${code} ${from} ${to}`),
  )
}

/** What an expression is, as far as it can be told; undefined when something in it is wrong. For completion. */
export function typeOfExpression(expression: Expression, setting: RuleSetting): ValueType | undefined {
  return new Checker('', setting).typeOf(expression)
}

class Checker {
  readonly problems: RuleProblem[] = []
  readonly #text: string
  readonly #setting: RuleSetting

  constructor(text: string, setting: RuleSetting) {
    this.#text = text
    this.#setting = setting
  }

  /** Undefined: a problem was told of it already. */
  typeOf(expression: Expression): ValueType | undefined {
    switch (expression.is) {
      case 'number':
        return { is: 'number' }
      case 'percent':
        if (expression.value <= 100) return { is: 'share' }
        return this.tell('bad-share', expression)
      case 'money':
        return this.#money(expression)
      case 'duration':
        return { is: 'duration' }
      case 'text':
      case 'capitals':
        return { is: 'words' }
      case 'name':
        return this.#name(expression)
      case 'values':
        return undefined // only after `in`, which looks at its values itself
      case 'sum':
      case 'times':
        return this.#arithmetic(expression)
      default:
        this.#condition(expression)
        return { is: 'condition' }
    }
  }

  tell(
    code: RuleProblemCode,
    { at }: { readonly at: Span },
    details: RuleProblem['details'] = {},
    suggestion?: string,
  ): undefined {
    const words = this.#text.slice(at.from, at.to)
    const problem = { code, from: at.from, to: at.to, words, details }
    this.problems.push(suggestion === undefined ? problem : { ...problem, suggestion })
    return undefined
  }

  #money(expression: Expression & { is: 'money' }): ValueType | undefined {
    const { currency } = this.#setting
    if (expression.currency !== currency) {
      return this.tell('other-currency', expression, { currency }, `${expression.value} ${currency}`)
    }
    if (minorOf(expression.value, currency) !== undefined) return { is: 'money' }
    return this.tell('bad-value', expression, {
      what: `an amount of ${currency}: at most ${digitsOf(currency)} decimals`,
    })
  }

  #name(expression: Expression & { is: 'name' }): ValueType | undefined {
    const known = ruleNames.get(expression.name)
    if (known !== undefined) return known.type
    if (Object.hasOwn(presences, expression.name)) return { is: 'words' }
    const near = nearestWord(expression.name, [...ruleNames.keys(), ...Object.keys(presences), ...keywords])
    return this.tell('unknown-name', expression, {}, near)
  }

  #arithmetic(expression: Expression & { is: 'sum' | 'times' }): ValueType | undefined {
    const [left, right] = [this.typeOf(expression.left), this.typeOf(expression.right)]
    if (left === undefined || right === undefined) return undefined
    if (isMeasure(left) && isMeasure(right)) {
      if (expression.is === 'sum' && left.is === right.is) return left
      if (expression.is === 'times' && left.is === 'number') return right
      if (expression.is === 'times' && right.is === 'number') return left
    }
    return this.tell('no-arithmetic', expression, { left: sayType(left), right: sayType(right) })
  }

  #condition(expression: Expression): void {
    switch (expression.is) {
      case 'and':
      case 'or':
        return expression.parts.forEach((part) => this.#mustHold(part))
      case 'not':
        return this.#mustHold(expression.value)
      case 'order':
        if (this.#fit(expression, expression.left, expression.right)) this.#mustHaveOrder(expression.left)
        return
      case 'between':
        if (this.#fit(expression, expression.value, expression.low)) this.#mustHaveOrder(expression.value)
        this.#fit(expression, expression.value, expression.high)
        return
      case 'same':
        this.#fit(expression, expression.left, expression.right)
        return
      case 'missing':
        this.#canBeMissing(expression.value)
        return
      case 'in':
        return this.#isIn(expression.value, expression.list)
      default:
        return
    }
  }

  #mustHold(part: Expression): void {
    const type = this.typeOf(part)
    if (type !== undefined && type.is !== 'condition') this.tell('not-a-condition', part, { type: sayType(type) })
  }

  #canBeMissing(value: Expression): void {
    const type = this.typeOf(value)
    if (type !== undefined && value.is !== 'name')
      this.tell('bad-value', value, { what: 'a name, which alone can be missing' })
    else if (type?.is === 'list') this.tell('bad-value', value, { what: 'a value: a list is always there' })
  }

  /** Whether two sides can be compared; what is wrong is told. */
  #fit(whole: Expression, left: Expression, right: Expression): boolean {
    const [leftType, rightType] = [this.typeOf(left), this.typeOf(right)]
    if (leftType === undefined || rightType === undefined) return false
    if (leftType.is === 'text' && rightType.is === 'words') return this.#isAbout(leftType.of, right)
    if (leftType.is === 'words' && rightType.is === 'text') return this.#isAbout(rightType.of, left)
    if (leftType.is === 'text' && right.is === 'number') return this.#isAbout(leftType.of, right)
    if (isMeasure(leftType) && right.is === 'number') return this.#hasUnit(leftType, right)
    if (isMeasure(rightType) && left.is === 'number') return this.#hasUnit(rightType, left)
    const bothTexts = leftType.is === 'text' && rightType.is === 'text' && leftType.of === rightType.of
    if (bothTexts || (isMeasure(leftType) && leftType.is === rightType.is)) return true
    this.tell('types-differ', whole, { left: sayType(leftType), right: sayType(rightType) })
    return false
  }

  /** A bare number beside something that has a unit: fine for shares from 0 to 1 only. */
  #hasUnit(type: ValueType, written: Expression & { is: 'number' }): boolean {
    if (type.is === 'number' || (type.is === 'share' && written.value <= 1)) return true
    if (type.is === 'share') {
      const suggestion = written.value <= 100 ? `${written.value}%` : undefined
      this.tell('bad-share', written, {}, suggestion)
    } else {
      const unit = type.is === 'money' ? this.#setting.currency : 'minutes'
      this.tell('needs-unit', written, { type: sayType(type) }, `${written.value} ${unit}`)
    }
    return false
  }

  #isAbout(kind: TextKind, written: Expression): boolean {
    const text = textOf(written)
    const flaw = text === undefined || written.is === 'number' ? `a ${kind}` : flawOfWritten(kind, written, text)
    if (flaw === undefined) return true
    const what = flawOfText(kind, '') ?? flaw
    this.tell('bad-value', written, { what }, suggestionFor(kind, text))
    return false
  }

  #mustHaveOrder(left: Expression): void {
    const type = this.typeOf(left)
    if (type !== undefined && !isMeasure(type)) this.tell('no-order', left, { type: sayType(type) })
  }

  #isIn(value: Expression, list: Expression): void {
    const type = this.typeOf(value)
    if (type === undefined) return
    if (type.is !== 'text') {
      this.tell('bad-value', value, { what: 'something that can be in a list: a card, merchant, country …' })
    } else if (list.is === 'values') list.values.forEach((each) => this.#isAbout(type.of, each))
    else {
      const listType = this.typeOf(list)
      if (listType === undefined || (listType.is === 'list' && listType.of === type.of)) return
      const [purpose] = (textOf(list) ?? '').split('_')
      const meant = [...ruleNames.values()].find(
        (known) => known.type.is === 'list' && known.type.of === type.of && known.name.startsWith(`${purpose}_`),
      )
      this.tell('not-a-list', list, { what: pluralOf(type.of) }, meant?.name)
    }
  }
}

/** Whether values of a type are numbers inside, to be compared by size and reckoned with. */
function isMeasure({ is }: ValueType): boolean {
  return is === 'number' || is === 'share' || is === 'money' || is === 'duration'
}

/** A country is written in capitals or quotes, how the card was there as a bare word, everything else in quotes. */
function flawOfWritten(kind: TextKind, written: Expression, text: string): string | undefined {
  const isFormed =
    written.is === 'text' ? kind !== 'presence' : written.is === 'capitals' ? kind === 'country' : kind === 'presence'
  return isFormed ? flawOfText(kind, text) : `a ${kind}`
}

/** What a text, a word or capitals say; for a number, its digits. */
export function textOf(expression: Expression): string | undefined {
  switch (expression.is) {
    case 'text':
    case 'capitals':
      return expression.value
    case 'name':
      return expression.name
    case 'number':
      return String(expression.value)
    default:
      return undefined
  }
}

function suggestionFor(kind: TextKind, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (kind === 'presence') return nearestWord(text.replaceAll('-', '_').toLowerCase(), Object.keys(presences))
  if (kind === 'country') return flawOfText(kind, text.toUpperCase()) === undefined ? text.toUpperCase() : undefined
  return flawOfText(kind, text) === undefined ? `"${text}"` : undefined
}

/** An amount in minor units; undefined when it has more decimals than the currency or is too large to be exact. */
export function minorOf(value: number, currency: string): number | undefined {
  const minor = Math.round(value * 10 ** digitsOf(currency))
  return Number.isSafeInteger(minor) && minor / 10 ** digitsOf(currency) === value ? minor : undefined
}
