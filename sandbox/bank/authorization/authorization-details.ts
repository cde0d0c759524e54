import { z } from 'zod'
import { isDataCluster } from './data-clusters.ts'
import type { DataCluster } from './data-clusters.ts'

/** The one rich-authorization type of this bank (RFC 9396, FDX). */
export const FDX_TYPE = 'fdx_v1.0'

/** Consents end after a year at the latest, whatever was asked (CFPB 1033 §421(b)). */
export const CONSENT_DAYS_MAX = 365

const dataCluster = z.string().refine(isDataCluster, { message: 'is not a data cluster of this bank' })

const consentRequest = z
  .strictObject({
    durationType: z.enum(['ONE_TIME', 'PERSISTENT', 'TIME_BOUND']),
    durationPeriod: z.number().int().min(1).max(CONSENT_DAYS_MAX).optional(),
    lookbackPeriod: z.number().int().min(1).max(3650).optional(),
    resources: z
      .array(
        z.strictObject({
          resourceType: z.literal('ACCOUNT'),
          dataClusters: z.array(dataCluster).min(1).max(20),
        }),
      )
      .min(1)
      .max(20),
  })
  .refine((request) => request.durationType !== 'TIME_BOUND' || request.durationPeriod !== undefined, {
    message: 'TIME_BOUND needs a durationPeriod in days',
  })

const fdxDetail = z.strictObject({ type: z.literal(FDX_TYPE), consentRequest })

/** What a client asks for, in the bank's own terms. */
export type ConsentRequest = {
  readonly durationType: 'ONE_TIME' | 'PERSISTENT' | 'TIME_BOUND'
  readonly durationDays: number
  readonly lookbackDays: number | undefined
  readonly clusters: readonly DataCluster[]
}

/** Says in one line what is wrong with one authorization detail, or undefined if it can be asked for. */
export function refuseAuthorizationDetail(detail: unknown): string | undefined {
  const issue = fdxDetail.safeParse(detail).error?.issues[0]
  return issue === undefined ? undefined : `${issue.path.join('.') || 'authorization_details'} ${issue.message}`
}

/** Reads the (already validated) `authorization_details` parameter; undefined when the request asks for no accounts. */
export function readConsentRequest(parameter: unknown): ConsentRequest | undefined {
  if (typeof parameter !== 'string') return undefined
  const [detail, ...others] = z.array(fdxDetail).parse(JSON.parse(parameter))
  if (detail === undefined) return undefined
  if (others.length > 0) throw new Error('one authorization detail a request')
  const { durationType, durationPeriod, lookbackPeriod, resources } = detail.consentRequest
  return {
    durationType,
    durationDays: durationType === 'ONE_TIME' ? 1 : (durationPeriod ?? CONSENT_DAYS_MAX),
    lookbackDays: lookbackPeriod,
    clusters: [...new Set(resources.flatMap((resource) => resource.dataClusters))].filter(isDataCluster),
  }
}
