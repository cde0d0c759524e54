import { loadWords } from '../pages/index.ts'

/** What notices say, in every language. */
export const noticeWords = loadWords(new URL('./words/', import.meta.url))
