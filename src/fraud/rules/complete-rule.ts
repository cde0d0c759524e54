import { typeOfExpression } from './check-rule.ts'
import type { RuleSetting } from './check-rule.ts'
import { parseRule } from './parse-rule.ts'
import type { Want } from './parse-rule.ts'
import { ruleNames } from './rule-names.ts'
import type { RuleName } from './rule-names.ts'
import { durationUnits, outcomes } from './syntax.ts'
import type { Expression } from './syntax.ts'
import { isWordPart } from './tokens.ts'
import { presences, sayType } from './value-types.ts'
import type { ValueType } from './value-types.ts'

/** One thing that may stand at the cursor. */
export type Suggestion = {
  readonly text: string
  /** `form`: something of this form is to be written, such as an amount; the others are taken as they are. */
  readonly kind: 'outcome' | 'keyword' | 'name' | 'word' | 'unit' | 'sign' | 'form'
  /** Its type or what it means. */
  readonly about: string
}

/** What may come at the cursor, in place of the text from `from` to `to` (the word that was begun, if any). */
export type Completion = { readonly from: number; readonly to: number; readonly suggestions: readonly Suggestion[] }

/** What may come next at a place in a sentence, typed by what stands before it. What stands after the cursor is not looked at. */
export function completeRule(sentence: string, cursor: number, setting: RuleSetting): Completion {
  const to = Math.max(0, Math.min(Number.isFinite(cursor) ? Math.trunc(cursor) : 0, sentence.length))
  let from = to
  while (from > 0 && isNamePart(sentence.charAt(from - 1))) from -= 1
  const begun = sentence.slice(from, to)
  const isNumber = begun !== '' && begun.charAt(0) >= '0' && begun.charAt(0) <= '9'
  if (isNumber) from = to
  const parsed = parseRule(sentence.slice(0, from))
  if (!parsed.ok && (parsed.problem.code !== 'expected' || parsed.problem.words !== ''))
    return { from, to, suggestions: [] }
  const all = parsed.wants.flatMap((want) => suggest(want, setting))
  const fitting = isNumber
    ? all
    : all.filter(({ kind, text }) => begun === '' || (kind !== 'form' && text.startsWith(begun)))
  return { from, to, suggestions: withoutRepeats(fitting) }
}

function suggest(want: Want, setting: RuleSetting): readonly Suggestion[] {
  switch (want.want) {
    case 'outcome':
      return outcomes.map((text) => ({ text, kind: 'outcome', about: aboutOutcome[text] }))
    case 'when':
      return [keyword('when', 'what it is about')]
    case 'condition':
      return [
        ...names(({ type }) => type.is !== 'list'),
        keyword('not', 'the opposite of what follows'),
        sign('(', 'what belongs together'),
      ]
    case 'value':
      return want.beside === undefined ? names(({ type }) => type.is !== 'list') : valuesBeside(want.beside, setting)
    case 'operator':
      return operators(typeOfExpression(want.after, setting), want.after)
    case 'after-is':
      return afterIs(want, setting)
    case 'list':
      return [...namesOfLists(want.beside, setting), sign('(', 'values written out')]
    case 'list-values':
      return [form('"…"', 'a value in quotes; countries in two capitals')]
    case 'comma-or-close':
      return [sign(',', 'another value'), sign(')', 'the end of the list')]
    case 'close':
      return [sign(')', 'the end of what belongs together')]
    case 'unit':
      return units(want.beside === undefined ? undefined : typeOfExpression(want.beside, setting), setting)
    case 'joiner':
      return (['and', 'or'] as const).flatMap((text) =>
        want.joined === undefined || want.joined === text
          ? [keyword(text, text === 'and' ? 'both hold' : 'one holds')]
          : [],
      )
    case 'and-of-between':
      return [keyword('and', 'the upper end')]
  }
}

const aboutOutcome = {
  allow: 'let it through, whatever else holds',
  block: 'decline it where the bank takes declines, and ask the customer',
  review: 'ask the customer',
} as const

function operators(type: ValueType | undefined, after: Expression): readonly Suggestion[] {
  if (type === undefined || type.is === 'condition') return []
  const missing = after.is === 'name' ? [keyword('is missing', 'nothing is known of it')] : []
  const same = [keyword('is', 'the same'), keyword('is not', 'another, and both are known')]
  if (type.is === 'text' || type.is === 'words') {
    return [...same, keyword('in', 'in a list'), keyword('not in', 'in no such list'), ...missing]
  }
  const order = ['>', '>=', '<', '<='].map((text) => sign(text, 'compared by size'))
  const reckon = [sign('+', 'added'), sign('-', 'taken away'), keyword('times', 'so many times')]
  return [...order, keyword('between', 'both ends included'), ...same, ...reckon, ...missing]
}

function afterIs(want: Want & { want: 'after-is' }, setting: RuleSetting): readonly Suggestion[] {
  const type = typeOfExpression(want.beside, setting)
  const not = want.not ? [] : [keyword('not', 'another, and both are known')]
  const missing = want.beside.is === 'name' ? [keyword('missing', 'nothing is known of it')] : []
  const lists = type?.is === 'text' ? [keyword('in', 'in a list')] : []
  return [...not, ...missing, ...lists]
}

function valuesBeside(beside: Expression, setting: RuleSetting): readonly Suggestion[] {
  const type = typeOfExpression(beside, setting)
  if (type === undefined) return []
  const same = names((known) => isAlike(known.type, type) && !(beside.is === 'name' && beside.name === known.name))
  return [...written(type, setting), ...same]
}

function written(type: ValueType, { currency }: RuleSetting): readonly Suggestion[] {
  switch (type.is) {
    case 'money':
      return [form(`100 ${currency}`, sayType(type))]
    case 'duration':
      return [form('10 minutes', sayType(type))]
    case 'share':
      return [form('80%', sayType(type))]
    case 'number':
      return [form('5', sayType(type))]
    case 'text':
      if (type.of === 'presence')
        return Object.keys(presences).map((text) => ({ text, kind: 'word', about: 'how the card was there' }))
      return [form(type.of === 'country' ? 'FR' : type.of === 'category' ? '"5411"' : '"…"', sayType(type))]
    default:
      return []
  }
}

function units(beside: ValueType | undefined, { currency }: RuleSetting): readonly Suggestion[] {
  const isOpen = beside === undefined || beside.is === 'number'
  const money = { text: currency, kind: 'unit', about: 'an amount of money' } as const
  const percent = { text: '%', kind: 'unit', about: 'a share' } as const
  const times = keyword('times', 'so many times')
  const durations = Object.keys(durationUnits).map((unit): Suggestion => ({
    text: `${unit}s`,
    kind: 'unit',
    about: 'a duration',
  }))
  if (isOpen) return [times, money, percent, ...durations]
  if (beside.is === 'money') return [money, times]
  if (beside.is === 'duration') return [...durations, times]
  return beside.is === 'share' ? [percent, times] : []
}

function namesOfLists(beside: Expression, setting: RuleSetting): readonly Suggestion[] {
  const type = typeOfExpression(beside, setting)
  return names((known) => known.type.is === 'list' && type?.is === 'text' && known.type.of === type.of)
}

function names(fits: (known: RuleName) => boolean): readonly Suggestion[] {
  return [...ruleNames.values()]
    .filter(fits)
    .map(({ name, type, about }) => ({ text: name, kind: 'name', about: `${sayType(type)}: ${about}` }))
}

function isNamePart(character: string): boolean {
  return isWordPart(character) || (character >= 'A' && character <= 'Z')
}

function isAlike(left: ValueType, right: ValueType): boolean {
  return left.is === right.is && (left.is !== 'text' || right.is !== 'text' || left.of === right.of)
}

function keyword(text: string, about: string): Suggestion {
  return { text, kind: 'keyword', about }
}
function sign(text: string, about: string): Suggestion {
  return { text, kind: 'sign', about }
}
function form(text: string, about: string): Suggestion {
  return { text, kind: 'form', about }
}

function withoutRepeats(suggestions: readonly Suggestion[]): readonly Suggestion[] {
  return [...new Map(suggestions.map((each) => [`${each.kind} ${each.text}`, each])).values()]
}
