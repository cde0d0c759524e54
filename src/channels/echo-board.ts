import type { Clock } from '../platform/index.ts'

/** Where the webhook tells the sender, inside one process, that a message in doubt has shown up after all. */
export type EchoBoard = {
  /** Call before the messenger is called: its echo may be faster than its answer. Ends by `within` or `forget`. */
  expect(outboxId: string): Expected
  /** An echo of this message was stored as confirmed. */
  arrived(outboxId: string): void
}

export type Expected = {
  /** Whether the echo has come, or comes within this time. */
  within(waitMs: number): Promise<boolean>
  forget(): void
}

/** A board for one process. Holds no more than what is being sent at the moment. */
export function createEchoBoard(clock: Clock): EchoBoard {
  const waiting = new Map<string, { heard: boolean; tell: (() => void) | undefined }>()
  return {
    expect(outboxId) {
      const entry: { heard: boolean; tell: (() => void) | undefined } = { heard: false, tell: undefined }
      waiting.set(outboxId, entry)
      return {
        async within(waitMs) {
          if (!entry.heard) {
            await new Promise<void>((resolve) => {
              const cancel = clock.after(waitMs, resolve)
              entry.tell = () => {
                cancel()
                resolve()
              }
            })
          }
          waiting.delete(outboxId)
          return entry.heard
        },
        forget: () => void waiting.delete(outboxId),
      }
    },
    arrived(outboxId) {
      const entry = waiting.get(outboxId)
      if (entry === undefined) return
      entry.heard = true
      entry.tell?.()
    },
  }
}
