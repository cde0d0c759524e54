import { createDecider, ruleLanguage, ruleSets } from '../fraud/index.ts'
import type { CompiledRules, Decider, DeciderOptions, FeatureEngine } from '../fraud/index.ts'
import { Fault } from '../kernel/index.ts'
import { startingRules } from './starting-rules.ts'

/** What decides before a bank's own rules are live: a few rules that ask and never decline, and the model where there is one. */
export function createStartingDecider(
  engine: Pick<FeatureEngine, 'observe'>,
  options: Pick<DeciderOptions, 'scorer' | 'homeCountryOf' | 'shadow'> = {},
): Decider {
  return createDecider({ ...options, engine, rules: readStartingRules(), declines: false })
}

/** Those rules, compiled. */
export function readStartingRules(): CompiledRules {
  const read = ruleLanguage.readFile(startingRules)
  if (!read.ok) throw new Fault('alerts/rules-unreadable', { retry: 'never' })
  const set = ruleSets.next(read.draft, 0, undefined)
  return ruleSets.compile(set, ruleSets.lists([]))
}
