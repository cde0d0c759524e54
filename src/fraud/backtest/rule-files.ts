import { backtestFiles, readRuleText } from './backtest-files.ts'
import { readBacktest } from './read-backtest.ts'

/** What the command line does with rule files and files of a bank's history. */
export const ruleFiles = { text: readRuleText, backtest: backtestFiles, readBacktest } as const
