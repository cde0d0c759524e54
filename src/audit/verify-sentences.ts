import type { ReceiptProblem } from './verify-receipt.ts'
import type { LogProblem } from './log-problem.ts'
import type { LogVerdict } from './verify-log.ts'

/** The verdict as one sentence for people. */
export function logSentence(verdict: LogVerdict): string {
  if (!verdict.ok) return `This log does not hold: ${problemSentence(verdict.problem)}.`
  const { origin, size, checkpoints } = verdict
  const kept =
    checkpoints.length === 1 ? 'its signed checkpoint' : `each of its ${checkpoints.length} signed checkpoints`
  return `The log ${origin} holds: all ${size} entries were derived anew and agree with ${kept}.`
}

function problemSentence(problem: LogProblem): string {
  const resource = problem.resource ?? 'a resource'
  const where = placeWords(problem)
  switch (problem.code) {
    case 'key-unreadable':
      return 'it names no key that can be read, and none was given'
    case 'checkpoint-missing':
      return 'it has no checkpoint'
    case 'checkpoint-malformed':
      return 'a checkpoint is not in the form of one'
    case 'checkpoint-signature':
      return 'a checkpoint is not signed by the log’s key'
    case 'checkpoint-origin':
      return 'a checkpoint is of another log'
    case 'checkpoint-fork':
      return `two signed checkpoints of size ${problem.size ?? '?'} say different things, so it shows different people different logs`
    case 'resource-missing':
      return `${resource} is missing${where}`
    case 'bundle-malformed':
      return `${resource} does not hold the entries it should${where}`
    case 'leaf-malformed':
      return `entry ${problem.entry ?? '?'} in ${resource} is not in the form of one`
    case 'entry-not-in-tile':
      return `entry ${problem.entry ?? '?'} is not the one whose hash stands in ${resource}`
    case 'tile-wrong':
      return `${resource} has another hash than its entries give${where}`
    case 'root-wrong':
      return `the entries do not give the root that the checkpoint of size ${problem.size ?? '?'} signed${where}`
  }
}

function placeWords({ entries }: LogProblem): string {
  if (entries === undefined) return ''
  return entries.first === entries.last
    ? `; the first bad entry is ${entries.first}`
    : `; the first bad entry is one of ${entries.first} to ${entries.last}`
}

/** Why a receipt proves nothing, as the end of a sentence. */
export function receiptWords(problem: ReceiptProblem): string {
  const words: Readonly<Record<ReceiptProblem, string>> = {
    'proof-malformed': 'its proof is not in the form of one',
    'checkpoint-malformed': 'its checkpoint is not in the form of one',
    'checkpoint-signature': 'its checkpoint is not signed by the log’s key',
    'checkpoint-origin': 'its checkpoint is of another log',
    'not-in-tree': 'what it says is not what the log committed to at that place',
  }
  return words[problem]
}
