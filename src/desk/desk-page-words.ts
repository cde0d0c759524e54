import { loadWords } from '../pages/index.ts'

/** The sentences of the desk's own pages; read once, never changed. What the desk says to customers is in `words/`. */
export const deskPageWords = loadWords(new URL('./page-words/', import.meta.url))
