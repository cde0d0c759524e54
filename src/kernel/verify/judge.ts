import type { NoteKey } from '../note.ts'
import type { Exhibit } from './exhibit.ts'
import { judgeExport } from './judge-export.ts'
import { judgeGrants } from './judge-grants.ts'
import { judgeLog } from './judge-log.ts'
import { judgeLooks } from './judge-looks.ts'
import { judgeCheckpoint, judgeReceipt } from './judge-notes.ts'
import { type Hearing, openHearing } from './hearing.ts'
import type { LogCrypto } from './log-problem.ts'
import { findFork, readKey } from './open-checkpoints.ts'
import type { PasskeyCrypto } from './signed-grant.ts'
import type { Finding, Judged, Problem, Verdict } from './verdict.ts'

export type JudgeOptions = {
  /** Verifier keys that whoever asks insists on. */
  readonly given: readonly NoteKey[]
  /** Verifier keys known beforehand; they count where their name fits and nothing was given. */
  readonly known?: readonly NoteKey[]
  /** Logs of others hold other leaves than ours. */
  readonly anyLeaves?: boolean
  /** Told now and then how far it is, of one exhibit. */
  readonly onProgress?: (done: number, total: number) => void
}

/**
 * Checks everything that was handed over, and each against the others: a log must agree with every view of it that a receipt, a
 * proof or a checkpoint vouches for. Stops at the first thing that is wrong. Throws what a source throws when it cannot be read.
 */
export async function judge(
  crypto: LogCrypto & PasskeyCrypto,
  exhibits: readonly Exhibit[],
  options: JudgeOptions,
): Promise<Verdict> {
  const things = exhibits.filter(({ kind }) => kind !== 'key')
  if (things.length === 0) return { kind: 'unjudged', reason: { code: 'nothing' } }
  const hearing = openHearing(crypto, {
    given: [...options.given, ...exhibits.flatMap((one) => (one.kind === 'key' ? [one.key] : []))],
    known: options.known ?? [],
    itself: await ownKeys(crypto, exhibits),
    anyLeaves: options.anyLeaves === true,
    onProgress: options.onProgress ?? (() => undefined),
  })
  const findings: Finding[] = []
  // Logs come last: by then all views of them are known.
  const isLog = ({ kind }: Exhibit): boolean => kind === 'log'
  for (const exhibit of [...things.filter((one) => !isLog(one)), ...things.filter(isLog)]) {
    const judged = await judgeOne(hearing, exhibit)
    if ('reason' in judged) return { kind: 'unjudged', reason: judged.reason }
    if ('problem' in judged) return { kind: 'broken', problem: judged.problem, findings }
    findings.push(judged)
    const fork = forkOf(hearing, exhibit.name, judged.kind)
    if (fork !== undefined) return { kind: 'broken', problem: fork, findings }
  }
  return { kind: 'holds', findings }
}

async function judgeOne(hearing: Hearing, exhibit: Exhibit): Promise<Judged> {
  switch (exhibit.kind) {
    case 'log':
      return await judgeLog(hearing, exhibit.name, exhibit.source)
    case 'looks':
      return judgeLooks(hearing, exhibit.name, exhibit.looks)
    case 'grants':
      return await judgeGrants(hearing, exhibit.name, exhibit.grants)
    case 'receipt':
      return judgeReceipt(hearing, exhibit.name, exhibit.note)
    case 'checkpoint':
      return judgeCheckpoint(hearing, exhibit.name, exhibit.note)
    case 'export':
      return await judgeExport(hearing, exhibit.name, exhibit.bundle)
    case 'key':
      return { reason: { code: 'nothing' } }
  }
}

async function ownKeys(crypto: LogCrypto, exhibits: readonly Exhibit[]): Promise<readonly NoteKey[]> {
  const logs = exhibits.filter((one) => one.kind === 'log')
  const keys = await Promise.all(logs.map(({ source }) => readKey(crypto, source)))
  return keys.filter((key) => key !== undefined)
}

/** Two different trees of one size, each with the log's word for it, prove that it shows different people different logs. */
function forkOf(hearing: Hearing, name: string, what: Finding['kind']): Problem | undefined {
  for (const views of hearing.views.values()) {
    const size = findFork(views)
    if (size !== undefined) return { name, what, code: 'checkpoint-fork', values: { size: size.toString() } }
  }
  return undefined
}
