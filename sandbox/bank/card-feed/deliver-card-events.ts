import { pauseAfterMs } from '../notifications/retry-pause.ts'
import type { Switches } from '../switches.ts'
import { cardEventBody } from './card-event-body.ts'
import type { CardUse, CardUseBook } from './card-use-book.ts'
import { sendCardEvent } from './send-card-event.ts'
import type { CardFeedTarget, SendResult } from './send-card-event.ts'

/** The network waits this long for the bank, so the bank waits no longer for a verdict. */
const VERDICT_MS_MAX = 2_000
/** An event that nobody waits for may take longer. */
const DELIVERY_MS_MAX = 5_000
/** After this long the bank stops sending an event again. */
const TRIED_MS_MAX = 24 * 3_600_000
/** How often waiting events are looked at. */
const LOOK_EVERY_MS = 200
/** Events on their way again at once. */
const UNDERWAY_MAX = 8

/** What the delivery of card events stands on. */
export type CardDeliveryDeps = {
  readonly book: CardUseBook
  /** Undefined while nobody asked for this bank's card events: then they wait, and the bank decides alone. */
  readonly target: () => Promise<CardFeedTarget | undefined>
  readonly switches: () => Switches
  readonly now: () => number
}

/** Gets events to the other side. */
export type CardDelivery = {
  /**
   * Writes an event down, sends it while the network waits, and writes down what the bank makes of the verdict (`decide`:
   * undefined stands for none in time).
   */
  ask(use: CardUse, decide: (sent: CardUse, verdict: CardUse['verdict']) => CardUse): Promise<CardUse>
  /** Looks at once for what waits. */
  wake(): void
  /** Stops trying; what waits goes on at the next start. */
  stop(): Promise<void>
}

/** At least once, with growing pauses, over restarts, always with one id: an event waits until it is answered. */
export function startCardDelivery(deps: CardDeliveryDeps): CardDelivery {
  const { book, now } = deps
  const underway = new Map<string, Promise<void>>()
  const stopped = new AbortController()
  const timer = setInterval(look, LOOK_EVERY_MS)

  async function ask(use: CardUse, decide: (sent: CardUse, verdict: CardUse['verdict']) => CardUse): Promise<CardUse> {
    const asking = (async () => {
      await book.save(use)
      const askedAt = now()
      const result = await attempt(use, VERDICT_MS_MAX)
      const isAnswered = result.is === 'answered'
      const sent = { ...after(use, result), ...(isAnswered ? { answeredMs: now() - askedAt } : {}) }
      const decided = decide(sent, isAnswered ? result.verdict : undefined)
      await book.save(decided)
      return decided
    })()
    // Until the decision is written down nobody sends the event a second time: that would write over it.
    underway.set(use.reference, asking.then(nothing, nothing))
    try {
      return await asking
    } finally {
      underway.delete(use.reference)
    }
  }

  async function attempt(use: CardUse, deadlineMs: number): Promise<SendResult> {
    const target = await deps.target()
    const { holdCardEvents, duplicateCardEvents, loseCardAnswers } = deps.switches()
    if (target === undefined || holdCardEvents) return { is: 'silent' }
    const event = { id: `evt-${use.reference}`, body: cardEventBody(use), atMs: now() }
    const limits = { deadlineMs, stopped: stopped.signal }
    const first = await sendCardEvent(target, event, limits)
    const last = duplicateCardEvents ? await sendCardEvent(target, event, limits) : first
    return loseCardAnswers ? { is: 'silent' } : last
  }

  function after(use: CardUse, result: SendResult): CardUse {
    const attempts = use.attempts + 1
    if (result.is === 'answered') return { ...use, attempts, delivery: 'delivered', verdict: result.verdict }
    const nextAt = now() + pauseAfterMs(attempts)
    const isOver = result.is === 'refused' || nextAt - use.createdAt > TRIED_MS_MAX
    return { ...use, attempts, nextAt, delivery: isOver ? 'refused' : 'waiting' }
  }

  function look(): void {
    const { down, holdCardEvents } = deps.switches()
    if (stopped.signal.aborted || down || holdCardEvents) return
    // Newest first: what had to wait arrives out of order, as it does in life.
    for (const use of [...book.all()].reverse()) {
      const isDue = use.delivery === 'waiting' && use.nextAt <= now() && !underway.has(use.reference)
      if (!isDue || underway.size >= UNDERWAY_MAX) continue
      const sending = sendWaiting(use)
        .catch((error: unknown) => console.error('a card event could not be handled', error))
        .finally(() => underway.delete(use.reference))
      underway.set(use.reference, sending)
    }
  }

  async function sendWaiting(use: CardUse): Promise<void> {
    if ((await deps.target()) === undefined) return
    const result = await attempt(use, DELIVERY_MS_MAX)
    if (!stopped.signal.aborted) await book.save(after(use, result))
  }

  return {
    ask,
    wake: look,
    async stop() {
      clearInterval(timer)
      stopped.abort()
      await Promise.all(underway.values())
    },
  }
}

function nothing(): void {
  // Whoever asked gets the result or the fault; here only the end of it counts.
}
