import { ConfigFault } from './config.ts'
import { fraudFiles } from './fraud/index.ts'
import { elapsedMs } from './platform/index.ts'

// What the commands of `parley fraud` share: how they answer, count and show that they are at work.

type Write = (text: string) => void

/** What the command line hands in: where results go, where progress goes, and whether a person watches it. */
export type FraudDeps = { readonly write: Write; readonly say: Write; readonly isWatched: boolean }

/**
 * Exit codes: 0 done, 2 misused (also: a period without payments), 3 a file cannot be read or written, 4 there is nothing to explain.
 * 1, a fault, is main's.
 */
export const exitCodes = { done: 0, misused: 2, unreadable: 3, nothing: 4 } as const

/** A whole number from the command line. Throws a ConfigFault. */
export function countOf(name: string, text: string, max: number, min = 1): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (!(count >= min && count <= max)) throw new ConfigFault([`${name}: a whole number from ${min} to ${max}`])
  return count
}

/** Files and periods of an operator's that do not fit are answered in words; anything else is main's to tell. */
export async function answering(
  deps: FraudDeps,
  { json }: { readonly json: boolean },
  work: () => Promise<number>,
): Promise<number> {
  try {
    return await work()
  } catch (thrown) {
    const trouble = fraudFiles.troubleOf(thrown)
    if (trouble === undefined) throw thrown
    const { code, message } = trouble
    deps.say(`${deps.isWatched ? clearLine : ''}${message} (${code})\n`)
    const where = 'file' in trouble ? { file: trouble.file, line: trouble.line } : {}
    if (json) deps.write(`${JSON.stringify({ error: { code, ...where, message } })}\n`)
    return 'file' in trouble ? exitCodes.unreadable : exitCodes.misused
  }
}

const clearLine = '\r\u001b[K'
/** How often a watching person sees a new number, and how often a log gets a line, ms. */
const beatMs = { watched: 200, logged: 10_000 } as const
const stageWords = {
  reading: 'Reading',
  features: 'Counting features',
  training: 'Growing trees',
  writing: 'Writing',
} as const
type Stage = keyof typeof stageWords

/** Progress of long work: one line that changes for who watches, a line now and then for a log; nothing in the first second. */
export function showStages({ say, isWatched }: FraudDeps) {
  const everyMs = isWatched ? beatMs.watched : beatMs.logged
  let nextMs = elapsedMs() + 1_000
  let hasShown = false
  return {
    tell(stage: Stage, done: number, of?: number): void {
      const nowMs = elapsedMs()
      if (nowMs < nextMs) return
      nextMs = nowMs + everyMs
      hasShown = true
      const words = `${stageWords[stage]}: ${done}${of === undefined ? '' : ` of ${of}`}`
      say(isWatched ? `${clearLine}${words} ` : `${words}\n`)
    },
    end(): void {
      if (hasShown && isWatched) say(clearLine)
    },
  }
}
