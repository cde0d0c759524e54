import { signedTerms } from '../consent/index.ts'
import { termDaysMax, termsDocument } from '../kernel/index.ts'
import type {
  ChannelName,
  ConversationId,
  CustomerId,
  DataClass,
  Disclosure,
  InstitutionId,
  Instant,
  Purpose,
  TermsId,
} from '../kernel/index.ts'

/** How long the terms hold that let Parley list the accounts once. */
export const setupMinutes = 30

/** The end that the page proposes. */
export const defaultDays = 90

/** How long the consent at the bank may last, the careful choice first. */
export const bankDaysChoices = [defaultDays, termDaysMax] as const

/** The choice a form makes; the careful one when it makes none. */
export function bankDaysOf(value: string | null): number {
  return bankDaysChoices.find((days) => String(days) === value) ?? defaultDays
}

/** What these pages let a person share to have questions answered; each has a switch of its own. */
export const offeredClasses: readonly DataClass[] = signedTerms.offered.toAnswer
export const offeredPurposes = ['answer-customer'] as const satisfies readonly Purpose[]

const dayMs = 86_400_000

/** The document that is signed before going to the bank: list the accounts once, here, within half an hour. */
export function setupDocument(setup: {
  readonly id: TermsId
  readonly customer: CustomerId
  readonly institution: InstitutionId
  readonly now: Instant
}): string {
  const { id, customer, institution, now } = setup
  return termsDocument({
    v: 1,
    kind: 'setup',
    id,
    customer,
    institution,
    channel: 'link-page',
    conversation: null,
    accounts: [],
    purposes: { 'answer-customer': ['account-list'] },
    // The channel is this page: the names are shown here in full, and go nowhere else.
    disclosure: 'full',
    expiresAt: stamp(now + setupMinutes * 60_000),
  })
}

/** The document of what is shared from now on. The accounts are sorted, so that one choice has one text. */
export function sharingDocument(sharing: {
  readonly id: TermsId
  readonly customer: CustomerId
  readonly institution: InstitutionId
  readonly channel: ChannelName
  readonly conversation: ConversationId
  readonly accounts: readonly string[]
  readonly classes: readonly DataClass[]
  /** Whether Parley may also write without being asked. */
  readonly notices: boolean
  /** Whether Parley is told of each card use, to warn of fraud. */
  readonly alerts: boolean
  /** Whether the customer lets themselves be counted in totals. */
  readonly counted?: boolean
  readonly disclosure: Disclosure
  readonly endDate: string
  readonly now: Instant
}): string {
  const { id, customer, institution, channel, conversation, accounts, classes, disclosure, endDate, now } = sharing
  const notices = sharing.notices ? { 'notify-customer': signedTerms.offered.toNotify } : {}
  const alerts = sharing.alerts ? { 'fraud-alerts': signedTerms.offered.toWarn } : {}
  const counted = sharing.counted === true ? { 'service-statistics': signedTerms.offered.toCount } : {}
  return termsDocument({
    v: 1,
    kind: 'sharing',
    id,
    customer,
    institution,
    channel,
    conversation,
    accounts: [...accounts].sort(),
    purposes: { 'answer-customer': classes, ...notices, ...alerts, ...counted },
    disclosure,
    expiresAt: stamp(endOf(endDate, now)),
  })
}

/** The dates a person can choose from: tomorrow to the end of the bank's consent, and the one that is proposed. */
export function endDates(
  now: Instant,
  days: number,
): { readonly first: string; readonly last: string; readonly proposed: string } {
  return {
    first: dateOf(now + dayMs),
    last: dateOf(now + (days - 1) * dayMs),
    proposed: dateOf(now + (Math.min(days, defaultDays) - 1) * dayMs),
  }
}

/** Whether a date is one of those. */
export function isEndDate(date: string, now: Instant, days: number): boolean {
  const { first, last } = endDates(now, days)
  return /^\d{4}-\d\d-\d\d$/.test(date) && !Number.isNaN(Date.parse(date)) && date >= first && date <= last
}

/** The last second of that day, and never more than a year after the signature. */
function endOf(date: string, now: Instant): number {
  const lastSecond = Date.parse(`${date}T23:59:59Z`)
  return Math.min(lastSecond, now + termDaysMax * dayMs - 3_600_000)
}

function dateOf(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10)
}

function stamp(moment: number): string {
  return `${new Date(moment).toISOString().slice(0, 19)}Z`
}
