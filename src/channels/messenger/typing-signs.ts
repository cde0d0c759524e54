import type { ConversationId, Secret } from '../../kernel/index.ts'
import type { Clock } from '../../platform/index.ts'
import type { GraphClient } from './graph-client.ts'

/** Faster replies need no sign, and at full load nobody should pay for one. A person sees it within a second. */
const signAfterMs = 400
/** People who may be waiting at once; more get no sign. */
const waitingMax = 500
/** Signs under way at once; more are not sent. */
const underWayMax = 4

/** Shows "typing" to people whose reply takes a moment. Best effort: nothing depends on it. */
export type TypingSigns = {
  waiting(conversation: ConversationId, psid: Secret<string>): void
  replied(conversation: ConversationId): void
  stop(): void
}

/** Signs for one page. */
export function createTypingSigns(clock: Clock, graph: GraphClient): TypingSigns {
  const pending = new Map<ConversationId, () => void>()
  let underWay = 0

  async function show(psid: Secret<string>): Promise<void> {
    if (underWay >= underWayMax) return
    underWay += 1
    // Its answer does not matter, and the client never throws for one.
    await graph.post('/me/messages', { recipient: { id: psid.reveal() }, sender_action: 'typing_on' })
    underWay -= 1
  }

  const cancel = (conversation: ConversationId): void => {
    pending.get(conversation)?.()
    pending.delete(conversation)
  }

  return {
    waiting(conversation, psid) {
      cancel(conversation)
      if (pending.size >= waitingMax) return
      pending.set(
        conversation,
        clock.after(signAfterMs, () => {
          pending.delete(conversation)
          void show(psid)
        }),
      )
    },
    replied: cancel,
    stop: () => [...pending.keys()].forEach(cancel),
  }
}
