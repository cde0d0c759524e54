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

/** The message being drawn. */
type Drawing = { readonly view: MessageView; readonly taps: MessageTaps }

/** One message as a list item. */
export function renderMessage(view: MessageView, taps: MessageTaps): HTMLLIElement {
  const { shown } = view
  const drawing = { view, taps }
  const item = element('li', {
    class: 'message',
    'data-testid': 'message',
    'data-from': view.from,
    'data-mid': view.mid,
  })
  item.append(element('span', { class: 'unseen' }, view.from === 'page' ? `${taps.pageName()}:` : 'You:'))
  if (view.replyTo !== '') item.append(element('p', { class: 'reply-to' }, `Answer to: ${taps.textOf(view.replyTo)}`))
  const bubble = shown.text === '' ? undefined : element('div', { class: 'bubble', dir: 'auto' }, ...linkify(drawing))
  if (bubble && shown.buttons.length > 0) {
    item.append(element('div', { class: 'with-buttons' }, bubble, renderButtons(drawing, shown.buttons)))
  } else if (bubble) item.append(bubble)
  if (shown.cards.length > 0) {
    item.append(
      element('div', { class: 'cards' }, ...shown.cards.map((card, index) => renderCard(drawing, card, index))),
    )
  }
  for (const media of shown.media)
    item.append(element('div', { class: 'bubble' }, renderLink(drawing, media.url, `${media.type}: ${media.url}`)))
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
function linkify(drawing: Drawing): readonly (Node | string)[] {
  const parts: (Node | string)[] = []
  const { view } = drawing
  let rest = view.shown.text
  while (rest !== '') {
    const next = view.links
      .map((url) => ({ url, at: rest.indexOf(url) }))
      .filter(({ at }) => at >= 0)
      .sort((a, b) => a.at - b.at || b.url.length - a.url.length)[0]
    if (!next) break
    parts.push(rest.slice(0, next.at), renderLink(drawing, next.url, next.url))
    rest = rest.slice(next.at + next.url.length)
  }
  return [...parts, rest]
}

function renderLink(
  { view, taps }: Drawing,
  url: string,
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

function renderButtons(drawing: Drawing, buttons: readonly Button[], card?: number): HTMLElement {
  const made = buttons.map((item, index) => renderButton(drawing, item, { index, card }))
  return element('div', { class: 'buttons' }, ...made)
}

type ButtonPlace = { readonly index: number; readonly card: number | undefined }

function renderButton(drawing: Drawing, item: Button, { index, card }: ButtonPlace): HTMLElement {
  const { view, taps } = drawing
  const hooks = { 'data-testid': 'button', 'data-kind': item.kind }
  switch (item.kind) {
    case 'url':
      return renderLink(drawing, item.url, item.title, hooks)
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

function renderCard(drawing: Drawing, card: Card, index: number): HTMLElement {
  const title = card.url === '' ? card.title : renderLink(drawing, card.url, card.title)
  const words = element('div', { class: 'card-words' }, element('div', { class: 'title' }, title))
  if (card.subtitle !== '') words.append(element('div', { class: 'subtitle' }, card.subtitle))
  const made = element('div', { class: 'with-buttons' }, words)
  if (card.buttons.length > 0) made.append(renderButtons(drawing, card.buttons, index))
  return made
}
