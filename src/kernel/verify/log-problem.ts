import type { Hash } from '../merkle-tree.ts'
import type { NoteKey, VerifySignature } from '../note.ts'

/** SHA-256 and Ed25519, as whoever verifies has them. */
export type LogCrypto = { readonly hash: Hash; readonly verify: VerifySignature }

/** Where a log is read from: paths as c2sp.org/tlog-tiles names them, below the log's prefix. */
export type LogSource = {
  /** For people: the address, folder or file. */
  readonly name: string
  /** The bytes of a resource; undefined when it is not there. */
  read(path: string): Promise<Uint8Array | undefined>
  /** Signed notes of earlier checkpoints, where they were kept. */
  checkpoints(): Promise<readonly Uint8Array[]>
}

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
  | 'log-shorter'
  | 'resource-missing'
  | 'bundle-malformed'
  | 'leaf-malformed'
  | 'entry-not-in-tile'
  | 'tile-wrong'
  | 'root-wrong'

/** A view of the log that somebody else vouches for: a customer's receipt, or a proof that came with an entry. */
export type TreeView = { readonly size: bigint; readonly root: Uint8Array }

export type VerifyLogOptions = {
  /** The key to trust; without one, the key that the source itself names, which proves less. */
  readonly key?: NoteKey
  /** Further checkpoints that were seen at other times or by others. */
  readonly seen?: readonly Uint8Array[]
  /** Further views of the tree, already known to be the log's own word. */
  readonly views?: readonly TreeView[]
  /** Logs of others hold other leaves. */
  readonly anyLeaves?: boolean
  /** Told now and then how many entries were compared. */
  readonly onProgress?: (done: bigint, total: bigint) => void
}
