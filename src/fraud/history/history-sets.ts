import { isExpired, readManifest } from './history-manifest.ts'
import { deleteHistory, importHistory } from './import-history.ts'
import { pseudonymsOf, readKey, writeKey } from './pseudonyms.ts'

/** Sets of a bank's past under other names: what the command line does with them. Throws what `fraudFiles.troubleOf` understands. */
export const historySets = {
  writeKey,
  readKey,
  pseudonyms: pseudonymsOf,
  import: importHistory,
  read: readManifest,
  isExpired,
  delete: deleteHistory,
} as const
