import { loadWords } from '../pages/index.ts'

/** The sentences of the staff's pages; read once, never changed. */
export const consoleWords = loadWords(new URL('./words/', import.meta.url))
