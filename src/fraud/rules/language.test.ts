import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkRule } from './check-rule.ts'
import { completeRule } from './complete-rule.ts'
import { keywords, parseRule } from './parse-rule.ts'
import { printRule } from './print-rule.ts'
import { ruleLimits } from './rule-limits.ts'
import { ruleNames } from './rule-names.ts'
import { sayProblem } from './rule-problem.ts'
import type { RuleProblem } from './rule-problem.ts'
import { durationUnits, outcomes } from './syntax.ts'
import type { DurationUnit, Expression, Sentence } from './syntax.ts'
import { readTokens } from './tokens.ts'
import { presences } from './value-types.ts'

const dollars = { currency: 'USD' }

/** Everything wrong with a sentence, form and meaning. */
function problemsOf(text: string): readonly RuleProblem[] {
  const parsed = parseRule(text)
  return parsed.ok ? checkRule(parsed.sentence, text, dollars) : [parsed.problem]
}

const readable = [
  'block when amount > 500 USD and country is not home_country and score > 0.8',
  'review when uses_last_hour >= 5 and presence is online',
  'allow when merchant in trusted_merchants',
  'review when amount > 3 times average_last_30_days and known_genuine_uses >= 10',
  'block when country in (RU, "KP") or card in blocked_cards',
  'review when time_since_last_use < 10 minutes and kilometres_per_hour > 900',
  'review when score between 40% and 0.8 and not (merchant_is_new or at_night)',
  'allow when device is not missing and device_is_new is missing and category is "5411"',
  'block when amount + 20.50 USD > spent_last_7_days - average_last_7_days times 2',
  'review when presence in (online, recurring) and country not in watched_countries',
] as const

test.each(readable)('"%s" is a rule, and is printed as it was written', (text) => {
  expect(problemsOf(text)).toEqual([])
  const parsed = parseRule(text)
  expect(parsed.ok && printRule(parsed.sentence)).toBe(text)
})

describe('what is wrong is said with its place, the words, and what was probably meant', () => {
  const wrong: readonly (readonly [text: string, code: string, words: string, suggestion: string | undefined])[] = [
    ['block when amout > 500 USD', 'unknown-name', 'amout', 'amount'],
    ['block when amount > 500', 'needs-unit', '500', '500 USD'],
    ['block when amount > 500 EUR', 'other-currency', '500 EUR', '500 USD'],
    ['block when amount > 0.001 USD', 'bad-value', '0.001 USD', undefined],
    ['block when score > 80', 'bad-share', '80', '80%'],
    ['block when score > 120%', 'bad-share', '120%', undefined],
    ['blok when score > 0.8', 'expected', 'blok', 'block'],
    ['Block when score > 0.8', 'strange-character', 'Block', 'block'],
    ['block if score > 0.8', 'expected', 'if', undefined],
    ['block when country == FR', 'strange-character', '==', 'is'],
    ['block when country is fr', 'unknown-name', 'fr', undefined],
    ['block when country is "fr"', 'bad-value', '"fr"', 'FR'],
    ['block when category is 5411', 'bad-value', '5411', '"5411"'],
    ['block when presence is in_store', 'unknown-name', 'in_store', undefined],
    ['block when presence is "online"', 'bad-value', '"online"', 'online'],
    ['block when country > home_country', 'no-order', 'country', undefined],
    ['block when amount > score', 'types-differ', 'amount > score', undefined],
    ['block when amount', 'not-a-condition', 'amount', 'amount is not missing'],
    ['block when amount + score > 5', 'no-arithmetic', 'amount + score', undefined],
    ['block when country is merchant', 'types-differ', 'country is merchant', undefined],
    ['block when merchant in trusted_countries', 'not-a-list', 'trusted_countries', 'trusted_merchants'],
    ['block when merchant in trusted_merchant', 'unknown-name', 'trusted_merchant', 'trusted_merchants'],
    ['block when at_night and at_weekend or score > 0.5', 'and-or-mixed', 'or', undefined],
    ['block when time_since_last_use < 60', 'needs-unit', '60', '60 minutes'],
    ['block when merchant is "abc', 'unfinished-text', '"abc', '"abc"'],
    ['block when amount > 1.2.3 USD', 'bad-number', '1.2.3', undefined],
    ['block when amount > 5 USD extra', 'expected', 'extra', undefined],
    ['block when amount >', 'expected', '', undefined],
    ['', 'expected', '', undefined],
    ['block when 5 is missing', 'bad-value', '5', undefined],
  ]
  test.each(wrong)('%s', (text, code, words, suggestion) => {
    const [problem, ...more] = problemsOf(text)
    expect(more).toEqual([])
    expect(problem).toMatchObject({ code, words })
    expect(problem?.suggestion).toBe(suggestion)
    expect(text.slice(problem?.from, problem?.to)).toBe(words)
    expect(problem && sayProblem(problem)).toMatch(/^[A-Z"].*[.?]$/)
  })

  test('nothing is bigger than its limit', () => {
    const deep = 'block when ' + '('.repeat(ruleLimits.depth + 1) + 'at_night' + ')'.repeat(ruleLimits.depth + 1)
    const nots = `block when ${'not '.repeat(ruleLimits.depth + 1)}at_night`
    const sum = `block when ${'1 + '.repeat(ruleLimits.depth + 2)}1 > 0`
    for (const text of [deep, nots, sum]) expect(problemsOf(text)[0]?.code, text).toBe('too-deep')
    const many = `block when ${Array.from({ length: ruleLimits.comparisons + 1 }, () => 'at_night').join(' or ')}`
    const values = `block when country in (${Array.from({ length: ruleLimits.listValues + 1 }, () => 'FR').join(', ')})`
    for (const text of [many, values]) expect(problemsOf(text)[0]?.code, text).toBe('too-many')
    expect(problemsOf(`block when ${' '.repeat(ruleLimits.sentenceChars)}at_night`)[0]?.code).toBe('too-long')
  })
})

test('no name is a word of the language, and every name says what it is', () => {
  for (const [name, { about }] of ruleNames) {
    expect(keywords.has(name), name).toBe(false)
    expect(Object.hasOwn(presences, name), name).toBe(false)
    expect(readTokens(name).tokens, name).toMatchObject([{ kind: 'word', text: name }])
    expect(about.length, name).toBeGreaterThan(8)
  }
})

/** Trees of any shape that the grammar has, whether or not they mean something. */
const at = { from: 0, to: 0 }
const decimal = fc.tuple(fc.nat(999_999_999), fc.nat(999_999)).map(([whole, part]) => Number(`${whole}.${String(part).padStart(6, '0')}`)) // prettier-ignore
const numeral = fc.oneof(fc.nat(999_999), decimal)
const names = fc.oneof(fc.constantFrom(...ruleNames.keys()), fc.stringMatching(/^[a-z][a-z0-9_]{0,12}$/)).filter((name) => !keywords.has(name)) // prettier-ignore
const name = names.map((each): Expression => ({ is: 'name', name: each, at }))
const text = fc.stringMatching(/^[ !#-~é]{1,20}$/).map((value): Expression => ({ is: 'text', value, at }))
const capitals = fc.stringMatching(/^[A-Z]{1,3}$/).map((value): Expression => ({ is: 'capitals', value, at }))
const literal = fc.oneof(
  numeral.map((value): Expression => ({ is: 'number', value, at })),
  numeral.map((value): Expression => ({ is: 'percent', value, at })),
  fc.tuple(numeral, fc.stringMatching(/^[A-Z]{3}$/)).map(([value, currency]): Expression => ({ is: 'money', value, currency, at })), // prettier-ignore
  fc.tuple(numeral, fc.constantFrom(...(Object.keys(durationUnits) as DurationUnit[]))).map(([value, unit]): Expression => ({ is: 'duration', value, unit, at })), // prettier-ignore
  text,
  capitals,
  name,
)
const { condition } = fc.letrec<{ value: Expression; condition: Expression }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    literal,
    fc.tuple(fc.constantFrom('+' as const, '-' as const), tie('value'), tie('value')).map(([sign, left, right]): Expression => ({ is: 'sum', sign, left, right, at })), // prettier-ignore
    fc.tuple(tie('value'), tie('value')).map(([left, right]): Expression => ({ is: 'times', left, right, at })),
  ),
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    name,
    fc.tuple(fc.constantFrom('>' as const, '>=' as const, '<' as const, '<=' as const), tie('value'), tie('value')).map(([sign, left, right]): Expression => ({ is: 'order', sign, left, right, at })), // prettier-ignore
    fc.tuple(fc.boolean(), tie('value'), tie('value')).map(([not, left, right]): Expression => ({ is: 'same', not, left, right, at })), // prettier-ignore
    fc.tuple(fc.boolean(), tie('value')).map(([not, value]): Expression => ({ is: 'missing', not, value, at })),
    fc.tuple(fc.boolean(), tie('value'), fc.oneof(name, fc.array(literal, { minLength: 1, maxLength: 4 }).map((values): Expression => ({ is: 'values', values, at })))).map(([not, value, list]): Expression => ({ is: 'in', not, value, list, at })), // prettier-ignore
    fc.tuple(tie('value'), tie('value'), tie('value')).map(([value, low, high]): Expression => ({ is: 'between', value, low, high, at })), // prettier-ignore
    tie('condition').map((value): Expression => ({ is: 'not', value, at })),
    fc.tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('condition'), { minLength: 2, maxLength: 4 })).map(([is, parts]): Expression => ({ is, parts, at })), // prettier-ignore
  ),
}))
const sentence = fc.record({ outcome: fc.constantFrom(...outcomes), when: condition })

/** The tree without its places. */
function bare(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, member: unknown) => (key === 'at' ? undefined : member)))
}

test('what is printed is read back as the same tree, and printed again as the same text', () => {
  let tried = 0
  fc.assert(
    fc.property(sentence, (made: Sentence) => {
      const printed = printRule(made)
      const parsed = parseRule(printed)
      if (!parsed.ok) {
        expect(['too-long', 'too-deep', 'too-many'], `${printed} ${JSON.stringify(parsed.problem)}`).toContain(
          parsed.problem.code,
        )
        return
      }
      tried += 1
      expect(bare(parsed.sentence)).toEqual(bare(made))
      expect(printRule(parsed.sentence)).toBe(printed)
    }),
    { numRuns: 3_000 },
  )
  expect(tried).toBeGreaterThan(1_500)
})

/** Texts of people who do not know the language, of machines, and of those who would like it to break. */
const pieces = fc.constantFrom(
  ...[...keywords, ...ruleNames.keys()].slice(0, 60),
  ...[
    '(',
    ')',
    '((((',
    ',',
    '>',
    '>=',
    '<',
    '+',
    '-',
    '%',
    '"',
    '"x"',
    'USD',
    'FR',
    '5',
    '0.5',
    '1e9',
    '1.',
    '.5',
    '999999999999',
  ],
  ...[
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
    '\u0000',
    '\ud800',
    '💳',
    '${amount}',
    '/.*/',
    ';',
    "'",
    '==',
  ],
)
const junk = fc.oneof(
  fc.array(pieces, { maxLength: 40 }).map((words) => words.join(' ')),
  fc.array(pieces, { maxLength: 20 }).map((words) => `block when ${words.join(' ')}`),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 700 }),
  fc.constantFrom(...readable).chain(
    (rule) =>
    fc.tuple(fc.nat(rule.length), fc.nat(8), fc.string({ maxLength: 4 })).map(([from, length, more]) => rule.slice(0, from) + more + rule.slice(from + length)), // prettier-ignore
  ),
)

test('ten thousand random texts never crash it: each is a rule, or has a problem at a place within it', () => {
  fc.assert(
    fc.property(junk, (random) => {
      for (const problem of problemsOf(random)) {
        expect(problem.from).toBeGreaterThanOrEqual(0)
        expect(problem.to).toBeGreaterThanOrEqual(problem.from)
        expect(problem.to).toBeLessThanOrEqual(random.length)
        expect(sayProblem(problem)).toMatch(/\S.*[.?]$/su)
      }
    }),
    { numRuns: 10_000 },
  )
})

describe('completion', () => {
  const offered = (text: string): readonly string[] =>
    completeRule(text, text.length, dollars).suggestions.map((each) => each.text)
  test('leads from an empty line to a whole sentence, offering at each place only what fits by type', () => {
    expect(offered('')).toEqual(['allow', 'block', 'review'])
    expect(offered('block ')).toEqual(['when'])
    expect(offered('block when ')).toEqual(expect.arrayContaining(['amount', 'score', 'not', '(']))
    expect(offered('block when ')).not.toContain('trusted_merchants')
    expect(offered('block when am')).toEqual(['amount', 'amount_deviations', 'amount_ratio'])
    expect(offered('block when amount ')).toEqual(expect.arrayContaining(['>', 'between', 'times', 'is missing']))
    expect(offered('block when amount ')).not.toContain('in')
    expect(offered('block when amount > ')).toEqual(expect.arrayContaining(['100 USD', 'average_last_30_days']))
    expect(offered('block when amount > ')).not.toContain('score')
    expect(offered('block when amount > 500')).toContain('USD')
    expect(offered('block when amount > 500 ')).not.toContain('days')
    expect(offered('block when presence is ')).toEqual(
      expect.arrayContaining(['online', 'in_person', 'not', 'missing']),
    )
    expect(offered('block when merchant in ')).toEqual([
      'trusted_merchants',
      'blocked_merchants',
      'watched_merchants',
      '(',
    ])
    expect(offered('block when amount > 500 USD ')).toEqual(expect.arrayContaining(['and', 'or']))
    expect(offered('block when at_night and at_weekend ')).toEqual(['and'])
    expect(offered('block when score between 20% ')).toContain('and')
    expect(offered('blah ')).toEqual([])
  })

  test('what it offers can stand there: the sentence goes on to be well-formed, or at least breaks no earlier', () => {
    fc.assert(
      fc.property(fc.constantFrom(...readable), fc.nat(120), (rule, cut) => {
        const { from, to, suggestions } = completeRule(rule, Math.min(cut, rule.length), dollars)
        for (const { text: offer } of suggestions) {
          if (offer.includes('…')) continue
          const before = rule.slice(0, from)
          const isGlued = offer !== '%' && before !== '' && !before.endsWith(' ') && !before.endsWith('(')
          const written = `${before}${isGlued ? ' ' : ''}${offer} `
          const parsed = parseRule(written)
          expect(parsed.ok || parsed.problem.words === '', `${written}: ${JSON.stringify(parsed)}`).toBe(true)
        }
        expect(to).toBeGreaterThanOrEqual(from)
      }),
      { numRuns: 500 },
    )
  })

  test('never crashes, wherever the cursor is', () => {
    fc.assert(
      fc.property(junk, fc.oneof(fc.integer(), fc.double()), (random, cursor) => {
        const { from, to } = completeRule(random, cursor, dollars)
        expect(from).toBeGreaterThanOrEqual(0)
        expect(to).toBeLessThanOrEqual(random.length)
      }),
      { numRuns: 2_000 },
    )
  })
})
