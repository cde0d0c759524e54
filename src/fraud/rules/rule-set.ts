import { canonicalJson } from '../../kernel/index.ts'

/** One rule of a set: its id stays, its version is the set's version in which the sentence last changed. */
export type Rule = { readonly id: string; readonly version: number; readonly sentence: string }

/** What the model's score alone leads to, where no rule decides; shares from 0 to 1. */
export type Thresholds = {
  /** Asked from this score on. */
  readonly ask: number
  /** Declined from this score on, where the bank takes declines; without it, never by score alone. */
  readonly decline?: number
}

/** A set as somebody writes it. */
export type RuleDraft = {
  /** ISO 4217: the currency of the cards, in which sentences say amounts. */
  readonly currency: string
  readonly thresholds: Thresholds
  readonly rules: readonly { readonly id: string; readonly sentence: string }[]
}

/** A version of a set. */
export type RuleSet = {
  readonly version: number
  readonly currency: string
  readonly thresholds: Thresholds
  readonly rules: readonly Rule[]
}

/** Used where a file says nothing of scores. */
export const defaultThresholds: Thresholds = { ask: 0.5 }

/** A draft as the next version after `before`: rules whose sentence is the same keep the version they have. */
export function nextVersion(draft: RuleDraft, version: number, before: RuleSet | undefined): RuleSet {
  const known = new Map(before?.rules.map((rule) => [rule.id, rule]))
  const rules = draft.rules.map(({ id, sentence }): Rule => {
    const old = known.get(id)
    return { id, sentence, version: old?.sentence === sentence ? old.version : version }
  })
  return { version, currency: draft.currency, thresholds: draft.thresholds, rules }
}

/** The one text of a version: what is hashed, stored, backtested and signed. */
export function ruleSetDocument({ version, currency, thresholds, rules }: RuleSet): string {
  const { ask, decline } = thresholds
  return canonicalJson({
    v: 1,
    version,
    currency,
    ask: String(ask),
    ...(decline === undefined ? {} : { decline: String(decline) }),
    rules: rules.map(({ id, version: since, sentence }) => ({ id, version: since, sentence })),
  })
}

/** Whether a text can be a rule's id: lower-case words joined by hyphens, at most 40 characters. */
export function isRuleId(text: string): boolean {
  const words = text.split('-')
  const isWord = (word: string): boolean => word.length > 0 && [...word].every(isIdCharacter)
  return text.length <= 40 && words.every(isWord) && !isDigit(text.charAt(0))
}

function isIdCharacter(character: string): boolean {
  return (character >= 'a' && character <= 'z') || isDigit(character)
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9'
}
