import type { Account } from '../banks/index.ts'
import { openPermit, recordDisclosure } from '../consent/index.ts'
import type { SharedTerms } from '../consent/index.ts'
import type { CustomerId, InstitutionId, Instant } from '../kernel/index.ts'
import type { CentrePagesDeps } from './centre-route.ts'
import type { BankSharing } from './list-sharing.ts'

/** What one bank said when it was asked for an export. */
export type BankFigures = {
  readonly institution: InstitutionId
  readonly name: string
  readonly checkedAt: Instant
  /** Undefined: the bank gave nothing, or the sharing ended meanwhile. */
  readonly accounts: readonly Account[] | undefined
}

/** An export asks at most so many times; each is a look of its own. */
const looksMax = 20

/**
 * Asks every linked bank for accounts and balances, live, under the grants that hold, and records each as a look whose facts went
 * to this page. An account that two conversations share is asked for once.
 */
export async function fetchFigures(
  deps: Pick<CentrePagesDeps, 'answer' | 'banks' | 'random' | 'clock'>,
  customer: CustomerId,
  sharing: readonly BankSharing[],
): Promise<readonly BankFigures[]> {
  const wanted = sharing.flatMap((bank) => neededTerms(bank).map((shared) => ({ bank, shared }))).slice(0, looksMax)
  const found = await Promise.all(
    wanted.map(async ({ bank, shared }) => ({ bank, accounts: await lookAt(deps, customer, shared) })),
  )
  return sharing.map((bank) => {
    const lists = found.filter((one) => one.bank === bank).flatMap(({ accounts }) => (accounts ? [accounts] : []))
    const byId = new Map(lists.flat().map((account) => [account.id, account]))
    const { institution, name } = bank
    return {
      ...{ institution, name, checkedAt: deps.clock.now() },
      accounts: lists.length === 0 ? undefined : [...byId.values()],
    }
  })
}

/** Pure: the fewest terms, the newest first, that cover every account whose balance may be asked for. */
export function neededTerms(bank: BankSharing): readonly SharedTerms[] {
  const covered = new Set<string>()
  return bank.terms.filter((shared) => {
    const may = shared.grants.some(
      ({ holds, dataClass, purpose }) => holds && dataClass === 'balance' && purpose === 'answer-customer',
    )
    const isNew = shared.terms.accounts.some((account) => !covered.has(account))
    if (!may || !isNew) return false
    for (const account of shared.terms.accounts) covered.add(account)
    return true
  })
}

async function lookAt(
  deps: Pick<CentrePagesDeps, 'answer' | 'banks' | 'random'>,
  customer: CustomerId,
  { terms }: SharedTerms,
): Promise<readonly Account[] | undefined> {
  const { institution, conversation } = terms
  const look = { customer, institution, conversation, dataClass: 'balance' } as const
  const permit = await openPermit({ ...deps.answer, random: deps.random }, look, 'bank-token')
  if (!permit.ok) return undefined
  const report = await deps.banks.bank.fetchBalances(permit.value)
  // What goes into the file is recorded before it goes; after a stop nothing is written, and nothing goes.
  const recorded = await recordDisclosure(deps, deps.answer.database, permit.value, {
    level: report.ok ? 'full' : 'nothing',
    place: 'privacy-centre',
  })
  return recorded.ok && report.ok ? report.value.accounts : undefined
}
