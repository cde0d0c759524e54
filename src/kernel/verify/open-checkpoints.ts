import { sameBytes } from '../base64.ts'
import { type NoteKey, openNote, parseNote, parseVerifierKey } from '../note.ts'
import { type Checkpoint, parseCheckpoint } from '../tlog-checkpoint.ts'
import type { LogCrypto, LogProblem, LogSource, TreeView, VerifyLogOptions } from './log-problem.ts'

/** A checkpoint whose signature held. */
export type OpenedCheckpoint = Checkpoint & { readonly signedBy: readonly string[] }

/** What a source showed and others vouched for: the newest checkpoint, and every view of the tree from small to large. */
export type OpenedViews = {
  readonly current: OpenedCheckpoint
  readonly views: readonly TreeView[]
}

/** A source's checkpoints, all signed by the key and of one origin; or the first thing wrong with them. */
export async function openCheckpoints(
  crypto: LogCrypto,
  source: LogSource,
  options: VerifyLogOptions,
): Promise<OpenedViews | { readonly problem: LogProblem }> {
  const key = options.key ?? (await readKey(crypto, source))
  if (key === undefined) return { problem: { code: 'key-unreadable', resource: 'vkey' } }
  const newest = await source.read('checkpoint')
  if (newest === undefined) return { problem: { code: 'checkpoint-missing', resource: 'checkpoint' } }
  const current = openCheckpoint(crypto, newest, key)
  if (typeof current === 'string') return { problem: { code: current, resource: 'checkpoint' } }
  const views: TreeView[] = [current]
  for (const note of [...(await source.checkpoints()), ...(options.seen ?? [])]) {
    const one = openCheckpoint(crypto, note, key)
    if (typeof one === 'string') return { problem: { code: one, resource: 'checkpoint' } }
    views.push(one)
  }
  views.push(...(options.views ?? []))
  const fork = findFork(views)
  if (fork !== undefined) return { problem: { code: 'checkpoint-fork', size: fork } }
  const distinct = views.filter(({ size }, at) => views.findIndex((other) => other.size === size) === at)
  return { current, views: distinct.sort((left, right) => (left.size < right.size ? -1 : 1)) }
}

/** The size of which two different trees are known; undefined when there is none. */
export function findFork(views: readonly TreeView[]): bigint | undefined {
  const roots = new Map<bigint, Uint8Array>()
  for (const { size, root } of views) {
    const known = roots.get(size)
    if (known !== undefined && !sameBytes(known, root)) return size
    roots.set(size, root)
  }
  return undefined
}

/** The key that a log says is its own. */
export async function readKey({ hash }: LogCrypto, source: LogSource): Promise<NoteKey | undefined> {
  const text = await source.read('vkey')
  return text === undefined ? undefined : parseVerifierKey(hash, new TextDecoder().decode(text).trim())
}

/** One signed checkpoint of the log whose key this is; its origin is the key's name. */
export function openCheckpoint(
  { verify }: LogCrypto,
  bytes: Uint8Array,
  key: NoteKey,
): OpenedCheckpoint | 'checkpoint-malformed' | 'checkpoint-signature' | 'checkpoint-origin' {
  const note = parseNote(bytes)
  const checkpoint = parseCheckpoint(note?.text ?? '')
  if (note === undefined || checkpoint === undefined) return 'checkpoint-malformed'
  if (!openNote(note, [key], verify).ok) return 'checkpoint-signature'
  if (checkpoint.origin !== key.name) return 'checkpoint-origin'
  return { ...checkpoint, signedBy: note.signatures.map(({ name }) => name) }
}
