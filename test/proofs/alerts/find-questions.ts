import { repliesTo } from '../../setup/link-person.ts'
import type { TestPerson } from '../../setup/link-person.ts'
import type { ChatMessage } from '../../setup/messenger-control.ts'
import type { ParleyProcesses } from '../../setup/parley-processes.ts'

/** The button that answers a question, and by which one is known. */
export const notMe = 'Not me'

/** Messages that ask, by the button that answers them. */
export async function questionsSince(
  parley: ParleyProcesses,
  person: TestPerson,
  from: number,
): Promise<readonly ChatMessage[]> {
  const replies = (await repliesTo(parley, person)).slice(from)
  return replies.filter(({ shown }) => shown.buttons.some(({ title }) => title === notMe))
}
