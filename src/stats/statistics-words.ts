import { loadWords } from '../pages/index.ts'

/** The sentences of the pages of totals; read once, never changed. */
export const statisticsWords = loadWords(new URL('./words/', import.meta.url))
