import { toBase64 } from '../base64.ts'
import { parseNote } from '../note.ts'
import { parseCheckpoint } from '../tlog-checkpoint.ts'
import type { Hearing } from './hearing.ts'
import type { LogProblem, LogSource } from './log-problem.ts'
import type { Judged, Problem } from './verdict.ts'
import { verifyLog } from './verify-log.ts'

/** A whole log, against its key and every view of it that is known. */
export async function judgeLog(hearing: Hearing, name: string, source: LogSource): Promise<Judged> {
  const origin = await originOf(source)
  const trusted = hearing.keys.log(origin)
  const verdict = await verifyLog(hearing.crypto, source, {
    views: hearing.views.get(origin) ?? [],
    anyLeaves: hearing.anyLeaves,
    onProgress: (done, total) => hearing.onProgress(Number(done), Number(total)),
    ...(trusted === undefined ? {} : { key: trusted.key }),
  })
  if (!verdict.ok) return { problem: logProblem(name, verdict.problem) }
  const { size, root, views, signedBy, withheld } = verdict
  return {
    kind: 'log',
    name,
    head: { origin: verdict.origin, size, root: toBase64(root) },
    views,
    withheld,
    signedBy,
    keyFrom: trusted?.from ?? 'itself',
  }
}

/** The origin that the log's checkpoint claims; signed or not, it only says which key to take. */
async function originOf(source: LogSource): Promise<string> {
  const note = await source.read('checkpoint')
  return (note === undefined ? undefined : originIn(note)) ?? ''
}

/** The origin that a checkpoint's note claims. */
export function originIn(note: Uint8Array): string | undefined {
  return parseCheckpoint(parseNote(note)?.text ?? '')?.origin
}

/** What is wrong with a log, in the form that all problems have. */
export function logProblem(name: string, { code, entry, entries, resource, size }: LogProblem): Problem {
  const values = {
    ...(entry === undefined ? {} : { entry: entry.toString() }),
    ...(entries === undefined ? {} : { first: entries.first.toString(), last: entries.last.toString() }),
    ...(resource === undefined ? {} : { resource }),
    ...(size === undefined ? {} : { size: size.toString() }),
  }
  return { name, what: 'log', code, values }
}
