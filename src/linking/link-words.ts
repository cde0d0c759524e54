import { loadWords } from '../pages/index.ts'

/** The sentences of the link pages and of their notices; read once, never changed. */
export const linkWords = loadWords(new URL('./words/', import.meta.url))
