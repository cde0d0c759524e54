import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { diffRules } from './diff-rules.ts'
import { printRuleFile, readRuleFile } from './read-rule-file.ts'
import { readRuleSet } from './read-rule-set.ts'
import { isRuleId, nextVersion, ruleSetDocument } from './rule-set.ts'
import type { RuleDraft } from './rule-set.ts'

const file = `# What our analysts found in autumn.
amounts in EUR
ask from score 60%
decline from score 97.5%

far-from-home: block when amount > 500 EUR
  and country is not home_country   # not a comment: the sentence goes on
`

const good = `# What our analysts found in autumn.
amounts in EUR
ask from score 60%
decline from score 97.5%

far-from-home: block when amount > 500.00 EUR
  # a comment within
  and country is not home_country
trusted: allow when merchant in trusted_merchants
`

function draftOf(text: string): RuleDraft {
  const read = readRuleFile(text)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.draft
}

describe('a rule file', () => {
  test('is read with its heads, comments and indented lines, each sentence in its one form', () => {
    expect(draftOf(good)).toEqual({
      currency: 'EUR',
      thresholds: { ask: 0.6, decline: 0.975 },
      rules: [
        { id: 'far-from-home', sentence: 'block when amount > 500 EUR and country is not home_country' },
        { id: 'trusted', sentence: 'allow when merchant in trusted_merchants' },
      ],
    })
  })

  test('says every problem with its line, its column and its rule', () => {
    const read = readRuleFile(
      `${file}Bad Id: allow when at_night\nnew: reviw when at_night\nnew: review when amout > 1 EUR\nno colon\n`,
    )
    expect(
      !read.ok && read.problems.map(({ line, column, rule, code, words }) => [line, column, rule, code, words]),
    ).toEqual([
      [7, 37, 'far-from-home', 'strange-character', '#'],
      [8, 1, undefined, 'bad-id', 'Bad Id'],
      [9, 6, 'new', 'expected', 'reviw'],
      [10, 1, 'new', 'same-id', 'new'],
      [11, 1, undefined, 'expected', 'no colon'],
    ])
  })

  test('printed is read back as the same draft', () => {
    expect(draftOf(printRuleFile(draftOf(good)))).toEqual(draftOf(good))
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 10_000 }), (ask, decline) => {
        const draft: RuleDraft = {
          currency: 'USD',
          thresholds: { ask: ask / 10_000, decline: decline / 10_000 },
          rules: [],
        }
        expect(draftOf(printRuleFile(draft))).toEqual(draft)
      }),
    )
  })

  test('of any text is a draft or a list of problems, and never a crash', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string({ unit: 'binary' }),
            fc.constantFrom(
              'a: b',
              ': ',
              'ask from score 5%',
              'amounts in USD',
              '  x',
              '#',
              'a:\n',
              'r: block when at_night',
            ),
          ),
        ),
        (lines) => {
          const read = readRuleFile(lines.join('\n'))
          if (!read.ok) expect(read.problems.length).toBeGreaterThan(0)
        },
      ),
      { numRuns: 2_000 },
    )
  })
})

describe('a version of a set', () => {
  const first = nextVersion(draftOf(good), 1, undefined)

  test('has one text, and is read from that text alone', () => {
    const document = ruleSetDocument(first)
    expect(readRuleSet(document)).toEqual(first)
    for (const other of [
      `${document} `,
      document.replace('"v":1', '"v":2'),
      document.replace('500 EUR', '500.0 EUR'),
      document.replace('500 EUR', '500 USD'),
      document.replace('home_country', 'hom_country'),
      document.replace('trusted"', 'far-from-home"'),
      document.replace('0.6', '6'),
      '[]',
      '',
    ]) {
      expect(readRuleSet(other), other).toBeUndefined()
    }
  })

  test('keeps the version of each rule whose sentence stayed, and gives its own to the others', () => {
    const changed = nextVersion(draftOf(`${good.replace('500.00', '400')}late: review when at_night\n`), 2, first)
    expect(changed.rules.map(({ id, version }) => [id, version])).toEqual([
      ['far-from-home', 2],
      ['trusted', 1],
      ['late', 2],
    ])
    const back = nextVersion(draftOf(good), 3, changed)
    expect(back.rules.map(({ id, version }) => [id, version])).toEqual([
      ['far-from-home', 3],
      ['trusted', 1],
    ])
  })

  test('is told apart from another by sentences added, removed and changed, by order and by heads', () => {
    expect(diffRules(first, first)).toEqual({ added: [], removed: [], changed: [], isReordered: false, head: [] })
    const other = draftOf(
      `amounts in EUR\nask from score 70%\ntrusted: allow when card in trusted_cards\nlate: review when at_night\n`,
    )
    expect(diffRules(first, other)).toEqual({
      added: [{ id: 'late', sentence: 'review when at_night' }],
      removed: [{ id: 'far-from-home', sentence: 'block when amount > 500 EUR and country is not home_country' }],
      changed: [
        {
          id: 'trusted',
          before: 'allow when merchant in trusted_merchants',
          after: 'allow when card in trusted_cards',
        },
      ],
      isReordered: false,
      head: [
        { what: 'ask', before: '0.6', after: '0.7' },
        { what: 'decline', before: '0.975', after: 'never' },
      ],
    })
    expect(diffRules(first, { ...first, rules: first.rules.toReversed() }).isReordered).toBe(true)
  })
})

test('an id is lower-case words joined by hyphens', () => {
  for (const id of ['a', 'far-from-home', 'rule-2']) expect(isRuleId(id)).toBe(true)
  for (const id of ['', '-', 'a-', 'A', '2nd', 'a_b', 'a b', 'a'.repeat(41), 'ä']) expect(isRuleId(id), id).toBe(false)
})
