import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import { Fault } from '../../kernel/index.ts'
import { type OnTree, growTrees } from './grow-trees.ts'
import type { TrainingMemory, TrainingPlan } from './training-memory.ts'

const message = z.union([
  z.object({ kept: z.int() }),
  z.object({ trees: z.int(), heldOutLoss: z.union([z.number(), z.nan()]) }),
])

/**
 * Grows the trees of a training in as many threads as its plan says; with one, in the caller's. Gives how many trees to keep.
 * @throws Fault `fraud/training-failed` when a thread ends before its work is done
 */
export async function runThreads(plan: TrainingPlan, memory: TrainingMemory, onTree: OnTree): Promise<number> {
  if (plan.threads === 1) return growTrees({ plan, memory, thread: 0 }, onTree)
  const workers = Array.from({ length: plan.threads }, (_, thread) => startThread({ plan, memory, thread }))
  try {
    return await new Promise<number>((resolve, reject) => {
      const fail = (cause: unknown): void => reject(new Fault('fraud/training-failed', { retry: 'later', cause }))
      for (const [thread, worker] of workers.entries()) {
        worker.once('error', fail)
        worker.once('exit', (code) => {
          // The others may go home before the leader's last message is read.
          if (thread === 0 || code !== 0) fail(new Error(`thread ${thread} ended with ${code}`))
        })
      }
      workers[0]?.on('message', (received: unknown) => {
        try {
          const told = message.parse(received)
          if ('kept' in told) resolve(told.kept)
          else onTree(told.trees, told.heldOutLoss)
        } catch (error) {
          // Thrown here it would end the process: whoever waits for the training is to have it.
          reject(error)
        }
      })
    })
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

/** In dist a thread runs the compiled file beside this one; from the sources, which tests and benchmarks run, types are stripped first. */
function startThread(data: {
  readonly plan: TrainingPlan
  readonly memory: TrainingMemory
  readonly thread: number
}): Worker {
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./train-thread.js', import.meta.url), { workerData: data })
  const hooks = new URL('../../../scripts/run-typescript.mjs', import.meta.url).href
  return new Worker(new URL('./train-thread.ts', import.meta.url), { workerData: data, execArgv: ['--import', hooks] })
}
