import type { ServerMetadata } from 'openid-client'
import type { DataClass } from '../../kernel/index.ts'

/** FDX's type of rich authorization request (RFC 9396). */
const fdxType = 'fdx_v1.0'

// The fewest clusters that each class of data needs; never social security numbers, tax papers or cheque images.
const clusters: { readonly [Class in DataClass]: string } = {
  'account-list': 'ACCOUNT_BASIC',
  balance: 'BALANCES',
  transactions: 'TRANSACTIONS',
  'card-bills': 'BILLS',
  'card-status': 'ACCOUNT_BASIC',
  'card-events': 'TRANSACTIONS',
  statements: 'STATEMENTS',
}

/** What a link asks for when nothing else is said: which accounts there are, and their balances. */
export const usualDataClasses = ['account-list', 'balance'] as const satisfies readonly DataClass[]

function clustersOf(dataClasses: readonly DataClass[]): readonly string[] {
  return [...new Set(dataClasses.map((dataClass) => clusters[dataClass]))]
}

/** The `authorization_details` parameter: these clusters of the accounts that the customer picks at the bank, for so many days. */
export function authorizationDetails(dataClasses: readonly DataClass[], days: number): string {
  const consentRequest = {
    durationType: 'TIME_BOUND',
    durationPeriod: days,
    resources: [{ resourceType: 'ACCOUNT', dataClusters: clustersOf(dataClasses) }],
  }
  return JSON.stringify([{ type: fdxType, consentRequest }])
}

/**
 * The scopes that name the same, for banks whose metadata offers them and does not take FDX's authorization details
 * (RFC 9396 §10). Where it takes them, they say everything, and a scope beside them could only say more.
 */
export function fdxScopes(dataClasses: readonly DataClass[], server: ServerMetadata): readonly string[] {
  const types = server['authorization_details_types_supported']
  if (Array.isArray(types) && types.includes(fdxType)) return []
  return clustersOf(dataClasses)
    .map((cluster) => `fdx:${cluster.replaceAll('_', '').toLowerCase()}:read`)
    .filter((scope) => server.scopes_supported?.includes(scope) === true)
}
