import { byId } from './elements.ts'

/** A typing sign that nobody ended goes away after this long. */
const TYPING_MS_MAX = 20_000

/** The three dots. */
export type TypingSign = { readonly show: (on: boolean, who: string) => void }

/** Takes hold of the typing sign of the page. */
export function makeTypingSign(): TypingSign {
  let ending: ReturnType<typeof setTimeout> | undefined
  function show(on: boolean, who: string): void {
    clearTimeout(ending)
    byId('typing', HTMLElement).hidden = !on
    byId('typing-words', HTMLElement).textContent = on ? `${who} is typing` : ''
    if (on) ending = setTimeout(() => show(false, who), TYPING_MS_MAX)
  }
  return { show }
}
