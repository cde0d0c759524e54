import { z } from 'zod'
import { dataClasses, disclosures } from '../kernel/index.ts'

/** The largest number of accounts that one set of terms names: the document has 8 KB. */
export const accountsMax = 20

/**
 * What was chosen so far on the pages. Holds the bank's opaque account ids, never names; `document` is the terms, fixed
 * once everything is chosen, so that what is shown is what is signed.
 */
export const draftShape = z.object({
  /** Whose login at the bank it was, as `bankIdentities.hash` gives it; base64url. Counts for a recovery once the terms are signed. */
  bankSubject: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/)
    .optional(),
  bankDays: z.number().int().min(1).max(365).optional(),
  accounts: z.array(z.string().min(1).max(256)).max(accountsMax).optional(),
  dataClasses: z.array(z.enum(dataClasses)).optional(),
  notices: z.boolean().optional(),
  alerts: z.boolean().optional(),
  counted: z.boolean().optional(),
  disclosure: z.enum(disclosures).optional(),
  endDate: z
    .string()
    .regex(/^\d{4}-\d\d-\d\d$/)
    .optional(),
  document: z.string().max(8192).optional(),
})

export type Draft = z.infer<typeof draftShape>
