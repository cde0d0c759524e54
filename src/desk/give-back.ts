import { Secret, refusal, success } from '../kernel/index.ts'
import type { Outcome } from '../kernel/index.ts'
import { agentRows } from './agent-store.ts'
import type { DeskDeps } from './desk-deps.ts'
import { sayAtDesk } from './desk-words.ts'
import type { HandoverId } from './handover-id.ts'
import { wordsCharactersMax } from './limits.ts'
import { sealedWords } from './sealed-words.ts'
import { speak } from './speak.ts'
import { tellDesk } from './tell-desk.ts'

export type GiveBackWish = {
  readonly agent: string
  readonly handover: HandoverId
  /** For the desk, never for the customer. */
  readonly note: string | undefined
  /** The case that came with it is done. */
  readonly closesCase: boolean
}

/** Hands a conversation back to the bot; the customer is told that it is automated again. */
export async function giveBack(
  deps: DeskDeps,
  wish: GiveBackWish,
): Promise<Outcome<undefined, 'desk/not-an-agent' | 'desk/held-enough' | 'desk/not-yours' | 'desk/words-too-long'>> {
  const { agent, handover, note, closesCase } = wish
  if (note !== undefined && [...note].length > wordsCharactersMax) return refusal('desk/words-too-long')
  const found = await agentRows.asAgent(() => agentRows.held(deps.database, agent, handover))
  if (!found.ok) return found
  const held = found.value
  if (held === undefined) return refusal('desk/not-yours')
  const key = await deps.keystore.conversationKey(held.conversation.id)
  const place = { conversation: held.conversation.id, id: handover }
  const sealed = note === undefined ? undefined : sealedWords.sealNote(key, place, new Secret(note))
  const isBack = await deps.database.transaction(async (tx) => {
    if (!(await agentRows.giveBack(tx, { agent, handover, note: sealed, closesCase }))) return false
    tellDesk(tx, handover)
    const { language } = held.conversation
    const text = sayAtDesk(language, 'returned', { name: held.takenAs, bank: held.institutionName })
    await speak(deps, tx, { agent, held, key }, { text })
    return true
  })
  return isBack ? success(undefined) : refusal('desk/not-yours')
}
