import type { HealthOf } from '../banks/index.ts'
import type { KeystoreClient } from '../keystore/index.ts'
import type { PageTools } from '../pages/index.ts'
import type { StaffPageDeps } from '../staff-pages/index.ts'
import type { ScoringModel } from './scoring-model.ts'
import type { ShownSetting } from './shown-setting.ts'

/** What the console's pages need. */
export type ConsoleDeps = StaffPageDeps & {
  /** The keystore's client of the caller `console`: it lifts and changes rules, once it has verified people's signatures. */
  readonly keystore: Pick<KeystoreClient, 'liftCutoff' | 'changeRules'>
  /** Asks one bank how it is. */
  readonly health: HealthOf
  readonly models: {
    readonly list: readonly ScoringModel[]
    /** Features of card uses that were scored lately. */
    readonly rows: () => readonly Float64Array[]
  }
  /** Every configured value, without secrets. */
  readonly settings: readonly ShownSetting[]
}

/** What a route of these pages is given. */
export type ConsoleTools = PageTools & { readonly deps: ConsoleDeps }
