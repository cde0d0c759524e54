import { completeRule } from './complete-rule.ts'
import type { Completion } from './complete-rule.ts'
import { entriesOf } from './read-rule-file.ts'

/** What may come at a place in a rule file: within a sentence as {@link completeRule}, elsewhere nothing. Places count in the whole file. */
export function completeRuleFile(file: string, cursor: number): Completion {
  const entries = entriesOf(file)
  const entry = entries.findLast(({ from }) => from <= cursor)
  const colon = entry?.text.indexOf(':') ?? -1
  if (entry === undefined || colon < 0 || cursor <= entry.from + colon)
    return { from: cursor, to: cursor, suggestions: [] }
  const start = entry.from + colon + 1
  // What stands after the cursor is not looked at; white space before it counts as the person's.
  const sentence = entry.text.slice(colon + 1).padEnd(cursor - start)
  const { from, to, suggestions } = completeRule(sentence, cursor - start, { currency: currencyOf(file) })
  return { from: from + start, to: to + start, suggestions }
}

function currencyOf(file: string): string {
  const head = entriesOf(file).find(({ text }) => text.startsWith('amounts in '))
  const currency = head?.text.slice('amounts in '.length).trim() ?? ''
  return currency.length === 3 ? currency : 'USD'
}
