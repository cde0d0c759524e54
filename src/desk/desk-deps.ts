import type { KeystoreClient } from '../keystore/index.ts'
import type { Database, Random } from '../platform/index.ts'
import type { ReadNames } from './read-names.ts'

/** What the desk's people and jobs need. The purpose `customer-service`: its login and its caller of the keystore. */
export type DeskDeps = {
  /** Login `parley_service`. */
  readonly database: Database
  readonly keystore: Pick<KeystoreClient, 'conversationKey'>
  readonly random: Random
  /** The gateway's origin: where words that the chat must not carry are read. */
  readonly publicUrl: string
  /** The IANA zone in which the chat says times. */
  readonly timeZone: string
  /** Names that this process read at banks for agents; without it, everything counts as read once something was. */
  readonly names?: ReadNames
}
