import type { Language } from '../../channels/index.ts'
import type { Guess } from './understood.ts'

/** What a text may mean, by its words alone. */
export type Guesses = {
  readonly best: Guess
  readonly second: Guess | undefined
  /** All readings, the likeliest first; their confidences are shares of 1. Left out by whoever knows better than the model. */
  readonly ranking?: readonly Guess[]
  /** Nothing that people ask for here, as far as the threshold tells. */
  readonly outOfScope: boolean
  readonly language?: Language | undefined
}

/** Reads a masked text; pure. */
export type Classify = (text: string, language?: Language) => Guesses
