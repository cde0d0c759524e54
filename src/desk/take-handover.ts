import { refusal, success } from '../kernel/index.ts'
import type { Instant, Outcome, Secret } from '../kernel/index.ts'
import { addJob } from '../platform/index.ts'
import { agentRows } from './agent-store.ts'
import type { Held, SealedLine } from './agent-store.ts'
import type { DeskDeps } from './desk-deps.ts'
import { leaseJob } from './follow-lease.ts'
import type { HandoverId } from './handover-id.ts'
import { leaseSeconds } from './limits.ts'
import { sealedWords } from './sealed-words.ts'
import { tellJoined } from './speak.ts'
import { tellDesk } from './tell-desk.ts'

/** Which place an agent wants (undefined: the first in the queue), and the name that the customer is told. */
export type TakeWish = { readonly agent: string; readonly handover: HandoverId | undefined; readonly name: string }

/** One line of what was written to each other. */
export type ThreadLine = {
  readonly by: 'customer' | 'agent'
  readonly at: Instant
  readonly text: Secret<string>
  readonly carried: 'chat' | 'sealed-page' | undefined
}

/** A conversation in an agent's hand, opened. */
export type OpenHandover = Omit<Held, 'questionSealed' | 'fraudCase'> & {
  readonly isNew: boolean
  readonly question: Secret<string>
  readonly thread: readonly ThreadLine[]
  readonly fraudCase: { readonly number: string; readonly kind: string; readonly details: Secret<string> } | undefined
}

/**
 * Takes a conversation, or looks again at one that the agent has: the lease runs anew. That it is opened is written down, and has committed, before
 * a word of it is; the customer hears who it is. `nothing-waits`: there is none, it is another bank's, or somebody else was quicker.
 */
export async function takeHandover(
  deps: DeskDeps,
  wish: TakeWish,
): Promise<Outcome<OpenHandover, 'desk/not-an-agent' | 'desk/held-enough' | 'desk/nothing-waits'>> {
  const taken = await agentRows.asAgent(() =>
    deps.database.transaction(async (tx) => {
      const place = await agentRows.take(tx, wish)
      if (place?.isNew === true) {
        await addJob(tx, leaseJobOf(place.handover))
        tellDesk(tx, place.handover)
      }
      return place
    }),
  )
  if (!taken.ok) return taken
  const place = taken.value
  const held = place && (await agentRows.held(deps.database, wish.agent, place.handover))
  if (place === undefined || held === undefined) return refusal('desk/nothing-waits')
  const key = await deps.keystore.conversationKey(held.conversation.id)
  const lines = await deps.database.transaction(async (tx) => {
    await tellJoined(deps, tx, { agent: wish.agent, held, key })
    return await agentRows.thread(tx, wish.agent, held.handover)
  })
  return success({ ...opened(key, held, lines), isNew: place.isNew })
}

/** Reads again what an agent has in hand: no new lease, and nothing is told. Undefined: it is not theirs, or not any more. */
export async function readHeld(
  deps: DeskDeps,
  { agent, handover }: Pick<TakeWish, 'agent'> & { readonly handover: HandoverId },
): Promise<OpenHandover | undefined> {
  const held = await agentRows.held(deps.database, agent, handover)
  if (held === undefined) return undefined
  const [key, lines] = await Promise.all([
    deps.keystore.conversationKey(held.conversation.id),
    agentRows.thread(deps.database, agent, handover),
  ])
  return { ...opened(key, held, lines), isNew: false }
}

function leaseJobOf(handover: HandoverId) {
  return { kind: leaseJob, key: `${leaseJob}:${handover}`, payload: { handover }, delayMs: leaseSeconds * 1_000 }
}

function opened(key: Secret<Uint8Array>, held: Held, lines: readonly SealedLine[]): Omit<OpenHandover, 'isNew'> {
  const { questionSealed, fraudCase, ...rest } = held
  const { id: conversation } = held.conversation
  const theirs = (sealed: Uint8Array): Secret<string> => sealedWords.openCustomers(key, conversation, sealed)
  return {
    ...rest,
    question: theirs(questionSealed),
    thread: lines.map(({ id, said_by: by, at, sealed, carried }) => ({
      by,
      at,
      carried: carried ?? undefined,
      text: by === 'customer' ? theirs(sealed) : sealedWords.openAgents(key, { conversation, id }, sealed),
    })),
    fraudCase:
      fraudCase === undefined
        ? undefined
        : { number: fraudCase.number, kind: fraudCase.kind, details: theirs(fraudCase.sealed) },
  }
}
