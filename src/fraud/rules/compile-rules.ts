import { featureNames } from '../features/feature-names.ts'
import { checkRule } from './check-rule.ts'
import { compileSentence } from './compile-rule.ts'
import type { RuleRow } from './compile-rule.ts'
import { parseRule } from './parse-rule.ts'
import type { RuleLists } from './rule-lists.ts'
import type { Rule, RuleSet, Thresholds } from './rule-set.ts'
import { outcomes } from './syntax.ts'
import type { Outcome } from './syntax.ts'
import { Fault } from '../../kernel/index.ts'

/** A rule that can be asked. */
export type CompiledRule = Rule & { readonly outcome: Outcome; readonly holds: (row: RuleRow) => boolean }

/** A set that decides: the first of its rules that holds, allow before block before review, each in the order of the file. */
export type CompiledRules = {
  readonly version: number
  readonly thresholds: Thresholds
  /** In the order in which they are asked. */
  readonly rules: readonly CompiledRule[]
  /** The rule that decides; undefined when none holds. */
  readonly decide: (row: RuleRow) => CompiledRule | undefined
}

/** Compiles a set that was read and checked. A sentence that does not hold together is a fault here: nobody wrote it a moment ago. */
export function compileRules(set: RuleSet, lists: RuleLists): CompiledRules {
  const columns = new Map<string, number>(featureNames.map((name, column) => [name, column]))
  const columnOf = (feature: string): number => columns.get(feature) ?? -1
  const compiled = set.rules.map((rule): CompiledRule => {
    const parsed = parseRule(rule.sentence)
    if (!parsed.ok || checkRule(parsed.sentence, rule.sentence, set).length > 0) {
      throw new Fault('fraud/rule-unreadable', { retry: 'never' })
    }
    const holds = compileSentence(parsed.sentence, { currency: set.currency, lists, columnOf })
    return { ...rule, outcome: parsed.sentence.outcome, holds }
  })
  const rules = outcomes.flatMap((outcome) => compiled.filter((rule) => rule.outcome === outcome))
  return {
    version: set.version,
    thresholds: set.thresholds,
    rules,
    decide(row) {
      for (const rule of rules) if (rule.holds(row)) return rule
      return undefined
    },
  }
}
