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
export type CardAct = {
  readonly at: string
  readonly accountId: string
  readonly status: CardStatus
  readonly key: string
}

/** Acts that are remembered, the newest; they are forgotten when the bank ends. */
const ACTS_KEPT = 10_000

/** What became of a wish to change a card. */
export type CardChange =
  { readonly ok: true; readonly card: Card } | { readonly ok: false; readonly why: 'key-reused' | 'lost-is-final' }

/** Card states, in the journal. A change is durable before it is reported. */
export type CardStore = {
  find(accountId: string): Card
  /** What was done since the bank started, oldest first. */
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

  const acts: CardAct[] = []

  return {
    find,
    acts: () => acts,
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
      await Promise.all([
        store.set(`card:${accountId}`, card),
        store.set(replyKey, { requestHash, card }, now() + IDEMPOTENCY_KEPT_MS),
      ])
      acts.push({ at: new Date(now()).toISOString(), accountId, status, key })
      if (acts.length > ACTS_KEPT) acts.shift()
      return { ok: true, card }
    },
  }
}
