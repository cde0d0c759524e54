import type { Language, ReplyButton } from '../channels/index.ts'
import type { Instant } from '../kernel/index.ts'
import { loadWords, readerTime } from '../pages/index.ts'
import type { LookedClass } from './leave-classes.ts'

const book = loadWords(new URL('./words/', import.meta.url))

/** Every sentence that the desk says in a chat. */
export const deskSentences = ['joined', 'words', 'sealed', 'returned', 'lapsed', 'late', 'leave'] as const
export type DeskSentence = (typeof deskSentences)[number]

/** What a sentence names: who has the conversation, from which bank; a time; what the person wrote. */
export type DeskValues = {
  readonly name?: string
  readonly bank?: string | undefined
  readonly time?: { readonly at: Instant; readonly zone: string }
  readonly words?: string
  /** What is asked to be seen, as a list in words. */
  readonly classes?: string
}

/** A sentence in the conversation's language; what we start ourselves ends with what we never ask for. */
export function sayAtDesk(language: Language, sentence: DeskSentence, values: DeskValues): string {
  const words = book.for(language)
  const { name = '', bank, time, words: said = '', classes = '' } = values
  const who = bank === undefined ? name : words.say('who', { name, bank })
  const at = time === undefined ? '' : readerTime.moment({ words, timeZone: time.zone }, time.at)
  const text = words.say(`desk.${sentence}`, { name, who, time: at, words: said, classes })
  return sentence === 'words' || sentence === 'sealed' ? text : `${text} ${words.say('safety')}`
}

/** The title of the button to the page behind the passkey. */
export function sealedButton(language: Language): string {
  return book.for(language).say('button.open')
}

/** Kinds of data as a list in words. */
export function sayClasses(language: Language, classes: readonly LookedClass[]): string {
  const words = book.for(language)
  return new Intl.ListFormat(language, { type: 'conjunction' }).format(
    classes.map((name) => words.say(`leave.${name}`)),
  )
}

/** What the chat sends when somebody presses "Don't allow"; `src/chat` understands it. */
const refusePayload = 'person:no-look'

/** Under the question whether an agent may look: yes leads to a page with the passkey, no works at once. */
export function leaveButtons(language: Language, url: string): readonly ReplyButton[] {
  const words = book.for(language)
  return [
    { kind: 'link', title: words.say('button.allow'), url },
    { kind: 'postback', title: words.say('button.refuse'), payload: refusePayload },
  ]
}

/** A suggested answer, as it would be sent. `language`: a tag of any language we speak; English for every other. */
export function suggestionOf(language: string, key: string): string {
  return book.for(language).say(`suggest.${key}`)
}

/** What a customer sends from the page of an answer, as a sentence of theirs. */
export function sayWrongPlaces(language: Language, places: readonly string[]): string {
  const listed = new Intl.ListFormat(language, { type: 'unit', style: 'long' }).format(
    places.map((place) => `“${place}”`),
  )
  return book.for(language).say('places.wrong', { places: listed })
}
