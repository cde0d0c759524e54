import { openNote, parseCheckpoint, parseNote, parseVerifierKey, sameBytes } from '../kernel/index.ts'
import type { Checkpoint, NoteKey } from '../kernel/index.ts'
import { verifyEd25519 } from './ed25519.ts'
import type { LogProblem, VerifyLogOptions } from './log-problem.ts'
import type { LogSource } from './log-source.ts'
import { sha256 } from './sha256.ts'

/** A checkpoint whose signature held. */
export type OpenedCheckpoint = Checkpoint & { readonly signedBy: readonly string[] }

/** A source's checkpoints, all signed by the key and of one origin, from small to large; or the first thing wrong with them. */
export async function openCheckpoints(
  source: LogSource,
  options: VerifyLogOptions,
): Promise<{ readonly checkpoints: readonly OpenedCheckpoint[] } | { readonly problem: LogProblem }> {
  const key = options.key ?? (await readKey(source))
  if (key === undefined) return { problem: { code: 'key-unreadable', resource: 'vkey' } }
  const current = await source.read('checkpoint')
  if (current === undefined) return { problem: { code: 'checkpoint-missing', resource: 'checkpoint' } }
  const notes = [...(await source.checkpoints()), ...(options.seen ?? []), current]
  const opened: OpenedCheckpoint[] = []
  for (const note of notes) {
    const one = openCheckpoint(note, key)
    if (typeof one === 'string') return { problem: { code: one, resource: 'checkpoint' } }
    const twin = opened.find(({ size }) => size === one.size)
    if (twin !== undefined && !sameBytes(twin.root, one.root))
      return { problem: { code: 'checkpoint-fork', size: one.size } }
    if (twin === undefined) opened.push(one)
  }
  return { checkpoints: opened.sort((left, right) => (left.size < right.size ? -1 : 1)) }
}

async function readKey(source: LogSource): Promise<NoteKey | undefined> {
  const text = await source.read('vkey')
  return text === undefined ? undefined : parseVerifierKey(sha256, Buffer.from(text).toString('utf8').trim())
}

/** One signed checkpoint of the log whose key this is; its origin is the key's name. */
export function openCheckpoint(
  bytes: Uint8Array,
  key: NoteKey,
): OpenedCheckpoint | 'checkpoint-malformed' | 'checkpoint-signature' | 'checkpoint-origin' {
  const note = parseNote(bytes)
  const checkpoint = parseCheckpoint(note?.text ?? '')
  if (note === undefined || checkpoint === undefined) return 'checkpoint-malformed'
  const checks = openNote(note, [key], verifyEd25519)
  if (!checks.ok) return 'checkpoint-signature'
  if (checkpoint.origin !== key.name) return 'checkpoint-origin'
  return { ...checkpoint, signedBy: note.signatures.map(({ name }) => name) }
}
