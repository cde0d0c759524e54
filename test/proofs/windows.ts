import {
  compareWithBruteForce,
  type Setting,
  type Step,
} from '../../src/fraud/test-support/compare-with-brute-force.ts'
import { seededRandom } from '../../src/chat/learn/seeded-random.ts'
import { option, readOptions } from '../setup/read-options.ts'

/** A million events in all. */
const casesMax = 2_000
const eventsOfOneCase = 500
/** Examples of what went wrong that the result names. */
const examplesMax = 5
/** Longest time between two events, in seconds: a card that is tested by a thief, a busy day, quiet weeks. */
const paces = [1, 600, 20_000, 400_000] as const
/** In some cases only this many uses are remembered, so that ids are forgotten meanwhile. */
const fewRemembered = 64

/**
 * The windows proof: random uses of cards with late labels, reversals, completions, duplicates, disorder and restarts from snapshots; every
 * feature of every use must be what counting all rows anew gives.
 */
function prove(): number {
  const { seed, from, to } = readOptions({
    about: 'The fraud features of random card uses with everything that goes wrong: what counting all rows anew gives.',
    options: option.cases(casesMax),
  })
  process.stderr.write(`windows: seed ${seed}, cases ${from} to ${to} of ${eventsOfOneCase} events each\n`)
  const began = performance.now()
  const failures: string[] = []
  let failed = 0
  for (let number = from; number < to; number += 1) {
    const failure = tryCase(seed, number)
    if (failure === undefined) continue
    failed += 1
    if (failures.length < examplesMax) failures.push(`case ${number}: ${failure}`)
  }
  const summary = {
    proof: 'windows',
    seed: String(seed),
    from,
    to,
    held: failed === 0,
    events: (to - from) * eventsOfOneCase,
    casesFailed: failed,
    seconds: Math.round((performance.now() - began) / 100) / 10,
    failures,
  }
  process.stdout.write(`${JSON.stringify(summary)}\n`)
  return failed === 0 ? 0 : 1
}

/** The same seed and number make the same case: its numbers begin far from those of its neighbours. */
function tryCase(seed: number, number: number): string | undefined {
  const random = seededRandom(Math.imul(seed, 0x9e37_79b1) ^ Math.imul(number + 1, 0x85eb_ca77))
  const draw = (): number => Math.floor(random() * 2 ** 31)
  const isForgetful = draw() % 5 === 0
  const setting: Setting = {
    cards: 1 + (draw() % 8),
    terminals: 1 + (draw() % 8),
    pace: paces[draw() % paces.length] ?? 1,
    restarts: !isForgetful,
    ...(isForgetful ? { usesRememberedMax: fewRemembered } : {}),
  }
  const steps: readonly Step[] = Array.from({ length: eventsOfOneCase }, () => ({
    what: draw(),
    who: draw(),
    where: draw(),
    when: draw(),
    amount: draw(),
    other: draw(),
  }))
  return compareWithBruteForce(setting, steps)
}

process.exitCode = prove()
