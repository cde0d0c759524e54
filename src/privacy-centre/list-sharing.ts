import { loadInstitution } from '../banks/index.ts'
import { signedTerms } from '../consent/index.ts'
import type { SharedTerms } from '../consent/index.ts'
import type { CustomerId, DataClass, InstitutionId, Purpose } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'

/** What is shared with one bank behind it: each channel's terms that hold. */
export type BankSharing = {
  readonly institution: InstitutionId
  readonly name: string
  readonly terms: readonly SharedTerms[]
}

/** A class in some terms: whether it may be asked for now. */
export type SharedClass = { readonly name: DataClass; readonly on: boolean }

/** What this customer shares, bank by bank; terms that only let Parley list accounts while linking are not sharing. */
export async function listSharing(tx: Tx, customer: CustomerId): Promise<readonly BankSharing[]> {
  const held = (await signedTerms.listShared(tx, { customer })).filter(
    (shared) => shared.holds && shared.terms.kind === 'sharing' && !isLeaveForAgent(shared),
  )
  const banks = [...new Set(held.map(({ terms }) => terms.institution))]
  return await Promise.all(
    banks.map(async (institution) => ({
      institution,
      name: await nameOfBank(tx, institution),
      terms: held.filter(({ terms }) => terms.institution === institution),
    })),
  )
}

/** Pure: leave for an agent to look; it stands on the page of people who help, and is neither changed nor taken along. */
export function isLeaveForAgent({ terms }: Pick<SharedTerms, 'terms'>): boolean {
  return 'customer-service' in terms.purposes
}

/** A bank's name; its id when it is no longer configured here. */
export async function nameOfBank(tx: Tx, institution: InstitutionId): Promise<string> {
  return (await loadInstitution(tx, institution))?.name ?? institution
}

/** Pure: whether a purpose has one switch of its own, whatever classes it takes. */
export function hasOwnSwitch(purpose: Purpose): boolean {
  return purpose === 'notify-customer' || purpose === 'fraud-alerts' || purpose === 'service-statistics'
}

/** Pure: the switches of some terms. What was signed once and narrowed since is off; so is what was never signed. */
export function classesOf(shared: SharedTerms): readonly SharedClass[] {
  const grants = shared.grants.filter(({ purpose }) => !hasOwnSwitch(purpose))
  const held = new Set(grants.filter(({ holds }) => holds).map(({ dataClass }) => dataClass))
  const names = new Set<DataClass>([...signedTerms.offered.toAnswer, ...grants.map(({ dataClass }) => dataClass)])
  return [...names].map((name) => ({ name, on: held.has(name) }))
}

/** Pure: whether Parley may write without being asked. One switch for all the classes that takes. */
export function noticesOf(shared: SharedTerms): boolean {
  return shared.grants.some(({ purpose, holds }) => purpose === 'notify-customer' && holds)
}

/** Pure: whether Parley may warn of card fraud. */
export function alertsOf(shared: SharedTerms): boolean {
  return shared.grants.some(({ purpose, holds }) => purpose === 'fraud-alerts' && holds)
}

/** Pure: whether the customer lets themselves be counted in totals. */
export function countedOf(shared: SharedTerms): boolean {
  return shared.grants.some(({ purpose, holds }) => purpose === 'service-statistics' && holds)
}
