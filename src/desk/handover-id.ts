import { z } from 'zod'
import { isUuid } from '../kernel/index.ts'
import type { Id } from '../kernel/index.ts'

/** One place in the queue. */
export type HandoverId = Id<'handover'>

/** Whether a text has the form of one. */
export function isHandoverId(text: string): text is HandoverId {
  return isUuid(text)
}

/** A hand-over's id as it comes out of the database or a job. */
export const handoverId = z.string().refine(isHandoverId)
