import { isUuid } from '../kernel/index.ts'
import type { ConversationId } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'
import type { HandoverId } from './handover-id.ts'

/** What the desk's pages listen to. */
export const deskTopic = 'desk'

// Words of an announcement are lower-case letters; a UUID has digits.
const letters = 'ghijklmnop'

/** Once this commits, whoever has the desk open learns that something changed about a place or a conversation. Its id, and nothing of it. */
export function tellDesk(tx: Pick<Tx, 'announce'>, id: HandoverId | ConversationId): void {
  const word = id.replaceAll('-', '').replace(/[0-9]/g, (digit) => letters[Number(digit)] ?? '')
  tx.announce(deskTopic, `w${word}`)
}

/** The id that a word stands for; undefined for any other word. */
export function readDeskWord(word: string): string | undefined {
  const hex = word.slice(1).replace(/[g-p]/g, (letter) => String(letters.indexOf(letter)))
  const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
  return word.startsWith('w') && isUuid(id) ? id : undefined
}
