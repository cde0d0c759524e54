import { readFileSync } from 'node:fs'
import type { Scorer } from './create-scorer.ts'
import { readModel } from './read-model.ts'

/** Beside this file, in the sources as in dist; `parley fraud train` wrote it (docs/fraud-model-card.md says how and on what). */
const modelFile = new URL('./default-model.bin', import.meta.url)

/**
 * The model that Parley comes with, trained on our simulator: a start until a bank has trained its own.
 * @throws Fault as `readModel` does
 */
export function loadDefaultModel(rowNames: readonly string[]): Scorer {
  return readModel(readFileSync(modelFile), rowNames)
}
