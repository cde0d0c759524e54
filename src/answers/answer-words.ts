import { loadWords } from '../pages/index.ts'
import type { Words } from '../pages/index.ts'

/** The sentences of the sealed pages; read once, never changed. */
export const answerWords = loadWords(new URL('./words/', import.meta.url))

/** The language of the conversation that asked, in the browser's variant of it where that fits. `asked`: what the browser asks for. */
export function wordsIn(language: string | undefined, asked: Words): Words {
  return answerWords.in(language, asked.language)
}
