import { disclosures, termDaysMax, termsDocument } from '../kernel/index.ts'
import type { DataClass, Disclosure, Instant, Purpose, Terms, TermsId } from '../kernel/index.ts'
import { signedTerms } from '../consent/index.ts'
import type { SharedTerms } from '../consent/index.ts'
import { classesOf, hasOwnSwitch } from './list-sharing.ts'

const dayMs = 86_400_000

/** What somebody chose on the page where terms are changed. */
export type Wished = {
  readonly classes: readonly DataClass[]
  /** Whether Parley may write without being asked. */
  readonly notices: boolean
  /** Whether Parley is told of each card use, to warn of fraud. */
  readonly alerts: boolean
  /** Whether the customer lets themselves be counted in totals. */
  readonly counted: boolean
  readonly disclosure: Disclosure
  /** `YYYY-MM-DD`; sharing lasts to the end of that day (UTC). */
  readonly endDate: string
}

/** The days that can be chosen: tomorrow to a year from now, less a day so that no clock calls it more. */
export function endDatesFrom(now: Instant): { readonly first: string; readonly last: string } {
  return { first: dateOf(now + dayMs), last: dateOf(now + (termDaysMax - 1) * dayMs) }
}

/** What a form says, if all of it can be chosen. */
export function readWishes(
  fields: { get(name: string): string | null; getAll(name: string): readonly string[] },
  shared: SharedTerms,
  now: Instant,
): Wished | undefined {
  const chosen = fields.getAll('class')
  const classes = classesOf(shared)
    .map(({ name }) => name)
    .filter((name) => chosen.includes(name))
  const disclosure = disclosures.find((level) => level === fields.get('disclosure'))
  const endDate = fields.get('endDate') ?? ''
  const { first, last } = endDatesFrom(now)
  const isDate = /^\d{4}-\d\d-\d\d$/.test(endDate) && !Number.isNaN(Date.parse(endDate))
  if (classes.length === 0 || disclosure === undefined || !isDate || endDate < first || endDate > last) return undefined
  const isOn = (name: string): boolean => fields.get(name) === 'on'
  return { classes, notices: isOn('notices'), alerts: isOn('alerts'), counted: isOn('counted'), disclosure, endDate }
}

/** The document of the changed terms: same customer, bank, conversation and accounts; a new id, to be signed. */
export function changedDocument(shared: SharedTerms, id: TermsId, wished: Wished): string {
  const { terms } = shared
  return termsDocument({
    ...terms,
    id,
    purposes: purposesWith(shared, wished),
    disclosure: wished.disclosure,
    expiresAt: `${wished.endDate}T23:59:59Z`,
  })
}

// A class keeps the purposes it was shared for; one that is new is shared to answer questions. Notices are all or none, and so
// are fraud alerts and being counted.
function purposesWith(shared: SharedTerms, { classes, notices, alerts, counted }: Wished): Terms['purposes'] {
  const pairs = shared.grants.filter(
    ({ holds, dataClass, purpose }) => holds && classes.includes(dataClass) && !hasOwnSwitch(purpose),
  )
  const fresh = classes.filter((name) => !pairs.some(({ dataClass }) => dataClass === name))
  const byPurpose = new Map<Purpose, DataClass[]>()
  for (const { purpose, dataClass } of pairs) byPurpose.set(purpose, [...(byPurpose.get(purpose) ?? []), dataClass])
  if (fresh.length > 0) {
    byPurpose.set('answer-customer', [...(byPurpose.get('answer-customer') ?? []), ...fresh])
  }
  if (notices) byPurpose.set('notify-customer', [...signedTerms.offered.toNotify])
  if (alerts) byPurpose.set('fraud-alerts', [...signedTerms.offered.toWarn])
  if (counted) byPurpose.set('service-statistics', [...signedTerms.offered.toCount])
  return Object.fromEntries([...byPurpose].map(([purpose, names]) => [purpose, [...names].sort()]))
}

function dateOf(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10)
}
