import { z } from 'zod'
import type { Instant, StaffId } from '../kernel/index.ts'
import { bigintColumn, instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import type { StaffAction } from './may.ts'
import { staffId } from './members-store.ts'
import { listNames } from './own-banks-store.ts'

/** What staff did, as it is written down. */
export type StaffEvent = {
  /** Where it stands: what comes later has a later place. */
  readonly place: string
  readonly at: Instant
  readonly kind: StaffEventKind
  readonly member: StaffId | undefined
  readonly login: string | undefined
  readonly role: string | undefined
  /** A code, an action's or an act's name. */
  readonly about: string | undefined
}

const kinds = [
  'signed-in', 'signed-out', 'sign-in-refused', 'session-ended', 'passkey-made', 'passkey-ended', 'member-added', 'member-removed',
  'identity-bound', 'not-allowed', 'act-signed', 'looked', 'acted',
] as const // prettier-ignore
export type StaffEventKind = (typeof kinds)[number]

/** Events that one reading gives at most. */
const eventsMax = 1_000

const eventRow = z
  .object({
    xid: bigintColumn,
    seq: bigintColumn,
    at: instantColumn,
    kind: z.enum(kinds),
    member: staffId.nullable(),
    login: z.string().nullable(),
    role: z.string().nullable(),
    about: z.string().nullable(),
  })
  .transform((row): StaffEvent => ({
    place: `${row.xid}-${row.seq}`,
    at: row.at,
    kind: row.kind,
    member: row.member ?? undefined,
    login: row.login ?? undefined,
    role: row.role ?? undefined,
    about: row.about ?? undefined,
  }))

/** Writes down what a page saw and no table knows; sessions, passkeys, members, acts and looks are written down by their tables. */
async function note(
  tx: Tx,
  event: {
    readonly kind: 'sign-in-refused' | 'act-signed'
    readonly member: StaffId | undefined
    readonly about: string
  },
): Promise<void> {
  await tx.run('SELECT staff.note_event($1, $2, $3)', [event.kind, event.member ?? null, event.about])
}

/** Writes down that this session's role was refused an action. Logins `parley_console` and `parley_statistics`. */
async function noteNotAllowed(tx: Tx, session: Uint8Array, action: StaffAction): Promise<void> {
  await tx.run('SELECT staff.note_not_allowed($1, $2)', [session, action])
}

/** Events after a place (undefined: from the beginning), oldest first. Logins `parley_staff` and `parley_console`. */
async function list(tx: Tx, after: string | undefined, limit = eventsMax): Promise<readonly StaffEvent[]> {
  const [xid = '0', seq = '0'] = (after ?? '0-0').split('-')
  return await tx.rows(
    eventRow,
    'SELECT xid, seq, at, kind, member, login, role, about FROM staff.list_events($1, $2, $3)',
    [xid, seq, limit],
  )
}

/** Whether a text has the form of a place. */
function isPlace(text: string): boolean {
  return /^\d{1,19}-\d{1,19}$/.test(text)
}

/** Forgets what is older than three years. */
async function sweep(tx: Tx): Promise<number> {
  return (await tx.one(z.object({ gone: z.number() }), 'SELECT staff.forget_events() AS gone')).gone
}

/** What the staff did: {@link note}, {@link noteNotAllowed}, {@link listNames}, {@link list}, {@link sweep}, {@link toOcsf}. */
export const staffEvents = {
  note,
  noteNotAllowed,
  names: listNames,
  list,
  sweep,
  isPlace,
  toOcsf,
  max: eventsMax,
} as const

// Open Cybersecurity Schema Framework 1.3.0 (schema.ocsf.io): class, its category, and which activity of it.
const classes = {
  'signed-in': { class: 3002, category: 3, activity: 1, severity: 1 }, // Authentication: Logon
  'signed-out': { class: 3002, category: 3, activity: 2, severity: 1 }, // Logoff
  'session-ended': { class: 3002, category: 3, activity: 2, severity: 1 },
  'sign-in-refused': { class: 3002, category: 3, activity: 1, severity: 3 },
  'passkey-made': { class: 3001, category: 3, activity: 3, severity: 2 }, // Account Change: Password Change, its nearest
  'passkey-ended': { class: 3001, category: 3, activity: 4, severity: 2 },
  'member-added': { class: 3001, category: 3, activity: 1, severity: 2 }, // Create
  'member-removed': { class: 3001, category: 3, activity: 6, severity: 2 }, // Delete
  'identity-bound': { class: 3001, category: 3, activity: 99, severity: 2 }, // Other
  'not-allowed': { class: 6003, category: 6, activity: 99, severity: 3 }, // API Activity
  'act-signed': { class: 6003, category: 6, activity: 3, severity: 2 }, // Update
  looked: { class: 6003, category: 6, activity: 2, severity: 1 }, // Read
  acted: { class: 6003, category: 6, activity: 3, severity: 2 },
} as const satisfies Record<StaffEventKind, unknown>

const failed: ReadonlySet<StaffEventKind> = new Set(['sign-in-refused', 'not-allowed'])

/** An event as a SIEM takes it: OCSF 1.3.0, one JSON object. */
function toOcsf(event: StaffEvent): Readonly<Record<string, unknown>> {
  const { class: class_uid, category: category_uid, activity: activity_id, severity: severity_id } = classes[event.kind]
  const user = event.member === undefined ? undefined : { uid: event.member, name: event.login }
  const status = failed.has(event.kind) ? { status_id: 2, status: 'Failure' } : { status_id: 1, status: 'Success' }
  return {
    class_uid,
    category_uid,
    activity_id,
    type_uid: class_uid * 100 + activity_id,
    severity_id,
    ...status,
    time: event.at,
    message: event.kind,
    metadata: {
      version: '1.3.0',
      uid: event.place,
      product: { name: 'Parley', vendor_name: 'Parley' },
    },
    ...(user === undefined ? {} : { actor: { user: { ...user, type: event.role } }, user }),
    ...(event.about === undefined ? {} : { status_detail: event.about }),
    ...(category_uid === 6 ? { api: { operation: event.about ?? event.kind } } : {}),
  }
}
