import { nothingShown, TEXT_MAX } from './check-message.ts'
import { newMessageId } from './message-id.ts'
import { commitWithEvent, type ActDeps } from './messenger-deps.ts'
import type { ActOutcome } from './person-acts.ts'
import { showMessage } from './show-thread.ts'
import { THREAD_IDLE_MS, ownerOf, type Thread } from './state.ts'
import { echoEvent, personEvent, type WebhookEvent } from './webhook-events.ts'

/** What people of another app of the page can do with a thread. `idle`: they have done nothing for a day. */
export const otherAppActs = ['take', 'say', 'pass', 'release', 'request', 'idle'] as const

/** An act of another app: the page's inbox, unless it is named. */
export type OtherAppAct = { readonly act: (typeof otherAppActs)[number]; readonly appId: string; readonly text: string }

/** Somebody of another app takes a thread, writes in it, passes it to our app, lets it go, or asks for it. Our app is told. */
export function actAsOtherApp(deps: ActDeps, thread: Thread, { act, appId, text }: OtherAppAct): ActOutcome<string> {
  const { config, clock } = deps
  if (!config.otherApps.includes(appId)) return { ok: false, reason: 'The page has no such app' }
  const owner = ownerOf(thread, clock.now())
  const hasIt = owner === appId
  const between = { previous_owner_app_id: owner === '' ? null : owner }
  switch (act) {
    case 'take':
      own(deps, thread, appId)
      return tell(deps, thread, { take_thread_control: { ...between, new_owner_app_id: appId } })
    case 'say':
      return write(deps, thread, { appId, text })
    case 'request':
      return tell(deps, thread, { request_thread_control: { requested_owner_app_id: appId } })
    case 'idle':
      deps.store.commit({ k: 'thread-owner', at: clock.now(), psid: thread.psid, owner: '', until: 0 })
      return { ok: true, value: '' }
    case 'pass':
    case 'release':
      if (!hasIt) return { ok: false, reason: 'This app does not have the thread' }
      own(deps, thread, act === 'pass' ? config.appId : '')
      return tell(deps, thread, { pass_thread_control: { ...between, new_owner_app_id: config.appId } })
  }
}

function own(deps: ActDeps, { psid }: Thread, owner: string): void {
  const at = deps.clock.now()
  deps.store.commit({ k: 'thread-owner', at, psid, owner, until: owner === '' ? 0 : at + THREAD_IDLE_MS })
}

function tell(deps: ActDeps, { psid }: Thread, content: WebhookEvent): ActOutcome<string> {
  const at = deps.clock.now()
  const event = personEvent({ pageId: deps.config.pageId, psid, at }, content)
  commitWithEvent(deps, { psid, field: 'messaging_handovers', event, at }, () => [])
  return { ok: true, value: '' }
}

/** Whoever writes has the thread from then on. */
function write(
  deps: ActDeps,
  thread: Thread,
  said: { readonly appId: string; readonly text: string },
): ActOutcome<string> {
  if (said.text.trim() === '' || said.text.length > TEXT_MAX) return { ok: false, reason: 'There is nothing to say' }
  own(deps, thread, said.appId)
  const { psid } = thread
  const mid = newMessageId()
  const at = Math.max(deps.clock.now(), (thread.messages.at(-1)?.at ?? 0) + 1)
  const shown = { ...nothingShown, text: said.text }
  const event = echoEvent(
    { pageId: deps.config.pageId, psid, at },
    { mid, appId: said.appId, metadata: undefined, replyTo: undefined, shown },
  )
  const carried = { other_app: said.appId, text: said.text }
  commitWithEvent(deps, { psid, field: 'message_echoes', event, at }, () => [
    { k: 'message', at, psid, mid, from: 'page', kind: 'message', carried, shown },
  ])
  showMessage(deps, thread, mid)
  return { ok: true, value: mid }
}
