import type { Consent } from '../authorization/consents.ts'
import type { DataCluster } from '../authorization/data-clusters.ts'
import type { Switches } from '../switches.ts'
import type { AccountBook, World } from '../world/book.ts'
import type { AccessToken } from './access-token.ts'
import { FdxRefusal } from './fdx-error.ts'

/** One FDX request that passed every check of who may ask; the routes decide what it gets. */
export type FdxCall = {
  readonly method: string
  /** Path segments after `/fdx/v6`, decoded. */
  readonly segments: readonly string[]
  readonly query: URLSearchParams
  readonly body: string
  readonly idempotencyKey: string | undefined
  readonly token: AccessToken
  readonly consent: Consent
  readonly switches: Switches
  readonly world: World
  readonly now: number
}

/** Refuses unless the customer shared at least one of the clusters. */
export function requireCluster(call: FdxCall, ...clusters: readonly DataCluster[]): void {
  if (clusters.some((cluster) => call.consent.clusters.includes(cluster))) return
  throw new FdxRefusal('forbidden', `needs one of ${clusters.join(', ')}`)
}

/** The account, if the consent covers it. Others do not exist as far as this consent is concerned. */
export function bookOf(call: FdxCall, accountId: string | undefined): AccountBook {
  const book =
    accountId === undefined || !call.consent.accountIds.includes(accountId) ? undefined : call.world.book(accountId)
  if (book === undefined) throw new FdxRefusal('not-found')
  return book
}
