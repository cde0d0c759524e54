import type { Surroundings } from './look-around.ts'
import type { MessageSeen } from './messenger-control.ts'
import { type Memories, type TourStep, tourSteps } from './room-memory.ts'

/**
 * Which steps of the tour are done: those seen done before, and those that can be seen now. Nothing is asked of Parley: the
 * bank knows who shares with it, the messenger knows what it carried, and this page knows what was done on it.
 */
export function stepsDone(memories: Memories, seen: Surroundings): readonly TourStep[] {
  const messages = (seen.threads ?? []).flatMap((thread) => thread.messages)
  const fresh = messages.filter(({ at }) => at >= memories.since)
  const fromPage = fresh.filter(({ from }) => from === 'page')
  const isDone: { readonly [Step in TourStep]: boolean } = {
    // The bank shares, and the code from the page came into the chat: only both together link.
    link: (seen.bank?.consents.length ?? 0) > 0 && messages.some((one) => isCode(one) || carriesAnswer(one)),
    ask: fromPage.some(carriesAnswer),
    looks: isSince(memories, memories.lookedAt) || fromPage.some(isWayToLooks),
    steal: fresh.some(saysNotMe),
    tamper: isSince(memories, memories.foundAt),
    // Fraud alerts may go on at the bank when the rest is stopped; the chat offers the receipt either way.
    stop: hasStopped(memories, seen) || fromPage.some((one) => linksTo(one, '/me/receipts')),
  }
  return tourSteps.filter((step) => memories.done.includes(step) || isDone[step])
}

/**
 * The newest question about a card payment, until the person writes or taps something. A receipt, which offers "Not me" as well,
 * is none.
 */
export function openQuestion(messages: readonly MessageSeen[]): MessageSeen | undefined {
  const last = messages.findLastIndex(
    ({ from, carried }) => from === 'page' && /alert:[0-9a-f-]+:it-was-me/.test(JSON.stringify(carried)),
  )
  const isAnswered = messages.slice(last + 1).some(({ from }) => from === 'person')
  return last < 0 || isAnswered ? undefined : messages[last]
}

function isSince({ since }: Memories, at: number | undefined): boolean {
  return at !== undefined && at >= since
}

function isCode({ from, shown }: MessageSeen): boolean {
  return from === 'person' && /^\D{0,12}\d{3}[ -]?\d{3}\D{0,12}$/.test(shown.text)
}

/** A sealed answer's link; or figures, for whoever chose them. */
function carriesAnswer(message: MessageSeen): boolean {
  return message.from === 'page' && (linksTo(message, '/a/') || /[$€£]\s?\d/.test(message.shown.text))
}

/** The reply to "who looked?"; other replies offer that page beside something else. */
function isWayToLooks(message: MessageSeen): boolean {
  return message.shown.buttons.length === 1 && linksTo(message, '/me#looks')
}

function linksTo({ shown }: MessageSeen, path: string): boolean {
  return shown.buttons.some(({ url }) => url?.replace(/^https?:\/\/[^/]+/, '').startsWith(path) === true)
}

function saysNotMe({ from, carried }: MessageSeen): boolean {
  return from === 'person' && /alert:[0-9a-f-]+:not-me/.test(JSON.stringify(carried))
}

/** Somebody's leave ended, and nothing took its place: who links again has not stopped. */
function hasStopped({ since }: Memories, { bank }: Surroundings): boolean {
  const consents = bank?.consents ?? []
  const sharing = new Set(consents.filter(({ status }) => status === 'ACTIVE').map(({ personId }) => personId))
  return consents.some(
    ({ endedTime, personId }) => endedTime !== undefined && Date.parse(endedTime) >= since && !sharing.has(personId),
  )
}
