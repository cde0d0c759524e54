import { createHmac, hkdfSync } from 'node:crypto'
import type { Instant } from '../kernel/index.ts'

/** One version of the root key. Each use has a key of its own (HKDF-SHA256, RFC 5869), so none can stand in for another. */
export type RootKey = {
  readonly version: number
  /** When this version came into being; it is replaced a day later. */
  readonly madeAt: Instant
  /** Wraps customers', banks' and conversations' keys. */
  readonly wrap: Buffer
  /** Marks each line of a shard file as ours. */
  readonly mark: Buffer
  /** Makes enrolment challenges that only we can have made. */
  readonly challenge: Buffer
  /** What whoever can read the root key shows to the running keystore: the command line on its own host. */
  readonly operatorBearer: string
  /** Wraps the keys of held records, and nothing else; from a secret of its own. */
  readonly hold: Buffer
}

/**
 * Where versions of the root key come from and end. Files do it here; a KMS or Vault would be another one of these four
 * functions. A version is made of two secrets: what customers' keys hang on, and what held records hang on.
 */
export type RootKeySource = {
  /** Every version there is, oldest first; none before the first start. Changes nothing. */
  load(): Promise<readonly RootKey[]>
  /** Makes a version, on disk as a whole or not at all. */
  make(version: number): Promise<RootKey>
  /** Destroys a version for good. Once this began, the version is never loaded again. */
  destroy(version: number): Promise<void>
  /** Destroys what an interrupted `make` or `destroy` left. Only for when every key was read under the versions loaded. */
  tidy(): Promise<void>
}

/** The length of each of the two secrets. */
export const rootBytes = 32

/** Derives the keys of a version from its two secrets. */
export function deriveRoot(made: {
  readonly version: number
  readonly madeAt: Instant
  readonly root: Buffer
  readonly hold: Buffer
}): RootKey {
  const derive = (secret: Buffer, use: string): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, '', `parley/keystore/${use}/v1`, rootBytes))
  return {
    version: made.version,
    madeAt: made.madeAt,
    wrap: derive(made.root, 'wrap'),
    mark: derive(made.root, 'mark'),
    challenge: derive(made.root, 'challenge'),
    operatorBearer: createHmac('sha256', derive(made.root, 'operator')).update('bearer').digest('base64url'),
    hold: derive(made.hold, 'hold'),
  }
}
