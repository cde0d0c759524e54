import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CardUse } from '../card-use.ts'
import { featureNames } from '../features/feature-names.ts'
import { checkRule } from './check-rule.ts'
import { compileRules } from './compile-rules.ts'
import type { RuleRow } from './compile-rule.ts'
import { judgeRow } from './judge-row.ts'
import { parseRule } from './parse-rule.ts'
import { createRuleLists } from './rule-lists.ts'
import type { ListEntry } from './rule-lists.ts'
import { ruleNames } from './rule-names.ts'

const use: CardUse = {
  id: 'u1',
  kind: 'authorization',
  customer: 'card-1',
  merchant: 'm-1',
  terminal: 't-1',
  atMs: Date.UTC(2026, 10, 22, 12),
  amountMinor: 60_000,
  category: '5411',
  country: 'FR',
  presence: 'online',
}

function row(
  change: Partial<CardUse> = {},
  features: Partial<Record<(typeof featureNames)[number], number>> = {},
  rest: Partial<RuleRow> = {},
): RuleRow {
  const columns = new Float64Array(featureNames.length).fill(Number.NaN)
  for (const [name, value] of Object.entries(features))
    columns[featureNames.findIndex((known) => known === name)] = value
  return { use: { ...use, ...change }, features: columns, score: 0.9, homeCountry: 'US', ...rest }
}

function set(sentences: readonly string[], entries: readonly ListEntry[] = []) {
  const rules = sentences.map((sentence, index) => ({ id: `rule-${index + 1}`, version: 1, sentence }))
  return compileRules({ version: 1, currency: 'USD', thresholds: { ask: 0.95 }, rules }, createRuleLists(entries))
}

function holds(condition: string, asked: RuleRow, entries: readonly ListEntry[] = []): boolean {
  return set([`review when ${condition}`], entries).rules[0]?.holds(asked) ?? false
}

describe('what sentences mean', () => {
  const cases: readonly (readonly [condition: string, isTrue: boolean])[] = [
    ['amount > 500 USD and country is not home_country and score > 0.8', true],
    ['amount > 600 USD', false],
    ['amount >= 600 USD', true],
    ['amount between 600 USD and 700 USD', true],
    ['amount between 600.01 USD and 700 USD', false],
    ['amount > 2 times average_last_30_days', true],
    ['amount > 3 times average_last_30_days', false],
    ['average_last_30_days + 400 USD is amount', true],
    ['average_last_30_days + 400 USD is not amount', false],
    ['uses_last_hour >= 5', true],
    ['presence is online', true],
    ['presence in (in_person, recurring)', false],
    ['country in (FR, DE)', true],
    ['country not in ("FR", "DE")', false],
    ['category is "5411" or at_night', true],
    ['at_night', false],
    ['not at_night', true],
    ['time_since_last_use < 10 minutes', true],
    ['time_since_last_use < 1 minute', false],
    ['score between 80% and 95%', true],
  ]
  const asked = row({}, { c_mean_30d: 20_000, c_count_1h: 5, night: 0, c_since_last: 61 })
  test.each(cases)('%s: %s', (condition, isTrue) => {
    expect(holds(condition, asked)).toBe(isTrue)
    expect(holds(`not (${condition})`, asked)).toBe(!isTrue)
  })

  test('a list counts for its kind, and only while its entry does', () => {
    const entry = { list: 'blocked_merchants', key: 'm-1', fromMs: use.atMs, untilMs: use.atMs + 1_000 } as const
    expect(holds('merchant in blocked_merchants', row(), [entry])).toBe(true)
    expect(holds('merchant not in blocked_merchants', row(), [entry])).toBe(false)
    expect(holds('merchant in trusted_merchants', row(), [entry])).toBe(false)
    expect(holds('merchant in blocked_merchants', row({ merchant: 'm-2' }), [entry])).toBe(false)
    expect(holds('merchant in blocked_merchants', row({ atMs: use.atMs - 1 }), [entry])).toBe(false)
    expect(holds('merchant in blocked_merchants', row({ atMs: use.atMs + 1_000 }), [entry])).toBe(false)
  })
})

describe('what is missing is neither true nor false', () => {
  const unknown = row({ country: '', presence: 'unknown', category: '' }, {}, { score: Number.NaN, homeCountry: '' })
  test.each([
    'score > 0.5',
    'uses_last_hour >= 5',
    'at_night',
    'country is FR',
    'country is not FR',
    'country is home_country',
    'country is not home_country',
    'country in (FR)',
    'country not in (FR)',
    'country in watched_countries',
    'presence is online',
    'device is "x"',
    'amount > 2 times average_last_day',
    'average_last_day + 1 USD is amount',
    'score between 10% and 20%',
  ])('neither "%s" nor its opposite holds of it', (condition) => {
    expect(holds(condition, unknown)).toBe(false)
    expect(holds(`not (${condition})`, unknown)).toBe(false)
    expect(holds(`not not (${condition})`, unknown)).toBe(false)
  })

  test.each(['score', 'uses_last_hour', 'at_night', 'country', 'presence', 'device', 'home_country'])(
    '"%s is missing" says so, for certain',
    (name) => {
      expect(holds(`${name} is missing`, unknown)).toBe(true)
      expect(holds(`${name} is not missing`, unknown)).toBe(false)
      expect(holds(`not (${name} is missing)`, unknown)).toBe(false)
    },
  )

  test('one true part is enough for "or", one false part for "and", as in Kleene’s logic', () => {
    expect(holds('score > 0.5 or amount > 1 USD', unknown)).toBe(true)
    expect(holds('not (score > 0.5 and amount < 1 USD)', unknown)).toBe(true)
    expect(holds('score > 0.5 and amount > 1 USD', unknown)).toBe(false)
    expect(holds('not (score > 0.5 or amount > 1 USD)', unknown)).toBe(false)
  })
})

describe('laws', () => {
  const flags = ['at_night', 'at_weekend', 'merchant_is_new', 'country_is_new'] as const
  const flagFeatures = ['night', 'weekend', 'c_new_merchant', 'c_new_country'] as const
  type Tree =
    | { readonly flag: number }
    | { readonly not: Tree }
    | { readonly join: 'and' | 'or'; readonly parts: readonly Tree[] }
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      fc.nat(3).map((flag): Tree => ({ flag })),
      tie('tree').map((not): Tree => ({ not })),
      fc.record({
        join: fc.constantFrom('and' as const, 'or' as const),
        parts: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
      }),
    ),
  }))
  const say = (node: Tree): string =>
    'flag' in node
      ? (flags[node.flag] ?? '')
      : 'not' in node
        ? `not (${say(node.not)})`
        : node.parts.map((part) => `(${say(part)})`).join(` ${node.join} `)
  /** Kleene's logic by its table: 1 true, 0 false, ½ neither. */
  const value = (node: Tree, given: readonly number[]): number => {
    if ('flag' in node) return given[node.flag] ?? 0.5
    if ('not' in node) return 1 - value(node.not, given)
    const parts = node.parts.map((part) => value(part, given))
    return node.join === 'and' ? Math.min(...parts) : Math.max(...parts)
  }

  test('a compiled condition holds exactly where the table of three values says true', () => {
    fc.assert(
      fc.property(tree, fc.array(fc.constantFrom(0, 0.5, 1), { minLength: 4, maxLength: 4 }), (node, given) => {
        const condition = say(node)
        const parsed = parseRule(`review when ${condition}`)
        fc.pre(parsed.ok)
        const features = Object.fromEntries(
          flagFeatures.map((name, index) => [name, given[index] === 0.5 ? Number.NaN : given[index]]),
        )
        expect(holds(condition, row({}, features))).toBe(value(node, given) === 1)
      }),
      { numRuns: 500 },
    )
  })

  test('every name can be compiled, and reads its own value', () => {
    for (const [name, { type }] of ruleNames) {
      if (type.is === 'list') continue
      const text = `review when ${name} is not missing`
      const parsed = parseRule(text)
      expect(parsed.ok && checkRule(parsed.sentence, text, { currency: 'USD' }), name).toEqual([])
      const everything = row({ device: 'd' }, Object.fromEntries(featureNames.map((feature) => [feature, 1])))
      expect(holds(`${name} is not missing`, everything), name).toBe(true)
    }
  })
})

describe('precedence', () => {
  const sentences = [
    'review when amount > 1 USD',
    'block when amount > 2 USD',
    'allow when merchant in trusted_merchants',
    'block when amount > 3 USD',
  ] as const
  const trusted = [{ list: 'trusted_merchants', key: 'm-1' }] as const

  test('allow goes before block, block before review, whatever their order in the file; the deciding rule is named', () => {
    const [first, all] = [judgeRow(set(sentences), row()), judgeRow(set(sentences, trusted), row())]
    expect(first).toMatchObject({
      outcome: 'block',
      by: 'rule',
      rule: { id: 'rule-2', version: 1, sentence: sentences[1] },
    })
    expect(all).toMatchObject({ outcome: 'allow', by: 'rule', rule: { id: 'rule-3' } })
    expect(judgeRow(set(sentences), row({ amountMinor: 150 }))).toMatchObject({
      outcome: 'review',
      rule: { id: 'rule-1' },
    })
  })

  test('for any order of the same rules the outcome is the same', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...sentences], { minLength: 4 }),
        fc.boolean(),
        fc.integer({ min: 0, max: 400 }),
        (order, isTrusted, amountMinor) => {
          const entries = isTrusted ? trusted : []
          const asked = row({ amountMinor }, {}, { score: 0 })
          expect(judgeRow(set(order, entries), asked).outcome).toBe(judgeRow(set(sentences, entries), asked).outcome)
        },
      ),
    )
  })

  test('where no rule speaks the score does, from its threshold on; no score is no reason', () => {
    const rules = { ...set([]), thresholds: { ask: 0.5, decline: 0.9 } }
    expect(judgeRow(rules, row({}, {}, { score: 0.49 }))).toEqual({ outcome: 'pass', by: 'nothing' })
    expect(judgeRow(rules, row({}, {}, { score: 0.5 }))).toEqual({ outcome: 'review', by: 'score' })
    expect(judgeRow(rules, row({}, {}, { score: 0.9 }))).toEqual({ outcome: 'block', by: 'score' })
    expect(judgeRow(rules, row({}, {}, { score: Number.NaN }))).toEqual({ outcome: 'pass', by: 'nothing' })
  })
})
