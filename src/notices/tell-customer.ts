import { z } from 'zod'
import { loadInstitution } from '../banks/index.ts'
import { conversations, queueReply } from '../channels/index.ts'
import type { Conversation, ReplyButton } from '../channels/index.ts'
import { uuidColumn } from '../customers/index.ts'
import { Fault, isInstitutionId, toInstant } from '../kernel/index.ts'
import type { ConversationId, CustomerId, Secret } from '../kernel/index.ts'
import type { KeystoreClient } from '../keystore/index.ts'
import { readerTime } from '../pages/index.ts'
import type { Words } from '../pages/index.ts'
import type { Database, Job, JobOutcome, Random, Tx } from '../platform/index.ts'
import { isNoticeName, noticeKinds } from './kinds.ts'
import type { NoticeKind, NoticeName } from './kinds.ts'
import { noticeWords } from './notice-words.ts'

export type NoticesDeps = {
  /** Login `parley_consent`. */
  readonly database: Database
  readonly keystore: Pick<KeystoreClient, 'conversationKey'>
  readonly random: Random
  /** The gateway's origin; buttons lead to its pages. */
  readonly publicUrl: string
  /** The IANA zone in which times are said; UTC unless given. */
  readonly timeZone?: string
}

const payloadShape = z.object({
  customer: uuidColumn<CustomerId>(),
  kind: z.string().refine(isNoticeName),
  params: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.record(z.string(), z.string().max(200))),
  except: uuidColumn<ConversationId>().optional(),
})

type Told = { readonly conversation: Conversation; readonly key: Secret<Uint8Array> }

/**
 * Job `notices.tell`: queues the notice to every conversation of the customer, in its language. The keys are fetched first,
 * so that no call leaves while the transaction is open; the messages commit with the job's end, so each goes out once.
 */
export async function tellCustomer(deps: NoticesDeps, job: Job): Promise<JobOutcome> {
  const read = payloadShape.safeParse(job.payload)
  if (!read.success) throw new Fault('notices/job-malformed', { retry: 'never' })
  const { customer, kind, params, except } = read.data
  const [conversations, values] = await Promise.all([
    listConversations(deps.database, customer),
    namedValues(deps.database, params),
  ])
  const told: readonly Told[] = await Promise.all(
    conversations
      .filter((conversation) => conversation.id !== except)
      .map(async (conversation) => ({ conversation, key: await deps.keystore.conversationKey(conversation.id) })),
  )
  return {
    async finish(tx) {
      for (const each of told) await queueNotice(deps, tx, each, { kind, values })
    },
  }
}

/** How many conversations one customer's notices go to. */
const conversationsMax = 50

async function listConversations(tx: Tx, customer: CustomerId): Promise<readonly Conversation[]> {
  const rows = await tx.rows(
    z.object({ id: uuidColumn<ConversationId>() }),
    `SELECT c.id FROM channels.conversation c WHERE c.customer = $1 ORDER BY c.linked_at LIMIT ${conversationsMax}`,
    [customer],
  )
  const found = await Promise.all(rows.map((row) => conversations.load(tx, row.id)))
  return found.filter((conversation) => conversation !== undefined)
}

/** A bank is said by its name. */
async function namedValues(
  tx: Tx,
  params: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const { bank } = params
  if (bank === undefined || !isInstitutionId(bank)) return params
  return { ...params, bank: (await loadInstitution(tx, bank))?.name ?? bank }
}

/** Moments travel as milliseconds since 1970 and are said in the conversation's language. */
function withTimes(
  words: Words,
  timeZone: string,
  values: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const reader = { words, timeZone }
  const { day, time } = values
  return {
    ...values,
    ...(day === undefined ? {} : { day: readerTime.day(reader, toInstant(Number(day))) }),
    ...(time === undefined ? {} : { time: readerTime.moment(reader, toInstant(Number(time))) }),
  }
}

async function queueNotice(
  deps: NoticesDeps,
  tx: Tx,
  { conversation, key }: Told,
  notice: { readonly kind: NoticeName; readonly values: Readonly<Record<string, string>> },
): Promise<void> {
  const words = noticeWords.for(conversation.language)
  const sentence = words.say(`notice.${notice.kind}`, withTimes(words, deps.timeZone ?? 'UTC', notice.values))
  const text = `${sentence} ${words.say('safety')}`
  const { button, choice, template }: NoticeKind = noticeKinds[notice.kind]
  const buttons: readonly ReplyButton[] = [
    ...(button === undefined
      ? []
      : [
          { kind: 'link', title: words.say(`button.${button.title}`), url: `${deps.publicUrl}${button.path}` } as const,
        ]),
    ...(choice === undefined
      ? []
      : [{ kind: 'postback', title: words.say(`choice.${choice.title}`), payload: choice.payload } as const]),
  ]
  await queueReply({ random: deps.random, keystore: { conversationKey: async () => key } }, tx, {
    conversation,
    reply: { text, buttons, template: { whole: template } },
    priority: 'question',
  })
}
