import { loadClassifier } from './understand/classify.ts'
import { type Understand, createUnderstand } from './understand/understand.ts'

/** Reads the language model from beside its reader, once. */
export function loadUnderstand(): Understand {
  return createUnderstand(loadClassifier().classify)
}
