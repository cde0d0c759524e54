import type { NoteKey } from '../kernel/index.ts'

/** What is wrong with a log, and the first place where it shows. */
export type LogProblem = {
  readonly code: LogProblemCode
  /** The first bad entry, where one can be named. */
  readonly entry?: bigint
  /** The range of entries in which the first bad one stands. */
  readonly entries?: { readonly first: bigint; readonly last: bigint }
  /** The resource that is wrong or missing. */
  readonly resource?: string
  /** The size of the checkpoint that disagrees. */
  readonly size?: bigint
}

export type LogProblemCode =
  | 'key-unreadable'
  | 'checkpoint-missing'
  | 'checkpoint-malformed'
  | 'checkpoint-signature'
  | 'checkpoint-origin'
  | 'checkpoint-fork'
  | 'resource-missing'
  | 'bundle-malformed'
  | 'leaf-malformed'
  | 'entry-not-in-tile'
  | 'tile-wrong'
  | 'root-wrong'

export type VerifyLogOptions = {
  /** The key to trust; without one, the key that the source itself names, which proves less. */
  readonly key?: NoteKey
  /** Further checkpoints that were seen at other times or by others. */
  readonly seen?: readonly Uint8Array[]
  /** Logs of others hold other leaves. */
  readonly anyLeaves?: boolean
}
