import { fullWeight, type LabelWindows, type TerminalLabel } from './label-windows.ts'

type Fraud = Pick<TerminalLabel, 'happened' | 'weight' | 'explained' | 'use'>
type Run = { lastGenuine: number; frauds: Fraud[]; weight: number; unexplained: number }

/** A terminal's run as features tell it; times in seconds, 0 where there is no run. */
export type RunState = {
  readonly weight: number
  readonly unexplained: number
  readonly began: number
  readonly unexplainedBegan: number
}

/**
 * The current run of fraud at each terminal: among the labels that arrived within thirty days, the frauds that happened after the last
 * genuine use. By when they happened, not by arrival: a genuine use of last week, labelled today, does not end the run of yesterday.
 */
export class FraudRuns {
  private readonly runs = new Map<number, Run>()

  get bytes(): number {
    let frauds = 0
    for (const run of this.runs.values()) frauds += run.frauds.length
    return this.runs.size * bytesOfRun + frauds * bytesOfFraud
  }

  of(terminal: number): RunState {
    const run = this.runs.get(terminal)
    if (run === undefined || run.frauds.length === 0) return noRun
    return {
      weight: run.weight / fullWeight,
      unexplained: run.unexplained / fullWeight,
      began: run.frauds[0]?.happened ?? 0,
      unexplainedBegan: run.unexplained === 0 ? 0 : (run.frauds.find(({ explained }) => !explained)?.happened ?? 0),
    }
  }

  /** A label came. */
  add(terminal: number, label: TerminalLabel): void {
    const run = this.runs.get(terminal) ?? { lastGenuine: 0, frauds: [], weight: 0, unexplained: 0 }
    this.runs.set(terminal, run)
    if (label.isFraud) return addFraud(run, label)
    if (label.happened <= run.lastGenuine) return
    run.lastGenuine = label.happened
    while (run.frauds[0] !== undefined && run.frauds[0].happened <= run.lastGenuine) {
      weigh(run, run.frauds[0], -1)
      run.frauds.shift()
    }
  }

  /** A label left the window, or was taken back: `labels` no longer has it. */
  remove(terminal: number, label: TerminalLabel, labels: LabelWindows): void {
    const run = this.runs.get(terminal)
    if (run === undefined) return
    if (!label.isFraud) {
      // Only the last genuine use bounds the run; what stood before it may belong to the run now.
      if (label.happened === run.lastGenuine) this.rebuild(terminal, labels)
      return
    }
    const at = run.frauds.findIndex(({ happened, use }) => happened === label.happened && use === label.use)
    if (at < 0) return
    weigh(run, label, -1)
    run.frauds.splice(at, 1)
  }

  /** Makes the run anew from the labels of the window. */
  rebuild(terminal: number, labels: LabelWindows): void {
    const run: Run = { lastGenuine: 0, frauds: [], weight: 0, unexplained: 0 }
    labels.walk(terminal, (label) => {
      if (!label.isFraud) run.lastGenuine = Math.max(run.lastGenuine, label.happened)
    })
    labels.walk(terminal, (label) => {
      if (label.isFraud) addFraud(run, label)
    })
    if (labels.size(terminal) === 0) this.runs.delete(terminal)
    else this.runs.set(terminal, run)
  }

  forget(terminal: number): void {
    this.runs.delete(terminal)
  }
}

function addFraud(run: Run, fraud: Fraud): void {
  if (fraud.happened <= run.lastGenuine) return
  let at = run.frauds.length
  while (at > 0 && (run.frauds[at - 1]?.happened ?? 0) > fraud.happened) at -= 1
  run.frauds.splice(at, 0, {
    happened: fraud.happened,
    weight: fraud.weight,
    explained: fraud.explained,
    use: fraud.use,
  })
  weigh(run, fraud, 1)
}

function weigh(run: Run, fraud: Fraud, sign: 1 | -1): void {
  run.weight += sign * fraud.weight
  if (!fraud.explained) run.unexplained += sign * fraud.weight
}

const noRun: RunState = { weight: 0, unexplained: 0, began: 0, unexplainedBegan: 0 }
const bytesOfRun = 160
const bytesOfFraud = 72
