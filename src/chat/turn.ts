import {
  type Conversation,
  type InboundKind,
  type Language,
  type Reply,
  conversations,
  inbound,
  queueReply,
} from '../channels/index.ts'
import { type Grant, type Leave, listGrants } from '../consent/index.ts'
import { askedAgain } from '../answers/index.ts'
import { type ConversationId, type InstitutionId, type MessageId, Fault, Secret } from '../kernel/index.ts'
import { type Tx, addJob, unseal } from '../platform/index.ts'
import type { Chat } from './chat-deps.ts'
import { type ChatState, type StateChange, loadChatState, saveChatState } from './chat-state-store.ts'
import type { CutOff, Sharing } from './plan.ts'
import { type AskedQuestion, askPayload, isAskPayload, readAskPayload } from './question-payload.ts'
import type { WordKey } from './word-keys.ts'

/** Where a question stands: in a stored message, in what the chat remembers, or behind an answer's link. Ids only. */
export type QuestionSource =
  | { readonly source: 'message'; readonly id: MessageId }
  | { readonly source: 'pending'; readonly id: ConversationId }
  | { readonly source: 'link'; readonly id: string }

/** One question or message being answered, with all that is known before deciding. */
export type Turn = {
  readonly from: QuestionSource
  readonly kind: InboundKind
  readonly text: Secret<string>
  readonly payload: string | undefined
  /** What stands for the message that this one replies to. */
  readonly replyTo?: string | undefined
  readonly conversation: Conversation
  /** Another app of the page has the thread: it is for its people to answer. */
  readonly elsewhere?: boolean
  /** In hand, so that nothing inside a transaction has to ask for it. */
  readonly key: Secret<Uint8Array>
  readonly language: Language
  readonly state: ChatState
  readonly sharing: Sharing
  /** Questions about card use that wait for an answer here, by their alerts' ids; the newest first. */
  readonly alerts: readonly string[]
  /** The question that was asked here last, for some minutes. */
  readonly last?: AskedQuestion | undefined
  /** What is said before the reply. */
  readonly notes: readonly WordKey[]
  /** Another wish of the same message, to be met by a job of its own once this one is. */
  readonly goesOn?: AskedQuestion
}

/** The bot says again that it is one after so long a silence. */
const lapseMs = 24 * 3_600_000
/** How a masked card number looks, and any other secret. */
const maskedCard = /•••• \d{4}/
const maskedSecret = /••••(?! \d{4})/

/** Loads a stored message as a turn; undefined when there is nothing to answer any more. */
export async function openMessage(
  chat: Chat,
  id: MessageId,
  conversation: ConversationId,
  options: { readonly retried: boolean } = { retried: false },
): Promise<Turn | undefined> {
  const [message, known] = await Promise.all([
    inbound.load(chat.database, chat.keystore, id),
    loadKnown(chat, conversation),
  ])
  if (message === undefined || (message.handled && !options.retried)) return undefined
  const words = message.text.reveal()
  const notes: readonly WordKey[] = [
    ...(message.cut ? ['cut' as const] : []),
    ...(maskedCard.test(words) ? ['masked' as const] : []),
    ...(maskedSecret.test(words) ? ['masked.secret' as const] : []),
  ]
  const { kind, text, payload, replyTo, elsewhere } = message
  const context = contextOf(message.conversation, known)
  const asked = { from: { source: 'message', id }, kind, text, payload, replyTo, elsewhere } as const
  return turnOf({ ...asked, notes: options.retried ? [] : notes }, context)
}

/** Loads the question that waited for a link; undefined when none waits. */
export async function openPending(chat: Chat, conversation: ConversationId): Promise<Turn | undefined> {
  const context = await loadContext(chat, conversation)
  if (context.state.pending === undefined) return undefined
  const text = openPendingText(context.key, conversation, context.state.pending)
  return turnOf({ from: { source: 'pending', id: conversation }, kind: 'text', ...kept(text), notes: [] }, context)
}

/** Loads the question of a sealed answer that is asked once more from its page. */
export async function openAskedAgain(chat: Chat, link: string): Promise<Turn | undefined> {
  const asked = await askedAgain.load(chat.database, chat.keystore, link)
  if (asked === undefined) return undefined
  const context = await loadContext(chat, asked.conversation)
  const from = { source: 'link', id: link } as const
  return turnOf({ from, kind: 'text', ...kept(asked.question), notes: [] }, context)
}

/** A kept question is one that was understood already, or, from before that was kept, the words themselves. */
function kept(text: Secret<string>): Pick<Turn, 'text' | 'payload'> {
  return { text, payload: isAskPayload(text.reveal()) ? text.reveal() : undefined }
}

type Context = Pick<Turn, 'conversation' | 'key' | 'state' | 'sharing' | 'alerts' | 'last'>

/** A conversation and what is known of it. */
async function loadContext(chat: Chat, id: ConversationId): Promise<Context> {
  const [conversation, known] = await Promise.all([conversations.load(chat.database, id), loadKnown(chat, id)])
  if (conversation === undefined) throw new Fault('chat/conversation-missing', { retry: 'never' })
  return contextOf(conversation, known)
}

type Known = Pick<Turn, 'key' | 'state' | 'alerts'> & { readonly grants: readonly Grant[] }

/** Reads that do not depend on each other run together. */
async function loadKnown(chat: Chat, id: ConversationId): Promise<Known> {
  const [key, state, grants, alerts = []] = await Promise.all([
    chat.keystore.conversationKey(id),
    loadChatState(chat.database, id),
    listGrants(chat.database, { conversation: id }),
    chat.alerts?.open(chat.database, id),
  ])
  return { key, state, grants, alerts }
}

/** Only grants of the customer whom the conversation belongs to by now count. */
function contextOf(conversation: Conversation, { key, state, grants, alerts }: Known): Context {
  const own = grants.filter(({ customer }) => customer === conversation.customer)
  const live = own.filter(({ holds, cutOff }) => holds || cutOff !== undefined)
  const answers = live.filter(({ purpose }) => purpose === 'answer-customer')
  const leaves = answers.filter(({ holds }) => holds).map(({ institution, dataClass }) => ({ institution, dataClass }))
  const suspended = answers.filter(({ cutOff }) => cutOff !== undefined)
  const sharing = { leaves, levels: live.map(({ disclosure }) => disclosure), cutOff: cutOffOf(suspended) }
  return { conversation, key, state, sharing, alerts, last: openLast(key, conversation.id, state.last) }
}

function banksOf(grants: readonly Grant[]): readonly InstitutionId[] {
  return [...new Set(grants.map(({ institution }) => institution))].sort()
}

function cutOffOf(suspended: readonly Grant[]): CutOff | undefined {
  if (suspended.length === 0) return undefined
  const by = suspended.some(({ cutOff }) => cutOff !== 'institution') ? 'channel' : 'bank'
  return { by, institutions: banksOf(suspended) }
}

function turnOf(
  asked: Pick<Turn, 'from' | 'kind' | 'text' | 'payload' | 'replyTo' | 'elsewhere' | 'notes'>,
  context: Context,
): Turn {
  const isFirst = context.state.silentMs === undefined || context.state.silentMs > lapseMs
  const notes: readonly WordKey[] = [...(isFirst ? ['automation' as const] : []), ...asked.notes]
  return { ...asked, ...context, notes, language: context.conversation.language }
}

/** A reply and the leave without which it must not go. */
export type Spoken = { readonly reply: Reply; readonly leave?: Leave }

/**
 * Ends a turn in the caller's transaction: what is said, what is remembered, and the question itself, whose text goes
 * unless it is still being retried.
 */
export async function endTurn(
  chat: Chat,
  turn: Turn,
  tx: Tx,
  end: { readonly say: readonly Spoken[]; readonly change?: StateChange; readonly keepText?: boolean },
): Promise<void> {
  const { conversation, key, language } = turn
  const keystore = { conversationKey: async () => key }
  const [first, ...rest] = end.say
  const say = first === undefined ? [] : [{ ...first, reply: withNotes(chat, turn, first.reply) }, ...rest]
  for (const { reply, leave = [] } of say) {
    await queueReply({ random: chat.random, keystore }, tx, { conversation, reply, priority: 'answer', leave })
  }
  const keepText = end.keepText === true || turn.goesOn !== undefined
  const forgets = turn.from.source === 'pending' && !keepText
  await Promise.all([
    language === conversation.language ? undefined : conversations.setLanguage(tx, conversation.id, language),
    saveChatState(tx, conversation.id, { ...(forgets ? { pending: 'forget' as const } : {}), ...end.change }),
    turn.from.source === 'message' ? inbound.markHandled(tx, turn.from.id, { keepText }) : undefined,
  ])
  if (turn.from.source === 'message' && turn.goesOn !== undefined) {
    await keepAs(turn, tx, turn.goesOn)
    await addJob(tx, { kind: goOnJob, key: conversation.id, payload: { message: turn.from.id } })
  }
}

/** The job that meets the second wish of a message: key = the conversation, payload `{ message }`. */
export const goOnJob = 'chat.go-on'

/** A message that is still needed is kept as the question it was understood to be, and no longer in its words. */
export async function keepAs(turn: Turn, tx: Tx, question: AskedQuestion): Promise<void> {
  if (turn.from.source !== 'message') return
  const incoming = { text: '', payload: askPayload(question), cut: false }
  await inbound.keepAs(tx, turn.key, { conversation: turn.conversation.id, id: turn.from.id }, incoming)
}

function withNotes(chat: Chat, turn: Turn, reply: Reply): Reply {
  if (turn.notes.length === 0) return reply
  const notes = turn.notes.map((note) => chat.words.say(turn.language, note))
  return { ...reply, text: [...notes, reply.text].join('\n\n') }
}

/** Binds the question that was asked last to its conversation. */
export function lastContext(conversation: ConversationId): string {
  return `chat_last|${conversation}`
}

function openLast(
  key: Secret<Uint8Array>,
  conversation: ConversationId,
  sealed: Uint8Array | undefined,
): AskedQuestion | undefined {
  if (sealed === undefined) return undefined
  return readAskPayload(unseal(key.reveal(), sealed, lastContext(conversation)).toString('utf8'))
}

/** Seals a question to be kept until a bank is linked. */
export function pendingContext(conversation: ConversationId): string {
  return `chat_pending|${conversation}`
}

function openPendingText(key: Secret<Uint8Array>, conversation: ConversationId, sealed: Uint8Array): Secret<string> {
  return new Secret(unseal(key.reveal(), sealed, pendingContext(conversation)).toString('utf8'))
}
