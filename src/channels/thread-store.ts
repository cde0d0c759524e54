import { z } from 'zod'
import type { ConversationId } from '../kernel/index.ts'
import { type NewJob, type Tx, addJobs } from '../platform/index.ts'
import { ids } from './id-columns.ts'

/**
 * Jobs about who has a thread, each with the conversation as key and in the payload. `act` (channel's login) asks the messenger
 * for something, `{ do, app? }`; the chat handles the others: the thread is ours again, another app asks for it (`{ app }`), the
 * app it was to be passed to could not have it.
 */
export const threadJobs = {
  act: 'channels.thread-act',
  back: 'chat.thread-back',
  asked: 'chat.thread-asked',
  notPassed: 'chat.thread-not-passed',
} as const

/** What the messenger can be asked to do with a thread. */
export const threadActs = ['pass', 'take', 'extend'] as const
export type ThreadAct = (typeof threadActs)[number]

/** The owner where the messenger did not say which app it is. */
const unknownOwner = 'unknown'
/** Conversations of which one webhook batch may say something. */
const saidMax = 5_000

/**
 * What is known by one word of the messenger: `owner` is the other app, 'unknown', or undefined for us. Times are in milliseconds
 * since 1970, by the messenger's clock.
 */
export type ThreadWord = {
  readonly conversation: ConversationId
  readonly owner: string | undefined
  readonly at: number
  /** It was told, not concluded from where a message came in. */
  readonly told: boolean
}

const backShape = z.object({ conversation: ids.conversation })

/**
 * Takes in who has which thread: the newest word counts, whatever the order they come in, and one that comes twice changes nothing.
 * Where a thread was another app's and is ours now, the job is added that says so. Login `parley_channel`.
 */
export async function noteThreads(tx: Tx, words: readonly ThreadWord[]): Promise<void> {
  const newest = newestOf(words.slice(0, saidMax))
  if (newest.length === 0) return
  const back = await tx.rows(
    backShape,
    `WITH n AS (
       SELECT conversation, nullif(owner, '') AS owner, to_timestamp(at / 1000.0) AS at, told
       FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[]::boolean[]) AS n (conversation, owner, at, told)
     ), before AS MATERIALIZED (
       SELECT c.id, c.thread_owner, n.owner, n.at,
         c.thread_at IS NULL OR c.thread_at < n.at OR (c.thread_at = n.at AND n.owner IS NOT NULL) AS newer
       FROM channels.conversation c JOIN n ON n.conversation = c.id
       WHERE n.told OR n.owner IS NOT NULL OR c.thread_owner IS NOT NULL
       ORDER BY c.id FOR NO KEY UPDATE OF c
     ), changed AS (
       UPDATE channels.conversation c SET
         thread_owner = CASE
           WHEN NOT b.newer THEN b.thread_owner
           WHEN b.owner = '${unknownOwner}' THEN coalesce(b.thread_owner, b.owner)
           ELSE b.owner END,
         thread_at = greatest(c.thread_at, b.at),
         thread_seen_at = CASE WHEN b.owner IS NULL THEN c.thread_seen_at
           ELSE greatest(c.thread_seen_at, least(b.at, clock_timestamp())) END
       FROM before b WHERE c.id = b.id
     )
     SELECT id AS conversation FROM before WHERE newer AND owner IS NULL AND thread_owner IS NOT NULL`,
    [
      newest.map(({ conversation }) => conversation),
      newest.map(({ owner }) => owner ?? ''),
      newest.map(({ at }) => BigInt(Math.trunc(at))),
      newest.map(({ told }) => String(told)),
    ],
  )
  await addJobs(
    tx,
    back.map(({ conversation }) => threadJob('back', conversation)),
  )
}

/** One word for each conversation: the newest, and of two at one moment the one that makes us silent. */
function newestOf(words: readonly ThreadWord[]): readonly ThreadWord[] {
  const newest = new Map<ConversationId, ThreadWord>()
  for (const word of words) {
    const before = newest.get(word.conversation)
    const told = word.told || before?.told === true
    if (before === undefined || isNewer(word, before)) newest.set(word.conversation, { ...word, told })
    else newest.set(word.conversation, { ...before, told })
  }
  return [...newest.values()]
}

function isNewer(word: ThreadWord, before: ThreadWord): boolean {
  if (word.at !== before.at) return word.at > before.at
  return word.owner !== undefined && (before.owner === undefined || before.owner === unknownOwner)
}

/** A word that comes with something overheard names no app. */
export function overheardIn(conversation: ConversationId, at: number): ThreadWord {
  return { conversation, owner: unknownOwner, at, told: false }
}

/** A job about a thread. */
export function threadJob(
  kind: keyof typeof threadJobs,
  conversation: ConversationId,
  more: { readonly do?: ThreadAct; readonly app?: string } = {},
): NewJob {
  return { kind: threadJobs[kind], key: conversation, payload: { conversation, ...more } }
}

/**
 * We gave the thread away, or were told that we do not have it. By the database's clock: the messenger says no time with its yes.
 */
export async function giveThread(tx: Tx, conversation: ConversationId, owner: string | undefined): Promise<void> {
  await tx.run(
    `UPDATE channels.conversation SET thread_owner = coalesce($2, thread_owner, '${unknownOwner}'),
       thread_at = greatest(thread_at, clock_timestamp()), thread_seen_at = clock_timestamp() WHERE id = $1`,
    [conversation, owner ?? null],
  )
}

/** We took the thread back. True when another app had it until now. */
export async function takeThread(tx: Tx, conversation: ConversationId): Promise<boolean> {
  const changed = await tx.run(
    `UPDATE channels.conversation SET thread_owner = NULL, thread_at = greatest(thread_at, clock_timestamp())
     WHERE id = $1 AND thread_owner IS NOT NULL`,
    [conversation],
  )
  return changed > 0
}

const elsewhereShape = z.object({ elsewhere: z.boolean() })

/** Whether another app has this thread at this moment; false for a conversation that is gone. */
export async function isElsewhere(tx: Tx, conversation: ConversationId): Promise<boolean> {
  const row = await tx.maybe(
    elsewhereShape,
    'SELECT channels.is_elsewhere(thread_owner, thread_seen_at) AS elsewhere FROM channels.conversation WHERE id = $1',
    [conversation],
  )
  return row?.elsewhere ?? false
}
