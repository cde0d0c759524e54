import { findSplits } from './find-splits.ts'
import { moveRows, takeAdvice } from './move-rows.ts'
import { sumHistograms } from './sum-histograms.ts'
import type { ThreadData } from './training-memory.ts'

/** The steps of growing a tree that are shared; each is done by all before the next begins. */
export type Step = keyof typeof steps

/** The threads of a training, seen by the one that leads. */
export type Team = {
  /** Has every thread do its share of a step, and waits for the last. */
  readonly all: (step: Step) => void
  /** Lets the others go home. */
  readonly end: () => void
}

const steps = { takeAdvice: 1, findSplits: 2, moveRows: 3 } as const
const home = 4
// Places among the signals.
const [turn, task, finished] = [0, 1, 2] as const

/** Leads a training; alone where it has one thread. */
export function leadTeam(data: ThreadData): Team {
  const { signals } = data.memory
  const others = data.plan.threads - 1
  const tell = (number: number): void => {
    if (others === 0) return
    Atomics.store(signals, finished, 0)
    Atomics.store(signals, task, number)
    Atomics.add(signals, turn, 1)
    Atomics.notify(signals, turn)
  }
  return {
    all: (step) => {
      tell(steps[step])
      doShare(data, steps[step])
      for (let done = Atomics.load(signals, finished); done < others; done = Atomics.load(signals, finished)) {
        Atomics.wait(signals, finished, done)
      }
    },
    end: () => tell(home),
  }
}

/** Does a share of each step that the leader calls, until there are no more. */
export function followTeam(data: ThreadData): void {
  const { signals } = data.memory
  for (let seen = 0; ;) {
    Atomics.wait(signals, turn, seen)
    const now = Atomics.load(signals, turn)
    if (now === seen) continue
    seen = now
    const number = Atomics.load(signals, task)
    if (number === home) return
    doShare(data, number)
    Atomics.add(signals, finished, 1)
    Atomics.notify(signals, finished)
  }
}

function doShare({ plan, memory, thread }: ThreadData, number: number): void {
  const rows = part(plan.rows + plan.heldOut, thread, plan.threads)
  if (number === steps.takeAdvice) return takeAdvice(plan, memory, rows)
  if (number === steps.moveRows) return moveRows(plan, memory, thread, rows)
  const features = part(plan.features, thread, plan.threads)
  sumHistograms(plan, memory, features)
  findSplits(plan, memory, features)
}

function part(all: number, thread: number, threads: number): { readonly from: number; readonly to: number } {
  return { from: Math.floor((all * thread) / threads), to: Math.floor((all * (thread + 1)) / threads) }
}
