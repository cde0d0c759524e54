import { z } from 'zod'
import type { AlertParts } from '../alerts/index.ts'
import type { KeystoreClient } from '../keystore/index.ts'
import type { Html, PageTools } from '../pages/index.ts'
import { listOwnBanks } from '../staff/index.ts'
import type { StaffMember, StaffSession } from '../staff/index.ts'
import { staffFrame } from '../staff-pages/index.ts'
import type { StaffCall, StaffPageDeps } from '../staff-pages/index.ts'
import type { CaseBank } from './case-store.ts'
import type { BankClock } from './regulatory-clock.ts'

/** What the pages of cases need: rows under login `parley_console`, and two things no session has by itself. */
export type CaseDeps = StaffPageDeps & {
  /** Of the desk's caller `service`: opens a customer's own words. */
  readonly keystore: Pick<KeystoreClient, 'conversationKey'>
  /** Of alerts: opens uses of cards, under a look of their own. */
  readonly alerts: AlertParts
  /** How each bank counts its days; a bank that is not named counts as the law does. */
  readonly clocks: { readonly [institution: string]: BankClock }
}

/** What a route of these pages is given. */
export type CaseTools = PageTools & { readonly deps: CaseDeps }

/** Shows a page of cases in the staff's frame. */
export function showCasePage(
  tools: CaseTools,
  call: StaffCall,
  page: { readonly title: string; readonly body: Html; readonly status?: number; readonly script?: string },
): ReturnType<PageTools['show']> {
  return tools.show(call.request, call.reply, { ...page, style: ['staff', 'cases'], ...staffFrame(call, 'cases') })
}

/** The banks whose cases are this person's, for the filter; which rows come, the database says. */
export async function banksOf({ deps }: CaseTools, { hash }: StaffSession): Promise<readonly CaseBank[]> {
  return await listOwnBanks(deps.database, hash, 'see-cases')
}

/** The name by which a customer reads who looked: the login's first part, as a name. */
export function shownAs({ login }: StaffMember): string {
  const [first = ''] = login.split(/[.-]/, 1)
  return (first.slice(0, 1).toUpperCase() + first.slice(1)).slice(0, 30)
}

/** A case's number out of an address. */
export const numberParams = z.object({ number: z.string().regex(/^\d{4}-\d{4}$/) })
/** A proposal's or an act's id out of an address. */
export const idParams = z.object({ id: z.uuid() })
