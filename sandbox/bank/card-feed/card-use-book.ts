import { z } from 'zod'
import type { StateStore } from '../state/state-store.ts'

/** Uses are kept as long as the history that they are part of is looked at. */
const KEPT_MS = 400 * 86_400_000

/** How a card was used. */
export const PRESENCES = ['in-person', 'online', 'recurring', 'unknown'] as const

const payeeShape = z.object({
  name: z.string(),
  merchantId: z.string(),
  place: z
    .object({
      line1: z.string(),
      city: z.string(),
      region: z.string(),
      postalCode: z.string(),
      country: z.string(),
      latitude: z.number().exactOptional(),
      longitude: z.number().exactOptional(),
    })
    .exactOptional(),
})

const useShape = z.object({
  /** Unique at this bank; the event's reference on the wire. */
  reference: z.string(),
  kind: z.enum(['authorization', 'advice', 'completion', 'reversal', 'refund']),
  /** The authorization that this one belongs to. */
  of: z.string().exactOptional(),
  accountId: z.string(),
  card: z.object({ lastDigits: z.string().exactOptional(), currency: z.string() }),
  /** When it happened, ms since 1970. */
  createdAt: z.number(),
  /** Minor units as text: JSON has no whole numbers of this size. */
  amountMinor: z.string(),
  payee: payeeShape,
  mcc: z.string(),
  terminal: z.string(),
  presence: z.enum(PRESENCES),
  device: z.string().exactOptional(),
  /** What the bank decided, and why; an authorization that is being asked about has none yet. */
  outcome: z.enum(['approved', 'declined']).exactOptional(),
  because: z.enum(['verdict', 'no-answer', 'card-not-active', 'settles']).exactOptional(),
  /** What the other side said, also when it came too late to count. */
  verdict: z.enum(['approve', 'decline', 'observe']).exactOptional(),
  /** How long the other side took to say it, ms; only while the network waited. */
  answeredMs: z.number().exactOptional(),
  delivery: z.enum(['waiting', 'delivered', 'refused']),
  attempts: z.number().int(),
  nextAt: z.number(),
})

/** One event of a card and how far its delivery is. */
export type CardUse = z.infer<typeof useShape>

/** Everything that was done with cards on demand, in a journal of its own. */
export type CardUseBook = {
  /** Durable when this resolves. */
  save(use: CardUse): Promise<void>
  find(reference: string): CardUse | undefined
  /** All of them, in the order in which they happened. */
  all(): readonly CardUse[]
}

/** Loads the uses from the journal. What was being asked about when the bank died was let through: nobody waits any more. */
export async function openCardUseBook(store: StateStore): Promise<CardUseBook> {
  const uses = new Map<string, CardUse>()

  async function save(use: CardUse): Promise<void> {
    uses.set(use.reference, use)
    await store.set(`use:${use.reference}`, use, use.createdAt + KEPT_MS)
  }

  const stored = store.keys('use:').map((key) => useShape.parse(store.get(key)))
  for (const use of stored.sort((a, b) => a.createdAt - b.createdAt)) {
    if (use.outcome === undefined) await save({ ...use, outcome: 'approved', because: 'no-answer' })
    else uses.set(use.reference, use)
  }
  return { save, find: (reference) => uses.get(reference), all: () => [...uses.values()] }
}
