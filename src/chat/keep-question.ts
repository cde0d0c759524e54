import { Secret } from '../kernel/index.ts'
import { seal } from '../platform/index.ts'
import type { Kept } from './chat-state-store.ts'
import { type AskedQuestion, askPayload } from './question-payload.ts'
import { type Turn, lastContext, pendingContext } from './turn.ts'

/** How long a question waits for its bank to be linked. */
const pendingSeconds = 3_600
/** How long "and last month?" is still about the last question. */
const lastSeconds = 600

/** What to remember so that a question is answered once a bank is linked, as it was understood. */
export function keepQuestion(turn: Turn, question: AskedQuestion): { readonly pending: Kept } {
  const { conversation, key } = turn
  const plain = Buffer.from(askPayload(question), 'utf8')
  const sealed = seal(key.reveal(), plain, pendingContext(conversation.id))
  return { pending: { sealed, seconds: pendingSeconds } }
}

/** What to remember so that the next question can follow this one up. */
export function keepLast(turn: Turn, question: AskedQuestion): { readonly last: Kept } {
  const { conversation, key } = turn
  const plain = Buffer.from(askPayload(question), 'utf8')
  return { last: { sealed: seal(key.reveal(), plain, lastContext(conversation.id)), seconds: lastSeconds } }
}

/** The question in a form that says the same later, to stand behind an answer's link. */
export function questionText(question: AskedQuestion): Secret<string> {
  return new Secret(askPayload(question))
}
