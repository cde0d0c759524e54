import { parentPort, workerData } from 'node:worker_threads'
import { growTrees } from './grow-trees.ts'
import { followTeam } from './thread-team.ts'
import { threadData } from './training-memory.ts'

// The program of one thread of a training; `runThreads` starts it. Thread 0 leads and tells how far it is.
const data = threadData.parse(workerData)
if (data.thread === 0) {
  const kept = growTrees(data, (trees, heldOutLoss) => parentPort?.postMessage({ trees, heldOutLoss }))
  parentPort?.postMessage({ kept })
} else {
  followTeam(data)
}
