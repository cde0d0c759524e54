import { z } from 'zod'
import { checkRule } from './check-rule.ts'
import { parseRule } from './parse-rule.ts'
import { printRule } from './print-rule.ts'
import { ruleLimits } from './rule-limits.ts'
import { isRuleId, ruleSetDocument } from './rule-set.ts'
import type { RuleSet } from './rule-set.ts'

const share = z
  .string()
  .max(24)
  .refine((text) => Number(text) > 0 && Number(text) <= 1 && String(Number(text)) === text)
  .transform(Number)
const version = z.number().int().min(1).max(1_000_000)

const documentShape = z.strictObject({
  v: z.literal(1),
  version,
  currency: z.string().regex(/^[A-Z]{3}$/),
  ask: share,
  decline: share.optional(),
  rules: z
    .array(
      z.strictObject({ id: z.string().refine(isRuleId), version, sentence: z.string().max(ruleLimits.sentenceChars) }),
    )
    .max(ruleLimits.rules),
})

/**
 * Reads a stored version of a set. Undefined for anything but the exact text of a set whose every sentence still means something: one that
 * names what this version of the product does not know decides nothing, rather than something else.
 */
export function readRuleSet(document: string): RuleSet | undefined {
  const parsed = documentShape.safeParse(parseJson(document))
  if (!parsed.success) return undefined
  const { version: setVersion, currency, ask, decline, rules } = parsed.data
  const thresholds = decline === undefined ? { ask } : { ask, decline }
  const set: RuleSet = { version: setVersion, currency, thresholds, rules }
  const isWhole = rules.every(({ sentence }) => isMeant(sentence, currency))
  const areApart = new Set(rules.map(({ id }) => id)).size === rules.length
  return isWhole && areApart && ruleSetDocument(set) === document ? set : undefined
}

function isMeant(sentence: string, currency: string): boolean {
  const parsed = parseRule(sentence)
  if (!parsed.ok || printRule(parsed.sentence) !== sentence) return false
  return checkRule(parsed.sentence, sentence, { currency }).length === 0
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // not JSON at all: like any other document that is none
  }
}
