import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { accept, graphErrors, refuse, type GraphOutcome } from './graph-errors.ts'
import { isRecord, textAt } from './json-value.ts'
import type { MessengerConfig } from './messenger-config.ts'

/** Who calls: with the page's token, or as the app itself (`{app id}|{app secret}`); and whether a proof came with it. */
export type Access = { readonly as: 'page' | 'app'; readonly hasProof: boolean }

/** Checks the access token (query, Bearer or body) and the `appsecret_proof` when there is one. */
export function checkAccess(
  config: MessengerConfig,
  incoming: IncomingMessage,
  query: URLSearchParams,
  body: unknown,
): GraphOutcome<Access> {
  const fields = isRecord(body) ? body : {}
  const bearer = /^(?:Bearer|OAuth)\s+(\S+)$/i.exec(incoming.headers.authorization ?? '')?.[1]
  const token = query.get('access_token') ?? bearer ?? textAt(fields, 'access_token')
  if (token === undefined) return refuse(graphErrors.noToken)
  const as = sameSecret(token, config.pageAccessToken) ? 'page' : 'app'
  if (as === 'app' && !sameSecret(token, `${config.appId}|${config.appSecret}`)) return refuse(graphErrors.badToken)
  const proof = query.get('appsecret_proof') ?? textAt(fields, 'appsecret_proof')
  if (proof === undefined) return accept({ as, hasProof: false })
  const expected = createHmac('sha256', config.appSecret).update(token).digest('hex')
  return sameSecret(proof, expected) ? accept({ as, hasProof: true }) : refuse(graphErrors.badProof)
}

/** Compares two secrets without telling by time how much of them agrees. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHmac('sha256', 'compare').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
