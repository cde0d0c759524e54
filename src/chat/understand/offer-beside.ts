import type { Guesses } from './guesses.ts'
import type { Guess, Intent } from './understood.ts'

/** What nobody picks from a list: these are not offered beside another reading. */
const unlisted: readonly Intent[] = ['out_of_scope', 'confirm_yes', 'confirm_no', 'greeting', 'thanks', 'confirm_erase']

/** The likeliest reading that can be offered as a button beside this one: "freeze the card, or …?"; help where there is none. */
export function offerBeside({ ranking = [] }: Guesses, intent: Intent): Guess {
  const [first, second] = ranking
  const other = [first, second].find(
    (guess) => guess !== undefined && guess.intent !== intent && !unlisted.includes(guess.intent),
  )
  return other ?? { intent: 'help', confidence: 0 }
}
