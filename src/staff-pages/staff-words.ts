import type { FastifyRequest } from 'fastify'
import { loadWords } from '../pages/index.ts'
import type { Words } from '../pages/index.ts'

/** The sentences of the frame and of the pages that let staff in; read once, never changed. */
export const staffWords = loadWords(new URL('./words/', import.meta.url))

/** The frame's words in the language that this browser asks for. */
export function staffWordsFor(request: FastifyRequest): Words {
  return staffWords.for(request.headers['accept-language'])
}
