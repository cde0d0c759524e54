import { randomUUID } from 'node:crypto'
import type { CardStore } from '../fdx/card-store.ts'
import type { Account } from '../world/book.ts'
import type { CardUse } from './card-use-book.ts'
import { startCardDelivery } from './deliver-card-events.ts'
import type { CardDeliveryDeps } from './deliver-card-events.ts'
import type { FeedMerchant } from './feed-shops.ts'

/** A wish to pay with a card. */
export type CardWish = {
  readonly account: Account
  readonly amountMinor: bigint
  readonly merchant: FeedMerchant
  readonly presence: CardUse['presence']
  readonly device?: string | undefined
}

/** What can follow an approved payment. */
export const FOLLOWING = ['completion', 'reversal', 'refund'] as const

/** The bank's side of card payments: asks for verdicts, applies them, and tells what becomes of a payment. */
export type CardFeed = {
  /** Pays with a card. One that is not active is refused by the bank itself; the event only tells of it. */
  use(wish: CardWish): Promise<CardUse>
  /** What follows an approved payment, once; undefined when no such payment is open to it. */
  follow(reference: string, kind: (typeof FOLLOWING)[number], amountMinor?: bigint): Promise<CardUse | undefined>
  uses(): readonly CardUse[]
  /** Stops sending; what waits goes on at the next start. */
  stop(): Promise<void>
}

/** Starts the feed; events that were waiting when the bank last stopped go out. */
export function openCardFeed(deps: CardDeliveryDeps & { readonly cards: Pick<CardStore, 'find'> }): CardFeed {
  const { book, now } = deps
  const delivery = startCardDelivery(deps)

  async function use(wish: CardWish): Promise<CardUse> {
    const isActive = deps.cards.find(wish.account.id).status === 'ACTIVE'
    return delivery.ask(write(wish, isActive), isActive ? decide : (sent) => sent)
  }

  async function follow(reference: string, kind: (typeof FOLLOWING)[number], amountMinor?: bigint) {
    const origin = book.find(reference)
    const settled = book.all().filter(({ of }) => of === reference)
    if (!isOpenTo(kind, origin, settled)) return undefined
    const { verdict: _verdict, ...same } = origin
    const following: CardUse = {
      ...same,
      ...{ reference: randomUUID(), kind, of: reference, because: 'settles', ...waitingFrom(now()) },
      amountMinor: String(amountMinor ?? BigInt(settled[0]?.amountMinor ?? origin.amountMinor)),
    }
    await book.save(following)
    delivery.wake()
    return following
  }

  function write({ account, amountMinor, merchant, presence, device }: CardWish, isActive: boolean): CardUse {
    const { payee, mcc, terminal } = merchant
    return {
      ...{ reference: randomUUID(), accountId: account.id, payee, mcc, terminal, presence },
      kind: isActive ? 'authorization' : 'advice',
      card: {
        currency: account.currency,
        ...(account.cardDisplay === undefined ? {} : { lastDigits: account.cardDisplay }),
      },
      amountMinor: String(amountMinor),
      ...(device === undefined ? {} : { device }),
      ...(isActive ? {} : { outcome: 'declined', because: 'card-not-active' }),
      ...waitingFrom(now()),
    }
  }

  return { use, follow, uses: book.all, stop: delivery.stop }
}

/** Without a verdict in time the bank decides by itself, and lets the payment through. */
function decide(use: CardUse, verdict: CardUse['verdict']): CardUse {
  if (verdict === undefined) return { ...use, outcome: 'approved', because: 'no-answer' }
  return { ...use, outcome: verdict === 'decline' ? 'declined' : 'approved', because: 'verdict' }
}

function isOpenTo(
  kind: (typeof FOLLOWING)[number],
  origin: CardUse | undefined,
  settled: readonly CardUse[],
): origin is CardUse {
  if (origin?.kind !== 'authorization' || origin.outcome !== 'approved') return false
  const has = (wanted: CardUse['kind']): boolean => settled.some((each) => each.kind === wanted)
  if (has('reversal')) return false
  // Money comes back for what was charged; what was charged is no longer taken back.
  return kind === 'refund' ? has('completion') && !has('refund') : !has('completion')
}

function waitingFrom(nowMs: number): Pick<CardUse, 'createdAt' | 'nextAt' | 'attempts' | 'delivery'> {
  return { createdAt: nowMs, nextAt: nowMs, attempts: 0, delivery: 'waiting' }
}
