import { readFile } from 'node:fs/promises'
import { Fault, parseVerifierKey } from '../kernel/index.ts'
import type { NoteKey } from '../kernel/index.ts'
import { createHttpClient } from '../platform/index.ts'
import type { Metrics } from '../platform/index.ts'
import { auditFault } from './fault.ts'
import { folderSource, urlSource } from './log-source.ts'
import type { LogSource } from './log-source.ts'
import { sha256 } from './sha256.ts'
import { verifyLog } from './verify-log.ts'
import type { LogVerdict } from './verify-log.ts'
import { receiptFileShape, verifyReceipt } from './verify-receipt.ts'
import type { Receipt } from './verify-receipt.ts'
import { logSentence, receiptWords } from './verify-sentences.ts'

export type VerifyArgs = {
  /** The log: an address (`https://…/log`) or a folder. Without one, only receipts are checked. */
  readonly log?: string
  /** The log's verifier key, got from somewhere else than the log itself. */
  readonly key?: string
  /** Files with a receipt or an export each. */
  readonly receipts: readonly string[]
  /** Files with checkpoints that were seen at other times or by others. */
  readonly checkpoints: readonly string[]
  readonly json: boolean
}

/** 0: everything holds. 1: something does not, and the sentence names it. 2: misused. 3: something could not be read. */
export const verifyExitCodes = { holds: 0, broken: 1, misused: 2, unreadable: 3 } as const

const deadlineMs = 30_000
/** A full bundle of the longest entries. */
const resourceBytesMax = 17 * 1024 * 1024

type Said = { readonly code: number; readonly sentence: string; readonly facts: Readonly<Record<string, unknown>> }

/** `parley verify`: one sentence as verdict on `write`, or one JSON object; gives the exit code. Needs no database. */
export async function runVerify(
  deps: { readonly metrics: Metrics; readonly write: (text: string) => void },
  args: VerifyArgs,
): Promise<number> {
  const said = await judgeReadable(deps, args)
  deps.write(
    args.json ? `${JSON.stringify({ verdict: said.sentence, ...said.facts }, plainNumbers)}\n` : `${said.sentence}\n`,
  )
  return said.code
}

function plainNumbers(_key: string, value: unknown): unknown {
  return typeof value === 'bigint'
    ? value.toString()
    : value instanceof Uint8Array
      ? Buffer.from(value).toString('base64')
      : value
}

/** What cannot be read is a verdict of its own: nothing was found wrong, and nothing was shown right. */
async function judgeReadable(deps: { readonly metrics: Metrics }, args: VerifyArgs): Promise<Said> {
  try {
    return await judge(deps, args)
  } catch (thrown) {
    if (!(thrown instanceof Fault) || !/^(?:audit\/source-unreadable|platform\/http-)/.test(thrown.code)) throw thrown
    const sentence = `Not everything could be read (${thrown.code}), so nothing was verified.`
    return { code: verifyExitCodes.unreadable, sentence, facts: { ok: false, code: thrown.code } }
  }
}

async function judge(deps: { readonly metrics: Metrics }, args: VerifyArgs): Promise<Said> {
  const given = args.key === undefined ? undefined : parseVerifierKey(sha256, args.key.trim())
  if (args.key !== undefined && given === undefined) return misused('The key given is not a verifier key.')
  if (args.log === undefined && args.receipts.length === 0)
    return misused('There is nothing to verify: name a log or a receipt.')
  const source = args.log === undefined ? undefined : openSource(deps, args.log)
  try {
    const log = source === undefined ? undefined : await judgeLog(source, given, args.checkpoints)
    if (log !== undefined && log.code !== verifyExitCodes.holds) return log
    if (args.receipts.length === 0) return log ?? misused('There is nothing to verify.')
    const key = given ?? (source === undefined ? undefined : await keyOf(source))
    if (key === undefined) return misused('A receipt needs the log’s key (or the log itself) to be checked against.')
    return await judgeReceipts(args.receipts, key, log)
  } finally {
    source?.close()
  }
}

function misused(sentence: string): Said {
  return { code: verifyExitCodes.misused, sentence, facts: { ok: false } }
}

function openSource({ metrics }: { readonly metrics: Metrics }, log: string): LogSource & { close(): void } {
  if (!/^https?:\/\//.test(log)) return { ...folderSource(log), close: () => undefined }
  const allowedOrigins = URL.canParse(log) ? [new URL(log).origin] : []
  const http = createHttpClient(
    { metrics },
    { name: 'log', deadlineMs, maxBodyBytes: resourceBytesMax, allowedOrigins },
  )
  return { ...urlSource(http, log), close: () => http.close() }
}

async function keyOf(source: LogSource): Promise<NoteKey | undefined> {
  const text = await source.read('vkey')
  return text === undefined ? undefined : parseVerifierKey(sha256, Buffer.from(text).toString('utf8').trim())
}

async function judgeLog(source: LogSource, key: NoteKey | undefined, files: readonly string[]): Promise<Said> {
  const seen = await Promise.all(files.map(readWhole))
  const verdict: LogVerdict = await verifyLog(source, { seen, ...(key === undefined ? {} : { key }) })
  const trust =
    key === undefined && verdict.ok ? ' The key came from the log itself: compare it with one you got elsewhere.' : ''
  return {
    code: verdict.ok ? verifyExitCodes.holds : verifyExitCodes.broken,
    sentence: logSentence(verdict) + trust,
    facts: verdict.ok
      ? {
          ok: true,
          log: source.name,
          origin: verdict.origin,
          size: verdict.size,
          checkpoints: verdict.checkpoints.length,
        }
      : { ok: false, log: source.name, problem: verdict.problem },
  }
}

async function judgeReceipts(files: readonly string[], key: NoteKey, log: Said | undefined): Promise<Said> {
  let count = 0
  for (const file of files) {
    const receipts = parseReceipts((await readWhole(file)).toString('utf8'))
    if (receipts === undefined) return broken(file, count, `${file} is neither a receipt nor an export`)
    for (const [at, receipt] of receipts.entries()) {
      const verdict = verifyReceipt(receipt, key)
      if (!verdict.ok)
        return broken(file, at, `entry ${at + 1} of ${file} is not proven: ${receiptWords(verdict.problem)}`)
      count += 1
    }
  }
  const sentence =
    count === 1
      ? 'The receipt holds: the log has the entry it opens.'
      : `All ${count} receipts hold: the log has the entries they open.`
  return {
    code: verifyExitCodes.holds,
    sentence: log === undefined ? sentence : `${log.sentence} ${sentence}`,
    facts: { ...log?.facts, ok: true, receipts: count },
  }
}

function broken(file: string, entry: number, words: string): Said {
  return {
    code: verifyExitCodes.broken,
    sentence: `This receipt does not hold: ${words}.`,
    facts: { ok: false, file, entry },
  }
}

function parseReceipts(text: string): readonly Receipt[] | undefined {
  const parsed = receiptFileShape.safeParse(jsonOf(text))
  if (!parsed.success) return undefined
  return 'entries' in parsed.data ? parsed.data.entries : [parsed.data]
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON, so neither a receipt nor an export.
    return undefined
  }
}

async function readWhole(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (cause) {
    throw auditFault('audit/source-unreadable', cause)
  }
}
