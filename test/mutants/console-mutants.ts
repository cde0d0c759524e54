import type { Change } from './change.ts'
import { withoutPart } from './without-part.ts'

/** One defence of the console less, and what becomes of somebody who wants to see more than is theirs, or unseen. */
export type ConsoleMutant = {
  readonly name: string
  /** Run by the administrator, one statement each. */
  readonly sql: readonly string[]
  readonly attack:
    | 'read the record and take the note of it back'
    | 'read what another person asked for'
    | 'read another bank’s looks'
    | 'count one customer'
  readonly expect: 'succeeds' | 'stopped'
}

const rows = 'console.audit_rows(bytea, uuid)'
const ownTransaction = withoutPart(rows, `AND k.xid <> coalesce(pg_current_xact_id_if_assigned(), ''0''::xid8)`)

export const consoleMutants: readonly ConsoleMutant[] = [
  {
    name: 'a record of looks that is read behind a note that can be taken back',
    // The snapshot of the same transaction ends before its own number, so both questions have to go.
    sql: [ownTransaction, withoutPart(rows, 'AND k.xid < pg_snapshot_xmax(pg_current_snapshot())')],
    attack: 'read the record and take the note of it back',
    expect: 'succeeds',
  },
  {
    name: 'a record of looks that asks only whose session it was',
    sql: [withoutPart(rows, 'AND k.staff = m.id')],
    attack: 'read what another person asked for',
    expect: 'stopped',
  },
  {
    name: 'a record of looks that asks neither whose session nor who',
    sql: [withoutPart(rows, 'AND k.staff = m.id'), withoutPart(rows, 'AND k.session = p_session')],
    attack: 'read what another person asked for',
    expect: 'succeeds',
  },
  {
    name: 'a record of looks of every bank',
    sql: [
      withoutPart(
        'console.begin_audit_look(bytea, uuid, jsonb, bigint, integer)',
        '(banks IS NULL OR e.institution = ANY (banks))',
        'true',
      ),
    ],
    attack: 'read another bank’s looks',
    expect: 'succeeds',
  },
  {
    name: 'counts that tell of one customer',
    sql: [
      'CREATE OR REPLACE FUNCTION console.shown(p_count bigint) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN p_count',
    ],
    attack: 'count one customer',
    expect: 'succeeds',
  },
]

/** One defence of what is shown less: a place in which hostile strings are then no longer inert. */
export type ShownMutant = { readonly name: string; readonly change: Change; readonly place: 'page' | 'shop' | 'csv' }

export const shownMutants: readonly ShownMutant[] = [
  {
    name: 'pages that send what they are given',
    change: { file: 'src/pages/html.js', from: 'entities[character] ?? character', to: 'character' },
    place: 'page',
  },
  {
    name: 'names of shops with characters that turn them round',
    change: {
      file: 'src/answers/clean-text.js',
      from: String.raw`/[\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu`,
      to: String.raw`/[\p{Cs}]/gu`,
    },
    place: 'shop',
  },
  {
    name: 'cells that a spreadsheet runs',
    change: { file: 'src/privacy-centre/write-csv.js', from: "`'${text}`", to: 'text' },
    place: 'csv',
  },
]
