import type { MessageView, Tick } from '../shown-message.ts'
import { button, byId, element } from './elements.ts'
import type { Act } from './messenger-api.ts'
import { renderMessage, type MessageTaps } from './render-message.ts'

/** A gap after which the time is shown. */
const TIME_GAP_MS = 600_000
/** So close to the end (pixels) the conversation keeps following new messages. */
const FOLLOW_PX = 80

const TICK_WORDS: Readonly<Record<Tick, string>> = {
  sending: 'Sending',
  sent: 'Delivered',
  seen: 'Seen',
  lost: 'Not delivered to the app',
}

/** Draws the messages and the suggestions under the last one; keeps the keyboard and the reading place where they are. */
export function showMessages(messages: readonly MessageView[], taps: MessageTaps, act: (what: Act) => void): void {
  const list = byId('messages', HTMLOListElement)
  const follows = isAtEnd() || list.childElementCount === 0
  const place = keyboardPlace()
  list.replaceChildren(...messages.flatMap((message, index) => renderRow(message, messages[index - 1], taps)))
  showTick(list, messages)
  showSuggestions(messages.at(-1), act)
  restoreKeyboard(list, place)
  if (follows || messages.at(-1)?.from === 'person') goToEnd()
}

/** Is the end of the conversation in view? */
export function isAtEnd(): boolean {
  const scroll = byId('scroll', HTMLElement)
  return scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < FOLLOW_PX
}

/** Brings the end of the conversation into view. */
export function goToEnd(): void {
  const scroll = byId('scroll', HTMLElement)
  scroll.scrollTop = scroll.scrollHeight
}

function renderRow(message: MessageView, before: MessageView | undefined, taps: MessageTaps): readonly HTMLElement[] {
  const item = renderMessage(message, taps)
  if (before && before.from !== message.from) item.classList.add('turn')
  if (before && message.at - before.at < TIME_GAP_MS) return [item]
  const time = new Date(message.at)
  const words = time.toLocaleString([], { weekday: 'short', hour: 'numeric', minute: '2-digit' })
  return [element('li', { class: 'time' }, element('time', { datetime: time.toISOString() }, words)), item]
}

/** Only the last own message says how far it got. */
function showTick(list: HTMLElement, messages: readonly MessageView[]): void {
  const own = messages.filter(({ from }) => from === 'person').pop()
  if (!own || own.tick === '') return
  const item = list.querySelector(`[data-mid="${CSS.escape(own.mid)}"]`)
  item?.append(element('span', { class: 'small', 'data-testid': 'tick', 'data-tick': own.tick }, TICK_WORDS[own.tick]))
}

function showSuggestions(last: MessageView | undefined, act: (what: Act) => void): void {
  const replies = last?.from === 'page' ? last.shown.quickReplies : []
  const chips = replies.map(({ title }, index) =>
    button({ class: 'chip', 'data-testid': 'quick-reply' }, title, () =>
      act({ act: 'quick-reply', mid: last?.mid ?? '', index }),
    ),
  )
  byId('quick-replies', HTMLElement).replaceChildren(...chips)
}

type Place = { readonly mid: string; readonly index: number } | 'vanishing' | undefined

/** Where the keyboard stands: in a message, on something that vanishes after the tap, or elsewhere. */
function keyboardPlace(): Place {
  const active = document.activeElement
  if (active?.closest('#quick-replies, #welcome')) return 'vanishing'
  const item = active?.closest('[data-mid]')
  if (!active || !(item instanceof HTMLElement)) return undefined
  return { mid: item.dataset['mid'] ?? '', index: [...item.querySelectorAll('a, button')].indexOf(active) }
}

function restoreKeyboard(list: HTMLElement, place: Place): void {
  if (place === undefined) return
  if (place === 'vanishing') return byId('scroll', HTMLElement).focus({ preventScroll: true })
  const target = list.querySelectorAll(`[data-mid="${CSS.escape(place.mid)}"] :is(a, button)`)[place.index]
  if (target instanceof HTMLElement) target.focus({ preventScroll: true })
}
