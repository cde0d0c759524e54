import { z } from 'zod'
import { isUuid } from '../kernel/index.ts'

/** A uuid as one kind of id: for columns, payloads, and ids that were just made. */
export function uuidColumn<Kind extends string>(): z.ZodType<Kind> {
  return z.custom<Kind>((value) => typeof value === 'string' && isUuid(value))
}
