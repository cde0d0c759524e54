import type { Logger } from '../logger.ts'
import type { Heard } from './database.ts'

/** What a transaction announces: a topic, and the word in it; without a word it concerns everybody. */
export type Announcement = { readonly topic: string; readonly about: string | undefined }

/** Passes on that something was committed: to this process at once, to others by a coalesced NOTIFY. */
export type Announcer = {
  announce(announcements: readonly Announcement[]): void
  on(topic: string, heard: Heard): () => void
  close(): Promise<void>
}

/**
 * NOTIFY takes a lock that all notifying commits share, so it stands alone and comes at most this often. The first
 * after a quiet time goes out at once.
 */
const gapMs = 5

/** A hint need not be on disk; a NOTIFY would otherwise wait for it like any commit. */
const notifyText = `SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)`

const topicShape = /^[a-z][a-z_]{0,40}$/
const wordShape = /^[a-z][a-z.-]{0,63}$/
/** A NOTIFY carries 8,000 bytes; with more words than this it concerns everybody. */
const wordsMax = 60

/** The channel other processes LISTEN on for a topic. */
export function channelOf(topic: string): string {
  if (!topicShape.test(topic)) throw new RangeError('a topic is lower-case letters and underscores')
  return `parley_${topic}`
}

/** What a NOTIFY says: who sends it, and the words. */
function payloadOf(origin: string, words: ReadonlySet<string> | 'anything'): string {
  return [origin, ...(words === 'anything' || words.size > wordsMax ? [] : words)].join(' ')
}

/** Reads a payload; undefined when it is from this very origin, which heard of it at once. */
export function readPayload(origin: string, payload: string): readonly string[] | undefined {
  const [sender, ...words] = payload.split(' ')
  return origin !== '' && sender === origin ? undefined : words
}

/** An announcer that sends through the given function, as the given origin. */
export function createAnnouncer(
  send: (text: string, values: readonly string[]) => Promise<unknown>,
  logger: Logger,
  origin: string,
): Announcer {
  const local = new Map<string, Set<Heard>>()
  const waiting = new Map<string, Set<string> | 'anything'>()
  let timer: NodeJS.Timeout | undefined
  let sending: Promise<void> = Promise.resolve()

  const flush = async (): Promise<void> => {
    const notices = [...waiting].map(([topic, words]) => [channelOf(topic), payloadOf(origin, words)])
    waiting.clear()
    try {
      await Promise.all(notices.map((notice) => send(notifyText, notice)))
    } catch (error) {
      // Listeners poll as well; a lost hint costs them a moment.
      logger.fault('database.announce-failed', error)
    }
  }
  const open = (): void => {
    timer = undefined
    if (waiting.size === 0) return
    sending = flush()
    timer = setTimeout(open, gapMs)
  }

  return {
    announce(announcements) {
      const said = wordsByTopic(announcements)
      for (const [topic, words] of said) waiting.set(topic, joined(waiting.get(topic), words))
      for (const [topic, words] of said) {
        const about = words === 'anything' ? [] : [...words]
        local.get(topic)?.forEach((heard) => heard(about))
      }
      if (timer === undefined) open()
    },
    on(topic, heard) {
      const set = local.get(topic) ?? new Set()
      local.set(topic, set.add(heard))
      return () => void set.delete(heard)
    },
    async close() {
      clearTimeout(timer)
      timer = undefined
      await sending
      if (waiting.size > 0) await flush()
    },
  }
}

type Words = Set<string> | 'anything'

function wordsByTopic(announcements: readonly Announcement[]): ReadonlyMap<string, Words> {
  const said = new Map<string, Words>()
  for (const { topic, about } of announcements) {
    channelOf(topic)
    if (about !== undefined && !wordShape.test(about)) throw new RangeError('lower-case letters, dots and hyphens')
    said.set(topic, joined(said.get(topic), about === undefined ? 'anything' : new Set([about])))
  }
  return said
}

function joined(before: Words | undefined, more: Words): Words {
  if (before === 'anything' || more === 'anything') return 'anything'
  return new Set([...(before ?? []), ...more])
}
