import { findLinks } from './find-links.ts'
import { recordAt, textAt, isRecord, listAt, type JsonRecord } from './json-value.ts'
import type { MessengerConfig } from './messenger-config.ts'
import type { MenuItem, MessageView, ThreadView, Tick } from './shown-message.ts'
import { windowIsOpen, type State, type Thread, type ThreadMessage } from './state.ts'

/** Messages the page gets when it opens a thread. */
const VIEW_MESSAGES_MAX = 200

/** The last messages of a thread for the page. */
export function viewMessages(thread: Thread): readonly MessageView[] {
  return thread.messages.slice(-VIEW_MESSAGES_MAX).map((message) => viewMessage(thread, message))
}

/** One message for the page. */
export function viewMessage(thread: Thread, message: ThreadMessage): MessageView {
  return {
    mid: message.mid,
    from: message.from,
    at: message.at,
    shown: message.shown,
    previews: message.previews,
    links: message.from === 'page' ? findLinks(message.shown) : [],
    reaction: message.reaction,
    edited: message.numEdit > 0,
    replyTo: message.replyTo,
    tick: message.from === 'page' ? '' : tickOf(thread, message),
  }
}

function tickOf(thread: Thread, message: ThreadMessage): Tick {
  if (thread.seenByPageAt >= message.at) return 'seen'
  if (message.webhook === 'acknowledged') return 'sent'
  return message.webhook === 'pending' ? 'sending' : 'lost'
}

/** The state around a thread for the page. `now` in milliseconds. */
export function viewThread(state: State, config: MessengerConfig, thread: Thread, now: number): ThreadView {
  const menu = menuFor(state, thread)
  return {
    psid: thread.psid,
    name: thread.name,
    pageName: config.pageName,
    getStarted: getStartedPayload(state) !== undefined,
    greeting: greetingFor(state, thread),
    iceBreakers: iceBreakersFor(state, thread).map((breaker) => breaker.question),
    menu: menu.items.map(({ title, url }) => ({ title, url })),
    composerDisabled: menu.composerDisabled,
    blocked: thread.blocked,
    linked: thread.linked,
    appRemoved: thread.appRemoved,
    callbacks: thread.callbacks,
    windowOpen: windowIsOpen(thread, now),
    banner: bannerOf(state),
  }
}

/** One sentence about trouble between the messenger and the app; '' when all is well. */
export function bannerOf(state: State): string {
  const { url, subscribed, verified, disabledAt } = state.subscription
  if (state.switches.down) return 'The sandbox messenger is switched to "down". Messages wait here.'
  if (url === '') return 'No app is connected to this page yet. Messages stay here.'
  if (disabledAt !== undefined)
    return 'Webhooks disabled: the app did not answer for an hour and is unsubscribed from the page.'
  if (!subscribed) return 'The app is not subscribed to this page. Messages stay here.'
  if (!verified) return 'Waiting for the app to confirm its webhook. Messages wait here.'
  return state.failingSince > 0 ? 'The app does not answer at the moment. Messages are repeated until it does.' : ''
}

/** The payload of the Get Started button, if the page has one. */
export function getStartedPayload(state: State): string | undefined {
  return textAt(recordAt(state.profile, 'get_started') ?? {}, 'payload')
}

function greetingFor(state: State, thread: Thread): string {
  const greeting = forLocale(listAt(state.profile, 'greeting'), thread.locale)
  return (greeting ? (textAt(greeting, 'text') ?? '') : '').replaceAll('{{user_first_name}}', firstName(thread.name))
}

/** The first word of a name. */
export function firstName(name: string): string {
  return name.split(' ')[0] ?? name
}

/** The ice breakers in the person's language. */
export function iceBreakersFor(state: State, thread: Thread): readonly { question: string; payload: string }[] {
  const all = listAt(state.profile, 'ice_breakers') ?? []
  const localized = forLocale(all, thread.locale)
  const list = localized && Array.isArray(localized['call_to_actions']) ? listAt(localized, 'call_to_actions') : all
  return (list ?? [])
    .filter(isRecord)
    .map((item) => ({ question: textAt(item, 'question') ?? '', payload: textAt(item, 'payload') ?? '' }))
}

/** The persistent menu in the person's language. A row has a url or a payload. */
export function menuFor(
  state: State,
  thread: Thread,
): { readonly composerDisabled: boolean; readonly items: readonly (MenuItem & { readonly payload: string })[] } {
  const menu = forLocale(listAt(state.profile, 'persistent_menu'), thread.locale)
  if (!menu) return { composerDisabled: false, items: [] }
  const items = (listAt(menu, 'call_to_actions') ?? []).filter(isRecord).map((item) => ({
    title: textAt(item, 'title') ?? '',
    url: textAt(item, 'type') === 'web_url' ? (textAt(item, 'url') ?? '') : '',
    payload: textAt(item, 'payload') ?? '',
  }))
  return { composerDisabled: menu['composer_input_disabled'] === true, items }
}

function forLocale(list: readonly unknown[] | undefined, locale: string): JsonRecord | undefined {
  const records = (list ?? []).filter(isRecord)
  return records.find((item) => item['locale'] === locale) ?? records.find((item) => item['locale'] === 'default')
}
