import { unseen } from './mask-fold.ts'

/** Digits that follow each other with at most two separators between any two. Places are in UTF-16 units. */
export type DigitRun = {
  readonly start: number
  readonly end: number
  readonly groups: readonly DigitGroup[]
  readonly digits: string
}

/** Digits with nothing to be seen between them. `joint`: the separators before it, '' at the run's beginning. */
export type DigitGroup = {
  readonly start: number
  readonly end: number
  readonly digits: string
  readonly joint: string
}

/** Separators between two digits of one number; more of them part two numbers. */
const separatorsMax = 2

/** All runs of a folded text ({@link foldText}), in order. One pass. */
export function findDigitRuns(folded: string): readonly DigitRun[] {
  const runs: DigitRun[] = []
  let groups: DigitGroup[] = []
  let joint = ''
  let digits = ''
  let start = 0
  let end = 0

  const endGroup = (): void => {
    if (digits === '') return
    groups.push({ start, end, digits, joint: groups.length === 0 ? '' : joint })
    digits = ''
    joint = ''
  }
  const endRun = (): void => {
    endGroup()
    const [first] = groups
    if (first !== undefined)
      runs.push({ start: first.start, end, groups, digits: groups.map(({ digits }) => digits).join('') })
    groups = []
    joint = ''
  }

  for (let place = 0; place < folded.length; place += 1) {
    const unit = folded[place] ?? ''
    if (unit >= '0' && unit <= '9') {
      if (digits === '') start = place
      digits += unit
      end = place + 1
    } else if (unit === ' ' || unit === '-' || unit === '.' || unit === '/') {
      endGroup()
      joint += unit
      if (joint.length > separatorsMax) endRun()
    } else if (unit !== unseen) {
      endRun()
    }
  }
  endRun()
  return runs
}
