import { loadWords } from '../pages/index.ts'

/** The sentences of verdicts and of the page; read once, never changed. */
export const verifyWords = loadWords(new URL('./words/', import.meta.url))
