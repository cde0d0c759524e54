import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isInstitutionId } from '../../kernel/index.ts'
import type { InstitutionId, Instant } from '../../kernel/index.ts'
import { sendProblem } from '../../platform/index.ts'
import type { Clock, HttpServer, InvalidPart, Logger } from '../../platform/index.ts'
import { bankCodes } from '../codes.ts'
import type { BankCode } from '../codes.ts'
import type { CardEventBank } from './bank-settings.ts'
import type { Reading } from './read-event.ts'
import { bodyBytesMax, eventBytesMax, splitLines } from './read-lines.ts'
import { verifySigned } from './verify-signed.ts'

export type SignedRouteDeps = {
  readonly banks: ReadonlyMap<InstitutionId, CardEventBank>
  readonly clock: Clock
  readonly logger: Logger
}

/** What an address takes, one in JSON or many in NDJSON, and what it answers to each. */
export type SignedRoute<Item, Answer> = {
  readonly path: string
  /** The log's name of a body whose signature does not hold. */
  readonly refusedAs: 'bank.card-event-refused' | 'bank.card-label-refused'
  readonly read: (bytes: Uint8Array, now: Instant) => Reading<Item>
  /** Takes what was read together; one answer each, in order. Never throws for what may befall it. */
  readonly take: (bank: CardEventBank, items: readonly Item[]) => Promise<readonly Answer[]>
  readonly isStored: (answer: Answer) => boolean
  /** What stands in the answer to one; undefined: it was not stored. */
  readonly say: (item: Item, answer: Answer | undefined) => Readonly<Record<string, unknown>>
  /** What stands in the answer to a line that cannot be read. */
  readonly unread: Readonly<Record<string, string>>
}

/** Whoever sends more than this from one address is no bank of ours; a bank's own flood is bounded by the log's queue. */
export const cardEventLimits = { 'card-events': { max: 1_200_000, windowMs: 60_000 } } as const

const params = z.object({ institution: z.string().max(63) })

/** Of every address here: bytes with a limit. */
export const routeOptions = { bodyLimit: bodyBytesMax, schema: { params }, config: { limit: 'card-events' } } as const

/** Adds an address: verified on the raw bytes before anything reads them, stored before it is answered. */
export function addSignedRoute<Item, Answer>(
  scope: HttpServer,
  deps: SignedRouteDeps,
  route: SignedRoute<Item, Answer>,
): void {
  scope.post(route.path, routeOptions, async (request, reply) => {
    const bank = bankOf(deps.banks, request)
    if (bank === undefined) return refuse(reply, 'banks/unknown-institution')
    const rawBody = bytesOf(request)
    const now = deps.clock.now()
    const verified = verifySigned(bank.secrets, request.headers, { rawBody, now })
    if (!verified.ok) {
      deps.logger.warn(route.refusedAs, { institution: bank.institution, code: verified.code })
      return refuse(reply, verified.code)
    }
    const media = mediaOf(request)
    if (media === 'application/x-ndjson') return await answerLines(route, reply, { bank, rawBody, now })
    if (media !== 'application/json') return refuse(reply, 'banks/card-event-media-type')
    return await answerOne(route, reply, { bank, rawBody, now })
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

function mediaOf(request: FastifyRequest): string | undefined {
  return request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
}

type Request = { readonly bank: CardEventBank; readonly rawBody: Buffer; readonly now: Instant }

async function answerOne<Item, Answer>(
  route: SignedRoute<Item, Answer>,
  reply: FastifyReply,
  { bank, rawBody, now }: Request,
): Promise<FastifyReply> {
  if (rawBody.length > eventBytesMax) return refuse(reply, 'banks/card-event-too-large')
  const item = route.read(rawBody, now)
  if (!item.ok) return refuse(reply, item.code, item.invalid)
  const [answer] = await route.take(bank, [item.value])
  if (answer === undefined || !route.isStored(answer)) {
    // The bank may say it again, and is then told what stands.
    return refuse(reply.header('retry-after', 1), 'banks/card-event-not-stored')
  }
  return sendJson(reply, 'application/json; charset=utf-8', JSON.stringify(route.say(item.value, answer)))
}

async function answerLines<Item, Answer>(
  route: SignedRoute<Item, Answer>,
  reply: FastifyReply,
  { bank, rawBody, now }: Request,
): Promise<FastifyReply> {
  const lines = splitLines(rawBody)
  if (lines === undefined) return refuse(reply, 'banks/card-event-too-many')
  const read = lines.map((line) => readLine(route, line, now))
  const items = read.flatMap((one) => (one.ok ? [one.value] : []))
  const taken = items.length === 0 ? [] : await route.take(bank, items)
  const answers = taken.values()
  const text = read.map((one, index) => `${JSON.stringify(lineAnswer(route, one, index, answers))}\n`).join('')
  return sendJson(reply, 'application/x-ndjson; charset=utf-8', text)
}

function readLine<Item, Answer>(route: SignedRoute<Item, Answer>, line: Uint8Array, now: Instant): Reading<Item> {
  if (line.length <= eventBytesMax) return route.read(line, now)
  return { ok: false, code: 'banks/card-event-malformed', invalid: [{ at: '', rule: 'too_big' }] }
}

// A line that cannot be read holds up no other: each has its own answer, in order.
function lineAnswer<Item, Answer>(
  route: SignedRoute<Item, Answer>,
  read: Reading<Item>,
  index: number,
  answers: Iterator<Answer, undefined>,
): Readonly<Record<string, unknown>> {
  if (read.ok) return route.say(read.value, answers.next().value)
  return { line: index + 1, ...route.unread, code: read.code, invalid: read.invalid }
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
