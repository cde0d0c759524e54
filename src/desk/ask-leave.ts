import { refusal, success } from '../kernel/index.ts'
import type { Outcome } from '../kernel/index.ts'
import { agentOfSession } from './agent-name.ts'
import { agentRows } from './agent-store.ts'
import type { DeskDeps } from './desk-deps.ts'
import { leaveButtons, sayAtDesk, sayClasses } from './desk-words.ts'
import type { HandoverId } from './handover-id.ts'
import type { LookedClass } from './leave-classes.ts'
import { pageRows } from './page-store.ts'
import type { Session } from './page-store.ts'
import { sealedPath } from './say-words.ts'
import { speak, tellJoined } from './speak.ts'
import { tellDesk } from './tell-desk.ts'

export type LeaveWish = {
  readonly session: Session
  readonly handover: HandoverId
  readonly classes: readonly LookedClass[]
}

/**
 * Asks the customer whether this agent may look at what the bank knows, for this conversation. The chat gets the question and the way to the
 * page where the passkey allows it; "don't allow" works in the chat too. Until then nothing is looked at.
 */
export async function askLeave(
  deps: DeskDeps,
  { session, handover, classes }: LeaveWish,
): Promise<
  Outcome<
    undefined,
    'desk/not-an-agent' | 'desk/held-enough' | 'desk/not-yours' | 'desk/nobody-to-ask' | 'desk/asked-already'
  >
> {
  const agent = agentOfSession(session)
  const found = await agentRows.asAgent(() => agentRows.held(deps.database, agent, handover))
  if (!found.ok) return found
  const held = found.value
  if (held === undefined) return refusal('desk/not-yours')
  if (classes.length === 0) return refusal('desk/nobody-to-ask')
  const key = await deps.keystore.conversationKey(held.conversation.id)
  const inHand = { agent, held, key }
  return await deps.database.transaction(async (tx) => {
    const said = await pageRows.askLeave(tx, session, { handover, id: deps.random.uuid(), classes })
    if (said !== 'asked') return refusal(refusals[said])
    await tellJoined(deps, tx, inHand)
    const { language } = held.conversation
    const values = { name: held.takenAs, bank: held.institutionName, classes: sayClasses(language, classes) }
    await speak(deps, tx, inHand, {
      text: sayAtDesk(language, 'leave', values),
      buttons: leaveButtons(language, deps.publicUrl + sealedPath),
    })
    tellDesk(tx, handover)
    return success(undefined)
  })
}

const refusals = {
  'not-yours': 'desk/not-yours',
  nobody: 'desk/nobody-to-ask',
  'asked-already': 'desk/asked-already',
} as const
