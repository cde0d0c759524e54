import type { WebhookContent } from './parse-webhook.ts'

/** Webhooks that share one commit at most. */
const sharedMax = 64
/** Commits under way at once: while one waits for the disk, the next can do its work. */
const commitsMax = 2
/** How far along the queue a commit looks for webhooks that may go with it. */
const lookAheadMax = 512

/**
 * Lets webhooks that arrive while commits are under way share the next one: a commit waits for the disk, and under load
 * most of the work is around it, not in it. A lone webhook never waits. If a shared commit fails, each is tried alone, so
 * that one cannot spoil the others'. Of two commits under way the later may end first, so no person is in both: their
 * messages would be answered in the wrong order. Gives a function that resolves once its content is on disk.
 */
export function batchTakes(
  take: (content: WebhookContent) => Promise<void>,
): (content: WebhookContent) => Promise<void> {
  const waiting: Waiting[] = []
  const writing = new Set<string>()
  let underWay = 0

  function begin(): void {
    while (underWay < commitsMax) {
      const batch = takeBatch(waiting, writing)
      if (batch.length === 0) return
      void commit(batch)
    }
  }

  async function commit(batch: readonly Waiting[]): Promise<void> {
    const people = batch.flatMap(({ people }) => people)
    underWay += 1
    for (const person of people) writing.add(person)
    await settle(take, batch)
    for (const person of people) writing.delete(person)
    underWay -= 1
    begin()
  }

  return (content) =>
    new Promise((resolve, reject) => {
      const people = [...content.people, ...content.threads].map(({ psid }) => psid.reveal())
      waiting.push({ content, people, resolve, reject })
      begin()
    })
}

type Waiting = {
  readonly content: WebhookContent
  readonly people: readonly string[]
  readonly resolve: () => void
  readonly reject: (fault: unknown) => void
}

/** Whoever waits longest goes first; who is being written, or stands behind somebody who waits on, waits on too. */
function takeBatch(waiting: Waiting[], writing: ReadonlySet<string>): readonly Waiting[] {
  const held = new Set(writing)
  const batch: Waiting[] = []
  const passed: Waiting[] = []
  let looked = 0
  for (const one of waiting) {
    if (batch.length === sharedMax || looked === lookAheadMax) break
    looked += 1
    if (one.people.every((person) => !held.has(person))) {
      batch.push(one)
    } else {
      passed.push(one)
      for (const person of one.people) held.add(person)
    }
  }
  if (batch.length > 0) waiting.splice(0, looked, ...passed)
  return batch
}

/** Settles each of these; never throws. */
async function settle(take: (content: WebhookContent) => Promise<void>, shared: readonly Waiting[]): Promise<void> {
  const settledTogether = shared.length > 1 && (await takeTogether(take, shared))
  if (settledTogether) return
  for (const { content, resolve, reject } of shared) await take(content).then(resolve, reject)
}

async function takeTogether(
  take: (content: WebhookContent) => Promise<void>,
  shared: readonly Waiting[],
): Promise<boolean> {
  const contents = shared.map(({ content }) => content)
  try {
    await take({
      people: contents.flatMap(({ people }) => people),
      echoes: contents.flatMap(({ echoes }) => echoes),
      threads: contents.flatMap(({ threads }) => threads),
      ignored: 0,
    })
  } catch {
    return false // each is tried alone next, and what it throws then is told to the one it belongs to
  }
  for (const { resolve } of shared) resolve()
  return true
}
