import { type ConversationId, type MessageId, type Secret, Fault } from '../../kernel/index.ts'
import {
  type Database,
  type Random,
  type Tx,
  addJobs,
  confirmOutboxItems,
  findUnconfirmed,
  sqlState,
} from '../../platform/index.ts'
import type { ConversationKeys } from '../conversation-keys.ts'
import type { EchoBoard } from '../echo-board.ts'
import { type DyingKeys, decideDigits, fetchDyingKeys, giveBackHidden, listHiding } from '../hold-digits.ts'
import { ids } from '../id-columns.ts'
import { type NewInbound, storeInbound } from '../inbound-store.ts'
import { sealIncoming } from '../sealed-message.ts'
import { sentMessages } from '../sent-messages-store.ts'
import { type ThreadWord, noteThreads, overheardIn, threadJob } from '../thread-store.ts'
import { cleanPayload, cleanText } from './clean-text.ts'
import type { EchoEvent, PersonEvent, ThreadEvent, WebhookContent } from './parse-webhook.ts'
import type { People } from './people.ts'

export type TakeInDeps = {
  readonly database: Database
  readonly keystore: ConversationKeys & DyingKeys
  readonly random: Random
  readonly people: People
  readonly echoes: EchoBoard
  readonly now: () => number
}

/** Somebody wrote something new. */
export type NewlyWaiting = { readonly conversation: ConversationId; readonly psid: Secret<string> }

/**
 * Takes in what a webhook carried, in one transaction: each message once, masked and sealed, with the job that answers
 * it; echoes as confirmations. When it returns, all of it is on disk. Doing it again changes nothing.
 */
export async function takeIn(deps: TakeInDeps, content: WebhookContent): Promise<readonly NewlyWaiting[]> {
  if (content.people.length + content.echoes.length + content.threads.length === 0) return []
  try {
    return await takeInOnce(deps, content)
  } catch (fault) {
    // A remembered conversation was erased meanwhile, in the database (23503) or with its key. Looked up afresh, the
    // message begins a new one.
    if (sqlState(fault) !== '23503' && !(fault instanceof Fault && fault.code === 'keystore/erased')) throw fault
    deps.people.forget()
    return await takeInOnce(deps, content)
  }
}

async function takeInOnce(deps: TakeInDeps, content: WebhookContent): Promise<readonly NewlyWaiting[]> {
  // Most echoes tell what the messenger's answer told already: then nothing is written for them.
  const [conversations, news] = await Promise.all([
    findPeople(deps.people, content),
    findNews(deps.database, content.echoes),
  ])
  const people = content.people.filter(({ psid }) => conversations.has(psid.reveal()))
  const messages = await Promise.all(people.map((event) => readEvent(deps, conversations, event)))
  const threads = readThreads(deps, conversations, { ...content, people })
  const isEmpty = messages.length + news.length + threads.words.length + threads.asked.length === 0
  const dyingKeys = await fetchDyingKeys(deps.keystore, messages.filter(isTyped))
  if (isEmpty) return echoed(deps, content)
  // Words without digits decide too: what was hidden before them was no card number.
  const wordy = messages.filter((one) => isTyped(one) && !dyingKeys.has(one.conversation))
  const [stored, hiding] = await Promise.all([
    deps.database.transaction((tx) => storeAll(deps, tx, { messages, dyingKeys, news, threads })),
    listHiding(deps.database, wordy),
  ])
  const others = wordy.filter(({ id }) => stored.includes(id))
  await giveBackHidden(deps, others, hiding)
  echoed(deps, content)
  const isNew = new Set<string>(stored)
  return messages.flatMap(({ id, conversation }, index) => {
    const event = people[index]
    return event === undefined || event.standby === true || !isNew.has(id) ? [] : [{ conversation, psid: event.psid }]
  })
}

function echoed(deps: TakeInDeps, { echoes }: WebhookContent): readonly NewlyWaiting[] {
  for (const { outboxId } of echoes) deps.echoes.arrived(outboxId)
  return []
}

type Arrived = {
  readonly messages: readonly Arriving[]
  readonly dyingKeys: Awaited<ReturnType<typeof fetchDyingKeys>>
  readonly news: readonly News[]
  readonly threads: Threads
}

/**
 * The conversations of everybody in it. What is overheard, or told of a thread, begins none: who only ever wrote to another app of
 * the page is nothing to us.
 */
async function findPeople(people: People, content: WebhookContent): Promise<ReadonlyMap<string, ConversationId>> {
  const toUs = content.people.filter(({ standby }) => standby !== true)
  const others = [...content.people.filter(({ standby }) => standby === true), ...content.threads]
  const [begun, known] = await Promise.all([
    people.conversationsOf(toUs.map(({ psid }) => psid)),
    others.length === 0 ? new Map<string, ConversationId>() : people.knownOf(others.map(({ psid }) => psid)),
  ])
  return others.length === 0 ? begun : new Map([...known, ...begun])
}

/** What a webhook says about who has which thread. */
type Threads = {
  readonly words: readonly ThreadWord[]
  readonly asked: readonly { readonly conversation: ConversationId; readonly by: string }[]
}

/** Told, or to be concluded: who writes to us has us, and whom we overhear has somebody else. */
function readThreads(
  deps: TakeInDeps,
  conversations: ReadonlyMap<string, ConversationId>,
  { people, threads }: Pick<WebhookContent, 'people' | 'threads'>,
): Threads {
  const placed = <Event extends ThreadEvent | PersonEvent>(events: readonly Event[]) =>
    events.flatMap((event) => {
      const conversation = conversations.get(event.psid.reveal())
      return conversation === undefined ? [] : [{ event, conversation }]
    })
  const concluded = placed(people).map(({ event, conversation }): ThreadWord => {
    const at = event.sentAt ?? deps.now()
    return event.standby === true ? overheardIn(conversation, at) : { conversation, owner: undefined, at, told: false }
  })
  const told = placed(threads).flatMap(({ event, conversation }): readonly ThreadWord[] => {
    const at = event.at ?? deps.now()
    if (event.says === 'asked') return []
    if (event.says === 'ours') return [{ conversation, owner: undefined, at, told: true }]
    return [
      { ...overheardIn(conversation, at), ...(event.owner === undefined ? {} : { owner: event.owner }), told: true },
    ]
  })
  const asked = placed(threads).flatMap(({ event, conversation }) =>
    event.says === 'asked' ? [{ conversation, by: event.by }] : [],
  )
  return { words: [...concluded, ...told], asked }
}

async function storeAll(
  deps: TakeInDeps,
  tx: Tx,
  { messages, dyingKeys, news, threads }: Arrived,
): Promise<readonly MessageId[]> {
  // First of all, so that "automated again" stands before the answer to what the person writes then.
  await noteThreads(tx, threads.words)
  await addJobs(
    tx,
    threads.asked.map(({ conversation, by }) => threadJob('asked', conversation, { app: by })),
  )
  // Before anything is sealed: half a card number may have come in the message before.
  const digits = await decideDigits(deps.keystore, tx, messages.filter(isTyped), dyingKeys)
  const sealed = messages.map((message) => sealMessage(message, digits.textOf(message.id) ?? message.text))
  const [stored] = await Promise.all([storeInbound(tx, sealed), confirmAll(tx, news)])
  await digits.write(tx)
  return stored.map(({ id }) => id)
}

/** An echo of a message that nobody had confirmed. */
type News = EchoEvent & { readonly conversation: ConversationId }

async function findNews(tx: Tx, echoes: readonly EchoEvent[]): Promise<readonly News[]> {
  if (echoes.length === 0) return []
  const open = await findUnconfirmed(
    tx,
    echoes.map(({ outboxId }) => outboxId),
  )
  const conversations = new Map(open.map(({ id, conversationId }) => [id, conversationId]))
  return echoes.flatMap((echo) => {
    const conversation = conversations.get(echo.outboxId)
    return conversation === undefined ? [] : [{ ...echo, conversation }]
  })
}

async function confirmAll(tx: Tx, news: readonly News[]): Promise<void> {
  if (news.length === 0) return
  await confirmOutboxItems(
    tx,
    news.map(({ outboxId }) => outboxId),
  )
  await sentMessages.note(
    tx,
    news.flatMap(({ conversation, carrierId }) => (carrierId === undefined ? [] : [{ conversation, carrierId }])),
  )
}

/** A message before it is sealed. */
type Arriving = Omit<NewInbound, 'sealed' | 'direct'> & {
  readonly key: Secret<Uint8Array>
  readonly text: string
  readonly cut: boolean
  readonly payload: string | undefined
  readonly replyTo: string | undefined
  readonly standby: true | undefined
}

async function readEvent(
  deps: TakeInDeps,
  conversations: ReadonlyMap<string, ConversationId>,
  event: PersonEvent,
): Promise<Arriving> {
  const conversation = conversations.get(event.psid.reveal())
  if (conversation === undefined) throw new Fault('channels/conversation-missing', { retry: 'later' })
  const id = ids.message.parse(deps.random.uuid())
  const { text, cut } = cleanText(event.text.reveal())
  const payload = event.payload === undefined ? undefined : cleanPayload(event.payload)
  const key = await deps.keystore.conversationKey(conversation)
  const { carrierId, inbound: kind, sentAt, replyTo, standby } = event
  return { id, conversation, carrierId, kind, sentAt: sentAt ?? deps.now(), key, text, cut, payload, replyTo, standby }
}

/** Taps carry words of our own: no number is split over them. */
function isTyped({ kind }: Arriving): boolean {
  return kind === 'text'
}

function sealMessage({ key, payload, replyTo, cut, standby, ...message }: Arriving, text: string): NewInbound {
  const { id, conversation, carrierId, kind, sentAt } = message
  const sealed = sealIncoming(key, { conversation, id }, { text, payload, replyTo, cut, standby })
  return { id, conversation, carrierId, kind, sealed, sentAt, direct: standby !== true }
}
