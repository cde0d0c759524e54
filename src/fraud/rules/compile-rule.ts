import type { CardUse } from '../card-use.ts'
import { minorOf, textOf } from './check-rule.ts'
import type { RuleLists } from './rule-lists.ts'
import { ruleNames } from './rule-names.ts'
import type { ListName, NameSource } from './rule-names.ts'
import { durationUnits } from './syntax.ts'
import type { Expression, Ordering, Sentence } from './syntax.ts'
import { presences } from './value-types.ts'

/** What a sentence is asked about. One object may be used again and again: nothing keeps it. */
export type RuleRow = {
  use: CardUse
  /** As the feature engine gave them; NaN is missing. */
  features: Float64Array
  /** The model's probability of fraud, from 0 to 1; NaN where there is none. */
  score: number
  /** ISO 3166 alpha-2; '' unknown. */
  homeCountry: string
}

/** Where names find their values. */
export type CompileSetting = {
  readonly currency: string
  readonly lists: RuleLists
  /** Which column a feature is in. */
  readonly columnOf: (feature: string) => number
}

type Test = (row: RuleRow) => boolean
type Measure = (row: RuleRow) => number
type Text = (row: RuleRow) => string

/**
 * A sentence that was checked, as a function. A comparison with something missing is neither true nor false, `not` leaves it so, and only
 * what is true counts (Kleene's logic, as in SQL). So each condition is compiled twice: into "is true" and into "is false"; comparisons
 * with NaN are false in both, and no third value is ever computed.
 */
export function compileSentence({ when }: Sentence, setting: CompileSetting): Test {
  return compile(when, true, setting)
}

function compile(expression: Expression, truth: boolean, setting: CompileSetting): Test {
  switch (expression.is) {
    case 'and':
    case 'or': {
      const parts = expression.parts.map((part) => compile(part, truth, setting))
      return (expression.is === 'and') === truth ? allOf(parts) : anyOf(parts)
    }
    case 'not':
      return compile(expression.value, !truth, setting)
    case 'order':
      return compare(truth ? expression.sign : opposite[expression.sign], expression.left, expression.right, setting)
    case 'between': {
      const { value, low, high } = expression
      const ends = truth
        ? [compare('>=', value, low, setting), compare('<=', value, high, setting)]
        : [compare('<', value, low, setting), compare('>', value, high, setting)]
      return truth ? allOf(ends) : anyOf(ends)
    }
    case 'same':
      return compileSame(expression.left, expression.right, expression.not !== truth, setting)
    case 'missing':
      return compileMissing(expression.value, expression.not !== truth, setting)
    case 'in':
      return compileIn(expression.value, expression.list, expression.not !== truth, setting)
    default:
      return compileFlag(expression, truth, setting)
  }
}

const opposite: Readonly<Record<Ordering, Ordering>> = { '>': '<=', '>=': '<', '<': '>=', '<=': '>' }

function allOf(parts: readonly Test[]): Test {
  const [first, second, ...more] = parts
  if (first === undefined) return () => true
  if (second === undefined) return first
  if (more.length === 0) return (row) => first(row) && second(row)
  const rest = allOf(parts.slice(1))
  return (row) => first(row) && rest(row)
}

function anyOf(parts: readonly Test[]): Test {
  const [first, second, ...more] = parts
  if (first === undefined) return () => false
  if (second === undefined) return first
  if (more.length === 0) return (row) => first(row) || second(row)
  const rest = anyOf(parts.slice(1))
  return (row) => first(row) || rest(row)
}

function compare(sign: Ordering, left: Expression, right: Expression, setting: CompileSetting): Test {
  const [a, b] = [measure(left, setting), measure(right, setting)]
  const limit = constant(right, setting)
  if (limit !== undefined) return compareWith(sign, a, limit)
  switch (sign) {
    case '>':
      return (row) => a(row) > b(row)
    case '>=':
      return (row) => a(row) >= b(row)
    case '<':
      return (row) => a(row) < b(row)
    case '<=':
      return (row) => a(row) <= b(row)
  }
}

function compareWith(sign: Ordering, a: Measure, limit: number): Test {
  switch (sign) {
    case '>':
      return (row) => a(row) > limit
    case '>=':
      return (row) => a(row) >= limit
    case '<':
      return (row) => a(row) < limit
    case '<=':
      return (row) => a(row) <= limit
  }
}

function compileSame(left: Expression, right: Expression, equal: boolean, setting: CompileSetting): Test {
  const [leftText, rightText] = [text(left), text(right)]
  if (isText(left) || isText(right)) {
    return equal
      ? (row) => leftText(row) !== '' && leftText(row) === rightText(row)
      : (row) => leftText(row) !== '' && rightText(row) !== '' && leftText(row) !== rightText(row)
  }
  const [a, b] = [measure(left, setting), measure(right, setting)]
  return equal ? (row) => a(row) === b(row) : (row) => a(row) < b(row) || a(row) > b(row)
}

/** What is missing is known for certain, so here nothing is neither true nor false. */
function compileMissing(value: Expression, missing: boolean, setting: CompileSetting): Test {
  if (isText(value)) {
    const read = text(value)
    return (row) => (read(row) === '') === missing
  }
  const read = measure(value, setting)
  return (row) => Number.isNaN(read(row)) === missing
}

function compileIn(value: Expression, list: Expression, inside: boolean, { lists }: CompileSetting): Test {
  const read = text(value)
  if (list.is === 'values') {
    const values = new Set(list.values.map(written))
    return (row) => read(row) !== '' && values.has(read(row)) === inside
  }
  const name = listOf(list)
  if (name === undefined) return () => false
  return (row) => read(row) !== '' && lists.has(name, read(row), row.use.atMs) === inside
}

/** A name that is true or false by itself: 1 or 0. */
function compileFlag(expression: Expression, truth: boolean, setting: CompileSetting): Test {
  const read = measure(expression, setting)
  return truth ? (row) => read(row) >= 0.5 : (row) => read(row) < 0.5
}

function measure(expression: Expression, setting: CompileSetting): Measure {
  const value = constant(expression, setting)
  if (value !== undefined) return () => value
  switch (expression.is) {
    case 'name':
      return measureOfName(sourceOf(expression.name), setting)
    case 'sum': {
      const [a, b] = [measure(expression.left, setting), measure(expression.right, setting)]
      return expression.sign === '+' ? (row) => a(row) + b(row) : (row) => a(row) - b(row)
    }
    case 'times': {
      const [a, b] = [measure(expression.left, setting), measure(expression.right, setting)]
      return (row) => a(row) * b(row)
    }
    default:
      return missing
  }
}

function measureOfName(source: NameSource | undefined, setting: CompileSetting): Measure {
  if (source?.from === 'amount') return (row) => row.use.amountMinor
  if (source?.from === 'score') return (row) => row.score
  if (source?.from !== 'feature') return missing
  const column = setting.columnOf(source.feature)
  const { scale } = source
  if (scale === 1) return (row) => row.features[column] ?? Number.NaN
  return (row) => (row.features[column] ?? Number.NaN) * scale
}

function missing(): number {
  return Number.NaN
}

/** The value of what is written out; undefined for everything that depends on the use. */
function constant(expression: Expression, { currency }: CompileSetting): number | undefined {
  switch (expression.is) {
    case 'number':
      return expression.value
    case 'percent':
      return expression.value / 100
    case 'money':
      return minorOf(expression.value, currency)
    case 'duration':
      return expression.value * durationUnits[expression.unit]
    default:
      return undefined
  }
}

function text(expression: Expression): Text {
  const source = expression.is === 'name' ? sourceOf(expression.name) : undefined
  if (source?.from === 'home-country') return (row) => row.homeCountry
  if (source?.from === 'use') {
    const { field } = source
    if (field === 'presence') return (row) => (row.use.presence === 'unknown' ? '' : row.use.presence)
    if (field === 'device') return (row) => row.use.device ?? ''
    return (row) => row.use[field]
  }
  const value = written(expression)
  return () => value
}

/** A written text as events have it: `in_person` is `in-person` there. */
function written(expression: Expression): string {
  const word = textOf(expression) ?? ''
  if (expression.is !== 'name') return word
  return Object.entries(presences).find(([name]) => name === word)?.[1] ?? word
}

function isText(expression: Expression): boolean {
  if (expression.is !== 'name') return expression.is === 'text' || expression.is === 'capitals'
  const known = ruleNames.get(expression.name)
  return known === undefined || known.type.is === 'text'
}

function sourceOf(name: string): NameSource | undefined {
  return ruleNames.get(name)?.source
}

function listOf(list: Expression): ListName | undefined {
  const source = list.is === 'name' ? sourceOf(list.name) : undefined
  return source?.from === 'list' ? source.list : undefined
}
