import { canonicalJson } from '../kernel/index.ts'
import type {
  AuditEntryId,
  ChannelName,
  CustomerId,
  DataClass,
  Disclosure,
  GrantId,
  InstitutionId,
  Instant,
  Purpose,
} from '../kernel/index.ts'

/** What one entry of the read log says: a look was opened, a bank's tokens were taken back, or what of a look was disclosed where. */
export type AuditEntry = {
  readonly id: AuditEntryId
  readonly at: Instant
  readonly login: string
  readonly grantId: GrantId
  readonly customer: CustomerId
  readonly institution: InstitutionId
  readonly channel: ChannelName
  readonly dataClass: DataClass
  readonly purpose: Purpose
  readonly what:
    | { readonly event: 'opened' | 'revoking' }
    | {
        readonly event: 'disclosed'
        /** The ticket (sequence number) of the look it belongs to. */
        readonly opened: bigint
        readonly level: Disclosure | 'nothing'
        readonly place: string
      }
}

/**
 * The fields a commitment covers, as one canonical text. The same text as SQL `audit.fields`, which is the one that
 * counts: this copy lets a customer, a bank or an auditor recompute it without the database. Time is cut to the minute.
 */
export function entryFields(entry: AuditEntry): string {
  return canonicalJson({
    bank: entry.institution,
    channel: entry.channel,
    class: entry.dataClass,
    customer: entry.customer,
    event: entry.what.event,
    grant: entry.grantId,
    id: entry.id,
    login: entry.login,
    minute: minuteOf(entry.at),
    purpose: entry.purpose,
    v: 1,
    ...(entry.what.event === 'disclosed'
      ? { level: entry.what.level, opened: String(entry.what.opened), place: entry.what.place }
      : {}),
  })
}

function minuteOf(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 16)}Z`
}
