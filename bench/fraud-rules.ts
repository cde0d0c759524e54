import { performance } from 'node:perf_hooks'
import { createRuleLists } from '../src/fraud/rules/rule-lists.ts'
import { compileRules } from '../src/fraud/rules/compile-rules.ts'
import type { RuleRow } from '../src/fraud/rules/compile-rule.ts'
import { featureNames } from '../src/fraud/features/feature-names.ts'
import { watchMachine } from './measure/machine-load.ts'
import { option, readOptions } from '../test/setup/read-options.ts'

/** Several dozen rules must cost well under a microsecond each. */
const budgetNsARule = 250
const ruleCount = 48
const rowCount = 4_096

const shapes = [
  'block when amount > 50# USD and country is not home_country and score > 0.9#',
  'review when uses_last_hour >= 5# and presence is online',
  'review when amount > 3# times average_last_30_days and known_genuine_uses >= 10',
  'block when merchant in blocked_merchants or card in blocked_cards or amount > 99#00 USD',
  'review when time_since_last_use < 1# minutes and kilometres_per_hour > 9#0',
  'review when score between 9#% and 9#.5% and not (merchant_is_new or at_night)',
  'block when country in (RU, KP, BY) and spent_last_7_days > 9#00 USD',
  'allow when merchant in trusted_merchants and amount < 2# USD',
] as const

/** Rules that hardly ever hold, so that every one of them is asked for every use: the worst case. */
async function measure(): Promise<number> {
  const { seconds } = readOptions({
    about: 'What a fraud rule costs a card use, in processor time.',
    options: { seconds: option.amount(3, 'how long it measures') },
  })
  const machine = watchMachine()
  const cpu = process.cpuUsage()
  const rules = compileRules(
    {
      version: 1,
      currency: 'USD',
      thresholds: { ask: 0.5 },
      rules: Array.from({ length: ruleCount }, (_, at) => {
        const shape = shapes[at % shapes.length] ?? shapes[0]
        return { id: `rule-${at}`, version: 1, sentence: shape.replaceAll('#', String(at % 8)) }
      }),
    },
    createRuleLists(
      Array.from({ length: 10_000 }, (_, at) => ({ list: 'blocked_merchants', key: `b-${at}` }) as const),
    ),
  )
  const rows = Array.from({ length: rowCount }, (_, at) => rowOf(at))
  const runs: number[] = []
  let held = 0
  for (let run = 0; run < 6; run += 1) {
    // In processor time: a busy machine makes nothing slower but the clock on the wall.
    const before = process.cpuUsage()
    const until = performance.now() + (seconds * 1_000) / 5
    let uses = 0
    while (performance.now() < until) {
      for (const row of rows) if (rules.decide(row) !== undefined) held += 1
      uses += rows.length
    }
    const spent = process.cpuUsage(before)
    if (run > 0) runs.push(((spent.user + spent.system) * 1e3) / uses) // the first one warms up
  }
  const nsAUse = runs.toSorted((left, right) => left - right)[2] ?? Number.NaN
  const nsARule = nsAUse / ruleCount
  const { user, system } = process.cpuUsage(cpu)
  const result = {
    bench: 'fraud-rules',
    rules: ruleCount,
    nsAUse: Math.round(nsAUse),
    nsARule: Math.round(nsARule * 10) / 10,
    held,
    budgets: { nsARule: budgetNsARule },
    machine: machine((user + system) / 1e6),
  }
  process.stdout.write(`${JSON.stringify(result)}\n`)
  return nsARule <= budgetNsARule ? 0 : 1
}

function rowOf(at: number): RuleRow {
  const features = Float64Array.from(featureNames, (_, column) => ((at * 31 + column * 17) % 97) / 40)
  const use = {
    id: `u${at}`,
    kind: 'authorization',
    customer: `c${at % 512}`,
    merchant: `m${at % 700}`,
    terminal: `t${at % 900}`,
    atMs: 1_760_000_000_000 + at * 1_000,
    amountMinor: (at * 37) % 40_000,
    category: '5411',
    country: at % 9 === 0 ? 'FR' : 'US',
    presence: at % 3 === 0 ? 'online' : 'in-person',
  } as const
  return { use, features, score: (at % 89) / 100, homeCountry: 'US' }
}

process.exitCode = await measure()
