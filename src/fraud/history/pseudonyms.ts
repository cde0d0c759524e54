import { createHmac } from 'node:crypto'
import { open, readFile, stat } from 'node:fs/promises'
import { Secret } from '../../kernel/index.ts'
import { UnreadableFile } from '../evaluate/unreadable-file.ts'

/** The operator's key: 32 random bytes, kept apart from the sets. Whoever has both can find out whether a known card is in a set. */
export type PseudonymKey = Secret<Uint8Array>

const keyBytes = 32
/** Of a keyed hash so much is kept: no two of ten million names meet by chance. */
const pseudonymCharacters = 22

/** Gives cards, payments and devices other names: the same under the same key, and telling nothing without it. */
export type Pseudonyms = {
  of(kind: 'card' | 'use' | 'device', name: string): string
  /** Tells two keys apart without giving either away. */
  readonly fingerprint: string
}

/** Names under a key. */
export function pseudonymsOf(key: PseudonymKey): Pseudonyms {
  const hash = (text: string): string => createHmac('sha256', key.reveal()).update(text, 'utf8').digest('base64url')
  return {
    of: (kind, name) => hash(`parley/history/v1/${kind}\n${name}`).slice(0, pseudonymCharacters),
    fingerprint: hash('parley/history/v1/key').slice(0, 12),
  }
}

/** Writes a new key where there is no file yet, for its owner alone. Throws {@link UnreadableFile}. */
export async function writeKey(file: string, bytes: Uint8Array): Promise<void> {
  try {
    const handle = await open(file, 'wx', 0o600)
    try {
      await handle.writeFile(`${Buffer.from(bytes).toString('base64url')}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (cause) {
    const problem = isCode(cause, 'EEXIST')
      ? 'there is a file already; a key is never replaced'
      : 'the key cannot be written'
    throw new UnreadableFile('fraud/file-unwritable', { file, line: 0 }, problem, { cause })
  }
}

/** Reads a key. Throws {@link UnreadableFile}: not there, not a key, or readable by others than its owner. */
export async function readKey(file: string): Promise<PseudonymKey> {
  const wrong = (problem: string, cause?: unknown) =>
    new UnreadableFile('fraud/key-unusable', { file, line: 0 }, problem, { cause })
  let text: string
  let mode: number
  try {
    text = await readFile(file, 'utf8')
    mode = (await stat(file)).mode
  } catch (cause) {
    throw wrong('the key cannot be read; "parley fraud history key FILE" makes one', cause)
  }
  // Windows has no such bits: there every file reads as everybody's.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) throw wrong('others can read the key: chmod 600')
  const bytes = /^[A-Za-z0-9_-]{43}\n?$/.test(text) ? Buffer.from(text.trim(), 'base64url') : undefined
  if (bytes?.length !== keyBytes) throw wrong('not a key that "parley fraud history key" made')
  return new Secret<Uint8Array>(bytes)
}

function isCode(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === code
}
