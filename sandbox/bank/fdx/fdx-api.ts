import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Consent, Consents } from '../authorization/consents.ts'
import type { TokenEpoch } from '../authorization/token-epoch.ts'
import { BodyTooLarge, header, readBody } from '../http-io.ts'
import type { Answer } from '../http-io.ts'
import type { Switches } from '../switches.ts'
import type { World } from '../world/book.ts'
import type { AccessLog } from './access-log.ts'
import { invalid } from './access-token.ts'
import type { AccessToken, AccessTokenReader } from './access-token.ts'
import { listAccounts, listStatements, listTransactions, showAccount } from './account-routes.ts'
import type { CallBudget } from './call-budget.ts'
import { changeCard, listDeclines, showCard } from './card-routes.ts'
import type { CardStore } from './card-store.ts'
import { listPaymentNetworks } from './payment-networks.ts'
import { listRewards } from './reward-programs.ts'
import { revokeConsent, showConsent } from './consent-routes.ts'
import type { DpopChecker } from './dpop-proof.ts'
import type { FdxCall } from './fdx-call.ts'
import { FdxRefusal, refusalAnswer } from './fdx-error.ts'
import { misbehave } from './misbehave.ts'
import { NOTIFICATION_SCOPE } from '../authorization/data-clusters.ts'
import { handleNotifications, isNotificationPath } from '../notifications/notification-routes.ts'
import type { NotificationDeps } from '../notifications/notification-routes.ts'

/** Where the FDX API lives under the issuer. */
export const FDX_PATH = '/fdx/v6'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** What the FDX API stands on. */
export type FdxDeps = {
  readonly issuer: string
  readonly world: World
  readonly consents: Consents
  readonly epoch: TokenEpoch
  readonly cards: CardStore
  readonly budget: CallBudget
  readonly accessLog: AccessLog
  readonly readToken: AccessTokenReader
  readonly dpop: DpopChecker
  readonly switches: () => Switches
  readonly notifications: NotificationDeps
  readonly now: () => number
}

/** One request on its way through the checks; who asked is filled in as it becomes known, for the log. */
type Visit = {
  readonly request: IncomingMessage
  readonly path: string
  readonly switches: Switches
  token?: AccessToken
  consent?: Consent
}

/** Answers one FDX request: check, decide, write the access log, then send (as well or as badly as the switches say). */
export async function handleFdx(
  deps: FdxDeps,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const visit: Visit = { request, path, switches: deps.switches() }
  const answer = await decide(deps, visit)
  const interactionId = readInteractionId(request)
  await deps.accessLog.write({
    at: new Date(deps.now()).toISOString(),
    method: request.method ?? '',
    path,
    status: answer.status,
    interactionId: interactionId ?? null,
    actorType: readActorType(request),
    consentId: visit.consent?.id ?? null,
    clientId: visit.token?.clientId ?? null,
  })
  const echo = interactionId === undefined ? {} : { 'x-fapi-interaction-id': interactionId }
  await misbehave(visit.switches, response, { ...answer, headers: { ...answer.headers, ...echo } })
}

async function decide(deps: FdxDeps, visit: Visit): Promise<Answer> {
  try {
    if (visit.switches.failStatus !== null) return failing(visit.switches.failStatus)
    const segments = segmentsOf(visit.path)
    const token = await admit(deps, visit)
    if (isNotificationPath(segments[0])) return await answerClient(deps, visit, token, segments)
    return await route(deps, await admitCustomer(deps, visit, token, segments))
  } catch (error) {
    if (error instanceof FdxRefusal) return refusalAnswer(error)
    if (error instanceof BodyTooLarge) return refusalAnswer(new FdxRefusal('bad-request', error.message))
    console.error('fdx request failed', error)
    return refusalAnswer(new FdxRefusal('broken'))
  }
}

/** Every request passes all of this: interaction id, token, proof. */
async function admit(deps: FdxDeps, visit: Visit): Promise<AccessToken> {
  const { request, path, switches } = visit
  if (readInteractionId(request) === undefined) throw new FdxRefusal('interaction-id')
  const token = await deps.readToken(header(request, 'authorization'))
  const method = request.method ?? ''
  deps.dpop.check(
    header(request, 'dpop'),
    { method, url: deps.issuer + path, tokenHash: token.hash, thumbprint: token.thumbprint },
    switches.resourceNonce,
  )
  visit.token = token
  if (token.epoch !== deps.epoch.current()) throw invalid('expired')
  return token
}

/** What concerns a customer needs a consent that stands, and costs budget. */
async function admitCustomer(
  deps: FdxDeps,
  visit: Visit,
  token: AccessToken,
  segments: readonly string[],
): Promise<FdxCall> {
  const { request, switches } = visit
  const method = request.method ?? ''
  const consent = token.consentId === undefined ? undefined : deps.consents.find(token.consentId)
  if (consent === undefined) throw invalid('no such consent')
  visit.consent = consent
  if (segments[0] !== 'consents') {
    if (deps.consents.status(consent) !== 'ACTIVE') throw invalid('the consent has ended')
    deps.budget.spend(consent.id, switches.budgetPerDay)
  }
  return {
    method,
    segments,
    query: new URL(request.url ?? '/', deps.issuer).searchParams,
    body: method === 'GET' ? '' : await readBody(request),
    idempotencyKey: header(request, 'idempotency-key'),
    token,
    consent,
    switches,
    world: deps.world,
    now: deps.now(),
  }
}

/** What concerns the client itself needs a token of its own; a customer's token is not one. */
async function answerClient(
  deps: FdxDeps,
  visit: Visit,
  token: AccessToken,
  segments: readonly string[],
): Promise<Answer> {
  if (token.consentId !== undefined || !token.scopes.includes(NOTIFICATION_SCOPE)) {
    throw new FdxRefusal('forbidden', `needs a client's own token with scope ${NOTIFICATION_SCOPE}`)
  }
  const method = visit.request.method ?? ''
  return handleNotifications(deps.notifications, {
    method,
    segments,
    query: new URL(visit.request.url ?? '/', deps.issuer).searchParams,
    body: method === 'POST' ? await readBody(visit.request) : '',
    clientId: token.clientId,
  })
}

function segmentsOf(path: string): readonly string[] {
  return path
    .slice(FDX_PATH.length + 1)
    .split('/')
    .map(decodeSegment)
}

function route(deps: FdxDeps, call: FdxCall): Answer | Promise<Answer> {
  const [resource, , sub, extra] = call.segments
  const shape = `${call.method} ${resource}${call.segments.length > 1 ? '/*' : ''}${sub === undefined ? '' : `/${sub}`}`
  if (extra !== undefined) throw new FdxRefusal('no-route')
  switch (shape) {
    case 'GET accounts':
      return listAccounts(call)
    case 'GET accounts/*':
      return showAccount(call)
    case 'GET accounts/*/transactions':
      return listTransactions(call)
    case 'GET accounts/*/statements':
      return listStatements(call)
    case 'GET accounts/*/payment-networks':
      return listPaymentNetworks(call)
    case 'GET reward-programs':
      return listRewards(call)
    case 'GET consents/*':
      return showConsent(call, deps.consents)
    case 'PUT consents/*/revocation':
      return revokeConsent(call, deps.consents)
    case 'GET cards/*/status':
      return showCard(call, deps.cards)
    case 'PUT cards/*/status':
    case 'POST cards/*/freeze':
    case 'POST cards/*/unfreeze':
      return changeCard(call, deps.cards)
    case 'GET cards/*/declines':
      return listDeclines(call)
    default:
      throw new FdxRefusal(call.method === 'GET' ? 'no-route' : 'method')
  }
}

function failing(status: number): Answer {
  const refusal = refusalAnswer(new FdxRefusal('busy', 'switched to fail'))
  return {
    ...refusal,
    status,
    headers: { ...refusal.headers, ...(status === 503 || status === 429 ? { 'retry-after': '30' } : {}) },
  }
}

function readInteractionId(request: IncomingMessage): string | undefined {
  const id = header(request, 'x-fapi-interaction-id')
  return id !== undefined && UUID.test(id) ? id : undefined
}

/** FDX knows USER and BATCH; anything else is logged as absent. */
function readActorType(request: IncomingMessage): string | null {
  const actorType = header(request, 'fdx-api-actor-type')
  return actorType === 'USER' || actorType === 'BATCH' ? actorType : null
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch (error) {
    if (error instanceof URIError) throw new FdxRefusal('bad-request', 'the path cannot be read')
    throw error
  }
}
