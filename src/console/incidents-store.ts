import { z } from 'zod'
import type { InstitutionId, Instant } from '../kernel/index.ts'
import { instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import { bankId } from './standing-store.ts'

const incidentRow = z.object({
  id: z.string(),
  institution: bankId.nullable(),
  title: z.string(),
  what: z.string(),
  since: instantColumn,
  opened_at: instantColumn,
  opened_by: z.string(),
  resolved_at: instantColumn.nullable(),
  resolved_by: z.string().nullable(),
})

/** Something that is wrong at a bank, or at all (null), as it is told to the staff. */
export type Incident = z.infer<typeof incidentRow>

const noteRow = z.object({ incident: z.string(), at: instantColumn, login: z.string(), note: z.string() })

/** What became known of an incident. */
export type IncidentNote = z.infer<typeof noteRow>

/** How long words of an incident may be, in characters. */
export const incidentLengths = { titleMin: 3, titleMax: 120, textMin: 3, textMax: 1_000 } as const

/** Open incidents, then those resolved in the last thirty days, that this session is to know of. Login `parley_console`. */
function listIncidents(tx: Tx, session: Uint8Array): Promise<readonly Incident[]> {
  return tx.rows(
    incidentRow,
    `SELECT id, institution, title, what, since, opened_at, opened_by, resolved_at, resolved_by FROM console.incidents($1)`,
    [session],
  )
}

/** What became known of them, latest first. Login `parley_console`. */
function listNotes(tx: Tx, session: Uint8Array): Promise<readonly IncidentNote[]> {
  return tx.rows(noteRow, 'SELECT incident, at, login, note FROM console.incident_notes($1)', [session])
}

/** Tells of an incident. Login `parley_console`. SQLSTATE 42501: this person may not, there. */
async function openIncident(
  tx: Tx,
  told: {
    readonly session: Uint8Array
    readonly id: string
    readonly institution: InstitutionId | undefined
    readonly title: string
    readonly what: string
    readonly since: Instant
  },
): Promise<boolean> {
  const row = await tx.one(
    z.object({ done: z.boolean() }),
    'SELECT console.open_incident($1, $2, $3, $4, $5, to_timestamp($6::numeric / 1000)) AS done',
    [told.session, told.id, told.institution ?? null, told.title, told.what, told.since],
  )
  return row.done
}

/** Adds what became known, and ends the incident with it if asked; false when it is over. Login `parley_console`. SQLSTATE 42501: this person may not. */
async function noteIncident(
  tx: Tx,
  noted: { readonly session: Uint8Array; readonly id: string; readonly note: string; readonly resolve: boolean },
): Promise<boolean> {
  const row = await tx.one(z.object({ done: z.boolean() }), 'SELECT console.note_incident($1, $2, $3, $4) AS done', [
    noted.session,
    noted.id,
    noted.note,
    noted.resolve,
  ])
  return row.done
}

/** What stands at the top of every page of the staff: the titles of open incidents, a few. Login `parley_console`. */
async function listTitles(tx: Tx, session: Uint8Array): Promise<readonly string[]> {
  const rows = await tx.rows(z.object({ title: z.string() }), 'SELECT title FROM console.incident_titles($1)', [
    session,
  ])
  return rows.map(({ title }) => title)
}

/** Incidents, as the staff are told of them. */
export const incidents = {
  titles: listTitles,
  list: listIncidents,
  notes: listNotes,
  open: openIncident,
  note: noteIncident,
} as const
