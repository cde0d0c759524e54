import { digitsOf } from '../../kernel/index.ts'
import type { Expression, Sentence } from './syntax.ts'

/** The one way to write a sentence: what {@link parseRule} reads back as the same tree. Numbers have no exponent: too few digits. */
export function printRule({ outcome, when }: Sentence): string {
  return `${outcome} when ${print(when)}`
}

function print(expression: Expression): string {
  switch (expression.is) {
    case 'number':
      return String(expression.value)
    case 'percent':
      return `${String(expression.value)}%`
    case 'money':
      return `${amount(expression.value, expression.currency)} ${expression.currency}`
    case 'duration':
      return `${String(expression.value)} ${expression.unit}${expression.value === 1 ? '' : 's'}`
    case 'text':
      return `"${expression.value}"`
    case 'capitals':
      return expression.value
    case 'name':
      return expression.name
    case 'values':
      return `(${expression.values.map(print).join(', ')})`
    case 'sum':
      return `${atLeast('sum', expression.left)} ${expression.sign} ${atLeast('times', expression.right)}`
    case 'times':
      return `${atLeast('times', expression.left)} times ${atLeast('value', expression.right)}`
    default:
      return printCondition(expression)
  }
}

function printCondition(expression: Expression): string {
  switch (expression.is) {
    case 'order':
      return `${atLeast('sum', expression.left)} ${expression.sign} ${atLeast('sum', expression.right)}`
    case 'same':
      return `${atLeast('sum', expression.left)} is ${no(expression.not)}${atLeast('sum', expression.right)}`
    case 'missing':
      return `${atLeast('sum', expression.value)} is ${no(expression.not)}missing`
    case 'in':
      return `${atLeast('sum', expression.value)} ${no(expression.not)}in ${print(expression.list)}`
    case 'between':
      return `${atLeast('sum', expression.value)} between ${atLeast('sum', expression.low)} and ${atLeast('sum', expression.high)}`
    case 'not':
      return `not ${atLeast('value', expression.value)}`
    case 'and':
    case 'or':
      return expression.parts.map((part) => atLeast('comparison', part)).join(` ${expression.is} `)
    default:
      return print(expression)
  }
}

// How firmly a part holds together; a looser one than its place takes gets parentheses.
const firmness = { joined: 0, comparison: 1, sum: 2, times: 3, value: 4 } as const

function atLeast(place: keyof typeof firmness, expression: Expression): string {
  const text = print(expression)
  return firmnessOf(expression) < firmness[place] ? `(${text})` : text
}

function firmnessOf({ is }: Expression): number {
  switch (is) {
    case 'and':
    case 'or':
      return firmness.joined
    case 'order':
    case 'same':
    case 'missing':
    case 'in':
    case 'between':
    case 'not':
      return firmness.comparison
    case 'sum':
      return firmness.sum
    case 'times':
      return firmness.times
    default:
      return firmness.value
  }
}

function no(not: boolean): string {
  return not ? 'not ' : ''
}

/** Cents in full: 20.50, not 20.5. */
function amount(value: number, currency: string): string {
  const [whole = '', decimals] = String(value).split('.')
  return decimals === undefined ? whole : `${whole}.${decimals.padEnd(digitsOf(currency), '0')}`
}
