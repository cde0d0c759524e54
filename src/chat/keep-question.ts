import { Secret } from '../kernel/index.ts'
import { seal } from '../platform/index.ts'
import { type Turn, pendingContext } from './turn.ts'

/** How long a question waits for its bank to be linked. */
const pendingSeconds = 3_600

/** What to remember so that a question is answered once a bank is linked. */
export function keepQuestion(turn: Turn): {
  readonly pending: { readonly sealed: Uint8Array; readonly seconds: number }
} {
  const { conversation, key } = turn
  const plain = Buffer.from(questionText(turn).reveal(), 'utf8')
  const sealed = seal(key.reveal(), plain, pendingContext(conversation.id))
  return { pending: { sealed, seconds: pendingSeconds } }
}

/** The question in words that say the same later. A tap's title ("Try again now") does not; every tap asks for balances. */
export function questionText(turn: Pick<Turn, 'text' | 'payload'>): Secret<string> {
  return turn.payload === undefined ? turn.text : new Secret('balance')
}
