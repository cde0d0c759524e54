import { isReceiptText } from '../receipt.ts'
import type { Hash } from '../merkle-tree.ts'
import { type NoteKey, parseNote, parseVerifierKey } from '../note.ts'
import { parseCheckpoint } from '../tlog-checkpoint.ts'
import { filesSource, isArchive, logPrefix, readArchive } from './log-archive.ts'
import type { LogSource } from './log-problem.ts'
import { type JsonRecord, isJsonRecord } from './json-shapes.ts'

/** Something that was handed over to be checked, told apart by its content. Lists are checked item by item later. */
export type Exhibit =
  | { readonly kind: 'log'; readonly name: string; readonly source: LogSource }
  | { readonly kind: 'export'; readonly name: string; readonly bundle: JsonRecord }
  | { readonly kind: 'looks'; readonly name: string; readonly looks: readonly unknown[] }
  | { readonly kind: 'grants'; readonly name: string; readonly grants: readonly unknown[] }
  | { readonly kind: 'receipt'; readonly name: string; readonly note: string }
  | { readonly kind: 'checkpoint'; readonly name: string; readonly note: Uint8Array }
  | { readonly kind: 'key'; readonly name: string; readonly key: NoteKey }

/** Why a file is nothing that can be checked. */
export type UnreadableCode =
  'file-missing' | 'file-empty' | 'file-too-large' | 'file-damaged' | 'archive-damaged' | 'file-unknown'

/** JSON and notes; a customer's export of a million looks has some 600 MB and belongs on the command line in parts. */
export const textBytesMax = 256 * 1024 * 1024

/** What a file is. */
export function recognise(
  hash: Hash,
  name: string,
  bytes: Uint8Array,
): Exhibit | { readonly kind: 'unreadable'; readonly name: string; readonly code: UnreadableCode } {
  const unreadable = (code: UnreadableCode) => ({ kind: 'unreadable', name, code }) as const
  if (bytes.length === 0) return unreadable('file-empty')
  if (isArchive(bytes)) return openArchive(name, bytes) ?? unreadable('archive-damaged')
  if (bytes.length > textBytesMax) return unreadable('file-too-large')
  const text = decode(bytes)
  if (text === undefined) return unreadable('file-unknown')
  if (/^\s*[{[]/.test(text.slice(0, 1_000))) return ofJson(name, text) ?? unreadable('file-unknown')
  return ofNote(name, bytes) ?? ofKey(hash, name, text) ?? unreadable('file-unknown')

  function ofJson(file: string, json: string): Exhibit | ReturnType<typeof unreadable> | undefined {
    try {
      return ofValue(file, JSON.parse(json))
    } catch (thrown) {
      if (thrown instanceof SyntaxError) return unreadable('file-damaged')
      throw thrown
    }
  }
}

function openArchive(name: string, bytes: Uint8Array): Exhibit | undefined {
  const files = readArchive(bytes)
  const prefix = files === undefined ? undefined : logPrefix(files.keys())
  if (files === undefined || prefix === undefined) return undefined
  return { kind: 'log', name, source: logOf(name, files.keys(), prefix, (path) => Promise.resolve(files.get(path))) }
}

/** The log that stands under a prefix of some files. */
export function logOf(
  name: string,
  paths: Iterable<string>,
  prefix: string,
  read: (path: string) => Promise<Uint8Array | undefined>,
): LogSource {
  const own = [...paths].filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length))
  return filesSource(name, own, (path) => read(prefix + path))
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined // no text at all: nothing of ours but an archive looks like that
  }
}

function ofValue(name: string, value: unknown): Exhibit | undefined {
  if (Array.isArray(value)) return ofList(name, value)
  if (!isJsonRecord(value)) return undefined
  if (value['parley'] === 'export') return { kind: 'export', name, bundle: value }
  if (isLook(value)) return { kind: 'looks', name, looks: [value] }
  if (isGrant(value)) return { kind: 'grants', name, grants: [value] }
  if (Array.isArray(value['entries'])) return { kind: 'looks', name, looks: value['entries'] }
  if (Array.isArray(value['grants'])) return { kind: 'grants', name, grants: value['grants'] }
  return undefined
}

function ofList(name: string, list: readonly unknown[]): Exhibit | undefined {
  if (list.some(isLook)) return { kind: 'looks', name, looks: list }
  return list.some(isGrant) ? { kind: 'grants', name, grants: list } : undefined
}

function isLook(value: unknown): boolean {
  return isJsonRecord(value) && Object.hasOwn(value, 'fields') && Object.hasOwn(value, 'salt')
}

function isGrant(value: unknown): boolean {
  return isJsonRecord(value) && Object.hasOwn(value, 'document') && Object.hasOwn(value, 'signature')
}

function ofNote(name: string, bytes: Uint8Array): Exhibit | undefined {
  const note = parseNote(bytes)
  if (note === undefined) return ofDamagedReceipt(name, bytes)
  if (isReceiptText(note.text)) return { kind: 'receipt', name, note: new TextDecoder().decode(bytes) }
  return parseCheckpoint(note.text) === undefined ? undefined : { kind: 'checkpoint', name, note: bytes }
}

/** What begins as a receipt is judged as one, so that a cut one is called that. */
function ofDamagedReceipt(name: string, bytes: Uint8Array): Exhibit | undefined {
  const note = new TextDecoder().decode(bytes)
  return isReceiptText(note) ? { kind: 'receipt', name, note } : undefined
}

function ofKey(hash: Hash, name: string, text: string): Exhibit | undefined {
  const key = parseVerifierKey(hash, text.trim())
  return key === undefined ? undefined : { kind: 'key', name, key }
}
