import { expect, test } from 'vitest'
import { ruleLanguage, ruleSets, runBacktest } from '../fraud/index.ts'
import { buildHistory } from '../fraud/evaluate/card-history.ts'
import { toInstant } from '../kernel/index.ts'
import type { RuleVersion } from '../rule-book/index.ts'
import { consoleWords } from './console-words.ts'
import { showRules } from './show-rules.ts'

const words = consoleWords.for('en-US')
const member = {
  id: '11111111-1111-4111-8111-111111111111',
  login: 'ada',
  role: 'analyst',
  institutions: undefined,
  removedAt: undefined,
}
const bank = { id: 'first-valley', name: 'First Valley Bank' }
const read = ruleLanguage.readFile('large: block when amount > 500 USD and merchant is not "<b>"\n')
const set = read.ok ? ruleSets.next(read.draft, 1, undefined) : undefined

function page(state: RuleVersion['state'], role: 'analyst' | 'agent' = 'analyst'): string {
  if (set === undefined) throw new Error('the rule is not read')
  const at = toInstant(Date.UTC(2026, 0, 5))
  const version = { id: 'v1', institution: bank.id, version: 1, digest: 'ab'.repeat(32), set, note: '', madeBy: member.id, madeAt: at, state, shadowFrom: undefined, liveFrom: undefined } // prettier-ignore
  const found = runBacktest({ history: buildHistory().finish(), labelling: () => [], candidate: ruleSets.compile(set, ruleSets.lists([])) }) // prettier-ignore
  const shown = { banks: [bank], bank, versions: [version], changes: [], entries: [], people: [], tests: new Map([['v1', found]]), counts: new Map(), member: { ...member, role }, news: {} } // prettier-ignore
  return String(showRules({ words, deps: { timeZone: 'UTC' } }, shown as never))
}

test('each state of a version offers its next step and no later one', () => {
  expect(page('draft')).toContain('/console/rules/v1/backtest')
  expect(page('draft')).not.toContain('/console/rules/v1/shadow')
  expect(page('backtested')).toContain('/console/rules/v1/shadow')
  expect(page('backtested')).not.toContain('/console/rules/v1/promote')
  expect(page('shadow')).toContain('/console/rules/v1/promote')
  expect(page('live')).not.toContain('/console/rules/v1/promote')
})

test('a rule is shown as its sentence, and as text whatever is in it', () => {
  expect(page('live')).toContain('block when amount &gt; 500 USD and merchant is not &quot;&lt;b&gt;&quot;')
})

test('who does not work on rules sees them and is offered nothing', () => {
  expect(page('shadow', 'agent')).not.toContain('<form')
})
