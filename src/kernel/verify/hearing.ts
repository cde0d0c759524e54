import type { NoteKey } from '../note.ts'
import type { LogCrypto, TreeView } from './log-problem.ts'
import type { PasskeyCrypto } from './signed-grant.ts'
import { type TrustedKeys, trustedKeys } from './trusted-keys.ts'

/** What one verdict works with: cryptography, keys, and the views of each log that were found to be its own word. */
export type Hearing = {
  readonly crypto: LogCrypto & PasskeyCrypto
  readonly keys: TrustedKeys
  /** By origin. Grows while exhibits are judged. */
  readonly views: ReadonlyMap<string, readonly TreeView[]>
  addView(origin: string, view: TreeView): void
  readonly anyLeaves: boolean
  readonly onProgress: (done: number, total: number) => void
}

/** Begins a verdict. */
export function openHearing(
  crypto: LogCrypto & PasskeyCrypto,
  from: {
    readonly given: readonly NoteKey[]
    readonly known: readonly NoteKey[]
    readonly itself: readonly NoteKey[]
    readonly anyLeaves: boolean
    readonly onProgress: (done: number, total: number) => void
  },
): Hearing {
  const views = new Map<string, TreeView[]>()
  return {
    crypto,
    keys: trustedKeys(from),
    views,
    addView(origin, view) {
      const known = views.get(origin) ?? []
      // The many looks of an export share a few checkpoints: the same object again tells nothing.
      if (!known.includes(view)) views.set(origin, [...known, view])
    },
    anyLeaves: from.anyLeaves,
    onProgress: from.onProgress,
  }
}
