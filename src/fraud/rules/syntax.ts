import type { Span } from './rule-problem.ts'

/** What a rule says about a use it fits: let it through, refuse it, ask about it. */
export const outcomes = ['allow', 'block', 'review'] as const
export type Outcome = (typeof outcomes)[number]

/** Units of time in a sentence, and how many seconds each has. */
export const durationUnits = { second: 1, minute: 60, hour: 3_600, day: 86_400, week: 604_800 } as const
export type DurationUnit = keyof typeof durationUnits

export type Ordering = '>' | '>=' | '<' | '<='

/** A sentence as a tree. `at` says where each part stands; nothing else depends on how it was written. */
export type Expression = { readonly at: Span } & (
  | { readonly is: 'number'; readonly value: number }
  | { readonly is: 'percent'; readonly value: number }
  /** An amount as it was written, e.g. `12.50 USD`: how many minor units that is depends on the currency. */
  | { readonly is: 'money'; readonly value: number; readonly currency: string }
  | { readonly is: 'duration'; readonly value: number; readonly unit: DurationUnit }
  | { readonly is: 'text'; readonly value: string }
  | { readonly is: 'capitals'; readonly value: string }
  | { readonly is: 'name'; readonly name: string }
  | { readonly is: 'values'; readonly values: readonly Expression[] }
  | { readonly is: 'sum'; readonly sign: '+' | '-'; readonly left: Expression; readonly right: Expression }
  | { readonly is: 'times'; readonly left: Expression; readonly right: Expression }
  | { readonly is: 'order'; readonly sign: Ordering; readonly left: Expression; readonly right: Expression }
  | { readonly is: 'same'; readonly not: boolean; readonly left: Expression; readonly right: Expression }
  | { readonly is: 'missing'; readonly not: boolean; readonly value: Expression }
  | { readonly is: 'in'; readonly not: boolean; readonly value: Expression; readonly list: Expression }
  | { readonly is: 'between'; readonly value: Expression; readonly low: Expression; readonly high: Expression }
  | { readonly is: 'not'; readonly value: Expression }
  | { readonly is: 'and' | 'or'; readonly parts: readonly Expression[] }
)

/** One rule's sentence, read: `block when amount > 500 USD`. */
export type Sentence = { readonly outcome: Outcome; readonly when: Expression }
