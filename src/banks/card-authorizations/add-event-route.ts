import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isInstitutionId } from '../../kernel/index.ts'
import type { InstitutionId } from '../../kernel/index.ts'
import { sendProblem } from '../../platform/index.ts'
import type { Clock, HttpServer, InvalidPart, Logger, Metrics } from '../../platform/index.ts'
import { bankCodes } from '../codes.ts'
import type { BankCode } from '../codes.ts'
import type { CardEventBank } from './bank-settings.ts'
import type { CardEvent } from './card-authorization.ts'
import { readEvent, readJson } from './read-event.ts'
import type { Reading } from './read-event.ts'
import { bodyBytesMax, eventBytesMax, readLine, splitLines } from './read-lines.ts'
import type { TakeEvents, Taken } from './take-events.ts'
import { verifySigned } from './verify-signed.ts'

export type EventRouteDeps = {
  readonly banks: ReadonlyMap<InstitutionId, CardEventBank>
  readonly take: TakeEvents
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
}

/** Where a bank sends card events. */
export const eventPath = '/banks/:institution/card-authorizations'

/** Whoever sends more than this from one address is no bank of ours; a bank's own flood is bounded by the log's queue. */
export const cardEventLimits = { 'card-events': { max: 1_200_000, windowMs: 60_000 } } as const

const params = z.object({ institution: z.string().max(63) })

/** Of every address here: bytes with a limit. */
export const routeOptions = { bodyLimit: bodyBytesMax, schema: { params }, config: { limit: 'card-events' } } as const

/** Adds the address: verified on the raw bytes before anything reads them, stored before it is answered. */
export function addEventRoute(scope: HttpServer, deps: EventRouteDeps): void {
  scope.post(eventPath, routeOptions, async (request, reply) => {
    const bank = bankOf(deps.banks, request)
    if (bank === undefined) return refuse(reply, 'banks/unknown-institution')
    const rawBody = bytesOf(request)
    const now = deps.clock.now()
    const verified = verifySigned(bank.secrets, request.headers, { rawBody, now })
    if (!verified.ok) {
      deps.logger.warn('bank.card-event-refused', { institution: bank.institution, code: verified.code })
      return refuse(reply, verified.code)
    }
    const media = mediaOf(request)
    if (media === 'application/x-ndjson') return await answerLines(deps, reply, { bank, rawBody })
    if (media !== 'application/json') return refuse(reply, 'banks/card-event-media-type')
    return await answerOne(deps, reply, { bank, rawBody })
  })
}

/** The bank that a path names, if it sends card events. */
export function bankOf(
  banks: ReadonlyMap<InstitutionId, CardEventBank>,
  request: FastifyRequest,
): CardEventBank | undefined {
  const { institution } = params.parse(request.params)
  return isInstitutionId(institution) ? banks.get(institution) : undefined
}

/** The body as it came. */
export function bytesOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
}

/** The media type without its parameters. */
export function mediaOf(request: FastifyRequest): string | undefined {
  return request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
}

type Request = { readonly bank: CardEventBank; readonly rawBody: Buffer }

async function answerOne(deps: EventRouteDeps, reply: FastifyReply, { bank, rawBody }: Request): Promise<FastifyReply> {
  if (rawBody.length > eventBytesMax) return refuse(reply, 'banks/card-event-too-large')
  const json = readJson(rawBody)
  const event = json.ok ? readEvent(json.value, deps.clock.now()) : json
  if (!event.ok) return refuse(reply, event.code, event.invalid)
  const [taken] = await deps.take(bank, [event.value])
  if (taken === undefined || taken.code === 'banks/card-event-not-stored') {
    // Whatever is no verdict means that we observe; the bank may say it again, and is then told what stands.
    return refuse(reply.header('retry-after', 1), 'banks/card-event-not-stored')
  }
  return sendJson(reply, 'application/json; charset=utf-8', answerTo(event.value, taken))
}

async function answerLines(
  deps: EventRouteDeps,
  reply: FastifyReply,
  { bank, rawBody }: Request,
): Promise<FastifyReply> {
  const lines = splitLines(rawBody)
  if (lines === undefined) return refuse(reply, 'banks/card-event-too-many')
  const now = deps.clock.now()
  const read = lines.map((line) => readLine(line, now))
  const events = read.flatMap((one) => (one.ok ? [one.value] : []))
  const taken = events.length === 0 ? [] : await deps.take(bank, events)
  const answers = taken.values()
  const text = read.map((one, index) => lineAnswer(one, index, () => answers.next().value)).join('')
  return sendJson(reply, 'application/x-ndjson; charset=utf-8', text)
}

// A line that cannot be read holds up no other: each has its own answer, in order.
function lineAnswer(read: Reading<CardEvent>, index: number, next: () => Taken | undefined): string {
  if (read.ok) return `${answerTo(read.value, next())}\n`
  return `${JSON.stringify({ line: index + 1, verdict: 'observe', code: read.code, invalid: read.invalid })}\n`
}

function answerTo({ reference }: CardEvent, taken: Taken | undefined): string {
  const { verdict, code } = taken ?? { verdict: 'observe', code: 'banks/card-event-not-stored' }
  return JSON.stringify(code === undefined ? { reference, verdict } : { reference, verdict, code })
}

/** Sends text that is JSON already. */
export function sendJson(reply: FastifyReply, type: string, text: string): FastifyReply {
  return reply
    .status(200)
    .header('content-type', type)
    .serializer((payload: unknown) => String(payload))
    .send(text)
}

/** Answers with a problem document. */
export function refuse(reply: FastifyReply, code: BankCode, invalid?: readonly InvalidPart[]): FastifyReply {
  return sendProblem(reply, { status: bankCodes[code].status, code, ...(invalid === undefined ? {} : { invalid }) })
}
