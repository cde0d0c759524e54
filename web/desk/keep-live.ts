import { parse, readGone, readRow, readRows, readThread } from './read-answers.ts'
import type { Line, Read, Row, Thread } from './read-answers.ts'
import { watchLeaving } from '../shared/watch-leaving.ts'

/** Without a stream the list is asked for this often. */
const pollMs = 10_000
/** A stream that is silent for so long is broken, whatever the browser thinks. */
const silentMs = 15_000
/** How long a press lasts, and the list waits for it. */
const heldMs = 1_000
/** After "everything changed" not everybody asks in the same moment. */
const spreadMs = 1_500

/** Keeps the list and the open conversation as they are now. Everything is put in as text. */
export function keepLive(): void {
  const root = document.querySelector<HTMLElement>('[data-desk]')
  if (root === null) return
  const asOf = Number(root.dataset['asOf'] ?? Date.now())
  const state: Live = {
    ...{ heardAt: Date.now(), isLive: false, asOf, isLeaving: watchLeaving() },
    ...{ list: { asked: 0, shown: 0 }, thread: { asked: 0, shown: 0 }, told: new Map(), isPutOff: false },
  }
  const stream = new EventSource('/desk/live')
  const heard = (): void => {
    state.heardAt = Date.now()
    if (!state.isLive) say('on', state.heardAt)
    state.isLive = true
  }
  stream.addEventListener('open', () => {
    heard()
    void askForList(state)
  })
  stream.addEventListener('alive', () => {
    heard()
    state.asOf = Date.now()
  })
  stream.addEventListener('refresh', () => {
    heard()
    window.setTimeout(() => void askForAll(state), Math.random() * spreadMs)
  })
  stream.addEventListener('place', (event) => {
    heard()
    const row = parse(String(event.data), readRow)
    if (row === undefined) return
    state.told.set(row.id, state.list.asked)
    if (isHeld()) askLater(state)
    else putRow(row)
    state.asOf = Date.now()
    if (row.id === openId()) void askForThread(state)
  })
  stream.addEventListener('gone', (event) => {
    heard()
    const id = parse(String(event.data), readGone)
    if (id === undefined) return
    state.told.set(id, state.list.asked)
    if (isHeld()) askLater(state)
    else document.querySelector(`[data-list] [data-id="${CSS.escape(id)}"]`)?.remove()
    showNone()
    if (id === openId()) void askForThread(state)
  })
  window.setInterval(() => {
    markLate()
    if (Date.now() - state.heardAt <= silentMs) return
    state.isLive = false
    void askForAll(state).then(() => {
      if (!state.isLive) say('off', state.asOf)
    })
  }, pollMs)
}

function openId(): string | undefined {
  return /^\/desk\/([0-9a-f-]{36})/.exec(location.pathname)?.[1]
}

/**
 * `asOf`: when the list was last as it is shown. `isLeaving`: somebody pressed a button and the answer is on its way; what the button did may be
 * told to this page first. `told`: which places the stream told of, and how many times the list had been asked for by then.
 * `isPutOff`: it is asked for once the button that is held down is let go.
 */
type Live = {
  heardAt: number
  isLive: boolean
  asOf: number
  readonly isLeaving: () => boolean
  readonly list: Turns
  readonly thread: Turns
  readonly told: Map<string, number>
  isPutOff: boolean
}

/** Answers overtake each other: what is asked for has a number, and nothing is shown after the answer to a later question. */
type Turns = { asked: number; shown: number }

function isOvertaken(turns: Turns, mine: number): boolean {
  if (mine < turns.shown) return true
  turns.shown = mine
  return false
}

async function askForAll(state: Live): Promise<void> {
  await Promise.all([askForList(state), askForThread(state)])
}

async function askForList(state: Live): Promise<void> {
  const mine = (state.list.asked += 1)
  const rows = await ask('/desk/list.json', readRows)
  const list = document.querySelector('[data-list]')
  if (rows === undefined || list === null || isOvertaken(state.list, mine)) return
  if (isHeld()) return askLater(state)
  // What the stream told while the list was on its way is newer than the list.
  const isNewer = (id: string): boolean => (state.told.get(id) ?? 0) >= mine
  const known = new Set(rows.map(({ id }) => id))
  for (const item of list.querySelectorAll<HTMLElement>('[data-id]')) {
    const id = item.dataset['id'] ?? ''
    if (!known.has(id) && !isNewer(id)) item.remove()
  }
  for (const row of rows) if (!isNewer(row.id)) putRow(row)
  for (const [id, at] of state.told) if (at < mine) state.told.delete(id)
  showNone()
  state.asOf = Date.now()
  document.querySelector('.list [data-stale]')?.remove()
}

/** Nothing moves under a button that is held down: one that goes from under the finger was never pressed. */
function isHeld(): boolean {
  return document.querySelector(':active') !== null
}

function askLater(state: Live): void {
  if (state.isPutOff) return
  state.isPutOff = true
  window.setTimeout(() => {
    state.isPutOff = false
    void askForList(state)
  }, heldMs)
}

async function askForThread(state: Live): Promise<void> {
  const id = openId()
  const list = document.querySelector<HTMLElement>('[data-thread]')
  if (id === undefined || list === null) return
  const mine = (state.thread.asked += 1)
  const thread = await ask(`/desk/${id}/thread.json`, readThread)
  if (thread === undefined || isOvertaken(state.thread, mine)) return
  for (const line of thread.lines.slice(Number(list.dataset['thread']))) list.append(lineItem(line))
  list.dataset['thread'] = String(thread.lines.length)
  const pane = list.parentElement
  if (pane !== null) pane.scrollTop = pane.scrollHeight
  const lease = document.querySelector<HTMLElement>('[data-lease]')
  if (lease !== null) lease.dataset['lease'] = String(thread.leaseUntil)
  const see = document.querySelector<HTMLElement>('[data-see]')
  if (see !== null && see.dataset['see'] !== thread.see) seeChanged(see, thread, state.isLeaving() || isInHand())
}

/** Words in a field, also those that were not sent; something ticked, read or held down; a dialog. */
function isInHand(): boolean {
  if (isHeld() || document.querySelector('[data-found], dialog[open]') !== null) return true
  const isTyped = [...document.querySelectorAll('textarea')].some(({ value }) => value.trim() !== '')
  return isTyped || [...document.querySelectorAll('input')].some((box) => box.checked !== box.defaultChecked)
}

// The customer answered. What was typed, and what was read, is not thrown away for it: then a link says that there is something new.
function seeChanged(see: HTMLElement, thread: Thread, isBusy: boolean): void {
  const id = openId()
  if (!isBusy && id !== undefined) {
    location.assign(`/desk/${id}`)
    return
  }
  see.dataset['see'] = thread.see
  see.querySelector('[data-again]')?.remove()
  const note = element('p', 'note', `${thread.again[0]} `)
  note.setAttribute('role', 'status')
  note.dataset['again'] = ''
  const link = element('a', '', thread.again[1])
  link.setAttribute('href', `/desk/${id ?? ''}`)
  note.append(link)
  see.prepend(note)
}

async function ask<Value>(path: string, read: Read<Value>): Promise<Value | undefined> {
  try {
    const answer = await fetch(path, {
      headers: { accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(pollMs),
    })
    return answer.ok ? read(await answer.json()) : undefined
  } catch {
    return undefined // the next round asks again, and the page says since when it could not
  }
}

function putRow(row: Row): void {
  const list = document.querySelector('[data-list]')
  if (list === null) return
  const old = list.querySelector<HTMLElement>(`[data-id="${CSS.escape(row.id)}"]`)
  const hadFocus = old?.contains(document.activeElement) === true
  const item = rowItem(row)
  if (old?.isEqualNode(item) === true) return
  old?.remove()
  const after = [...list.querySelectorAll<HTMLElement>('[data-id]')].find(
    (other) => (other.dataset['order'] ?? '') > row.order,
  )
  list.insertBefore(item, after ?? null)
  if (hadFocus) item.querySelector<HTMLElement>('.place')?.focus()
  showNone()
}

function rowItem(row: Row): HTMLElement {
  const item = document.createElement('li')
  item.dataset['id'] = row.id
  item.dataset['order'] = row.order
  item.dataset['late'] = row.late
  if (row.lateAt !== null) item.dataset['lateAt'] = String(row.lateAt)
  const place = row.isMine ? document.createElement('a') : document.createElement('button')
  place.className = 'place'
  const badges = element('span', 'row-badges', '')
  for (const { kind, text } of row.badges) badges.append(element('span', `badge ${kind}`, text))
  place.append(element('span', 'row-title', row.title), badges, element('span', 'row-detail', row.detail))
  if (place instanceof HTMLAnchorElement) {
    place.href = `/desk/${row.id}`
    if (row.id === openId()) place.setAttribute('aria-current', 'page')
    item.append(place)
    return item
  }
  const form = document.createElement('form')
  form.method = 'post'
  form.action = `/desk/${row.id}/take`
  form.append(place)
  item.append(form)
  return item
}

function lineItem({ by, head, text }: Line): HTMLElement {
  const item = element('li', `said ${by}`, '')
  item.append(element('span', 'muted block', head), element('span', 'text', text))
  return item
}

function element(name: 'span' | 'li' | 'p' | 'a', kind: string, text: string): HTMLElement {
  const made = document.createElement(name)
  if (kind !== '') made.className = kind
  made.textContent = text
  return made
}

/** Whose time passed while the page stood there. */
function markLate(): void {
  for (const item of document.querySelectorAll<HTMLElement>('[data-late-at]')) {
    if (Number(item.dataset['lateAt']) > Date.now()) continue
    delete item.dataset['lateAt']
    item.querySelector('.row-badges')?.append(element('span', 'badge late', item.dataset['late'] ?? ''))
  }
}

function showNone(): void {
  const none = document.querySelector<HTMLElement>('[data-none]')
  if (none !== null) none.hidden = document.querySelector('[data-list] [data-id]') !== null
  const waiting = document.querySelector<HTMLElement>('[data-waiting]')
  const count = document.querySelectorAll('[data-list] form').length
  if (waiting === null) return
  waiting.textContent =
    count === 1 ? (waiting.dataset['one'] ?? '') : (waiting.dataset['more'] ?? '').replace('2', String(count))
}

function say(what: 'on' | 'off', at: number): void {
  const line = document.querySelector<HTMLElement>('[data-live]')
  if (line === null) return
  const time = new Intl.DateTimeFormat(document.documentElement.lang, {
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit',
  }).format(at)
  line.textContent = (line.dataset[what] ?? '').replace('%', time)
}
