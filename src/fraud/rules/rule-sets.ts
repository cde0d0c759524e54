import { createShadow } from '../backtest/shadow.ts'
import { checkRule } from './check-rule.ts'
import { compileRules } from './compile-rules.ts'
import { completeRule } from './complete-rule.ts'
import { completeRuleFile } from './complete-rule-file.ts'
import { diffRules } from './diff-rules.ts'
import { createRuleLists } from './rule-lists.ts'
import { listNameOf, ruleNames } from './rule-names.ts'
import { parseRule } from './parse-rule.ts'
import { printRuleFile, readRuleFile } from './read-rule-file.ts'
import { readRuleSet } from './read-rule-set.ts'
import { sayProblem } from './rule-problem.ts'
import { nextVersion, ruleSetDocument } from './rule-set.ts'

/** The language of rules: files and sentences, what is wrong with them, and what may come next. */
export const ruleLanguage = {
  parse: parseRule,
  check: checkRule,
  complete: completeRule,
  completeFile: completeRuleFile,
  readFile: readRuleFile,
  printFile: printRuleFile,
  say: sayProblem,
  names: ruleNames,
} as const

/** Versions of a bank's rules, from a draft to something that decides. */
export const ruleSets = {
  next: nextVersion,
  document: ruleSetDocument,
  read: readRuleSet,
  diff: diffRules,
  lists: createRuleLists,
  listName: listNameOf,
  compile: compileRules,
  shadow: createShadow,
} as const
