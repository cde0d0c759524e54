import type { Language } from '../channels/index.ts'
import type { Instant } from '../kernel/index.ts'
import { loadWords, readerTime } from '../pages/index.ts'

const book = loadWords(new URL('./words/', import.meta.url))

/** Every sentence that the desk says in a chat. */
export const deskSentences = ['joined', 'words', 'sealed', 'returned', 'lapsed', 'late'] as const
export type DeskSentence = (typeof deskSentences)[number]

/** What a sentence names: who has the conversation, from which bank; a time; what the person wrote. */
export type DeskValues = {
  readonly name?: string
  readonly bank?: string | undefined
  readonly time?: { readonly at: Instant; readonly zone: string }
  readonly words?: string
}

/** A sentence in the conversation's language; what we start ourselves ends with what we never ask for. */
export function sayAtDesk(language: Language, sentence: DeskSentence, values: DeskValues): string {
  const words = book.for(language)
  const { name = '', bank, time, words: said = '' } = values
  const who = bank === undefined ? name : words.say('who', { name, bank })
  const at = time === undefined ? '' : readerTime.moment({ words, timeZone: time.zone }, time.at)
  const text = words.say(`desk.${sentence}`, { name, who, time: at, words: said })
  return sentence === 'words' || sentence === 'sealed' ? text : `${text} ${words.say('safety')}`
}

/** The title of the button to the page behind the passkey. */
export function sealedButton(language: Language): string {
  return book.for(language).say('button.open')
}

/** What a customer sends from the page of an answer, as a sentence of theirs. */
export function sayWrongPlaces(language: Language, places: readonly string[]): string {
  const listed = new Intl.ListFormat(language, { type: 'unit', style: 'long' }).format(
    places.map((place) => `“${place}”`),
  )
  return book.for(language).say('places.wrong', { places: listed })
}
