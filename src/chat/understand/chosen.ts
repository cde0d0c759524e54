import type { Understood } from './understood.ts'

/** The intent that was chosen, and whether words of danger had their say in it. */
export type Chosen = Pick<Understood, 'intent' | 'confidence' | 'second' | 'negated'> & { readonly priority: boolean }
