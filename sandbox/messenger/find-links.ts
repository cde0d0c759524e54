import { isWebUrl } from './check-buttons.ts'
import type { Shown } from './shown-message.ts'

/** Links of one message that anything looks at. */
export const LINKS_MAX = 10

/** Every http(s) link a message carries: in its text, on its buttons, cards and attachments. Pure. */
export function findLinks(shown: Shown): readonly string[] {
  const buttons = [...shown.buttons, ...shown.cards.flatMap((card) => card.buttons)]
  const links = [
    ...linksInText(shown.text),
    ...buttons.flatMap((button) => (button.kind === 'url' || button.kind === 'link' ? [button.url] : [])),
    ...shown.cards.map((card) => card.url),
    ...shown.media.map((media) => media.url),
  ]
  return [...new Set(links.filter(isWebUrl))].slice(0, LINKS_MAX)
}

function linksInText(text: string): readonly string[] {
  return [...text.matchAll(/https?:\/\/[^\s<>"']+/gi)].map(([link]) => link.replace(/[.,;:!?)\]}]+$/, ''))
}
