import type { WebhookContent } from './parse-webhook.ts'

/** Webhooks that share one commit at most. */
const sharedMax = 64

/**
 * Lets webhooks that arrive while a commit is under way share the next one: a commit waits for the disk, and under load
 * most of the work is around it, not in it. A lone webhook never waits. If a shared commit fails, each is tried alone, so
 * that one cannot spoil the others'. One commit at a time: of two under way the later could end first, and a person's
 * messages would be answered in the wrong order. Gives a function that resolves once its content is on disk.
 */
export function batchTakes(
  take: (content: WebhookContent) => Promise<void>,
): (content: WebhookContent) => Promise<void> {
  const waiting: Waiting[] = []
  let underWay = false

  async function flush(): Promise<void> {
    underWay = true
    while (waiting.length > 0) await settle(take, waiting.splice(0, sharedMax))
    underWay = false
  }

  return (content) =>
    new Promise((resolve, reject) => {
      waiting.push({ content, resolve, reject })
      if (!underWay) void flush()
    })
}

type Waiting = {
  readonly content: WebhookContent
  readonly resolve: () => void
  readonly reject: (fault: unknown) => void
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
      ignored: 0,
    })
  } catch {
    return false // each is tried alone next, and what it throws then is told to the one it belongs to
  }
  for (const { resolve } of shared) resolve()
  return true
}
