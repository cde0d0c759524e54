import type { KeystoreClient } from '../keystore/index.ts'
import type { PageTools } from '../pages/index.ts'
import type { StaffPageDeps } from '../staff-pages/index.ts'

/** What the console's pages need. */
export type ConsoleDeps = StaffPageDeps & {
  /** The keystore's client of the caller `console`: it lifts and changes rules, once it has verified people's signatures. */
  readonly keystore: Pick<KeystoreClient, 'liftCutoff' | 'changeRules'>
}

/** What a route of these pages is given. */
export type ConsoleTools = PageTools & { readonly deps: ConsoleDeps }
