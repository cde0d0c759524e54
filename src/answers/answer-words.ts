import { loadWords } from '../pages/index.ts'

/** The sentences of the sealed pages; read once, never changed. */
export const answerWords = loadWords(new URL('./words/', import.meta.url))
