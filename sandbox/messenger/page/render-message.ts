import type { Button, Card, MessageView } from '../shown-message.ts'
import { button, element } from './elements.ts'

/** What tapping on parts of a message leads to. */
export type MessageTaps = {
  readonly psid: string
  readonly pageName: () => string
  readonly press: (mid: string, index: number, card?: number) => void
  readonly open: (url: string, mid: string, link: number) => void
  readonly textOf: (mid: string) => string
}

/** One message as a list item. */
export function renderMessage(view: MessageView, taps: MessageTaps): HTMLLIElement {
  const { shown } = view
  const item = element('li', {
    class: 'message',
    'data-testid': 'message',
    'data-from': view.from,
    'data-mid': view.mid,
  })
  item.append(element('span', { class: 'unseen' }, view.from === 'page' ? `${taps.pageName()}:` : 'You:'))
  if (view.replyTo !== '') item.append(element('p', { class: 'reply-to' }, `Answer to: ${taps.textOf(view.replyTo)}`))
  const bubble =
    shown.text === '' ? undefined : element('div', { class: 'bubble', dir: 'auto' }, ...linkify(view, taps))
  if (bubble && shown.buttons.length > 0) {
    item.append(element('div', { class: 'with-buttons' }, bubble, renderButtons(view, shown.buttons, taps)))
  } else if (bubble) item.append(bubble)
  if (shown.cards.length > 0) {
    item.append(
      element('div', { class: 'cards' }, ...shown.cards.map((card, index) => renderCard(view, card, index, taps))),
    )
  }
  for (const media of shown.media)
    item.append(element('div', { class: 'bubble' }, renderLink(view, media.url, taps, `${media.type}: ${media.url}`)))
  for (const preview of view.previews) {
    if (preview.title === '' && preview.description === '') continue
    const words = [
      element('span', { class: 'title' }, preview.title),
      ...(preview.description === '' ? [] : [element('span', {}, preview.description)]),
      element('span', { class: 'site' }, preview.site),
    ]
    item.append(
      element(
        'div',
        { class: 'preview', 'data-testid': 'preview' },
        element('span', { class: 'unseen' }, 'Preview of a link:'),
        ...words,
      ),
    )
  }
  if (view.reaction !== '') item.append(element('span', { class: 'small' }, `Reaction: ${view.reaction}`))
  if (view.edited) item.append(element('span', { class: 'small' }, 'Edited'))
  return item
}

/** Text with its links made tappable; everything else stays text. */
function linkify(view: MessageView, taps: MessageTaps): readonly (Node | string)[] {
  const parts: (Node | string)[] = []
  let rest = view.shown.text
  while (rest !== '') {
    const next = view.links
      .map((url) => ({ url, at: rest.indexOf(url) }))
      .filter(({ at }) => at >= 0)
      .sort((a, b) => a.at - b.at || b.url.length - a.url.length)[0]
    if (!next) break
    parts.push(rest.slice(0, next.at), renderLink(view, next.url, taps, next.url))
    rest = rest.slice(next.at + next.url.length)
  }
  return [...parts, rest]
}

function renderLink(
  view: MessageView,
  url: string,
  taps: MessageTaps,
  words: string,
  attributes: Readonly<Record<string, string>> = {},
): HTMLElement {
  const link = view.links.indexOf(url)
  // Only http and https ever become a link; the server lists no other.
  if (link < 0) return element('span', {}, words)
  const made = element('a', { href: url, target: '_blank', rel: 'noopener noreferrer', ...attributes }, words)
  made.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    taps.open(url, view.mid, link)
  })
  return made
}

function renderButtons(view: MessageView, buttons: readonly Button[], taps: MessageTaps, card?: number): HTMLElement {
  const made = buttons.map((item, index) => renderButton(view, item, index, taps, card))
  return element('div', { class: 'buttons' }, ...made)
}

function renderButton(
  view: MessageView,
  item: Button,
  index: number,
  taps: MessageTaps,
  card: number | undefined,
): HTMLElement {
  const hooks = { 'data-testid': 'button', 'data-kind': item.kind }
  switch (item.kind) {
    case 'url':
      return renderLink(view, item.url, taps, item.title, hooks)
    case 'link': {
      const query = new URLSearchParams({
        person: taps.psid,
        mid: view.mid,
        button: String(index),
        card: String(card ?? ''),
      })
      return element(
        'a',
        { href: `/account-linking/start?${query.toString()}`, target: '_blank', ...hooks },
        item.title,
      )
    }
    case 'call':
      return element('span', hooks, `${item.title}: ${item.number}`)
    default:
      return button(hooks, item.title, () => taps.press(view.mid, index, card))
  }
}

function renderCard(view: MessageView, card: Card, index: number, taps: MessageTaps): HTMLElement {
  const title = card.url === '' ? card.title : renderLink(view, card.url, taps, card.title)
  const words = element('div', { class: 'card-words' }, element('div', { class: 'title' }, title))
  if (card.subtitle !== '') words.append(element('div', { class: 'subtitle' }, card.subtitle))
  const made = element('div', { class: 'with-buttons' }, words)
  if (card.buttons.length > 0) made.append(renderButtons(view, card.buttons, taps, index))
  return made
}
