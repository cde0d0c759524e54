import type { Language, Reply } from '../channels/index.ts'
import { loadWords } from '../pages/index.ts'

const book = loadWords(new URL('./chat-words/', import.meta.url))

/** That there is an answer to a case, and where to read it. No fact: not which case, not what was found, in no channel. */
export function sayDecided(language: Language, url: string): Reply {
  const words = book.for(language)
  return {
    text: `${words.say('told.text')} ${words.say('safety')}`,
    buttons: [{ kind: 'link', title: words.say('told.button'), url }],
    unasked: true,
  }
}
