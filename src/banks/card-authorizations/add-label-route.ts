import type { FastifyReply } from 'fastify'
import type { InstitutionId } from '../../kernel/index.ts'
import type { Clock, HttpServer, Logger } from '../../platform/index.ts'
import { bankOf, bytesOf, mediaOf, refuse, routeOptions, sendJson } from './add-event-route.ts'
import type { CardEventBank } from './bank-settings.ts'
import type { Reading } from './read-event.ts'
import { readLabel } from './read-label.ts'
import type { CardLabel } from './read-label.ts'
import { eventBytesMax, splitLines } from './read-lines.ts'
import type { LabelAnswer, TakeLabels } from './take-labels.ts'
import { verifySigned } from './verify-signed.ts'

export type LabelRouteDeps = {
  readonly banks: ReadonlyMap<InstitutionId, CardEventBank>
  readonly takeLabels: TakeLabels
  readonly clock: Clock
  readonly logger: Logger
}

/** Where a bank says what it found out about uses of cards. */
export const labelPath = '/banks/:institution/card-labels'

/** Adds the address of labels: one in JSON, or NDJSON; signed and limited as events are. */
export function addLabelRoute(scope: HttpServer, deps: LabelRouteDeps): void {
  scope.post(labelPath, routeOptions, async (request, reply): Promise<FastifyReply> => {
    const bank = bankOf(deps.banks, request)
    if (bank === undefined) return refuse(reply, 'banks/unknown-institution')
    const rawBody = bytesOf(request)
    const verified = verifySigned(bank.secrets, request.headers, { rawBody, now: deps.clock.now() })
    if (!verified.ok) {
      deps.logger.warn('bank.card-label-refused', { institution: bank.institution, code: verified.code })
      return refuse(reply, verified.code)
    }
    const media = mediaOf(request)
    if (media === 'application/x-ndjson') return await answerLines(deps, reply, { bank, rawBody })
    if (media !== 'application/json') return refuse(reply, 'banks/card-event-media-type')
    return await answerOne(deps, reply, { bank, rawBody })
  })
}

type Request = { readonly bank: CardEventBank; readonly rawBody: Buffer }

async function answerOne(deps: LabelRouteDeps, reply: FastifyReply, { bank, rawBody }: Request): Promise<FastifyReply> {
  if (rawBody.length > eventBytesMax) return refuse(reply, 'banks/card-event-too-large')
  const read = readLabel(rawBody, deps.clock.now())
  if (!read.ok) return refuse(reply, read.code, read.invalid)
  const [answer] = await deps.takeLabels(bank.institution, [read.value])
  if (answer === undefined || answer === 'not-stored') {
    return refuse(reply.header('retry-after', 1), 'banks/card-event-not-stored')
  }
  return sendJson(reply, 'application/json; charset=utf-8', answerTo(read.value, answer))
}

async function answerLines(
  deps: LabelRouteDeps,
  reply: FastifyReply,
  { bank, rawBody }: Request,
): Promise<FastifyReply> {
  const lines = splitLines(rawBody)
  if (lines === undefined) return refuse(reply, 'banks/card-event-too-many')
  const now = deps.clock.now()
  const read = lines.map((line) => readLabel(line, now))
  const labels = read.flatMap((one) => (one.ok ? [one.value] : []))
  const taken = labels.length === 0 ? [] : await deps.takeLabels(bank.institution, labels)
  const answers = taken.values()
  const text = read.map((one, index) => lineAnswer(one, index, () => answers.next().value)).join('')
  return sendJson(reply, 'application/x-ndjson; charset=utf-8', text)
}

// A line that cannot be read holds up no other: each has its own answer, in order.
function lineAnswer(read: Reading<CardLabel>, index: number, next: () => LabelAnswer | undefined): string {
  if (read.ok) return `${answerTo(read.value, next())}\n`
  return `${JSON.stringify({ line: index + 1, label: 'ignored', code: read.code, invalid: read.invalid })}\n`
}

function answerTo({ reference }: CardLabel, answer: LabelAnswer | undefined): string {
  if (answer === 'kept' || answer === 'ignored') return JSON.stringify({ reference, label: answer })
  return JSON.stringify({ reference, label: 'ignored', code: 'banks/card-event-not-stored' })
}
