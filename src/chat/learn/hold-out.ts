import { type Examples, type Progress, trainMachine } from './train-machine.ts'

/** Every phrase is held out once, by one of so many trainings. */
export const foldCount = 3

/**
 * Neighbouring lines of a file are held out together: people write near paraphrases next to each other, and a phrase whose twin was
 * trained on says little about a message nobody has seen.
 */
const neighbours = 8

/** What each example scores for each class by a machine that has not seen it, nor its neighbours. */
export function scoreHeldOut(examples: Examples, progress: Progress): readonly Float64Array[] {
  const scores: Float64Array[] = []
  const total = foldCount * examples.classCount
  for (let fold = 0; fold < foldCount; fold += 1) {
    const isHeldOut = (at: number): boolean => Math.floor(at / neighbours) % foldCount === fold
    const machine = trainMachine(
      choose(examples, (at) => !isHeldOut(at)),
      (done) => progress(fold * examples.classCount + done, total),
    )
    const heldOut = examples.features.map((_, at) => at).filter(isHeldOut)
    for (const at of heldOut) scores[at] = machine.score(examples.features[at] ?? nothing)
  }
  return scores
}

const nothing = { places: new Uint32Array(), values: new Float32Array() }

/** Some of the examples. */
export function choose(examples: Examples, isChosen: (at: number) => boolean): Examples {
  return {
    ...examples,
    features: examples.features.filter((_, at) => isChosen(at)),
    classes: examples.classes.filter((_, at) => isChosen(at)),
  }
}
