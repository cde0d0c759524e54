import type { Language } from '../../channels/index.ts'
import type { Guess } from './understood.ts'

/** What a text may mean, by its words alone. */
export type Guesses = {
  readonly best: Guess
  readonly second: Guess | undefined
  /** Nothing that people ask for here, as far as the threshold tells. */
  readonly outOfScope: boolean
  readonly language?: Language | undefined
}

/** Reads a masked text; pure. */
export type Classify = (text: string, language?: Language) => Guesses
