import type { FastifyReply, FastifyRequest } from 'fastify'
import type { InstitutionId, Instant, Outcome, Secret } from '../../kernel/index.ts'
import { Fault } from '../../kernel/index.ts'
import type { Clock, Database, HttpServer, Logger } from '../../platform/index.ts'
import { eventPath } from './add-event-route.ts'
import type { CardEventBank } from './bank-settings.ts'
import type { CardEvent, VerdictWord } from './card-authorization.ts'
import type { CardNames } from './card-names.ts'
import { readJson } from './read-event.ts'
import type { Reading } from './read-event.ts'
import { bankOf, bytesOf, refuse, routeOptions, sendJson } from './signed-route.ts'
import type { TakeEvents, Taken } from './take-events.ts'

/** An event of a card that is named as its network or processor names it. */
export type NamedEvent = { readonly card: Secret<string>; readonly event: Omit<CardEvent, 'accountId'> }

/** How a processor's own feed is understood and answered. */
export type Adapter = {
  /** Below a bank's address of card events. */
  readonly path: string
  /** Whether the request is the processor's; undefined: this bank has no such feed. */
  verify(
    bank: CardEventBank,
    request: FastifyRequest,
    delivery: { readonly rawBody: Uint8Array; readonly now: Instant },
  ): Outcome<'genuine', 'banks/card-event-unsigned' | 'banks/card-event-stale'> | undefined
  /** `nothing`: a message that is about no use of a card. */
  read(
    json: unknown,
    about: { readonly now: Instant; readonly request: FastifyRequest },
  ): Reading<NamedEvent | 'nothing'>
  /** The processor's own words for a verdict. */
  answer(
    verdict: VerdictWord,
    json: unknown,
  ): { readonly body: object; readonly headers?: Readonly<Record<string, string>> }
}

export type AdapterDeps = {
  /** Login `parley_fraud`. */
  readonly database: Database
  readonly banks: ReadonlyMap<InstitutionId, CardEventBank>
  readonly names: CardNames
  readonly take: TakeEvents
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Adds a processor's address. Whatever it sends, if it is genuine, the answer is 200 and in its own words: behind an error a
 * processor declines or falls back on a default, and in doubt we say nothing against a payment. What went wrong is logged and
 * stands beside the answer as `problem`.
 */
export function addAdapterRoute(scope: HttpServer, deps: AdapterDeps, adapter: Adapter): void {
  scope.post(`${eventPath}/${adapter.path}`, routeOptions, async (request, reply): Promise<FastifyReply> => {
    const bank = bankOf(deps.banks, request)
    const rawBody = bytesOf(request)
    const now = deps.clock.now()
    const verified = bank === undefined ? undefined : adapter.verify(bank, request, { rawBody, now })
    if (bank === undefined || verified === undefined) return refuse(reply, 'banks/unknown-institution')
    if (!verified.ok) {
      deps.logger.warn('bank.card-event-refused', { institution: bank.institution, code: verified.code })
      return refuse(reply, verified.code)
    }
    const json = readJson(rawBody)
    const read = json.ok ? adapter.read(json.value, { now, request }) : json
    const taken = read.ok ? await takeNamed(deps, bank, read.value) : ({ verdict: 'observe', code: read.code } as const)
    if (taken.code !== undefined) {
      deps.logger.warn('bank.card-event-unheard', { institution: bank.institution, code: taken.code })
    }
    const { body, headers = {} } = adapter.answer(taken.verdict, json.ok ? json.value : undefined)
    const text = JSON.stringify(taken.code === undefined ? body : { ...body, problem: taken.code })
    return sendJson(reply.headers(headers), 'application/json; charset=utf-8', text)
  })
}

async function takeNamed(deps: AdapterDeps, bank: CardEventBank, named: NamedEvent | 'nothing'): Promise<Taken> {
  if (named === 'nothing') return { verdict: 'observe' }
  try {
    const accountId = await deps.names.find(deps.database, bank.institution, named.card)
    if (accountId === undefined) return { verdict: 'observe' }
    const [taken] = await deps.take(bank, [{ ...named.event, accountId }])
    return taken ?? { verdict: 'observe' }
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault
    deps.logger.fault('bank.card-event-not-stored', fault, { institution: bank.institution })
    return { verdict: 'observe', code: 'banks/card-event-not-stored' }
  }
}
