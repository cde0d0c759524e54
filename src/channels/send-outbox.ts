import type { Leave } from '../consent/index.ts'
import { type OutboxId, Fault } from '../kernel/index.ts'
import {
  type Database,
  type Job,
  type JobHandler,
  type JobOutcome,
  type Logger,
  type Metrics,
  type OutboxItem,
  type Tx,
  addJob,
  confirmOutboxItem,
  elapsedMs,
  loadOutboxItem,
  markOutboxTry,
  removeFromOutbox,
} from '../platform/index.ts'
import type { Channel, Delivery, DeliveryOutcome, Reply } from './channel.ts'
import type { ConversationKeys } from './conversation-keys.ts'
import { loadRecipient } from './conversation-store.ts'
import type { EchoBoard } from './echo-board.ts'
import { ids } from './id-columns.ts'
import { openAddress, openOutgoing } from './sealed-message.ts'
import { sentMessages } from './sent-messages-store.ts'
import { backoffMs, echoWaitMs, planSend, windowMs } from './send-plan.ts'
import { giveThread, threadJob } from './thread-store.ts'
import { waitOut } from './wait-out.ts'

export type SenderDeps = {
  /** The channel login's. */
  readonly database: Database
  readonly keystore: ConversationKeys
  readonly channels: readonly Channel[]
  /** Whether what an answer rests on holds at this moment: consent's `leaveHolds`. */
  readonly leaveHolds: (tx: Tx, leave: Leave) => Promise<boolean>
  readonly echoes: EchoBoard
  /** How long a message in doubt waits for its echo; 10 s unless given. */
  readonly echoWaitMs?: number
  /** How often a message is looked at that waits for a thread to come back; {@link elsewhereLookMs} unless given. */
  readonly elsewhereLookMs?: number
  readonly logger: Logger
  readonly metrics: Metrics
}

/** The handler of jobs of kind `send`, and what to do with one that failed too often. */
export type Sender = { readonly send: JobHandler; readonly giveUp: (job: Job) => Promise<JobOutcome> }

/** A worker is held this long by a message in doubt; then the job comes back instead. */
const holdMs = 1_500
/** How often a message in doubt is looked at again. Its echo may have come to another process. */
const lookAgainMs = 1_000
/** A message waits while another app has the thread, for as long as it is worth sending; a day at most. */
const elsewhereLookMs = 5_000
/** How many messages that were certainly not taken are remembered; a forgotten one only waits for an echo in vain. */
const notTakenMax = 1_000

/**
 * Sends what the outbox holds, one message a conversation at a time: loads it, checks that what it rests on still
 * holds, writes down that a try begins, and hands it to its channel. Safe to run twice: a try whose end is unknown waits
 * for its echo first.
 */
export function createSender(deps: SenderDeps): Sender {
  const readyAt = elapsedMs()
  const notTaken = new Set<string>()
  const count = sendMetrics(deps.metrics)

  const send: JobHandler = async (job) => {
    const id = outboxIdOf(job)
    const expected = deps.echoes.expect(id)
    try {
      const item = await loadOutboxItem(deps.database, id)
      if (item === undefined) return done
      const channel = channelOf(deps.channels, item)
      const step = planSend({
        expired: item.expired,
        confirmed: item.confirmedAt !== undefined || item.sealed === undefined,
        inDoubtForMs: notTaken.has(id) ? undefined : item.triedAgoMs,
        readyForMs: elapsedMs() - readyAt,
        echoes: channel.echoes,
        waitMs: deps.echoWaitMs ?? echoWaitMs,
      })
      switch (step.step) {
        case 'done':
          return done
        case 'drop':
          return drop(item, step.because)
        case 'wait-for-echo':
          return (await expected.within(Math.min(step.leftMs, holdMs))) ? done : { againAfterMs: lookAgainMs }
        case 'send':
          if (step.repeated) count.repeated(item.channel)
          return await attempt(job, item, channel, expected.within)
      }
    } finally {
      expected.forget()
    }
  }

  async function attempt(
    job: Job,
    item: OutboxItem,
    channel: Channel,
    echoWithin: (waitMs: number) => Promise<boolean>,
  ): Promise<JobOutcome> {
    const { delivery, leave, elsewhere } = await prepare(deps, item)
    if (elsewhere) return waitForThread()
    // The try is written down before the messenger is called; the leave is asked for at the last moment before it.
    const [, holds] = await Promise.all([
      markOutboxTry(deps.database, item.id),
      leave.length === 0 ? true : deps.leaveHolds(deps.database, leave),
    ])
    if (!holds) return drop(item, 'stopped')
    notTaken.delete(item.id)
    return settle(job, { item, reply: delivery.reply }, await channel.deliver(delivery), echoWithin)
  }

  function waitForThread(): JobOutcome {
    return { againAfterMs: deps.elsewhereLookMs ?? elsewhereLookMs }
  }

  async function settle(
    job: Job,
    { item, reply }: Sent,
    outcome: DeliveryOutcome,
    echoWithin: (waitMs: number) => Promise<boolean>,
  ): Promise<JobOutcome> {
    count.sent(item.channel, outcome.kind)
    switch (outcome.kind) {
      case 'accepted':
        return { finish: (tx) => confirm(tx, { item, reply }, outcome) }
      case 'elsewhere':
        // It had gone before we heard of it. A message that was to hand it over has done so, by an earlier try.
        await giveThread(deps.database, item.conversationId, reply.passTo)
        if (reply.passTo !== undefined) return { finish: (tx) => confirm(tx, { item, reply }, {}) }
        remember(item.id)
        return waitForThread()
      case 'in-doubt':
        deps.logger.warn('send.in-doubt', { outboxId: item.id, reason: outcome.because })
        return (await echoWithin(holdMs)) ? done : { againAfterMs: lookAgainMs }
      case 'later':
        deps.logger.warn('send.later', { outboxId: item.id, reason: outcome.because, attempt: job.attempt })
        remember(item.id)
        return { againAfterMs: backoffMs(job.attempt, outcome.afterMs) }
      case 'refused':
        return drop(item, outcome.because)
    }
  }

  function drop(item: OutboxItem, because: string): JobOutcome {
    deps.logger.warn('send.dropped', { outboxId: item.id, reason: because })
    count.dropped(item.channel, because)
    return { finish: (tx) => removeFromOutbox(tx, item.id) }
  }

  function remember(id: string): void {
    notTaken.add(id)
    const [oldest] = notTaken
    if (notTaken.size > notTakenMax && oldest !== undefined) notTaken.delete(oldest)
  }

  return {
    send: waitOut(send),
    giveUp: async (job) => ({ finish: (tx) => removeFromOutbox(tx, outboxIdOf(job)) }),
  }
}

/** A message of the outbox and what it says. */
type Sent = { readonly item: OutboxItem; readonly reply: Reply }

/** The messenger has it; from now on it can be asked whether it was ours. With it the thread may have gone to another app. */
async function confirm(
  tx: Tx,
  { item, reply }: Sent,
  { carrierId, passed }: { readonly carrierId?: string; readonly passed?: boolean },
): Promise<void> {
  const noted = carrierId === undefined ? [] : [{ conversation: item.conversationId, carrierId }]
  await Promise.all([confirmOutboxItem(tx, item.id), sentMessages.note(tx, noted)])
  if (passed === true) await giveThread(tx, item.conversationId, reply.passTo)
  if (passed === false) await addJob(tx, threadJob('notPassed', item.conversationId))
}

const done: JobOutcome = { finish: async () => undefined }

/** Everything that is needed before the messenger can be called. */
async function prepare(
  deps: SenderDeps,
  item: OutboxItem,
): Promise<{ readonly delivery: Delivery; readonly leave: Leave; readonly elsewhere: boolean }> {
  const [key, recipient] = await Promise.all([
    deps.keystore.conversationKey(item.conversationId),
    loadRecipient(deps.database, item.conversationId),
  ])
  if (recipient === undefined || item.sealed === undefined) {
    throw new Fault('channels/conversation-missing', { retry: 'never' })
  }
  const place = { conversation: item.conversationId, id: item.id }
  const { reply, leave } = openOutgoing(key, place, item.sealed)
  const delivery = {
    outboxId: item.id,
    conversation: item.conversationId,
    address: openAddress(key, item.conversationId, recipient.addressSealed),
    language: recipient.language,
    reply,
    windowOpen: recipient.silentMs !== undefined && recipient.silentMs < windowMs,
  }
  return { delivery, leave, elsewhere: recipient.elsewhere }
}

function channelOf(channels: readonly Channel[], item: OutboxItem): Channel {
  const channel = channels.find(({ name }) => name === item.channel)
  if (channel === undefined) throw new Fault('channels/channel-unknown', { retry: 'later' })
  return channel
}

function outboxIdOf(job: Job): OutboxId {
  const id = ids.outbox.safeParse(job.payload['outboxId'])
  if (!id.success) throw new Fault('channels/message-broken', { retry: 'never' })
  return id.data
}

type SendMetrics = {
  sent(channel: string, outcome: string): void
  dropped(channel: string, because: string): void
  repeated(channel: string): void
}

function sendMetrics(metrics: Metrics): SendMetrics {
  const sent = metrics.counter({
    name: 'parley_sends_total',
    help: 'Calls to a messenger that carry a message, by what became of them.',
    labels: ['channel', 'outcome'],
  })
  const dropped = metrics.counter({
    name: 'parley_sends_dropped_total',
    help: 'Messages that will not be sent, by why.',
    labels: ['channel', 'code'],
  })
  const repeated = metrics.counter({
    name: 'parley_sends_repeated_total',
    help: 'Messages sent again although an earlier try may have arrived: nobody echoed it in time.',
    labels: ['channel'],
  })
  return {
    sent: (channel, outcome) => sent.add(1, { channel, outcome }),
    dropped: (channel, code) => dropped.add(1, { channel, code }),
    repeated: (channel) => repeated.add(1, { channel }),
  }
}
