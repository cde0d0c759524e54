import type { Scorer } from '../fraud/index.ts'
import type { InstitutionId } from '../kernel/index.ts'

/** A model that scores card uses: of one bank, or (undefined) of all banks without one of their own. */
export type ScoringModel = { readonly institution: InstitutionId | undefined; readonly scorer: Scorer }
