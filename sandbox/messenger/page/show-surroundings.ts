import type { CallbackView, ThreadView } from '../shown-message.ts'
import { avatar, button, byId, element } from './elements.ts'
import type { Act } from './messenger-api.ts'

/** Shows what stands around the messages: names, banner, options, menu, whether one can write. */
export function showSurroundings(thread: ThreadView, act: (what: Act) => void): void {
  document.title = `${thread.pageName} · Sandbox messenger`
  byId('chat-title', HTMLElement).textContent = thread.pageName
  byId('chat-avatar', HTMLElement).textContent = [...thread.pageName][0]?.toUpperCase() ?? '?'
  byId('chat-person', HTMLElement).textContent = `You are ${thread.name}`
  byId('banner', HTMLElement).textContent = thread.banner
  byId('window-state', HTMLElement).textContent = thread.windowOpen
    ? 'The page may write to you (24-hour window open).'
    : 'The page may not write to you now, except with an approved template (24-hour window closed).'
  byId('linked-state', HTMLElement).textContent = thread.linked ? 'An account is linked to this chat.' : ''
  byId('block', HTMLElement).textContent = thread.blocked ? 'Unblock this page' : 'Block this page'
  showApps(thread)
  showMenu(thread, act)
  const composer = byId('composer', HTMLTextAreaElement)
  composer.disabled = thread.composerDisabled || thread.blocked
  composer.placeholder = thread.blocked ? 'You blocked this page' : thread.composerDisabled ? 'Use the menu' : 'Message'
}

/** The app as this person's settings have it, and what it answered when it was told something. */
function showApps(thread: ThreadView): void {
  const { pageName, appRemoved, callbacks } = thread
  byId('apps', HTMLElement).textContent = appRemoved ? `Remove ${pageName} again` : `Remove ${pageName} from my apps`
  byId('callbacks', HTMLElement).replaceChildren(...callbacks.map(showCallback))
}

function showCallback({ at, kind, status, url, code }: CallbackView): HTMLElement {
  const what = kind === 'deauthorize' ? 'App removed' : 'Deletion asked for'
  const answer = status === 200 ? 'the app confirmed it' : status === 0 ? 'no answer' : `the app answered ${status}`
  const words = `${what} at ${new Date(at).toLocaleTimeString()}: ${answer}.`
  if (url === undefined || code === undefined || !/^https?:/.test(url)) return element('li', {}, words)
  const link = { href: url, target: '_blank', rel: 'noopener noreferrer', 'data-testid': 'deletion-status' }
  return element('li', {}, `${words} Code ${code}. `, element('a', link, 'See what became of it'))
}

function showMenu(thread: ThreadView, act: (what: Act) => void): void {
  const menu = byId('menu', HTMLElement)
  menu.hidden = thread.menu.length === 0
  if (menu.hidden) toggle('menu', 'menu-list', false)
  const items = thread.menu.map((item, index) => {
    if (/^https?:/.test(item.url)) {
      return element('a', { class: 'plain', href: item.url, target: '_blank', rel: 'noopener noreferrer' }, item.title)
    }
    return button({ class: 'plain', 'data-testid': 'menu-item' }, item.title, () => {
      toggle('menu', 'menu-list', false)
      byId('composer', HTMLElement).focus()
      act({ act: 'menu', index })
    })
  })
  byId('menu-list', HTMLElement).replaceChildren(...items)
}

/** Shows the greeting and the first things to tap, while nothing has been said. */
export function showWelcome(thread: ThreadView | undefined, empty: boolean, act: (what: Act) => void): void {
  const welcome = byId('welcome', HTMLElement)
  if (!thread || !empty) return welcome.replaceChildren()
  const choices = thread.iceBreakers.map((question, index) =>
    button({ class: 'plain', 'data-testid': 'ice-breaker' }, question, () => act({ act: 'ice-breaker', index })),
  )
  // Ice breakers take the place of the Get Started button, as on the platform.
  if (choices.length === 0 && thread.getStarted) {
    choices.push(
      button({ class: 'primary', 'data-testid': 'get-started' }, 'Get started', () => act({ act: 'get-started' })),
    )
  }
  const greeting = thread.greeting === '' ? `Write to ${thread.pageName} to start.` : thread.greeting
  welcome.replaceChildren(
    avatar(thread.pageName),
    element('p', {}, greeting),
    element('div', { class: 'choices' }, ...choices),
  )
}

/** Opens or closes (or turns over) what a button controls. */
export function toggle(buttonId: string, panelId: string, open?: boolean): void {
  const panel = byId(panelId, HTMLElement)
  panel.hidden = open === undefined ? !panel.hidden : !open
  byId(buttonId, HTMLElement).setAttribute('aria-expanded', String(!panel.hidden))
}
