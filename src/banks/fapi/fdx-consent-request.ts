import type { ServerMetadata, TokenEndpointResponse } from 'openid-client'
import { z } from 'zod'
import { dataClasses } from '../../kernel/index.ts'
import type { DataClass } from '../../kernel/index.ts'

/** FDX's type of rich authorization request (RFC 9396). */
const fdxType = 'fdx_v1.0'

/** Our extension (docs/banks.md): FDX has no card state. */
const cardControls = 'CARD_CONTROLS'

// The fewest clusters that each class of data needs; never social security numbers, tax papers or cheque images. Every look
// begins with which accounts there are.
const ownCluster: { readonly [Class in Exclude<DataClass, 'service-use'>]: string } & {
  readonly 'service-use'?: undefined
} = {
  'account-list': 'ACCOUNT_BASIC',
  balance: 'BALANCES',
  transactions: 'TRANSACTIONS',
  'card-bills': 'BILLS',
  'card-status': cardControls,
  'card-events': 'TRANSACTIONS',
  statements: 'STATEMENTS',
}
/** What an account's own numbers and rewards need besides. */
const ofDetails = ['PAYMENT_SUPPORT', 'REWARDS']

/** What a link asks for when nothing else is said: which accounts there are, and their balances. */
export const usualDataClasses = ['account-list', 'balance'] as const satisfies readonly DataClass[]

/** The `authorization_details` parameter: these clusters of the accounts that the customer picks at the bank, for so many days. */
export function authorizationDetails(classes: readonly DataClass[], days: number, server: ServerMetadata): string {
  const consentRequest = {
    durationType: 'TIME_BOUND',
    durationPeriod: days,
    resources: [{ resourceType: 'ACCOUNT', dataClusters: clustersOf(classes, server) }],
  }
  return JSON.stringify([{ type: fdxType, consentRequest }])
}

/**
 * The scopes that name the same, for banks whose metadata offers them and does not take FDX's authorization details
 * (RFC 9396 §10). Where it takes them, they say everything, and a scope beside them could only say more.
 */
export function fdxScopes(classes: readonly DataClass[], server: ServerMetadata): readonly string[] {
  const types = server['authorization_details_types_supported']
  if (Array.isArray(types) && types.includes(fdxType)) return []
  return clustersOf(classes, server)
    .map(scopeOf)
    .filter((scope) => server.scopes_supported?.includes(scope) === true)
}

const grantedShape = z.object({
  authorization_details: z
    .array(
      z.object({
        consentRequest: z.object({ resources: z.array(z.object({ dataClusters: z.array(z.string()) })).max(200) }),
      }),
    )
    .max(20),
})

/** The classes that a token answer says were granted (RFC 9396 §7); undefined where a bank does not say it. */
export function grantedClasses(tokens: TokenEndpointResponse): readonly DataClass[] | undefined {
  const granted = grantedShape.safeParse(tokens).data?.authorization_details
  if (granted === undefined) return undefined
  const given = new Set(
    granted.flatMap(({ consentRequest }) => consentRequest.resources.flatMap((each) => each.dataClusters)),
  )
  return dataClasses.filter((name) => given.has(ownCluster[name] ?? ''))
}

/**
 * A bank refuses a whole request for one cluster it does not know. Its metadata names those it has as scopes; where it names
 * none, FDX's own are asked for and our extension is not.
 */
function clustersOf(classes: readonly DataClass[], server: ServerMetadata): readonly string[] {
  const named = (server.scopes_supported ?? []).filter((scope) => scope.startsWith('fdx:'))
  const isOffered = (cluster: string): boolean =>
    named.length > 0 ? named.includes(scopeOf(cluster)) : cluster !== cardControls
  const wanted = classes.flatMap((name) => [ownCluster[name] ?? [], name === 'account-list' ? ofDetails : []].flat())
  return [...new Set(['ACCOUNT_BASIC', ...wanted])].filter(isOffered)
}

function scopeOf(cluster: string): string {
  return `fdx:${cluster.replaceAll('_', '').toLowerCase()}:read`
}
