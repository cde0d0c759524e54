/**
 * How long a message in doubt waits for its echo before it is sent again. Echoes come within a second; after an outage
 * of ours the messenger repeats what we missed "a few more times" at once, so we count from when we were ready again.
 */
export const echoWaitMs = 10_000

/** The messenger's window for free replies: a day after the person's last message. */
export const windowMs = 24 * 3_600_000

/** What the sender knows about a message before it calls the messenger. */
export type SendFacts = {
  readonly expired: boolean
  readonly confirmed: boolean
  /** How long ago a send began whose end nobody knows; undefined when there is none. */
  readonly inDoubtForMs: number | undefined
  /** How long this process has been able to hear echoes. */
  readonly readyForMs: number
  /** Whether the channel tells us about messages it accepted. */
  readonly echoes: boolean
  /** {@link echoWaitMs}, but for tests. */
  readonly waitMs: number
}

export type SendStep =
  | { readonly step: 'done' }
  | { readonly step: 'drop'; readonly because: 'expired' }
  | { readonly step: 'wait-for-echo'; readonly leftMs: number }
  | { readonly step: 'send'; readonly repeated: boolean }

/** Decides what to do with a message of the outbox. */
export function planSend(facts: SendFacts): SendStep {
  if (facts.confirmed) return { step: 'done' }
  const leftMs = echoLeftMs(facts)
  // A message in doubt may be there already; whether it was is worth knowing even after it expired.
  if (leftMs > 0) return { step: 'wait-for-echo', leftMs }
  if (facts.expired) return { step: 'drop', because: 'expired' }
  return { step: 'send', repeated: facts.inDoubtForMs !== undefined }
}

function echoLeftMs(facts: SendFacts): number {
  if (facts.inDoubtForMs === undefined || !facts.echoes) return 0
  return facts.waitMs - Math.min(facts.inDoubtForMs, facts.readyForMs)
}

/** The first and the longest pause after the messenger said no for now. */
const backoffFirstMs = 1_000
const backoffLongestMs = 60_000

/** How long to wait before the next try: doubled each time, never shorter than the messenger's error asks for. */
export function backoffMs(attempt: number, floorMs: number): number {
  const doubled = backoffFirstMs * 2 ** Math.min(Math.max(attempt - 1, 0), 10)
  return Math.max(Math.min(doubled, backoffLongestMs), floorMs)
}
