import { nameCharactersMax } from './limits.ts'

/** The first name that the customer is told: the first word of a login, unless another is given. */
function nameOfLogin(login: string): string {
  const [first = login] = login.split(/[.-]/)
  return `${first.slice(0, 1).toUpperCase()}${first.slice(1)}`.slice(0, nameCharactersMax)
}

/** Whether a name can stand before words in a chat without pretending to be more than a name. */
function isName(text: string): boolean {
  return text.length <= nameCharactersMax && /^\p{L}[\p{L}\p{M}]*(?:[ '’-]\p{L}[\p{L}\p{M}]*){0,2}$/u.test(text)
}

/**
 * What people write is shown to an agent, never obeyed: control characters would move the cursor or colour the screen, and marks of direction
 * would turn a sentence round. They become visible.
 */
function inert(words: string): string {
  return words.replace(/[^\P{C}\n]/gu, (character) => `⟨${(character.codePointAt(0) ?? 0).toString(16)}⟩`)
}

/** Texts that are shown as they are: {@link nameOfLogin}, {@link isName}, {@link inert}. */
export const shownText = { nameOfLogin, isName, inert } as const
