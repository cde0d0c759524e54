import { z } from 'zod'
import type { StateStore } from '../state/state-store.ts'
import type { AuthorizationDetail } from 'oidc-provider'
import { FDX_TYPE } from './authorization-details.ts'
import type { ConsentRequest } from './authorization-details.ts'
import { DATA_CLUSTERS } from './data-clusters.ts'
import type { DataCluster } from './data-clusters.ts'

/** Ended consents stay readable this long (a consent's own end is at most a year away). */
const ENDED_CONSENT_KEPT_MS = 400 * 86_400_000

const clusterNames = z.custom<DataCluster>((value) => typeof value === 'string' && Object.hasOwn(DATA_CLUSTERS, value))

const consentShape = z.object({
  id: z.string(),
  personId: z.string(),
  clientId: z.string(),
  durationType: z.enum(['ONE_TIME', 'PERSISTENT', 'TIME_BOUND']),
  durationDays: z.number(),
  lookbackDays: z.number().optional(),
  clusters: z.array(clusterNames),
  accountIds: z.array(z.string()),
  createdAt: z.number(),
  expiresAt: z.number(),
  revoked: z.object({ at: z.number(), reason: z.string(), initiator: z.string() }).optional(),
})

/** What a customer agreed to at this bank: which client, which accounts, which clusters, until when (times in ms). */
export type Consent = z.infer<typeof consentShape>

/** FDX ConsentGrant status. */
export type ConsentStatus = 'ACTIVE' | 'EXPIRED' | 'REVOKED'

/** Why a consent ended; FDX names USER_ACTION and BUSINESS_RULE. */
export type Revocation = { readonly reason: string; readonly initiator: string }

/** The bank's consents, in memory for the check on every request and in the journal for the next start. */
export type Consents = {
  create(consent: NewConsent): Promise<Consent>
  find(id: string): Consent | undefined
  status(consent: Consent): ConsentStatus
  /** Ends a consent and everything issued under it; false when it had ended before. Durable when it resolves. */
  revoke(id: string, revocation: Revocation): Promise<boolean>
  /** Takes accounts out of a consent that goes on; false when it has ended, or nothing would be left or change. */
  narrow(id: string, accountIds: readonly string[]): Promise<boolean>
  all(): readonly Consent[]
}

/** What the customer agreed to on the consent page. */
export type NewConsent = {
  readonly id: string
  readonly personId: string
  readonly clientId: string
  readonly request: ConsentRequest
  readonly accountIds: readonly string[]
}

/** Loads the consents from the journal. */
export function openConsents(deps: {
  readonly store: StateStore
  readonly now: () => number
  /** Kills the refresh tokens and codes of a grant. */
  readonly endGrant: (grantId: string) => Promise<void>
  /** Tells the client what became of a consent. */
  readonly tell: (event: 'CONSENT_REVOKED' | 'CONSENT_UPDATED', consent: Consent, because: Revocation) => Promise<void>
}): Consents {
  const { store, now } = deps
  const consents = new Map<string, Consent>()
  for (const key of store.keys('consent:')) {
    const consent = consentShape.parse(store.get(key))
    consents.set(consent.id, consent)
  }

  function status(consent: Consent): ConsentStatus {
    if (consent.revoked !== undefined) return 'REVOKED'
    return consent.expiresAt <= now() ? 'EXPIRED' : 'ACTIVE'
  }

  async function save(consent: Consent): Promise<void> {
    consents.set(consent.id, consent)
    await store.set(`consent:${consent.id}`, consent, consent.expiresAt + ENDED_CONSENT_KEPT_MS)
  }

  return {
    status,
    find: (id) => consents.get(id),
    all: () => [...consents.values()],
    async create({ id, personId, clientId, request, accountIds }) {
      const consent: Consent = {
        id,
        personId,
        clientId,
        durationType: request.durationType,
        durationDays: request.durationDays,
        ...(request.lookbackDays === undefined ? {} : { lookbackDays: request.lookbackDays }),
        clusters: [...request.clusters],
        accountIds: [...accountIds],
        createdAt: now(),
        expiresAt: now() + request.durationDays * 86_400_000,
      }
      await save(consent)
      return consent
    },
    async revoke(id, { reason, initiator }) {
      const consent = consents.get(id)
      if (consent === undefined || status(consent) !== 'ACTIVE') return false
      await Promise.all([save({ ...consent, revoked: { at: now(), reason, initiator } }), deps.endGrant(id)])
      await deps.tell('CONSENT_REVOKED', consent, { reason, initiator })
      return true
    },
    async narrow(id, accountIds) {
      const consent = consents.get(id)
      const left = consent?.accountIds.filter((accountId) => accountIds.includes(accountId)) ?? []
      if (consent === undefined || status(consent) !== 'ACTIVE') return false
      if (left.length === 0 || left.length === consent.accountIds.length) return false
      await save({ ...consent, accountIds: left })
      await deps.tell('CONSENT_UPDATED', consent, { reason: 'USER_ACTION', initiator: 'INDIVIDUAL' })
      return true
    },
  }
}

/** The granted details, enriched with the chosen accounts (RFC 9396 §7.1), for tokens and token responses. */
export function grantedDetails(consent: Consent): readonly AuthorizationDetail[] {
  return [
    {
      type: FDX_TYPE,
      consentId: consent.id,
      consentRequest: {
        durationType: consent.durationType,
        durationPeriod: consent.durationDays,
        ...(consent.lookbackDays === undefined ? {} : { lookbackPeriod: consent.lookbackDays }),
        resources: consent.accountIds.map((resourceId) => ({
          resourceType: 'ACCOUNT',
          resourceId,
          dataClusters: consent.clusters,
        })),
      },
    },
  ]
}
