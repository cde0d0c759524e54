import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { StateStore } from '../state/state-store.ts'

/** What this bank tells about: FDX has more types; these are the ones that happen here. */
export const NOTICE_TYPES = ['CONSENT_REVOKED', 'CONSENT_UPDATED', 'CUSTOM'] as const
/** FDX has no type for what is new in an account: it goes as CUSTOM in this category. */
export const NOTICE_CATEGORIES = ['CONSENT', 'NEW_DATA'] as const
/** One of them. */
export type NoticeType = (typeof NOTICE_TYPES)[number]

const subscriptionShape = z.object({
  subscriptionId: z.string(),
  clientId: z.string(),
  type: z.enum(NOTICE_TYPES),
  category: z.enum(NOTICE_CATEGORIES),
  callbackUrl: z.string(),
  subscriber: z.object({ name: z.string(), type: z.string() }),
  effectiveDate: z.string(),
})

/** Where a client wants one type of notice (FDX NotificationSubscription). */
export type Subscription = z.infer<typeof subscriptionShape>

/** The bank's subscriptions, one for each client and type: "previous callback URL will be updated with latest". */
export type Subscriptions = {
  save(wanted: Omit<Subscription, 'subscriptionId'>): Promise<Subscription>
  find(clientId: string, subscriptionId: string): Subscription | undefined
  of(clientId: string): readonly Subscription[]
  /** False when there was none. */
  remove(clientId: string, subscriptionId: string): Promise<boolean>
}

/** Reads the subscriptions from the notices' journal at each use: there are a handful. */
export function openSubscriptions(store: StateStore): Subscriptions {
  const all = (clientId: string): readonly Subscription[] =>
    store.keys(`subscription:${clientId}:`).map((key) => subscriptionShape.parse(store.get(key)))
  const keyOf = ({ clientId, type }: Pick<Subscription, 'clientId' | 'type'>): string =>
    `subscription:${clientId}:${type}`

  return {
    async save(wanted) {
      const known = all(wanted.clientId).find(({ type }) => type === wanted.type)
      const subscription = { ...wanted, subscriptionId: known?.subscriptionId ?? randomUUID() }
      await store.set(keyOf(wanted), subscription)
      return subscription
    },
    find: (clientId, subscriptionId) => all(clientId).find((each) => each.subscriptionId === subscriptionId),
    of: all,
    async remove(clientId, subscriptionId) {
      const found = all(clientId).find((each) => each.subscriptionId === subscriptionId)
      if (found !== undefined) await store.delete(keyOf(found))
      return found !== undefined
    },
  }
}
