import type { Account, Bank, BankRefusal, CardBill, CardState, Transaction } from '../banks/index.ts'
import { openPermit, recordDisclosure } from '../consent/index.ts'
import type { Permit, PermitDeps } from '../consent/index.ts'
import { Secret, refusal, success } from '../kernel/index.ts'
import type { DataClass, Instant, Outcome } from '../kernel/index.ts'
import type { Clock } from '../platform/index.ts'
import type { DeskDeps } from './desk-deps.ts'
import type { HandoverId } from './handover-id.ts'
import type { LookedClass } from './leave-classes.ts'
import { lookedDays } from './limits.ts'
import { pageRows } from './page-store.ts'
import type { Session } from './page-store.ts'
import type { ReadNames } from './read-names.ts'
import { tellDesk } from './tell-desk.ts'

/** What a look needs beside what the desk has. */
export type LookDeps = DeskDeps & {
  readonly keystore: PermitDeps['keystore']
  readonly promises: PermitDeps['promises']
  readonly bank: Pick<Bank, 'fetchBalances' | 'fetchTransactions' | 'fetchCardBills' | 'fetchCards'>
  readonly clock: Pick<Clock, 'now'>
  readonly names: ReadNames
}

/** What the bank said, for the page that shows it and nothing else. */
export type LookedAt =
  | { readonly dataClass: 'balance'; readonly accounts: readonly Account[] }
  | { readonly dataClass: 'transactions'; readonly transactions: readonly Transaction[] }
  | { readonly dataClass: 'card-bills'; readonly bills: readonly CardBill[] }
  | { readonly dataClass: 'card-status'; readonly cards: readonly CardState[] }

/** A look, and when the bank was asked. */
export type AgentLook = { readonly found: LookedAt; readonly checkedAt: Instant }

type LookWish = { readonly session: Session; readonly handover: HandoverId; readonly dataClass: LookedClass }

/**
 * An agent looks at what the bank knows, by the leave that the customer's passkey gave for this conversation. In this order: that this agent looks
 * is written down and committed; the gate writes its entry and commits; the bank is asked, live; what was shown is written down; and only then
 * it is given to the page. Names that were read are remembered in memory, so that what the agent types later can be judged by them.
 */
export async function lookForCustomer(
  deps: LookDeps,
  { session, handover, dataClass }: LookWish,
): Promise<Outcome<AgentLook, 'desk/no-leave' | BankRefusal>> {
  const begun = await deps.database.transaction(async (tx) => {
    const row = await pageRows.beginLook(tx, session, { handover, dataClass })
    if (row !== undefined) tellDesk(tx, handover)
    return row
  })
  if (begun === undefined) return refusal('desk/no-leave')
  const permit = await openPermit(deps, { ...begun, dataClass }, 'bank-token')
  if (!permit.ok) return refusal('desk/no-leave')
  const found = await ask(deps, permit.value)
  const recorded = await recordDisclosure(deps, deps.database, permit.value, {
    level: found.ok ? 'full' : 'nothing',
    place: 'agent-desk',
  })
  if (!recorded.ok) return refusal('desk/no-leave')
  if (!found.ok) return found
  deps.names.add(handover, namesIn(found.value))
  return success({ found: found.value, checkedAt: deps.clock.now() })
}

async function ask(
  { bank, clock, timeZone }: LookDeps,
  permit: Permit<DataClass>,
): Promise<Outcome<LookedAt, BankRefusal>> {
  if (covers(permit, 'balance')) {
    const report = await bank.fetchBalances(permit)
    return report.ok ? success({ dataClass: 'balance', accounts: report.value.accounts }) : report
  }
  if (covers(permit, 'transactions')) {
    const now = clock.now()
    const days = { from: dayOf(now - lookedDays * 86_400_000), to: dayOf(now), timeZone }
    const report = await bank.fetchTransactions(permit, days)
    return report.ok ? success({ dataClass: 'transactions', transactions: report.value.transactions }) : report
  }
  if (covers(permit, 'card-bills')) {
    const bills = await bank.fetchCardBills(permit)
    return bills.ok ? success({ dataClass: 'card-bills', bills: bills.value }) : bills
  }
  if (covers(permit, 'card-status')) {
    const report = await bank.fetchCards(permit)
    return report.ok ? success({ dataClass: 'card-status', cards: report.value.cards }) : report
  }
  return refusal('banks/unreadable')
}

function covers<Class extends DataClass>(permit: Permit<DataClass>, dataClass: Class): permit is Permit<Class> {
  return permit.dataClass === dataClass
}

function dayOf(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10)
}

/** Shorter ones stand in any sentence, and would send every word to the page. */
const nameCharactersMin = 3

/** Merchants, places and accounts' names; their longer words count by themselves, as people shorten names. */
function namesIn(found: LookedAt): readonly Secret<string>[] {
  const said = sayings(found)
  const words = said.flatMap((name) => [
    name,
    ...name.split(/[^\p{L}\p{N}]+/u).filter((word) => [...word].length > nameCharactersMin),
  ])
  return [...new Set(words)]
    .filter((name) => [...name.trim()].length >= nameCharactersMin)
    .map((name) => new Secret(name))
}

function sayings(found: LookedAt): readonly string[] {
  if (found.dataClass === 'balance') return found.accounts.map(({ name }) => name.reveal())
  if (found.dataClass !== 'transactions') return []
  return found.transactions.flatMap(({ merchant, description, place }) => [
    ...(merchant === undefined ? [] : [merchant.reveal()]),
    description.reveal(),
    ...(place === undefined ? [] : [place.reveal().city]),
  ])
}
