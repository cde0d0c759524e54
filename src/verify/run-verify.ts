import { Fault, judge, sayVerdict } from '../kernel/index.ts'
import type { Exhibit, Finding, Problem, Verdict } from '../kernel/index.ts'
import { createMetrics } from '../platform/index.ts'
import { gather } from './gather.ts'
import type { Gathered } from './gather.ts'
import { nodeCrypto } from './node-crypto.ts'
import type { VerifyArgs } from './verify-args.ts'
import { verifyWords } from './verify-words.ts'

/** 0: everything holds. 1: something does not, and the sentence names it. 2: misused. 3: something could not be read. */
export const verifyExitCodes = { holds: 0, broken: 1, misused: 2, unreadable: 3 } as const

type Deps = {
  readonly write: (text: string) => void
  /** Told how far it is, for work that takes a while. */
  readonly onProgress?: (done: number, total: number) => void
}

type Said = { readonly code: number; readonly sentence: string; readonly facts: Readonly<Record<string, unknown>> }

/** `parley verify`: one sentence as verdict on `write`, or one JSON object; gives the exit code. Needs no database. */
export async function runVerify(deps: Deps, args: VerifyArgs): Promise<number> {
  const said = await judgeReadable(deps, args)
  deps.write(
    args.json ? `${JSON.stringify({ verdict: said.sentence, ...said.facts }, plainNumbers)}\n` : `${said.sentence}\n`,
  )
  return said.code
}

function plainNumbers(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}

/** What cannot be read is a verdict of its own: nothing was found wrong, and nothing was shown right. */
async function judgeReadable(deps: Deps, args: VerifyArgs): Promise<Said> {
  try {
    return await judgeGathered(deps, args)
  } catch (thrown) {
    if (!(thrown instanceof Fault) || !/^(?:verify\/|platform\/http-)/.test(thrown.code)) throw thrown
    const sentence = `Not everything could be read (${thrown.code}), so nothing was verified.`
    return { code: verifyExitCodes.unreadable, sentence, facts: { ok: false, code: thrown.code } }
  }
}

async function judgeGathered(deps: Deps, args: VerifyArgs): Promise<Said> {
  const gathered = await gather({ metrics: createMetrics({ processMetrics: false }) }, args)
  if ('misused' in gathered) return misused(gathered.misused)
  try {
    const verdict = await judgeAll(deps, gathered, args.anyLeaves === true)
    await gathered.end(verdict.kind === 'holds')
    return say(verdict)
  } catch (thrown) {
    await gathered.end(false)
    throw thrown
  }
}

async function judgeAll(deps: Deps, { exhibits, keys }: Gathered, anyLeaves: boolean): Promise<Verdict> {
  const readable = exhibits.filter((one): one is Exhibit => one.kind !== 'unreadable')
  const bad = exhibits.find((one) => one.kind === 'unreadable')
  if (bad?.kind === 'unreadable') return { kind: 'unjudged', reason: { code: bad.code, name: bad.name } }
  const { onProgress } = deps
  return await judge(nodeCrypto, readable, {
    given: keys,
    anyLeaves,
    ...(onProgress === undefined ? {} : { onProgress }),
  })
}

function misused(sentence: string): Said {
  return { code: verifyExitCodes.misused, sentence, facts: { ok: false } }
}

function say(verdict: Verdict): Said {
  const sentence = sayVerdict(verifyWords.for('en').say, verdict)
  switch (verdict.kind) {
    case 'holds':
      return { code: verifyExitCodes.holds, sentence, facts: { ok: true, ...factsOf(verdict.findings) } }
    case 'broken':
      return { code: verifyExitCodes.broken, sentence, facts: { ok: false, problem: plainProblem(verdict.problem) } }
    case 'unjudged': {
      const { code } = verdict.reason
      const isMisuse = code === 'nothing' || code === 'key-missing'
      return { code: isMisuse ? verifyExitCodes.misused : verifyExitCodes.unreadable, sentence, facts: { ok: false, code } } // prettier-ignore
    }
  }
}

function plainProblem({ values, ...problem }: Problem): Readonly<Record<string, unknown>> {
  return { ...problem, ...values }
}

/** The findings whole; and at the top what a script asks for first: the tree of the log that was verified. */
function factsOf(findings: readonly Finding[]): Readonly<Record<string, unknown>> {
  const log = findings.find(({ kind }) => kind === 'log')
  const tree = log?.kind === 'log' ? { log: log.name, ...log.head, checkpoints: log.views } : {}
  return { ...tree, findings }
}
