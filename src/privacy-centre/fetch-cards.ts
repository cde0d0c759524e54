import { createHash } from 'node:crypto'
import type { CardState } from '../banks/index.ts'
import { openPermit, recordDisclosure } from '../consent/index.ts'
import type { Permit, SharedTerms } from '../consent/index.ts'
import type { CustomerId, InstitutionId } from '../kernel/index.ts'
import type { CentrePagesDeps } from './centre-route.ts'
import type { BankSharing } from './list-sharing.ts'

type Deps = Pick<CentrePagesDeps, 'answer' | 'banks' | 'random'>

/** A card as its owner sees it here. `ref` stands for it in an address: it says nothing, and is looked up among the owner's cards alone. */
export type OwnCard = {
  readonly ref: string
  readonly institution: InstitutionId
  readonly bank: string
  readonly state: CardState
}

/** What a bank said of a customer's cards. `cards` undefined: nothing, or the sharing ended meanwhile. */
export type BankCards = {
  readonly name: string
  readonly cards: readonly OwnCard[] | undefined
}

/** A page asks at most so many times; each is a look of its own. */
const looksMax = 20

/** Asks every bank of which cards are shared, live; each is a look whose facts go to this page. */
export async function fetchCards(
  deps: Deps,
  customer: CustomerId,
  sharing: readonly BankSharing[],
): Promise<readonly BankCards[]> {
  const wanted = sharing.flatMap((bank) => coveringTerms(bank).map((shared) => ({ bank, shared }))).slice(0, looksMax)
  const found = await Promise.all(
    wanted.map(async ({ bank, shared }) => ({ bank, cards: await lookAtCards(deps, customer, { bank, shared }) })),
  )
  return sharing
    .filter((bank) => wanted.some((each) => each.bank === bank))
    .map((bank) => {
      const lists = found
        .filter((one) => one.bank === bank)
        .flatMap(({ cards }) => (cards === undefined ? [] : [cards]))
      const byRef = new Map(lists.flat().map((card) => [card.ref, card]))
      return { name: bank.name, cards: lists.length === 0 ? undefined : [...byRef.values()] }
    })
}

/** Pure: the fewest terms, the newest first, that cover every account whose cards may be asked for. */
export function coveringTerms(bank: BankSharing): readonly SharedTerms[] {
  const covered = new Set<string>()
  return bank.terms.filter((shared) => {
    const isNew = shared.terms.accounts.some((account) => !covered.has(account))
    if (!mayAskForCards(shared) || !isNew) return false
    for (const account of shared.terms.accounts) covered.add(account)
    return true
  })
}

function mayAskForCards({ grants }: SharedTerms): boolean {
  return grants.some(
    ({ holds, dataClass, purpose }) => holds && dataClass === 'card-status' && purpose === 'answer-customer',
  )
}

type Place = { readonly bank: BankSharing; readonly shared: SharedTerms }

async function lookAtCards(
  deps: Deps,
  customer: CustomerId,
  { bank, shared }: Place,
): Promise<readonly OwnCard[] | undefined> {
  const permit = await openCards(deps, customer, shared)
  if (permit === undefined) return undefined
  const report = await deps.banks.bank.fetchCards(permit)
  const recorded = await recordDisclosure(deps, deps.answer.database, permit, {
    level: report.ok ? 'full' : 'nothing',
    place: 'privacy-centre',
  })
  if (!recorded.ok || !report.ok) return undefined
  const { institution, name } = bank
  return report.value.cards.map((state) => ({ ref: refOf(institution, state), institution, bank: name, state }))
}

async function openCards(
  deps: Pick<Deps, 'answer' | 'random'>,
  customer: CustomerId,
  { terms }: SharedTerms,
): Promise<Permit<'card-status'> | undefined> {
  const { institution, conversation } = terms
  const look = { customer, institution, conversation, dataClass: 'card-status' } as const
  const permit = await openPermit({ ...deps.answer, random: deps.random }, look, 'bank-token')
  return permit.ok ? permit.value : undefined
}

function refOf(institution: InstitutionId, { accountId }: Pick<CardState, 'accountId'>): string {
  return createHash('sha256').update(`card\n${institution}\n${accountId}`, 'utf8').digest('base64url').slice(0, 22)
}

/** An act on one of the customer's own cards. `key`: the same act carries the same key. */
export type OwnCardAct = { readonly ref: string; readonly to: 'frozen' | 'active'; readonly key: string }

/**
 * Changes one of the customer's own cards at its bank, under a look of its own. `unknown`: it is none of theirs. `refused`: the bank did not
 * do it, or it is not known that it did.
 */
export async function changeOwnCard(
  deps: Deps,
  customer: CustomerId,
  sharing: readonly BankSharing[],
  act: OwnCardAct,
): Promise<'done' | 'unknown' | 'refused'> {
  const places = sharing.flatMap((bank) => coveringTerms(bank).map((shared) => ({ bank, shared }))).slice(0, looksMax)
  for (const { shared } of places) {
    const { institution, accounts } = shared.terms
    const accountId = accounts.find((account) => refOf(institution, { accountId: account }) === act.ref)
    if (accountId === undefined) continue
    const permit = await openCards(deps, customer, shared)
    if (permit === undefined) return 'refused'
    const changed = await deps.banks.bank.changeCard(permit, { accountId, to: act.to, key: act.key })
    const level = changed.ok ? 'full' : 'nothing'
    await recordDisclosure(deps, deps.answer.database, permit, { level, place: 'privacy-centre' })
    return changed.ok ? 'done' : 'refused'
  }
  return 'unknown'
}
