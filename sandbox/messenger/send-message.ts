import { checkSend, type AcceptedSend } from './check-send.ts'
import { accept, type GraphOutcome } from './graph-errors.ts'
import type { JsonRecord } from './json-value.ts'
import { newMessageId } from './message-id.ts'
import { commitWithEvent, type ActDeps } from './messenger-deps.ts'
import type { Receipts } from './receipts.ts'
import { showAll, showMessage } from './show-thread.ts'
import { THREAD_IDLE_MS } from './state.ts'
import { echoEvent } from './webhook-events.ts'

type Deps = ActDeps & {
  readonly receipts: Receipts
  /** Starts to look at the links of a message; must not wait for them. */
  readonly crawl: (psid: string, mid: string) => void
}

/** What the Send API answers, and whether the connection is cut instead of answering. */
export type SendResult = {
  readonly answer: Readonly<Record<string, string>>
  readonly cut: boolean
}

/** Checks one body of the Send API and carries it out: stored, shown, echoed; then answered, or cut off by chance. */
export function sendMessage(deps: Deps, body: JsonRecord): GraphOutcome<SendResult> {
  const decided = checkSend(deps.store.state, body, { now: deps.clock.now(), config: deps.config })
  if (!decided.ok) return decided
  if (decided.value.kind === 'message') return accept(deliver(deps, body, decided.value))
  act(deps, decided.value)
  return accept({ answer: { recipient_id: decided.value.psid }, cut: false })
}

function deliver(deps: Deps, body: JsonRecord, send: Extract<AcceptedSend, { kind: 'message' }>): SendResult {
  const { store, clock, chance, config } = deps
  const { state } = store
  const mid = newMessageId()
  const { psid, shown, metadata, replyTo } = send
  const thread = state.threads.get(psid)
  const at = Math.max(clock.now(), (thread?.messages.at(-1)?.at ?? 0) + 1)
  const cut = chance('cut', state.sends + 1) < state.switches.cutRate
  const content = { mid, appId: config.appId, metadata, replyTo, shown }
  const event = echoEvent({ pageId: config.pageId, psid, at }, content)
  const optional = { ...(metadata === undefined ? {} : { metadata }), ...(replyTo === undefined ? {} : { replyTo }) }
  const message = {
    k: 'message',
    at,
    psid,
    mid,
    from: 'page',
    kind: 'message',
    carried: body,
    shown,
    cut,
    ...optional,
  } as const
  if (state.switches.echoes) {
    commitWithEvent(deps, { psid, field: 'message_echoes', event, at, delayMs: state.switches.echoDelayMs }, () => [
      message,
    ])
  } else store.commit(message)
  const owner = send.handsTo ?? config.appId
  store.commit({ k: 'thread-owner', at, psid, owner, until: owner === '' ? 0 : at + THREAD_IDLE_MS })
  deps.receipts.delivered(psid, mid)
  deps.crawl(psid, mid)
  if (thread) showMessage(deps, thread, mid)
  return { answer: { recipient_id: psid, message_id: mid }, cut }
}

function act(deps: Deps, send: Extract<AcceptedSend, { kind: 'action' }>): void {
  const { psid, action } = send
  if (action !== 'mark_seen') return deps.live.tell(psid, () => ({ type: 'typing', on: action === 'typing_on' }))
  deps.store.commit({ k: 'seen', at: deps.clock.now(), psid })
  const thread = deps.store.state.threads.get(psid)
  if (thread) showAll(deps, thread)
}
