import type { Day } from '../banks/index.ts'
import type { Money, Secret } from '../kernel/index.ts'
import type { SpendCategory } from './spend-categories.ts'

/** What the person named when asking; it narrows what is found and shown, and never what a sealed channel says. */
export type Asked = {
  /** The account or card, as it was typed. */
  readonly words: Secret<string> | undefined
  /** Last digits of an account or a card. */
  readonly lastDigits: Secret<string> | undefined
  /** A shop or payee, as it was typed. */
  readonly merchant?: Secret<string> | undefined
  readonly category?: SpendCategory | undefined
  readonly amount?: Secret<Money> | undefined
  /** The first and last day, both included; one of them alone is an open end. */
  readonly from?: Day | undefined
  readonly to?: Day | undefined
}

/** A question about everything: nothing was named. */
export const nothingNamed: Asked = { words: undefined, lastDigits: undefined }
