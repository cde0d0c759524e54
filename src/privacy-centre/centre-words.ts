import { loadWords } from '../pages/index.ts'

/** The sentences of the privacy centre; read once, never changed. */
export const centreWords = loadWords(new URL('./words/', import.meta.url))
