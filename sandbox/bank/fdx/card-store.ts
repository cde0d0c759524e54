import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { StateStore } from '../state/state-store.ts'

/** A repeated idempotency key within this time gets the first answer again. */
const IDEMPOTENCY_KEPT_MS = 24 * 3_600_000

const cardStatus = z.enum(['ACTIVE', 'FROZEN', 'LOST'])

/** FROZEN can be lifted, LOST cannot. */
export type CardStatus = z.infer<typeof cardStatus>

const cardShape = z.object({ status: cardStatus, changedAt: z.string(), changes: z.number().int() })

/** A card's state; `changes` counts real changes, so a test can see that nothing happened twice. */
export type Card = z.infer<typeof cardShape>

const replyShape = z.object({ requestHash: z.string(), card: cardShape })

/** An act that was done for a client: one for each idempotency key, however often it was asked for. */
export type CardAct = z.infer<typeof actShape>

const actShape = z.object({ at: z.string(), accountId: z.string(), status: cardStatus, key: z.string() })

/** What became of a wish to change a card. */
export type CardChange =
  { readonly ok: true; readonly card: Card } | { readonly ok: false; readonly why: 'key-reused' | 'lost-is-final' }

/** Card states, in the journal. A change is durable before it is reported. */
export type CardStore = {
  find(accountId: string): Card
  /** What was done within the time for which keys are kept, oldest first; a bank that was killed knows it still. */
  acts(): readonly CardAct[]
  change(wish: {
    readonly accountId: string
    readonly status: CardStatus
    readonly key: string
    readonly owner: string
  }): Promise<CardChange>
}

/** Card states on top of the journal. */
export function openCardStore(store: StateStore, now: () => number): CardStore {
  function find(accountId: string): Card {
    const stored = cardShape.safeParse(store.get(`card:${accountId}`)).data
    return stored ?? { status: 'ACTIVE', changedAt: new Date(0).toISOString(), changes: 0 }
  }

  const actKeys = () => store.keys('card-act:').toSorted()
  let acted = Number(actKeys().at(-1)?.slice('card-act:'.length) ?? 0)

  return {
    find,
    acts: () => actKeys().flatMap((key) => actShape.safeParse(store.get(key)).data ?? []),
    async change({ accountId, status, key, owner }) {
      const requestHash = createHash('sha256').update(`${accountId} ${status}`).digest('base64url')
      const replyKey = `card-key:${owner}:${key}`
      const before = replyShape.safeParse(store.get(replyKey)).data
      if (before !== undefined) {
        return before.requestHash === requestHash ? { ok: true, card: before.card } : { ok: false, why: 'key-reused' }
      }
      const present = find(accountId)
      if (present.status === 'LOST' && status !== 'LOST') return { ok: false, why: 'lost-is-final' }
      const card: Card =
        present.status === status
          ? present
          : { status, changedAt: new Date(now()).toISOString(), changes: present.changes + 1 }
      acted += 1
      const actKey = `card-act:${String(acted).padStart(9, '0')}`
      const act = { at: new Date(now()).toISOString(), accountId, status, key }
      await Promise.all([
        store.set(`card:${accountId}`, card),
        store.set(replyKey, { requestHash, card }, now() + IDEMPOTENCY_KEPT_MS),
        store.set(actKey, act satisfies CardAct, now() + IDEMPOTENCY_KEPT_MS),
      ])
      return { ok: true, card }
    },
  }
}
