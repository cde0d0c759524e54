import { queueReply } from '../channels/index.ts'
import type { Reply } from '../channels/index.ts'
import type { Leave } from '../consent/index.ts'
import type { Secret } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'
import { agentRows } from './agent-store.ts'
import type { Held } from './agent-store.ts'
import type { DeskDeps } from './desk-deps.ts'
import { sayAtDesk } from './desk-words.ts'

/** An agent, a conversation in hand, and its key: fetched before, so that no call leaves while a transaction is open. */
export type InHand = { readonly agent: string; readonly held: Held; readonly key: Secret<Uint8Array> }

/** Puts something on its way to the customer, like any reply, in the caller's transaction. */
export async function speak(
  deps: Pick<DeskDeps, 'random'>,
  tx: Tx,
  { held, key }: InHand,
  { leave = [], ...reply }: Reply & { readonly leave?: Leave },
): Promise<void> {
  const keystore = { conversationKey: async () => key }
  const { conversation } = held
  await queueReply({ random: deps.random, keystore }, tx, { conversation, reply, priority: 'answer', leave })
}

/** Tells the customer who has the conversation from here on, before anything else is said; once for each who takes it. */
export async function tellJoined(deps: Pick<DeskDeps, 'random'>, tx: Tx, inHand: InHand): Promise<void> {
  const { agent, held } = inHand
  if (!(await agentRows.noteJoined(tx, agent, held.handover))) return
  const values = { name: held.takenAs, bank: held.institutionName }
  await speak(deps, tx, inHand, { text: sayAtDesk(held.conversation.language, 'joined', values) })
}
