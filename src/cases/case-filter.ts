import { z } from 'zod'
import { isInstitutionId } from '../kernel/index.ts'
import { caseKinds } from './regulatory-clock.ts'
import { caseStates } from './step-case.ts'

/** Which cases are meant; `waiting`: everything that is not closed. */
const filterShape = z.object({
  state: z.enum(['waiting', 'all', ...caseStates]).catch('waiting'),
  kind: z.enum(caseKinds).optional().catch(undefined),
  bank: z.string().refine(isInstitutionId).optional().catch(undefined),
  whose: z.enum(['mine', 'nobody']).optional().catch(undefined),
  /** Not decided, and a date of its clock lies behind it. */
  late: z.literal('yes').optional().catch(undefined),
  number: z.string().trim().regex(/^\d{4}-?\d{4}$/).transform((text) => text.replace(/^(\d{4})-?/, '$1-')).optional().catch(undefined),
}) // prettier-ignore

export type CaseFilter = z.infer<typeof filterShape>

/** Reads a filter out of an address or a form; what cannot be read is left out. */
export function readFilter(fields: unknown): CaseFilter {
  return filterShape.parse(fields ?? {})
}

/** The filter's fields that are set. */
export function filterFields(filter: CaseFilter): readonly (readonly [string, string])[] {
  return Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
}

/** The filter as the part of an address after the question mark. */
export function filterQuery(filter: CaseFilter, more: Readonly<Record<string, string>> = {}): string {
  return new URLSearchParams({ ...Object.fromEntries(filterFields(filter)), ...more }).toString()
}
