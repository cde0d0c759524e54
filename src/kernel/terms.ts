import { canonicalJson } from './canonical.ts'
import {
  type CustomerId,
  type ConversationId,
  type InstitutionId,
  type TermsId,
  isInstitutionId,
  isUuid,
} from './ids.ts'
import { type Outcome, refusal, success } from './outcome.ts'

/** Why bank data may be looked at. Advertising is not among them and cannot be written down. */
export const purposes = [
  'answer-customer',
  'notify-customer',
  'fraud-alerts',
  'customer-service',
  'service-statistics',
] as const
export type Purpose = (typeof purposes)[number]

/** The kinds of data that a grant names one by one; all but the last are a bank's. */
export const dataClasses = [
  'account-list',
  'balance',
  'transactions',
  'card-bills',
  'card-status',
  'card-events',
  'statements',
  // Nothing a bank has: that somebody uses Parley. Only for totals, and only for customers who let themselves be counted.
  'service-use',
] as const
export type DataClass = (typeof dataClasses)[number]

/** How much of an answer a channel may carry: nothing the bank knows, rounded figures, or all of it. */
export const disclosures = ['sealed', 'rounded', 'full'] as const
export type Disclosure = (typeof disclosures)[number]

/** Where an answer goes. `link-page` is Parley's own page while a bank is being linked. */
export const channelNames = ['link-page', 'messenger', 'whatsapp', 'web-chat', 'assistant'] as const
export type ChannelName = (typeof channelNames)[number]

/** The longest a customer can agree to in one go (12 CFR 1033.421: one year). */
export const termDaysMax = 365

/**
 * What a customer signs with a passkey: who may ask which bank for what, in which conversation, to what end, how
 * much of it may be shown there, and until when. `setup` lets Parley list the accounts once while linking.
 */
export type Terms = {
  readonly v: 1
  readonly kind: 'setup' | 'sharing'
  readonly id: TermsId
  readonly customer: CustomerId
  readonly institution: InstitutionId
  readonly channel: ChannelName
  readonly conversation: ConversationId | null
  /** The bank's own opaque account ids; for `setup` empty. */
  readonly accounts: readonly string[]
  readonly purposes: { readonly [Name in Purpose]?: readonly DataClass[] }
  readonly disclosure: Disclosure
  /** `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly expiresAt: string
}

/** The one text of these terms: what is shown, hashed, signed and stored. */
export function termsDocument(terms: Terms): string {
  return canonicalJson(terms)
}

/** The WebAuthn challenge for a terms document: SHA-256 over a domain-separated copy of it. */
export function termsChallenge(document: string, sha256: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  return sha256(new TextEncoder().encode(`parley/terms/v1\n${document}`))
}

/** Whether the terms cover a look at this class of data for this purpose. */
export function termsCover(terms: Terms, dataClass: DataClass, purpose: Purpose): boolean {
  return terms.purposes[purpose]?.includes(dataClass) ?? false
}

/** The more careful of two levels. */
export function lesserDisclosure(left: Disclosure, right: Disclosure): Disclosure {
  return disclosures.indexOf(left) <= disclosures.indexOf(right) ? left : right
}

/**
 * Reads a terms document. Refuses anything but the exact canonical text of well-formed terms, so that no two
 * documents mean the same and nothing unsigned hides in one.
 */
export function parseTerms(document: string): Outcome<Terms, 'consent/terms-malformed'> {
  const value = parseJson(document)
  if (!isRecord(value)) return refusal('consent/terms-malformed')
  const { v, kind, id, customer, institution, channel, conversation, accounts, purposes: wanted, disclosure } = value
  const expiresAt = value['expiresAt']
  if (v !== 1 || (kind !== 'setup' && kind !== 'sharing')) return refusal('consent/terms-malformed')
  if (!isId<TermsId>(id) || !isId<CustomerId>(customer)) return refusal('consent/terms-malformed')
  if (typeof institution !== 'string' || !isInstitutionId(institution)) return refusal('consent/terms-malformed')
  if (!isOneOf(channelNames, channel) || !isOneOf(disclosures, disclosure)) return refusal('consent/terms-malformed')
  if (!(conversation === null || isId<ConversationId>(conversation))) return refusal('consent/terms-malformed')
  if ((conversation === null) !== (channel === 'link-page')) return refusal('consent/terms-malformed')
  if (!isListOf(accounts, isAccountId) || !isPurposes(wanted)) return refusal('consent/terms-malformed')
  if (typeof expiresAt !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(expiresAt)) {
    return refusal('consent/terms-malformed')
  }
  const terms: Terms = {
    v,
    kind,
    id,
    customer,
    institution,
    channel,
    conversation,
    accounts,
    purposes: wanted,
    disclosure,
    expiresAt,
  }
  return termsDocument(terms) === document ? success(terms) : refusal('consent/terms-malformed')
}

type JsonRecord = { readonly [key: string]: unknown } & { readonly [Name in keyof Terms]?: unknown }

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // not JSON at all: refused by the caller like any other malformed document
  }
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isId<Kind extends string>(value: unknown): value is Kind {
  return typeof value === 'string' && isUuid(value)
}

function isOneOf<Name extends string>(names: readonly Name[], value: unknown): value is Name {
  return names.some((name) => name === value)
}

function isListOf<Item>(value: unknown, isItem: (item: unknown) => item is Item): value is readonly Item[] {
  return Array.isArray(value) && value.every(isItem)
}

function isAccountId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 256
}

function isPurposes(value: unknown): value is Terms['purposes'] {
  return (
    isRecord(value) &&
    Object.entries(value).every(
      ([purpose, classes]) =>
        isOneOf(purposes, purpose) && isListOf(classes, (item): item is DataClass => isOneOf(dataClasses, item)),
    )
  )
}
