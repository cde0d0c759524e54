import { fraudModels } from '../src/fraud/index.ts'
import { makeCardUses } from './measure/made-card-uses.ts'
import { makeDecider } from './measure/make-decider.ts'
import { makeUses } from './measure/made-uses.ts'
import { watchMachine } from './measure/machine-load.ts'
import { option, readOptions } from '../test/setup/read-options.ts'

/**
 * A second and core. Whole decisions, features and rules with 400 trees of depth 4, are what the issue asks for; scores at twice that leave half
 * of a decision's time to the others.
 */
const budgets = { scores: 120_000, decisions: 60_000 } as const
/** Uses that fill the windows and are learned from. */
const historyCount = 150_000
const rowsToLearn = 40_000
const width = 15

const options = readOptions({
  about: 'Scores and whole decisions a second and core, in processor time.',
  options: {
    scores: option.whole(200_000, 'scores of a round', 1),
    decisions: option.whole(30_000, 'whole decisions of a round', 1),
    rounds: option.whole(5, 'rounds; the median counts', 1),
    trees: option.whole(400, 'trees of the model', 1),
  },
})

/**
 * Scores made-up card uses one at a time, as a decision does, by a model that was read from its bytes. The median round counts, and by the
 * processor's time (`perCpuSecond`): the clock's depends on who else is there. Beside it reading the file, reasons, and drift. Then whole
 * decisions on uses of 5,000 cards after a history: windows of all features, four rules, a model of all features, reasons where
 * somebody is asked.
 */
async function measure(): Promise<number> {
  const { names, features, labels } = makeUses(rowsToLearn, width)
  const about = { name: 'bench', data: 'made up' }
  const bytes = fraudModels.write(
    await fraudModels.train({ names, features, labels, about }, { trees: options.trees, threads: 2 }),
  )
  const rows = Array.from({ length: rowsToLearn }, (_, row) => features.subarray(row * width, (row + 1) * width))
  const machine = watchMachine()
  const began = process.cpuUsage()
  const scorer = fraudModels.read(bytes)
  const count = options.scores
  const rounds = Array.from({ length: options.rounds }, () =>
    microsecondsOf(count, (at) => scorer.score(rows[at % rowsToLearn] ?? new Float64Array())),
  ).sort((left, right) => left - right)
  const microseconds = rounds[Math.floor(rounds.length / 2)] ?? NaN
  const perCpuSecond = Math.round(1e6 / microseconds)
  const decisions = await measureDecisions()
  const held = perCpuSecond >= budgets.scores && decisions.perCpuSecond >= budgets.decisions
  const result = {
    bench: 'fraud-score',
    trees: scorer.model.trees.length,
    bytes: bytes.length,
    perCpuSecond,
    cpuMicroseconds: { median: microseconds, best: rounds[0] },
    readMicroseconds: microsecondsOf(5, () => fraudModels.read(bytes)),
    explainMicroseconds: microsecondsOf(200, (at) => scorer.explain(rows[at] ?? new Float64Array())),
    decisions,
    driftMicrosecondsARow: microsecondsOf(1, () => fraudModels.driftOf(scorer, rows)) / rowsToLearn,
  }
  const { user, system } = process.cpuUsage(began)
  process.stdout.write(`${JSON.stringify({ ...result, machine: machine((user + system) / 1e6), budgets, held })}\n`)
  return held ? 0 : 1
}

async function measureDecisions() {
  const perRound = options.decisions
  const uses = makeCardUses(historyCount + options.rounds * perRound)
  const decider = await makeDecider(uses.slice(0, historyCount), options.trees)
  let asked = 0
  const rounds = Array.from({ length: options.rounds }, (_, round) =>
    microsecondsOf(perRound, (at) => {
      const made = uses[historyCount + round * perRound + at]
      if (made !== undefined && decider.decide(made.use).ask) asked += 1
    }),
  ).sort((left, right) => left - right)
  const microseconds = rounds[Math.floor(rounds.length / 2)] ?? NaN
  return {
    perCpuSecond: Math.round(1e6 / microseconds),
    cpuMicroseconds: { median: microseconds, best: rounds[0] },
    askedShare: asked / (rounds.length * perRound),
  }
}

/** Processor time of one call, by many. */
function microsecondsOf(calls: number, call: (at: number) => unknown): number {
  const before = process.cpuUsage()
  for (let at = 0; at < calls; at += 1) call(at)
  const { user, system } = process.cpuUsage(before)
  return Math.round((100 * (user + system)) / calls) / 100
}

process.exitCode = await measure()
