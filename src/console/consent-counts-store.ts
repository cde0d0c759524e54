import { z } from 'zod'
import type { Tx } from '../platform/index.ts'
import { bankId, fewOr } from './standing-store.ts'

const countRow = z.object({
  institution: bankId,
  channel: z.string(),
  purpose: z.string(),
  data_class: z.string(),
  people: fewOr,
})

/** How many people share one kind of data for one purpose; undefined: fewer than five. */
export type ConsentCount = z.infer<typeof countRow>

/** Consents in numbers, of the banks that are this session's. Login `parley_console`. */
export function countConsents(tx: Tx, session: Uint8Array): Promise<readonly ConsentCount[]> {
  return tx.rows(countRow, 'SELECT institution, channel, purpose, data_class, people FROM console.consents($1)', [
    session,
  ])
}

const weekRow = z.object({ institution: bankId, week: z.string(), given: fewOr, ended: fewOr })

/** What was signed and what ended in one week; `week` is its Monday, `2026-11-16`. */
export type ConsentWeek = z.infer<typeof weekRow>

/** The last eight weeks of each bank, the earliest first. Login `parley_console`. */
export function listConsentWeeks(tx: Tx, session: Uint8Array): Promise<readonly ConsentWeek[]> {
  return tx.rows(weekRow, 'SELECT institution, week::text AS week, given, ended FROM console.consent_weeks($1)', [
    session,
  ])
}
