import { createHash } from 'node:crypto'
import { type OutboxId, type Outcome, Secret, refusal, success } from '../../kernel/index.ts'
import type { InboundKind } from '../channel.ts'
import { ids } from '../id-columns.ts'
import { carrierHash } from '../sent-messages-store.ts'

/** What a person did, before it is sealed. `carrierId` is the messenger's own id, or one made of what makes it one. */
export type PersonEvent = {
  readonly kind: 'person'
  readonly psid: Secret<string>
  readonly carrierId: string
  readonly inbound: InboundKind
  readonly text: Secret<string>
  readonly payload: string | undefined
  /** What stands for the message that this one replies to; see `carrierHash`. */
  readonly replyTo?: string | undefined
  /** Milliseconds since 1970 by the messenger's clock; undefined where it did not say. */
  readonly sentAt: number | undefined
  /** Another app of the page has the thread: the person wrote to that one, and we only overhear. */
  readonly standby?: true
}

/** What the messenger says about who has a thread. */
export type ThreadEvent = {
  readonly kind: 'thread'
  readonly psid: Secret<string>
  readonly at: number | undefined
} & (
  | { readonly says: 'ours' }
  /** `owner` is undefined where it does not say which app it is. */
  | { readonly says: 'elsewhere'; readonly owner: string | undefined }
  /** Another app asks for the thread that we have. */
  | { readonly says: 'asked'; readonly by: string }
)

/** A message of ours that the messenger shows to have accepted. */
export type EchoEvent = {
  readonly kind: 'echo'
  readonly outboxId: OutboxId
  /** The messenger's own id of it, where it says. */
  readonly carrierId: string | undefined
}

export type WebhookContent = {
  readonly people: readonly PersonEvent[]
  readonly echoes: readonly EchoEvent[]
  readonly threads: readonly ThreadEvent[]
  /** Events that are known and mean nothing to us, or are not known at all. */
  readonly ignored: number
}

type Json = { readonly [key: string]: unknown }

/**
 * Reads the body of a webhook, after its signature held. Tolerant about everything the messenger is known to vary (ids
 * as numbers, unknown keys and events); strict about nothing but the envelope. Events come sorted by their time, because
 * their order is not guaranteed.
 */
export function parseWebhook(
  rawBody: Uint8Array,
  { pageId, appId }: Ours,
): Outcome<WebhookContent, 'channels/body-malformed' | 'channels/object-unknown'> {
  const body = parseJson(rawBody)
  if (!isRecord(body)) return refusal('channels/body-malformed')
  if (body['object'] !== 'page') return refusal('channels/object-unknown')
  const found = listOf(body['entry'])
    .filter(isRecord)
    .flatMap((entry) => eventsOf(entry, { pageId, appId }))
  const people = found.filter((event): event is PersonEvent => event?.kind === 'person')
  return success({
    people: people.sort((left, right) => (left.sentAt ?? 0) - (right.sentAt ?? 0)),
    echoes: found.filter((event): event is EchoEvent => event?.kind === 'echo'),
    threads: found.filter((event): event is ThreadEvent => event?.kind === 'thread'),
    ignored: found.filter((event) => event === undefined).length,
  })
}

/** The page and the app that we are. */
type Ours = { readonly pageId: string; readonly appId: string }

type AnyEvent = PersonEvent | EchoEvent | ThreadEvent

/** While another app has the thread, what happens there comes as `standby`: not ours to answer. */
function eventsOf(entry: Json, ours: Ours): readonly (AnyEvent | undefined)[] {
  const entryTime = momentOf(entry['time'])
  const messaging = listOf(entry['messaging'])
    .filter(isRecord)
    .map((event) => echoOf(event) ?? threadEventOf(event, ours, entryTime) ?? personEventOf(event, ours, entryTime))
  const standby = listOf(entry['standby'])
    .filter(isRecord)
    .map((event) => echoOf(event) ?? otherAppsEcho(event, ours, entryTime) ?? overheard(event, ours, entryTime))
  return [...messaging, ...standby]
}

function overheard(event: Json, ours: Ours, entryTime: number | undefined): PersonEvent | undefined {
  const person = personEventOf(event, ours, entryTime)
  return person === undefined ? undefined : { ...person, standby: true }
}

/** Somebody of another app wrote in a thread that we only overhear: that app has it. */
function otherAppsEcho(event: Json, { pageId, appId }: Ours, entryTime: number | undefined): ThreadEvent | undefined {
  const message = recordOf(event['message'])
  const psid = idOf(recordOf(event['recipient'])?.['id'])
  if (message?.['is_echo'] !== true || psid === undefined || idOf(recordOf(event['sender'])?.['id']) !== pageId)
    return undefined
  const owner = idOf(message['app_id'])
  if (owner === appId) return undefined
  const at = momentOf(event['timestamp']) ?? entryTime
  return { kind: 'thread', psid: new Secret(psid), at, says: 'elsewhere', owner }
}

/** Handed over, taken, asked for. The new owner may be named as text or number, or not at all: then whoever hears of it has it. */
function threadEventOf(event: Json, { pageId, appId }: Ours, entryTime: number | undefined): ThreadEvent | undefined {
  const psid = idOf(recordOf(event['sender'])?.['id'])
  if (psid === undefined || idOf(recordOf(event['recipient'])?.['id']) !== pageId) return undefined
  const about = { kind: 'thread', psid: new Secret(psid), at: momentOf(event['timestamp']) ?? entryTime } as const
  const asked = recordOf(event['request_thread_control'])
  if (asked !== undefined) {
    const by = idOf(asked['requested_owner_app_id']) ?? idOf(asked['new_owner_app_id'])
    return by === undefined || by === appId ? undefined : { ...about, says: 'asked', by }
  }
  const passed = recordOf(event['pass_thread_control'])
  const taken = recordOf(event['take_thread_control'])
  const owner = idOf((passed ?? taken)?.['new_owner_app_id'])
  if (passed !== undefined && (owner === undefined || owner === appId)) return { ...about, says: 'ours' }
  if (taken !== undefined && owner === appId) return { ...about, says: 'ours' }
  return passed === undefined && taken === undefined ? undefined : { ...about, says: 'elsewhere', owner }
}

function echoOf(event: Json): EchoEvent | undefined {
  const message = recordOf(event['message'])
  const metadata = message?.['metadata']
  const outboxId = ids.outbox.safeParse(metadata)
  if (message?.['is_echo'] !== true || !outboxId.success) return undefined
  return { kind: 'echo', outboxId: outboxId.data, carrierId: textOf(message['mid']) }
}

function personEventOf(event: Json, { pageId }: Ours, entryTime: number | undefined): PersonEvent | undefined {
  const psid = idOf(recordOf(event['sender'])?.['id'])
  if (psid === undefined || idOf(recordOf(event['recipient'])?.['id']) !== pageId) return undefined
  const content = messageOf(event) ?? editOf(event) ?? postbackOf(event, psid) ?? unlinkedOf(event, entryTime)
  if (content === undefined) return undefined
  const { text, replyTo, ...rest } = content
  const sentAt = momentOf(event['timestamp']) ?? entryTime
  return { kind: 'person', psid: new Secret(psid), text: new Secret(text), replyTo, ...rest, sentAt }
}

type Content = Pick<PersonEvent, 'carrierId' | 'inbound' | 'payload'> & {
  readonly text: string
  readonly replyTo?: string | undefined
}

function messageOf(event: Json): Content | undefined {
  const message = recordOf(event['message'])
  const mid = textOf(message?.['mid'])
  if (message === undefined || mid === undefined || message['is_echo'] === true) return undefined
  const carrierId = carrierIdOf('m', mid)
  const text = textOf(message['text'])
  const payload = textOf(recordOf(message['quick_reply'])?.['payload'])
  if (payload !== undefined) return { carrierId, inbound: 'quick-reply', text: text ?? '', payload }
  const repliedTo = textOf(recordOf(message['reply_to'])?.['mid'])
  const replyTo = repliedTo === undefined ? undefined : carrierHash(repliedTo).toString('base64url')
  if (text !== undefined) return { carrierId, inbound: 'text', text, payload: undefined, replyTo }
  // Pictures, voice, stickers, places, and what the messenger itself calls unsupported: we read only text, and say so.
  return { carrierId, inbound: 'attachment', text: '', payload: undefined }
}

/** An edited message is read like a new one: the person wants the new words answered. */
function editOf(event: Json): Content | undefined {
  const edit = recordOf(event['message_edit'])
  const mid = textOf(edit?.['mid'])
  const text = textOf(edit?.['text'])
  if (edit === undefined || mid === undefined || text === undefined) return undefined
  return { carrierId: carrierIdOf('e', mid, idOf(edit['num_edit'])), inbound: 'text', text, payload: undefined }
}

/** Older versions give a postback no id, so what makes it one is sender, time and payload. */
function postbackOf(event: Json, psid: string): Content | undefined {
  const postback = recordOf(event['postback'])
  const payload = textOf(postback?.['payload'])
  if (postback === undefined || payload === undefined) return undefined
  const mid = textOf(postback['mid'])
  const carrierId =
    mid === undefined ? carrierIdOf('p', psid, idOf(event['timestamp']), payload) : carrierIdOf('m', mid)
  return { carrierId, inbound: 'postback', text: textOf(postback['title']) ?? '', payload }
}

/** Unlinking at the messenger is read as "stop": the careful reading. Linking there gives nothing: ours is on our page. */
function unlinkedOf(event: Json, entryTime: number | undefined): Content | undefined {
  if (recordOf(event['account_linking'])?.['status'] !== 'unlinked') return undefined
  const carrierId = carrierIdOf('u', idOf(event['timestamp']) ?? idOf(entryTime))
  return { carrierId, inbound: 'account-unlinked', text: '', payload: undefined }
}

/** The id under which a message is stored once. Hashed, so that neither length nor characters can hurt the database. */
function carrierIdOf(kind: string, ...parts: readonly (string | undefined)[]): string {
  const joined = parts.map((part) => part ?? '').join('\n')
  return `${kind}:${createHash('sha256').update(joined, 'utf8').digest('base64url')}`
}

function parseJson(rawBody: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody))
  } catch {
    return undefined // not JSON, or not UTF-8: refused by the caller as malformed
  }
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function recordOf(value: unknown): Json | undefined {
  return isRecord(value) ? value : undefined
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Ids come as text or as number. Past 2^53 a number would be another id already, so it is none. */
function idOf(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined
  return typeof value === 'string' && value !== '' && value.length <= idCharactersMax ? value : undefined
}

/** Longer than any id of a person, a page or an edit. */
const idCharactersMax = 64

/** Milliseconds between 2000 and 2100; anything else says nothing about when. */
function momentOf(value: unknown): number | undefined {
  const moment = typeof value === 'string' ? Number(value) : value
  if (typeof moment !== 'number' || !Number.isFinite(moment)) return undefined
  return moment > 946_684_800_000 && moment < 4_102_444_800_000 ? Math.trunc(moment) : undefined
}
