import { open, stat } from 'node:fs/promises'
import { parseVerifierKey, recognise } from '../kernel/index.ts'
import type { Exhibit, LogSource, NoteKey, UnreadableCode } from '../kernel/index.ts'
import { createHttpClient } from '../platform/index.ts'
import type { Metrics } from '../platform/index.ts'
import { folderSource, urlSource } from './log-source.ts'
import { nodeCrypto } from './node-crypto.ts'
import type { VerifyArgs } from './verify-args.ts'
import { savingSource } from './save-log.ts'

/** Everything that was named on the command line, opened. */
export type Gathered = {
  readonly exhibits: readonly (Exhibit | Unreadable)[]
  readonly keys: readonly NoteKey[]
  /** Closes what was opened; a log that is being saved is kept or dropped. */
  end(isKept: boolean): Promise<void>
}

type Unreadable = { readonly kind: 'unreadable'; readonly name: string; readonly code: UnreadableCode }

const deadlineMs = 30_000
/** A full bundle of the longest entries. */
const resourceBytesMax = 17 * 1024 * 1024
/** What one read can take: a saved log of some ten million entries. */
const fileBytesMax = 2_000_000_000

/** Opens logs, reads files and keys; or says what was misused. Throws `verify/source-unreadable`. */
export async function gather(
  deps: { readonly metrics: Metrics },
  { what, keys, save }: VerifyArgs,
): Promise<Gathered | { readonly misused: string }> {
  const read = await Promise.all(keys.map(readKeys))
  const damaged = read.indexOf(undefined)
  if (damaged >= 0) return { misused: `The key given is not a verifier key: ${keys[damaged] ?? ''}` }
  const endings: ((isKept: boolean) => Promise<void>)[] = []
  const exhibits: (Exhibit | Unreadable)[] = []
  for (const name of what) exhibits.push(await openOne(deps, name, endings))
  const logs = exhibits.filter((one) => one.kind === 'log')
  if (save !== undefined && logs.length !== 1) return { misused: 'Saving takes exactly one log.' }
  return {
    exhibits: save === undefined ? exhibits : await Promise.all(exhibits.map((one) => keep(one, save, endings))),
    keys: read.flatMap((some) => some ?? []),
    async end(isKept) {
      for (const ending of endings) await ending(isKept)
    },
  }
}

/** A verifier key, or a file that has one on each line. */
async function readKeys(given: string): Promise<readonly NoteKey[] | undefined> {
  const key = parseVerifierKey(nodeCrypto.hash, given.trim())
  if (key !== undefined) return [key]
  const lines = (await readSmall(given))?.split('\n').filter((line) => line.trim() !== '') ?? []
  const keys = lines.map((line) => parseVerifierKey(nodeCrypto.hash, line.trim()))
  return keys.length > 0 && keys.every((one) => one !== undefined) ? keys.filter((one) => one !== undefined) : undefined
}

/** Keys are a line each. */
const keyFileBytesMax = 65_536

async function readSmall(path: string): Promise<string | undefined> {
  try {
    return (await readFileWithin(path, keyFileBytesMax))?.toString('utf8')
  } catch {
    return undefined // no such file: then what was given is no key either, and that is said
  }
}

async function openOne(
  deps: { readonly metrics: Metrics },
  name: string,
  endings: ((isKept: boolean) => Promise<void>)[],
): Promise<Exhibit | Unreadable> {
  if (/^https?:\/\//.test(name)) return { kind: 'log', name, source: openUrl(deps, name, endings) }
  try {
    if ((await stat(name)).isDirectory()) return { kind: 'log', name, source: folderSource(name) }
    const bytes = await readFileWithin(name, fileBytesMax)
    return bytes === undefined
      ? { kind: 'unreadable', name, code: 'file-too-large' }
      : recognise(nodeCrypto.hash, name, bytes)
  } catch (cause) {
    // Missing, or not for us to read: named, because several files may have been given.
    if (cause instanceof Error && 'code' in cause) return { kind: 'unreadable', name, code: 'file-missing' }
    throw cause
  }
}

function openUrl(
  { metrics }: { readonly metrics: Metrics },
  url: string,
  endings: ((isKept: boolean) => Promise<void>)[],
): LogSource {
  const allowedOrigins = URL.canParse(url) ? [new URL(url).origin] : []
  const http = createHttpClient(
    { metrics },
    { name: 'log', deadlineMs, maxBodyBytes: resourceBytesMax, allowedOrigins },
  )
  endings.push(() => Promise.resolve(http.close()))
  return urlSource(http, url)
}

async function keep(
  one: Exhibit | Unreadable,
  file: string,
  endings: ((isKept: boolean) => Promise<void>)[],
): Promise<Exhibit | Unreadable> {
  if (one.kind !== 'log') return one
  const source = await savingSource(one.source, file)
  endings.push((isKept) => source.end(isKept))
  return { ...one, source }
}

/** The whole file; undefined when it is larger. */
async function readFileWithin(path: string, bytesMax: number): Promise<Buffer | undefined> {
  const handle = await open(path)
  try {
    return (await handle.stat()).size > bytesMax ? undefined : await handle.readFile()
  } finally {
    await handle.close()
  }
}
