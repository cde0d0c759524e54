import type { Logger } from '../logger.ts'

/** Passes on that something was committed: to this process at once, to others by a coalesced NOTIFY. */
export type Announcer = {
  announce(topics: readonly string[]): void
  on(topic: string, heard: () => void): () => void
  close(): Promise<void>
}

/**
 * NOTIFY takes a lock that all notifying commits share, so it stands alone and comes at most this often. The first
 * after a quiet time goes out at once.
 */
const gapMs = 5

/** A hint need not be on disk; a NOTIFY would otherwise wait for it like any commit. */
const notifyText = `SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, '')`

const topicShape = /^[a-z][a-z_]{0,40}$/

/** The channel other processes LISTEN on for a topic. */
export function channelOf(topic: string): string {
  if (!topicShape.test(topic)) throw new RangeError('a topic is lower-case letters and underscores')
  return `parley_${topic}`
}

/** An announcer that sends through the given function. */
export function createAnnouncer(
  send: (text: string, values: readonly string[]) => Promise<unknown>,
  logger: Logger,
): Announcer {
  const local = new Map<string, Set<() => void>>()
  const waiting = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let sending: Promise<void> = Promise.resolve()

  const flush = async (): Promise<void> => {
    const channels = [...waiting].map(channelOf)
    waiting.clear()
    try {
      await Promise.all(channels.map((channel) => send(notifyText, [channel])))
    } catch (error) {
      // Listeners poll as well; a lost hint costs them a quarter of a second.
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
    announce(topics) {
      for (const topic of topics) {
        channelOf(topic)
        waiting.add(topic)
      }
      for (const topic of new Set(topics)) local.get(topic)?.forEach((heard) => heard())
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
