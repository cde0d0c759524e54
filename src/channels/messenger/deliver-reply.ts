import { z } from 'zod'
import type { GaugeMetric, Logger } from '../../platform/index.ts'
import type { Delivery, DeliveryOutcome } from '../channel.ts'
import type { GraphAnswer, GraphClient } from './graph-client.ts'
import { meaningOf } from './graph-errors.ts'
import { renderReply } from './render-reply.ts'
import { renderAsTemplate } from './utility-templates.ts'

/** While the messenger refuses everything (token, permission, block), one try a minute. */
const holdMs = 60_000

export type DeliverDeps = {
  readonly graph: GraphClient
  /** The gateway's origin, which the answer's button points to. */
  readonly pagesUrl: string
  /** Whether a template may not be sent, as the messenger said. */
  readonly refused?: (template: string) => boolean
  readonly logger: Logger
  /** 1 while nobody can get messages until an operator acts. */
  readonly held: GaugeMetric
}

/** Carries one reply: freely while the window is open by our clock and the messenger's, else as a utility template. */
export async function deliverReply(deps: DeliverDeps, delivery: Delivery): Promise<DeliveryOutcome> {
  const { passTo } = delivery.reply
  if (!delivery.windowOpen) return notPassed(outcomeOf(deps, await postTemplate(deps, delivery), false), passTo)
  if (passTo !== undefined) return deliverPassing(deps, delivery, passTo)
  return deliverFreely(deps, delivery)
}

async function deliverFreely(deps: DeliverDeps, delivery: Delivery): Promise<DeliveryOutcome> {
  const answer = await postReply(deps, delivery, {})
  if (answer.kind === 'error' && meaningOf(answer.error, true).kind === 'window-closed') {
    return outcomeOf(deps, await postTemplate(deps, delivery), false)
  }
  return outcomeOf(deps, answer, true)
}

/** The last words and the thread go in one call. Where that app cannot have it, the words go alone, and that is told. */
async function deliverPassing(deps: DeliverDeps, delivery: Delivery, app: string): Promise<DeliveryOutcome> {
  const answer = await postReply(deps, delivery, { thread_control: { control_type: 'pass', app_id: app } })
  const outcome = outcomeOf(deps, answer, true)
  if (outcome.kind === 'accepted') return { ...outcome, passed: true }
  if (outcome.kind !== 'refused') return outcome
  deps.logger.warn('messenger.thread-not-passed', { reason: outcome.because })
  return notPassed(await deliverFreely(deps, delivery), app)
}

function notPassed(outcome: DeliveryOutcome, passTo: string | undefined): DeliveryOutcome {
  return outcome.kind === 'accepted' && passTo !== undefined ? { ...outcome, passed: false } : outcome
}

function postReply(deps: DeliverDeps, delivery: Delivery, control: object): Promise<GraphAnswer> {
  return deps.graph.post('/me/messages', {
    recipient: { id: delivery.address.reveal() },
    messaging_type: 'RESPONSE',
    message: renderReply(delivery.reply, delivery.outboxId),
    ...control,
  })
}

function postTemplate(deps: DeliverDeps, delivery: Delivery): Promise<GraphAnswer> {
  const { reply, language, outboxId } = delivery
  return deps.graph.post('/me/messages', {
    recipient: { id: delivery.address.reveal() },
    messaging_type: 'UTILITY',
    message: renderAsTemplate(reply, language, outboxId, deps),
  })
}

const acceptedShape = z.object({ message_id: z.string() })

function outcomeOf(deps: DeliverDeps, answer: GraphAnswer, windowOpen: boolean): DeliveryOutcome {
  if (answer.kind === 'ok') {
    const accepted = acceptedShape.safeParse(answer.body)
    if (!accepted.success) return { kind: 'in-doubt', because: 'answer-unreadable' }
    deps.held.set(0, { channel: 'messenger' })
    return { kind: 'accepted', carrierId: accepted.data.message_id }
  }
  if (answer.kind === 'silence') {
    if (answer.heard) return { kind: 'in-doubt', because: answer.because }
    return { kind: 'later', afterMs: 0, because: answer.because }
  }
  const { code, subcode } = answer.error
  const because = subcode === undefined ? `graph-${code}` : `graph-${code}-${subcode}`
  const meaning = meaningOf(answer.error, windowOpen)
  switch (meaning.kind) {
    case 'later':
      return { kind: 'later', afterMs: meaning.afterMs, because }
    case 'hold':
      deps.held.set(1, { channel: 'messenger' })
      deps.logger.error('messenger.held', { reason: because })
      return { kind: 'later', afterMs: holdMs, because }
    case 'elsewhere':
      return { kind: 'elsewhere' }
    case 'window-closed':
    case 'refused':
      return { kind: 'refused', because }
  }
}
