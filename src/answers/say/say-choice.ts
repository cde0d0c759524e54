import type { AccountName, ChoiceBlock } from '../block.ts'
import { chatName } from './chat-name.ts'
import type { SayLine, Speech } from './speech.ts'

/** How many names of a choice are told. */
const namesMax = 6

/** That several fit; which they are at level full alone. The choice itself is on the page. */
export function sayChoice(
  speech: Speech,
  choice: ChoiceBlock,
): { readonly lines: readonly SayLine[]; readonly more: boolean } {
  if (speech.level === 'rounded') return { lines: [{ key: 'answer.choice.rounded', values: {} }], more: true }
  const names = speech.list(namesOf(speech, choice).slice(0, namesMax))
  return { lines: [{ key: 'answer.choice.several', values: { names } }], more: true }
}

function namesOf(speech: Speech, choice: ChoiceBlock): readonly string[] {
  return choice.of === 'merchants'
    ? choice.options.map(({ label }) => chatName(label))
    : choice.options.map(({ account }) => nameOf(speech, account))
}

// Two accounts of one name are told apart by their digits, whatever sort they are.
function nameOf(speech: Speech, account: AccountName): string {
  const name = speech.account(account)
  const digits = account.lastDigits === undefined ? '' : chatName(account.lastDigits)
  return name.endsWith(digits) ? name : `${name} ${digits}`
}
