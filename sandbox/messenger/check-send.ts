import { checkMessage } from './check-message.ts'
import { fillTemplate } from './fill-template.ts'
import { accept, graphErrors, invalidParameter, refuse, type GraphOutcome } from './graph-errors.ts'
import { recordAt, textAt, type JsonRecord } from './json-value.ts'
import type { Shown } from './shown-message.ts'
import type { MessengerConfig } from './messenger-config.ts'
import { HUMAN_AGENT_WINDOW_MS, ownerOf, windowIsOpen, type State, type Thread } from './state.ts'

/** What the page may do. */
export type AcceptedSend =
  | { readonly kind: 'action'; readonly psid: string; readonly action: SenderAction }
  | {
      readonly kind: 'message'
      readonly psid: string
      readonly shown: Shown
      readonly metadata: string | undefined
      readonly replyTo: string | undefined
      /** The app that has the thread from now on, '' for none; undefined: it stays where it is. */
      readonly handsTo: string | undefined
    }

/** The three sender actions. */
export type SenderAction = 'typing_on' | 'typing_off' | 'mark_seen'

/**
 * Decides about one body of the Send API, in the platform's order: form, person, window. Pure.
 * `now` is in milliseconds.
 */
export function checkSend(state: State, body: JsonRecord, { now, config }: SendRules): GraphOutcome<AcceptedSend> {
  const thread = findRecipient(state, body)
  if (!thread.ok) return thread
  const owner = ownerOf(thread.value, now)
  const control = checkThreadControl(config, body)
  if (!control.ok) return control
  const isOthers = owner !== '' && owner !== config.appId
  if (body['sender_action'] !== undefined)
    return isOthers ? refuse(graphErrors.notOwner) : checkAction(thread.value, body)
  const message = recordAt(body, 'message')
  if (!message) return refuse(invalidParameter('Param message must be an object'))
  const utility = body['messaging_type'] === 'UTILITY'
  const shown = utility ? fillTemplate(state, message) : checkMessage(message)
  if (!shown.ok) return shown
  const allowed = checkWindow(thread.value, body, now)
  if (!allowed.ok) return allowed
  const replyTo = checkReplyTo(thread.value, body)
  if (!replyTo.ok) return replyTo
  if (isOthers) return refuse(graphErrors.notOwner)
  if (thread.value.blocked) return refuse(graphErrors.blocked)
  const metadata = textAt(message, 'metadata')
  const handsTo = control.value
  return accept({
    kind: 'message',
    psid: thread.value.psid,
    shown: shown.value,
    metadata,
    replyTo: replyTo.value,
    handsTo,
  })
}

/** The moment, and who the app and its neighbours are. */
export type SendRules = { readonly now: number; readonly config: Pick<MessengerConfig, 'appId' | 'otherApps'> }

/** The app that gets the thread with this message, '' when it is released, undefined when it stays. */
function checkThreadControl(config: SendRules['config'], body: JsonRecord): GraphOutcome<string | undefined> {
  if (body['thread_control'] === undefined) return accept(undefined)
  const control = recordAt(body, 'thread_control') ?? {}
  if (control['control_type'] === 'release') return accept('')
  const app = String(control['app_id'])
  if (control['control_type'] !== 'pass' || !config.otherApps.includes(app))
    return refuse(invalidParameter('Param thread_control must release the thread, or pass it to an app of the page'))
  return accept(app)
}

/** Ids come as text or number; other kinds of recipient are not part of the sandbox. */
function findRecipient(state: State, body: JsonRecord): GraphOutcome<Thread> {
  const id = recordAt(body, 'recipient')?.['id']
  if (typeof id !== 'string' && typeof id !== 'number')
    return refuse(invalidParameter('Param recipient must have an id'))
  const thread = state.threads.get(String(id))
  return thread ? accept(thread) : refuse(graphErrors.noSuchPerson)
}

function checkAction(thread: Thread, body: JsonRecord): GraphOutcome<AcceptedSend> {
  const action = textAt(body, 'sender_action')?.toLowerCase()
  if (action !== 'typing_on' && action !== 'typing_off' && action !== 'mark_seen') {
    return refuse(invalidParameter('Param sender_action must be one of {TYPING_ON, TYPING_OFF, MARK_SEEN}'))
  }
  if (body['message'] !== undefined)
    return refuse(invalidParameter('Only one of message and sender_action can be specified'))
  if (thread.blocked) return refuse(graphErrors.blocked)
  return accept({ kind: 'action', psid: thread.psid, action })
}

/** A missing `messaging_type` counts as UPDATE, which the platform still does for old clients. */
function checkWindow(thread: Thread, body: JsonRecord, now: number): GraphOutcome<true> {
  switch (textAt(body, 'messaging_type') ?? 'UPDATE') {
    case 'RESPONSE':
    case 'UPDATE':
      return windowIsOpen(thread, now) ? accept(true) : refuse(graphErrors.windowClosed)
    case 'MESSAGE_TAG':
      return checkTag(thread, textAt(body, 'tag'), now)
    case 'UTILITY':
      return accept(true)
    default:
      return refuse(invalidParameter('Param messaging_type must be one of {MESSAGE_TAG, RESPONSE, UPDATE, UTILITY}'))
  }
}

function checkTag(thread: Thread, tag: string | undefined, now: number): GraphOutcome<true> {
  if (tag === undefined) return refuse(invalidParameter('Param tag is required with messaging_type MESSAGE_TAG'))
  if (tag !== 'HUMAN_AGENT') return refuse(graphErrors.retiredTag)
  return now - thread.lastInteractionAt < HUMAN_AGENT_WINDOW_MS ? accept(true) : refuse(graphErrors.windowClosed)
}

function checkReplyTo(thread: Thread, body: JsonRecord): GraphOutcome<string | undefined> {
  if (body['reply_to'] === undefined) return accept(undefined)
  const mid = textAt(recordAt(body, 'reply_to') ?? {}, 'mid')
  if (mid === undefined || !thread.byMid.has(mid))
    return refuse(invalidParameter('Param reply_to[mid] is not a message of this thread'))
  return accept(mid)
}
