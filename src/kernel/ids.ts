declare const kind: unique symbol

/** An id of one kind of thing; ids of different kinds do not fit each other. */
export type Id<Kind extends string> = string & { readonly [kind]: Kind }

export type CustomerId = Id<'customer'>
export type InstitutionId = Id<'institution'>
export type ConversationId = Id<'conversation'>
export type TermsId = Id<'terms'>
export type GrantId = Id<'grant'>
/** The public id of an audit entry (a UUID); an `opened` entry's id is its ticket's id, which banks see. */
export type AuditEntryId = Id<'auditEntry'>
export type SealedAnswerId = Id<'sealedAnswer'>
export type OutboxId = Id<'outbox'>
export type MessageId = Id<'message'>

const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Whether a string has the lower-case form of a UUID (RFC 9562). */
export function isUuid(text: string): boolean {
  return uuidShape.test(text)
}

/** Whether a string is a well-formed institution id: lower-case words joined by hyphens, at most 63 characters. */
export function isInstitutionId(text: string): text is InstitutionId {
  return /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(text) && text.length <= 63
}
